import { Button, Code, Stack, Table, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useDeed } from '../api/use-deed'
import { formatCount, formatNumber } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import { StaffRunJobDocument, type StaffJobFragment } from './jobs.generated'

/** Jobs with their last run and their next, and a way to run them now. */
export function JobsTable(props: { jobs: readonly StaffJobFragment[]; mayRun: boolean; onRun: () => void }) {
  const { jobs, mayRun, onRun } = props
  const run = useDeed(StaffRunJobDocument)
  const runNow = async (name: string) => {
    if ((await run.run({ name })) === null) return
    notifications.show({ message: `${name} is queued. What it finds stands here once it has run.` })
    onRun()
  }
  return (
    <Stack>
      {run.refusal !== null && <RefusalAlert error={run.refusal} />}
      <Table.ScrollContainer minWidth={mayRun ? 860 : 760} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table verticalSpacing="sm" aria-label="Jobs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Job</Table.Th>
              <Table.Th>Last run</Table.Th>
              <Table.Th>Next run</Table.Th>
              <Table.Th ta="right">Failed in 7 days</Table.Th>
              {mayRun && <Table.Th>Run</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {jobs.map((job) => (
              <Table.Tr key={job.name}>
                <Table.Td maw={320}>
                  <Text size="sm" fw={600}>
                    {job.name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {job.description}
                  </Text>
                </Table.Td>
                <Table.Td maw={320}>
                  <LastRun run={job.lastRun} />
                </Table.Td>
                <Table.Td>
                  <When at={job.nextRunAt} relativeTo="now" />
                  <Text size="xs" c="dimmed" component="div">
                    <Code>{job.schedule}</Code>
                  </Text>
                  {job.waiting > 0 && (
                    <Text size="xs" role="status">
                      {formatCount(job.waiting, 'run')} queued
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right">
                  <Text size="sm" component="span" c={job.failures > 0 ? 'red' : undefined}>
                    {formatNumber(job.failures)}
                  </Text>
                </Table.Td>
                {mayRun && (
                  <Table.Td>
                    <Button
                      size="compact-sm"
                      variant="default"
                      disabled={run.busy || job.waiting > 0}
                      aria-label={`Run now: ${job.name}`}
                      onClick={() => void runNow(job.name)}
                    >
                      Run now
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  )
}

/** How a job's last run went, and what it found. */
export function LastRun({ run }: { run: StaffJobFragment['lastRun'] }) {
  if (run === null) {
    return (
      <Text size="sm" c="dimmed">
        It hasn’t run in the last week.
      </Text>
    )
  }
  return (
    <>
      <StatusBadge status={run.state} />{' '}
      <Text size="sm" component="span">
        <When at={run.startedAt} relativeTo="now" />
        {run.actor !== 'job:schedule' && ', asked for by staff'}
      </Text>
      {run.summary !== null && <Text size="sm">{run.summary}.</Text>}
      {run.error !== null && (
        <Text size="sm" c="red" style={{ overflowWrap: 'anywhere' }}>
          {run.error}
        </Text>
      )}
    </>
  )
}
