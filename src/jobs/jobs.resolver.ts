import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql'
import { Role, Scope } from '../auth/actor'
import { NotFoundError } from '../errors'
import type { Context } from '../graphql/context'
import { JobType } from './jobs.types'
import { readJobs } from './read-jobs'

@Resolver()
export class JobsResolver {
  @Authorized(Role.STAFF)
  @Query(() => [JobType], { description: 'Staff only: what runs at set times, and how it went.' })
  jobs(@Ctx() { sql, jobs }: Context): Promise<JobType[]> {
    return readJobs(sql, jobs.table)
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.ADMIN)
  @Mutation(() => JobType, {
    description: 'Staff only: queues a run of the job at once, unless one waits already. Answers before it has run.',
  })
  async runJob(@Arg('name', () => String) name: string, @Ctx() context: Context): Promise<JobType> {
    const { sql, jobs, actorName } = context
    await context.database.inTransaction((tx) => jobs.request(name, actorName, tx))
    jobs.lookSoon()
    const job = (await readJobs(sql, jobs.table)).find((one) => one.name === name)
    if (job === undefined) throw new NotFoundError('job', name)
    return job
  }
}
