import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import { useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { Await } from '../parts/await'
import { formatCount } from '../parts/format'
import { Page } from '../parts/page'
import { RefusalAlert } from '../parts/refusal-alert'
import { When } from '../parts/when'
import { LastRun } from './jobs-table'
import { StaffJobsDocument, StaffRunJobDocument, type StaffJobFragment } from './jobs.generated'
import { PaymentParkedCountDocument } from './payments.generated'

/** What each of the reconciliation's jobs is there for, and what its finding means. */
const EXPLAINED: Record<string, { title: string; text: string }> = {
  'reconcile-provider-events': {
    title: 'Events that no webhook has brought',
    text: 'The provider keeps a list of all its events. It is read on from where it was left; what had not arrived is stored and applied like any other. Many such: webhooks don’t reach the gateway.',
  },
  'reconcile-channel-subscriptions': {
    title: 'Subscriptions of channels',
    text: 'Each subscription that lives, here or at the provider, is fetched and applied. “Stood otherwise” means that here it was taken for something else, and has been mended.',
  },
  'reconcile-invoice-checkouts': {
    title: 'Pages on which invoices are paid',
    text: 'Each page or charge that may be open at the provider is looked at. One that “stood otherwise” was paid or had ended without our knowing, and has been applied.',
  },
  'reconcile-tax-ids': {
    title: 'Tax ids',
    text: 'The provider looks tax ids up, which can take days. Those that it hadn’t answered for are asked about again.',
  },
}

/** Whether what stands here is what stands at the payment providers. */
export default function ReconciliationPage() {
  const mayRun = useMay('ADMIN')
  const mayBill = useMay('BILLING')
  const query = useLiveQuery(StaffJobsDocument, { variables: {}, everyMs: 5_000 })
  const parked = useLiveQuery(PaymentParkedCountDocument, { variables: {}, everyMs: 5_000, skip: !mayBill })
  const run = useDeed(StaffRunJobDocument)
  const runAll = async (names: readonly string[]) => {
    for (const name of names) if ((await run.run({ name })) === null) break
    await query.refetch()
  }
  const jobs = (query.data?.jobs ?? []).filter(({ name }) => name in EXPLAINED)
  return (
    <Page
      title="Reconciliation"
      lead="A webhook may get lost. These jobs compare both sides and mend what is found: they never ask for money, and run safely any number of times."
      actions={
        mayRun && (
          <Button
            loading={run.busy}
            disabled={jobs.length === 0 || jobs.every(({ waiting }) => waiting > 0)}
            onClick={() => void runAll(jobs.filter(({ waiting }) => waiting === 0).map(({ name }) => name))}
          >
            Run all now
          </Button>
        )
      }
    >
      {run.refusal !== null && <RefusalAlert error={run.refusal} />}
      {parked.data !== undefined && <Parked count={parked.data.providerEvents.totalCount} />}
      <Await query={query} lines={6}>
        {() => (
          <Stack>
            {jobs.map((job) => (
              <ReconciliationJob
                key={job.name}
                job={job}
                onRun={mayRun ? () => void runAll([job.name]) : null}
                busy={run.busy}
              />
            ))}
          </Stack>
        )}
      </Await>
    </Page>
  )
}

function ReconciliationJob(props: { job: StaffJobFragment; onRun: (() => void) | null; busy: boolean }) {
  const { job, onRun, busy } = props
  const { title, text } = EXPLAINED[job.name] ?? { title: job.name, text: job.description }
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label={title}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Title order={2} size="h4">
            {title}
          </Title>
          <Text size="sm" c="dimmed" maw={720}>
            {text}
          </Text>
        </div>
        {onRun !== null && (
          <Button
            size="xs"
            variant="default"
            disabled={busy || job.waiting > 0}
            aria-label={`${job.waiting > 0 ? 'Queued' : 'Run now'}: ${job.name}`}
            onClick={onRun}
            style={{ flexShrink: 0 }}
          >
            {job.waiting > 0 ? 'Queued' : 'Run now'}
          </Button>
        )}
      </Group>
      <Stack gap={4} mt="sm" aria-live="polite">
        <div>
          <LastRun run={job.lastRun} />
        </div>
        <Text size="xs" c="dimmed">
          {job.name}, next <When at={job.nextRunAt} relativeTo="now" />
          {job.failures > 0 && `; ${formatCount(job.failures, 'run')} failed in the last 7 days`}
        </Text>
      </Stack>
    </Paper>
  )
}

function Parked({ count }: { count: number }) {
  if (count === 0) {
    return (
      <Alert color="green" variant="light" title="Nothing is parked">
        <Text size="sm">All that the payment providers have told is applied, or on its way.</Text>
      </Alert>
    )
  }
  return (
    <Alert color="red" variant="light" title={`${formatCount(count, 'event')} failed too often`}>
      <Text size="sm">
        What they are about isn’t applied until they are replayed.{' '}
        <Anchor component={Link} to="/payments?state=PARKED" size="sm">
          Look at what they failed with
        </Anchor>
      </Text>
    </Alert>
  )
}
