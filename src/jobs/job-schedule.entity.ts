import { Column, Entity, PrimaryColumn } from 'typeorm'

/** Up to which instant of its schedule a job was queued, so that each instant is queued once, by whichever gateway. */
@Entity('job_schedule')
export class JobSchedule {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'job_schedule_pkey', collation: 'C' })
  name: string

  @Column({ type: 'timestamptz', precision: 3 })
  queuedUntil: Date
}
