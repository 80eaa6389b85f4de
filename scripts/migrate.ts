import 'reflect-metadata'
import { readConfig } from '../src/config'
import { migrate } from '../src/database'
import { prepareJobQueue } from '../src/jobs/prepare-job-queue'

/** What a gateway does at its start unless DAYBOOK_MIGRATE is off: the tables of Daybook, and those of the job queue. */
async function main(): Promise<void> {
  const { databaseUrl } = readConfig()
  if (databaseUrl === null) throw new Error('DATABASE_URL says which Postgres to migrate; it is not set.')
  await migrate(databaseUrl)
  await prepareJobQueue(databaseUrl)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
