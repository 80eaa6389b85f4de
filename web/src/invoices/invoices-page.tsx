import { Anchor, Button, Chip, Group, Paper, SimpleGrid, Stack, Table, Text } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'
import { useAccount, useAccountClock, useAccountPath, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { Figure } from '../parts/explained'
import { formatCount, formatDays, formatMoney, formatNumber, type MoneyAmount } from '../parts/format'
import { OlderNewer, usePageStart } from '../parts/older-newer'
import { Page } from '../parts/page'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import type { InvoiceFilter } from '../schema.generated'
import {
  InvoicesListDocument,
  InvoicesOutstandingDocument,
  type InvoicesListQuery,
  type InvoicesOutstandingQuery,
} from './invoices.generated'
import { PrepareBy } from './prepare-by'

/** What touches an invoice. */
const TOUCHED_BY = ['invoice', 'credit_note.', 'refund.', 'account.clock_advanced', 'account.overdue']

const FILTERS: readonly { value: string; label: string; filter: InvoiceFilter | null }[] = [
  { value: '', label: 'All', filter: null },
  { value: 'requested', label: 'Requested', filter: { status: ['REQUESTED'] } },
  { value: 'open', label: 'Open', filter: { status: ['OPEN'] } },
  { value: 'overdue', label: 'Overdue', filter: { overdue: true } },
  { value: 'paid', label: 'Paid', filter: { status: ['PAID'] } },
  { value: 'void', label: 'Void', filter: { status: ['VOID'] } },
  { value: 'uncollectible', label: 'Uncollectible', filter: { status: ['UNCOLLECTIBLE'] } },
]

export default function InvoicesPage() {
  const account = useAccount()
  const path = useAccountPath()
  const mayBuy = useMay('BILLING')
  const [params, setParams] = useSearchParams()
  const after = usePageStart()
  const chosen = FILTERS.find(({ value }) => value === params.get('status')) ?? FILTERS[0]
  const query = useLiveQuery(InvoicesListDocument, {
    variables: { accountId: account.id, filter: chosen?.filter ?? null, after },
    on: TOUCHED_BY,
  })
  return (
    <Page
      title="Invoices"
      lead="Days are bought by invoice. They are credited in the moment in which the invoice is paid in full."
      actions={
        mayBuy && (
          <Button component={Link} to={path('invoices/new')}>
            Buy days
          </Button>
        )
      }
    >
      <Outstanding />
      <Stack gap="sm">
        <Chip.Group value={chosen?.value ?? ''} onChange={(value) => setParams(value === '' ? {} : { status: value })}>
          <Group gap="xs" role="group" aria-label="Show invoices by status">
            {FILTERS.map(({ value, label }) => (
              <Chip key={value} value={value} size="sm">
                {label}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <Await query={query} lines={6}>
          {({ invoices }) => <InvoiceTable invoices={invoices} isFiltered={chosen?.filter != null} />}
        </Await>
      </Stack>
    </Page>
  )
}

type Listed = InvoicesListQuery['invoices']

function InvoiceTable({ invoices, isFiltered }: { invoices: Listed; isFiltered: boolean }) {
  const path = useAccountPath()
  const mayBuy = useMay('BILLING')
  const { nodes, totalCount, pageInfo } = invoices
  if (nodes.length === 0) {
    return (
      <Paper withBorder p="lg" radius="md">
        <Text>{isFiltered ? 'No invoice is in this state.' : 'Nothing was bought yet.'}</Text>
        {!isFiltered && mayBuy && (
          <Anchor component={Link} to={path('invoices/new')}>
            Request the first invoice
          </Anchor>
        )}
      </Paper>
    )
  }
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed" aria-live="polite">
        {formatCount(totalCount, 'invoice')}, newest first
      </Text>
      <Table.ScrollContainer minWidth={720}>
        <Table verticalSpacing="sm" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Invoice</Table.Th>
              <Table.Th>Status</Table.Th>
              <Table.Th ta="right">Days</Table.Th>
              <Table.Th ta="right">Total</Table.Th>
              <Table.Th>When</Table.Th>
              <Table.Th>Links</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {nodes.map((invoice) => (
              <InvoiceRow key={invoice.id} invoice={invoice} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <OlderNewer pageInfo={pageInfo} />
    </Stack>
  )
}

const CAUSES = {
  REQUEST: null,
  SCHEDULE: 'by the billing schedule',
  AUTO_TOP_UP: 'by the automatic top-up',
  USAGE: 'for days used',
}

function InvoiceRow({ invoice }: { invoice: Listed['nodes'][number] }) {
  const path = useAccountPath()
  const { id, number, status, overdue, cause, days, total, paid, purchaseOrder, paymentUrl, pdfUrl } = invoice
  const name = number ?? 'Not numbered yet'
  const causeText = CAUSES[cause]
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={path(`invoices/${id}`)} fw={600}>
          {name}
        </Anchor>
        {causeText !== null && (
          <Text size="xs" c="dimmed">
            {causeText}
          </Text>
        )}
        {purchaseOrder !== null && (
          <Text size="xs" c="dimmed">
            Order {purchaseOrder}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <StatusBadge status={overdue ? 'OVERDUE' : status} />
      </Table.Td>
      <Table.Td ta="right">{formatNumber(days)}</Table.Td>
      <Table.Td ta="right">
        {formatMoney(total)}
        {paid.amount > 0 && paid.amount < total.amount && (
          <Text size="xs" c="dimmed">
            {formatMoney(paid)} paid
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <InvoiceTime invoice={invoice} />
      </Table.Td>
      <Table.Td>
        <Group gap="sm" wrap="nowrap">
          {paymentUrl !== null && (
            <Anchor href={paymentUrl} target="_blank" rel="noreferrer" size="sm" aria-label={`Pay ${name} (new tab)`}>
              Pay
            </Anchor>
          )}
          {pdfUrl !== null && (
            <Anchor href={pdfUrl} target="_blank" rel="noreferrer" size="sm" aria-label={`PDF of ${name} (new tab)`}>
              PDF
            </Anchor>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}

function InvoiceTime({ invoice }: { invoice: Listed['nodes'][number] }) {
  const clock = useAccountClock()
  const { status, prepareBy, dueAt, postponedUntil, paidAt, requestedAt } = invoice
  if (status === 'REQUESTED') return <PrepareBy at={prepareBy} />
  if (status === 'PAID') {
    return (
      <>
        paid <When at={paidAt} />
      </>
    )
  }
  if (status === 'OPEN') {
    return (
      <>
        {postponedUntil === null ? 'due ' : 'postponed until '}
        <When at={postponedUntil ?? dueAt} relativeTo={clock} />
      </>
    )
  }
  return (
    <>
      requested <When at={requestedAt} />
    </>
  )
}

/** What is still to be paid, in each currency. */
function Outstanding() {
  const { id } = useAccount()
  const query = useLiveQuery(InvoicesOutstandingDocument, { variables: { accountId: id }, on: TOUCHED_BY })
  const invoices = query.data?.invoices
  if (invoices === undefined || invoices.totalCount === 0) return null
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      {outstandingOf(invoices.nodes).map(({ currency, outstanding, overdue, total, paid, days, count }) => (
        <Figure
          key={currency}
          label="To be paid"
          value={formatMoney({ amount: outstanding, currency })}
          color={overdue > 0 ? 'red' : undefined}
          formula={
            overdue > 0
              ? `${formatMoney({ amount: overdue, currency })} of it is overdue`
              : `brings ${formatDays(days)} once it is paid`
          }
          why={
            <>
              {formatCount(count, 'open invoice')}
              {invoices.totalCount > invoices.nodes.length &&
                `, the newest of ${formatNumber(invoices.totalCount)}`}: {formatMoney({ amount: total, currency })} in
              all − {formatMoney({ amount: paid, currency })} paid already ={' '}
              {formatMoney({ amount: outstanding, currency })}. Written-off and void ones are not in it.
            </>
          }
        />
      ))}
    </SimpleGrid>
  )
}

interface OutstandingSum {
  currency: string
  count: number
  total: number
  paid: number
  outstanding: number
  overdue: number
  days: number
}

function outstandingOf(invoices: InvoicesOutstandingQuery['invoices']['nodes']): OutstandingSum[] {
  const sums = new Map<string, OutstandingSum>()
  for (const { total, paid, overdue, days } of invoices) {
    const { currency } = total
    const none = { currency, count: 0, total: 0, paid: 0, outstanding: 0, overdue: 0, days: 0 }
    const sum = sums.get(currency) ?? none
    const left = leftOf(total, paid)
    sums.set(currency, {
      currency,
      count: sum.count + 1,
      total: sum.total + total.amount,
      paid: sum.paid + paid.amount,
      outstanding: sum.outstanding + left,
      overdue: sum.overdue + (overdue ? left : 0),
      days: sum.days + days,
    })
  }
  return [...sums.values()]
}

function leftOf(total: MoneyAmount, paid: MoneyAmount): number {
  return Math.max(0, total.amount - paid.amount)
}
