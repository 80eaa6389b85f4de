import { Field, Int, ObjectType, registerEnumType } from 'type-graphql'
import { DateTime } from '../graphql/scalars'
import { JobRunState } from './read-jobs'

registerEnumType(JobRunState, {
  name: 'JobRunState',
  valuesConfig: {
    RETRYING: { description: 'It failed and is tried again, later each time.' },
    FAILED: { description: 'It failed for good. The next instant of the schedule, or runJob, runs it anew.' },
  },
})

@ObjectType('JobRun')
export class JobRunType {
  @Field(() => DateTime)
  startedAt: Date

  @Field(() => DateTime, { nullable: true, description: 'Null while it runs or is tried again.' })
  finishedAt: Date | null

  @Field(() => JobRunState)
  state: JobRunState

  @Field(() => String, {
    nullable: true,
    description: 'Why it failed, as far as it may be shown; the log has the rest.',
  })
  error: string | null

  @Field(() => String, { nullable: true, description: 'What it found and did, in a sentence.' })
  summary: string | null

  @Field(() => String, { description: 'Who asked for it: the schedule, or staff.' })
  actor: string
}

@ObjectType('Job', { description: 'What Daybook does at set times.' })
export class JobType {
  @Field(() => String)
  name: string

  @Field(() => String)
  description: string

  @Field(() => String, { description: 'Minute, hour, day of the month, month, day of the week, in UTC.' })
  schedule: string

  @Field(() => DateTime)
  nextRunAt: Date

  @Field(() => JobRunType, { nullable: true, description: 'Runs are kept for a week.' })
  lastRun: JobRunType | null

  @Field(() => Int, { description: 'Runs of the last seven days that failed for good.' })
  failures: number

  @Field(() => Int, { description: 'Runs that are queued, those that are to be tried again included.' })
  waiting: number
}
