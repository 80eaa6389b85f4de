import { Anchor, Button, Group, NumberInput, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { skipToken, useQuery } from '@apollo/client/react'
import { useDebouncedValue } from '@mantine/hooks'
import { lazy, Suspense, useState } from 'react'
import { Link } from 'react-router'
import { useAccount, useAccountClock, useAccountPath, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { PrepareBy } from '../invoices/prepare-by'
import { Await } from '../parts/await'
import { dayOf, dayStart, monthsLater } from '../parts/day'
import { DayInput } from '../parts/day-input'
import { Figure } from '../parts/explained'
import { formatCount, formatDays, formatMoney, formatNumber } from '../parts/format'
import { Page } from '../parts/page'
import { RefusalAlert } from '../parts/refusal-alert'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import { DaysToBuyDocument, OverviewDocument, type OverviewQuery } from './overview.generated'

const RunwayChart = lazy(() => import('./runway-chart').then(({ RunwayChart: chart }) => ({ default: chart })))

export function OverviewPage() {
  const { id } = useAccount()
  const path = useAccountPath()
  const mayBuy = useMay('BILLING')
  const query = useLiveQuery(OverviewDocument, {
    variables: { accountId: id },
    on: ['balance.', 'channel.', 'invoice', 'account.'],
  })
  return (
    <Page
      title="Overview"
      actions={
        mayBuy && (
          <Button component={Link} to={path('invoices/new')}>
            Buy days
          </Button>
        )
      }
    >
      <Await query={query} lines={6}>
        {({ account }) => <Overview account={account} />}
      </Await>
    </Page>
  )
}

type OverviewAccount = OverviewQuery['account']

function Overview({ account }: { account: OverviewAccount }) {
  const { balance } = account
  const clock = useAccountClock()
  const { forecast } = balance
  const { available, allocated, used, creditLimit } = balance
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
        <Figure
          label="Available"
          value={formatDays(available)}
          color={available <= 0 ? 'red' : undefined}
          formula={creditLimit > 0 ? `and a credit limit of ${formatDays(creditLimit)}` : 'can be put on channels now'}
          why={
            <>
              What was bought and came back, less what was allocated: {formatNumber(available + allocated + used)} in
              all − {formatNumber(allocated)} unused on channels − {formatNumber(used)} used = {formatNumber(available)}
              .
            </>
          }
        />
        <Figure
          label="On channels, unused"
          value={formatDays(allocated)}
          formula="would return if every channel were released"
          why="Whole days that are paid on channels and have not begun. A day that has begun is used and doesn’t return."
        />
        <Figure
          label="Burn"
          value={`${formatDays(forecast.daysPerDay)} a day`}
          formula={`= ${formatCount(forecast.runningChannels, 'running channel')}, without those on trial`}
          why="Each running channel uses one day in 24 hours. Channels in their trial, and those that a subscription pays for, use none."
        />
        <Figure
          label="Runs out"
          value={forecast.runsOutAt === null ? 'Never' : <When at={forecast.runsOutAt} relativeTo={clock} />}
          formula={
            forecast.runsOutAt === null ? (
              'nothing runs'
            ) : (
              <>
                on <When at={forecast.runsOutAt} />
              </>
            )
          }
          why="When the balance can no longer renew every running channel for a day: the first renewal for which no day is left, if nothing is bought and nothing changes."
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, lg: 3 }}>
        <Paper withBorder p="md" radius="md" style={{ gridColumn: 'span 2' }} className="runway">
          <Title order={2} size="h4" mb="sm">
            Runway
          </Title>
          <Suspense fallback={<div style={{ height: 240 }} />}>
            <RunwayChart series={forecast.series} />
          </Suspense>
        </Paper>
        <DaysToBuy now={account.now} />
      </SimpleGrid>
      <OpenInvoices account={account} />
    </Stack>
  )
}

/** "How many days must I buy to last until then?", with channels that may come. */
function DaysToBuy({ now }: { now: string }) {
  const { id } = useAccount()
  const path = useAccountPath()
  const mayBuy = useMay('BILLING')
  const [until, setUntil] = useState(() => dayOf(monthsLater(now, 3)))
  const [extra, setExtra] = useState(0)
  const [extraChannels] = useDebouncedValue(extra, 250)
  const start = dayStart(until)
  const isAhead = start !== null && Date.parse(start) > Date.parse(now)
  const query = useQuery(
    DaysToBuyDocument,
    isAhead ? { variables: { accountId: id, until: start, extraChannels }, fetchPolicy: 'network-only' } : skipToken,
  )
  const days = query.data?.balance.forecast.daysToBuyUntil ?? query.previousData?.balance.forecast.daysToBuyUntil
  return (
    <Paper withBorder p="md" radius="md">
      <Title order={2} size="h4" mb="sm">
        Days to buy
      </Title>
      <Stack gap="sm">
        <DayInput
          label="To last until"
          value={until}
          onChange={setUntil}
          error={isAhead ? undefined : 'A day to come'}
        />
        <NumberInput
          label="With more channels"
          description="or fewer, with a minus"
          value={extra}
          onChange={(value) => setExtra(typeof value === 'number' ? Math.trunc(value) : 0)}
          min={-100_000}
          max={100_000}
          allowDecimal={false}
        />
        {query.error !== undefined && isAhead && (
          <RefusalAlert error={query.error} onRetry={() => void query.refetch()} />
        )}
        {days !== undefined && isAhead && (
          <div aria-live="polite">
            <Text fz={28} fw={650}>
              {formatDays(days)}
            </Text>
            <Text size="xs" c="dimmed">
              {days === 0
                ? 'The balance lasts until then.'
                : 'to renew every running channel each day until then, beyond what is there'}
            </Text>
          </div>
        )}
        {mayBuy && days !== undefined && days > 0 && isAhead && (
          <Button component={Link} to={path(`invoices/new?looseDays=${days}`)} variant="light">
            Request an invoice for them
          </Button>
        )}
      </Stack>
    </Paper>
  )
}

function OpenInvoices({ account }: { account: OverviewAccount }) {
  const path = useAccountPath()
  const clock = useAccountClock()
  const { nodes, totalCount } = account.invoices
  if (totalCount === 0) return null
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4" id="open-invoices">
          Invoices on their way
        </Title>
        <Anchor component={Link} to={path('invoices')} size="sm">
          All invoices
        </Anchor>
      </Group>
      <Table.ScrollContainer minWidth={480}>
        <Table aria-labelledby="open-invoices">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Invoice</Table.Th>
              <Table.Th>Status</Table.Th>
              <Table.Th>Days</Table.Th>
              <Table.Th>Total</Table.Th>
              <Table.Th>When</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {nodes.map((invoice) => (
              <Table.Tr key={invoice.id}>
                <Table.Td>
                  <Anchor component={Link} to={path(`invoices/${invoice.id}`)}>
                    {invoice.number ?? 'Requested'}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <StatusBadge status={invoice.overdue ? 'OVERDUE' : invoice.status} />
                </Table.Td>
                <Table.Td>{formatDays(invoice.days)}</Table.Td>
                <Table.Td>{formatMoney(invoice.total)}</Table.Td>
                <Table.Td>
                  {invoice.status === 'REQUESTED' ? (
                    <PrepareBy at={invoice.prepareBy} />
                  ) : (
                    <>
                      due <When at={invoice.dueAt} relativeTo={clock} />
                    </>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  )
}
