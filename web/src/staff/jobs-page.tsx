import { SimpleGrid, Stack, Text } from '@mantine/core'
import { useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { Figure } from '../parts/explained'
import { formatCount, formatNumber } from '../parts/format'
import { Page } from '../parts/page'
import { When } from '../parts/when'
import { JobsTable } from './jobs-table'
import { StaffJobsDocument } from './jobs.generated'

/** Behind by this many seconds, something is wrong: ends are told within one. */
const LATE_SECONDS = 3

/** What runs at set times, and whether the clock keeps up. */
export default function JobsPage() {
  const mayRun = useMay('ADMIN')
  const query = useLiveQuery(StaffJobsDocument, { variables: {}, everyMs: 5_000 })
  return (
    <Page
      title="Jobs"
      lead="Each runs once for all gateways, and is tried again where it fails. A run that was missed needs no second one: the next does all that is due."
    >
      <Await query={query} lines={8}>
        {({ jobs, clockHealth }) => {
          const failures = jobs.reduce((sum, job) => sum + job.failures, 0)
          const waiting = jobs.reduce((sum, job) => sum + job.waiting, 0)
          return (
            <Stack gap="lg">
              <SimpleGrid cols={{ base: 1, xs: 3 }}>
                <Figure
                  label="Clock"
                  value={
                    clockHealth.secondsBehind === 0
                      ? 'On time'
                      : `${formatCount(clockHealth.secondsBehind, 'second')} behind`
                  }
                  color={clockHealth.secondsBehind > LATE_SECONDS ? 'red' : undefined}
                  formula={
                    clockHealth.oldestDueAt === null ? (
                      'nothing is due'
                    ) : (
                      <>
                        the oldest was due at <When at={clockHealth.oldestDueAt} />
                      </>
                    )
                  }
                  why="How long ago the oldest end, notice or renewal of a live channel has come that isn’t done. More than one or two seconds for long: the sweep is stuck or overrun."
                />
                <Figure
                  label="Failed in 7 days"
                  value={formatNumber(failures)}
                  color={failures > 0 ? 'red' : undefined}
                  formula="runs that failed for good"
                  why="Runs that were tried again and failed each time. The next instant of the schedule, or running it now, starts anew."
                />
                <Figure label="Waiting" value={formatNumber(waiting)} formula="runs that are queued or tried again" />
              </SimpleGrid>
              <JobsTable jobs={jobs} mayRun={mayRun} onRun={() => void query.refetch()} />
              <Text size="xs" c="dimmed">
                Runs are kept for a week. Schedules are in UTC: minute, hour, day of the month, month, day of the week.
              </Text>
            </Stack>
          )
        }}
      </Await>
    </Page>
  )
}
