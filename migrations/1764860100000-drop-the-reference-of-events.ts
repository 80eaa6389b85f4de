import type { MigrationInterface, QueryRunner } from 'typeorm'

/** The trigger before this one holds it. By itself, since it locks both tables. */
export class DropTheReferenceOfEvents1764860100000 implements MigrationInterface {
  name = 'DropTheReferenceOfEvents1764860100000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE event DROP CONSTRAINT event_account')
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
