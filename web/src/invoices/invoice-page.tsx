import { Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconExternalLink, IconFileTypePdf } from '@tabler/icons-react'
import { Link, useParams } from 'react-router'
import { useAccountClock, useAccountPath, useMay, useViewer } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { Figure } from '../parts/explained'
import { formatDays, formatMoney, formatTime } from '../parts/format'
import { Page } from '../parts/page'
import { StatusBadge } from '../parts/status-badge'
import { useOpenDialog } from '../parts/use-open-dialog'
import { DayOrWhen, When } from '../parts/when'
import { CancelRequestDialog } from './cancel-request-dialog'
import { InvoiceDunning } from './invoice-dunning'
import { InvoiceLines } from './invoice-lines'
import { InvoiceMoney } from './invoice-money'
import { InvoiceParticulars } from './invoice-particulars'
import { InvoicesOneDocument, type InvoicesInvoiceFragment } from './invoices.generated'
import { PrepareBy } from './prepare-by'
import { StaffDeeds } from './staff-deeds'

export type Invoice = InvoicesInvoiceFragment

export default function InvoicePage() {
  const { invoiceId = '' } = useParams()
  const path = useAccountPath()
  const query = useLiveQuery(InvoicesOneDocument, {
    variables: { id: invoiceId },
    on: ['invoice', 'credit_note.', 'refund.', 'account.clock_advanced'],
  })
  const invoice = query.data?.invoice
  return (
    <Page
      title={invoice == null ? 'Invoice' : titleOf(invoice)}
      lead={
        <Anchor component={Link} to={path('invoices')} size="sm">
          All invoices
        </Anchor>
      }
    >
      <Await query={query} lines={8}>
        {({ invoice: found }) =>
          found === null ? (
            <Paper withBorder p="lg" radius="md">
              <Text>There is no such invoice. The address may be mistyped.</Text>
            </Paper>
          ) : (
            <InvoiceView invoice={found} onDone={() => void query.refetch()} />
          )
        }
      </Await>
    </Page>
  )
}

function titleOf({ number, days }: Invoice): string {
  return number === null ? `Invoice for ${formatDays(days)}` : `Invoice ${number}`
}

function InvoiceView({ invoice, onDone }: { invoice: Invoice; onDone: () => void }) {
  const { role } = useViewer()
  const mayBill = useMay('BILLING')
  const isStaff = role === 'STAFF'
  const { particulars } = invoice
  return (
    <Stack gap="lg">
      <State invoice={invoice} onDone={onDone} />
      {isStaff && mayBill && <StaffDeeds invoice={invoice} onDone={onDone} />}
      <Figures invoice={invoice} />
      <Paper withBorder p="md" radius="md">
        <Title order={2} size="h4" mb="xs">
          Lines
        </Title>
        {invoice.periodStart !== null && invoice.periodEnd !== null && (
          <Text size="sm" mb="xs">
            For days used from <DayOrWhen at={invoice.periodStart} /> to <DayOrWhen at={invoice.periodEnd} />.
          </Text>
        )}
        <InvoiceLines priced={invoice} rate={particulars?.tax ?? null} />
      </Paper>
      <InvoiceMoney invoice={invoice} mayAct={isStaff && mayBill} onDone={onDone} />
      <InvoiceDunning invoice={invoice} />
      <InvoiceParticulars invoice={invoice} />
    </Stack>
  )
}

/** What is so now, in a sentence, and what can be done about it. */
function State({ invoice, onDone }: { invoice: Invoice; onDone: () => void }) {
  const mayBill = useMay('BILLING')
  const { opened, close, opener } = useOpenDialog()
  const { status, overdue, paymentUrl, pdfUrl } = invoice
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" gap="sm">
        <Group gap="sm" aria-live="polite">
          <StatusBadge status={overdue ? 'OVERDUE' : status} />
          <Text size="sm">
            <StateSentence invoice={invoice} />
          </Text>
        </Group>
        <Group gap="xs">
          {pdfUrl !== null && (
            <Button
              component="a"
              href={pdfUrl}
              target="_blank"
              rel="noreferrer"
              variant="default"
              leftSection={<IconFileTypePdf size={16} aria-hidden />}
            >
              PDF
            </Button>
          )}
          {paymentUrl !== null && (
            <Button
              component="a"
              href={paymentUrl}
              target="_blank"
              rel="noreferrer"
              rightSection={<IconExternalLink size={16} aria-label="in a new tab" />}
            >
              Pay
            </Button>
          )}
          {status === 'REQUESTED' && mayBill && (
            <Button variant="default" {...opener('cancel')}>
              Cancel the request
            </Button>
          )}
        </Group>
      </Group>
      {opened === 'cancel' && status === 'REQUESTED' && mayBill && (
        <CancelRequestDialog
          invoice={invoice}
          onClose={close}
          onDone={() => {
            close()
            onDone()
          }}
        />
      )}
    </Paper>
  )
}

function StateSentence({ invoice }: { invoice: Invoice }) {
  const clock = useAccountClock()
  const { status, overdue, requestedAt, prepareBy, dueAt, postponedUntil, paidAt, days } = invoice
  switch (status) {
    case 'REQUESTED':
      return (
        <>
          Requested <When at={requestedAt} />; staff prepare it within half an hour: <PrepareBy at={prepareBy} />.
        </>
      )
    case 'OPEN':
      return (
        <>
          {overdue ? 'It was due ' : 'It is due '}
          <When at={dueAt} relativeTo={clock} /> (<When at={dueAt} />)
          {postponedUntil !== null && (
            <>
              {' '}
              and is postponed until <DayOrWhen at={postponedUntil} />
            </>
          )}
          . Its {formatDays(days)} are credited as it is paid in full.
        </>
      )
    case 'PAID':
      return (
        <>
          Paid <When at={paidAt} />: {formatDays(days)} were credited.
        </>
      )
    case 'VOID':
      return <>Taken back for good. It is not to be paid, and credits nothing.</>
    case 'UNCOLLECTIBLE':
      return <>Written off: its money is not expected any longer. It can still be paid, and then credits its days.</>
  }
}

function Figures({ invoice }: { invoice: Invoice }) {
  const { days, total, paid, subtotal, tax, lines, payments, paymentReturns, status, prepareBy } = invoice
  const { currency } = total
  const outstanding = status === 'VOID' ? 0 : Math.max(0, total.amount - paid.amount)
  const received = payments.reduce((sum, { amount }) => sum + amount.amount, 0)
  const returned = paymentReturns.reduce(
    (sum, { amount, fromUnapplied }) => sum + (fromUnapplied ? 0 : amount.amount),
    0,
  )
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      <Figure
        label="Days"
        value={formatDays(days)}
        formula={lines.map(({ description }) => description).join(' + ')}
        why="Days that are credited to the balance in the moment in which the invoice is paid in full."
      />
      <Figure
        label="Total"
        value={formatMoney(total)}
        formula={`= ${formatMoney(subtotal)} + ${formatMoney(tax)} tax`}
        why="Fixed as the invoice was requested: a price that is agreed later doesn’t change it."
      />
      <Figure
        label="Paid"
        value={formatMoney(paid)}
        formula={
          returned > 0
            ? `= ${formatMoney({ amount: received, currency })} received − ${formatMoney({ amount: returned, currency })} returned`
            : undefined
        }
        why="What came for it and counts. Payments that were returned don’t."
      />
      <Figure
        label="Outstanding"
        value={formatMoney({ amount: outstanding, currency })}
        color={invoice.overdue ? 'red' : undefined}
        formula={
          status === 'VOID'
            ? 'it was taken back'
            : status === 'REQUESTED'
              ? `to be paid once it is prepared, by ${formatTime(prepareBy)}`
              : `= ${formatMoney(total)} − ${formatMoney(paid)} paid`
        }
      />
    </SimpleGrid>
  )
}
