import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Up to which instant of its schedule each job was queued. The queue's own tables are pg-boss's, in a schema of theirs. */
export class AddTheJobSchedule1764300000000 implements MigrationInterface {
  name = 'AddTheJobSchedule1764300000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE job_schedule (
        name text COLLATE "C" NOT NULL,
        queued_until timestamptz(3) NOT NULL,
        CONSTRAINT job_schedule_pkey PRIMARY KEY (name)
      );
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
