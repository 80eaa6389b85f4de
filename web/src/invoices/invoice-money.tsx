import { Anchor, Button, Paper, Stack, Table, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useOpenDialog } from '../parts/use-open-dialog'
import { formatDays, formatMoney, formatWord } from '../parts/format'
import { StatusBadge } from '../parts/status-badge'
import { DayOrWhen, When } from '../parts/when'
import type { Invoice } from './invoice-page'
import { dueOfCreditNote, dueOfReturn, leftOfPayment } from './money-due'
import { RefundDialog } from './refund-dialog'
import { ReturnPaymentDialog, unappliedWords } from './return-payment-dialog'

/** All money of an invoice: what came, what went back and for what, what is disputed. */
export function InvoiceMoney(props: { invoice: Invoice; mayAct: boolean; onDone: () => void }) {
  const { invoice, mayAct, onDone } = props
  const { opened, of, close } = useOpenDialog()
  const done = () => {
    close()
    onDone()
  }
  const payment = invoice.payments.find(({ id }) => id === of)
  return (
    <>
      <Payments invoice={invoice} mayAct={mayAct} />
      <CreditNotes invoice={invoice} mayAct={mayAct} />
      <PaymentReturns invoice={invoice} mayAct={mayAct} />
      <Refunds invoice={invoice} />
      <Chargebacks invoice={invoice} />
      {mayAct && payment !== undefined && (opened === 'return' || opened === 'return-unapplied') && (
        <ReturnPayment
          invoice={invoice}
          payment={payment}
          unapplied={opened === 'return-unapplied'}
          onClose={close}
          onDone={done}
        />
      )}
      {mayAct && opened === 'refund' && of !== null && (
        <RefundDialog invoice={invoice} of={of} onClose={close} onDone={done} />
      )}
    </>
  )
}

function ReturnPayment(props: {
  invoice: Invoice
  payment: Invoice['payments'][number]
  unapplied: boolean
  onClose: () => void
  onDone: () => void
}) {
  const { invoice, payment, unapplied, onClose, onDone } = props
  const { paid, total } = invoice
  const kept = payment.unapplied ?? { ...payment.amount, amount: 0 }
  const left = unapplied ? kept : { ...payment.amount, amount: leftOfPayment(payment, invoice.paymentReturns) }
  return (
    <ReturnPaymentDialog
      invoiceId={invoice.id}
      payment={payment}
      left={left}
      unapplied={unapplied}
      words={(back) => {
        if (unapplied) return unappliedWords('were not outstanding', kept, back)
        const after = { ...paid, amount: paid.amount - (back?.amount ?? 0) }
        return back === null
          ? 'What goes back no longer counts for the invoice.'
          : `It no longer counts: ${formatMoney(after)} of ${formatMoney(total)} are paid then.`
      }}
      onClose={onClose}
      onDone={onDone}
    />
  )
}

function Section({ title, children, minWidth = 560 }: { title: string; children: ReactNode; minWidth?: number }) {
  return (
    <Paper withBorder p="md" radius="md">
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      <Table.ScrollContainer minWidth={minWidth}>
        <Table verticalSpacing="xs">{children}</Table>
      </Table.ScrollContainer>
    </Paper>
  )
}

function Payments({ invoice, mayAct }: { invoice: Invoice; mayAct: boolean }) {
  const { opener } = useOpenDialog()
  const { payments, paymentReturns, status } = invoice
  if (payments.length === 0) return null
  const takesBack = status === 'OPEN' || status === 'UNCOLLECTIBLE'
  return (
    <Section title="Payments">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Received</Table.Th>
          <Table.Th>How</Table.Th>
          <Table.Th>Reference</Table.Th>
          <Table.Th ta="right">Amount</Table.Th>
          {mayAct && <Table.Th>Deeds</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {payments.map((payment) => (
          <Table.Tr key={payment.id}>
            <Table.Td>
              <DayOrWhen at={payment.receivedAt} />
            </Table.Td>
            <Table.Td>{formatWord(payment.method)}</Table.Td>
            <Table.Td>{payment.reference ?? '–'}</Table.Td>
            <Table.Td ta="right">
              {formatMoney(payment.amount)}
              {payment.unapplied !== null && (
                <Text size="xs" c="dimmed">
                  and {formatMoney(payment.unapplied)} that was not outstanding
                </Text>
              )}
            </Table.Td>
            {mayAct && (
              <Table.Td>
                {takesBack && leftOfPayment(payment, paymentReturns) > 0 && (
                  <Button size="compact-xs" variant="default" {...opener('return', payment.id)}>
                    Return the payment
                  </Button>
                )}
                {payment.unapplied !== null && (
                  <Button size="compact-xs" variant="default" {...opener('return-unapplied', payment.id)}>
                    Return what was not outstanding
                  </Button>
                )}
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Section>
  )
}

function CreditNotes({ invoice, mayAct }: { invoice: Invoice; mayAct: boolean }) {
  const { opener } = useOpenDialog()
  const { creditNotes, refunds } = invoice
  if (creditNotes.length === 0) return null
  return (
    <Section title="Credit notes" minWidth={640}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Credit note</Table.Th>
          <Table.Th>Issued</Table.Th>
          <Table.Th>Reason</Table.Th>
          <Table.Th ta="right">Days</Table.Th>
          <Table.Th ta="right">Goes back</Table.Th>
          <Table.Th>Links</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {creditNotes.map((note) => {
          const due = dueOfCreditNote(note, refunds)
          return (
            <Table.Tr key={note.id}>
              <Table.Td fw={600}>{note.number}</Table.Td>
              <Table.Td>
                <When at={note.issuedAt} />
              </Table.Td>
              <Table.Td>{note.reason}</Table.Td>
              <Table.Td ta="right">{formatDays(note.days)}</Table.Td>
              <Table.Td ta="right">
                {formatMoney(note.total)}
                <Text size="xs" c="dimmed">
                  = {formatMoney(note.net)} + {formatMoney(note.tax)} tax
                </Text>
                {due > 0 && (
                  <Text size="xs" c="dimmed">
                    {formatMoney({ ...note.total, amount: due })} has still to go back
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Stack gap={4} align="flex-start">
                  {note.pdfUrl !== null && (
                    <Anchor
                      href={note.pdfUrl}
                      target="_blank"
                      rel="noreferrer"
                      size="sm"
                      aria-label={`PDF of ${note.number} (new tab)`}
                    >
                      PDF
                    </Anchor>
                  )}
                  {mayAct && due > 0 && (
                    <Button size="compact-xs" variant="default" {...opener('refund', note.id)}>
                      Record a refund
                    </Button>
                  )}
                </Stack>
              </Table.Td>
            </Table.Tr>
          )
        })}
      </Table.Tbody>
    </Section>
  )
}

function PaymentReturns({ invoice, mayAct }: { invoice: Invoice; mayAct: boolean }) {
  const { opener } = useOpenDialog()
  const { paymentReturns, refunds } = invoice
  if (paymentReturns.length === 0) return null
  return (
    <Section title="Returned payments">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Returned</Table.Th>
          <Table.Th>Reason</Table.Th>
          <Table.Th ta="right">Amount</Table.Th>
          {mayAct && <Table.Th>Deeds</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {paymentReturns.map((returned) => {
          const due = dueOfReturn(returned, refunds)
          return (
            <Table.Tr key={returned.id}>
              <Table.Td>
                <When at={returned.returnedAt} />
              </Table.Td>
              <Table.Td>{returned.reason}</Table.Td>
              <Table.Td ta="right">
                {formatMoney(returned.amount)}
                {returned.fromUnapplied && (
                  <Text size="xs" c="dimmed">
                    it never counted: it was not outstanding
                  </Text>
                )}
                {due > 0 && (
                  <Text size="xs" c="dimmed">
                    {formatMoney({ ...returned.amount, amount: due })} has still to go back
                  </Text>
                )}
              </Table.Td>
              {mayAct && (
                <Table.Td>
                  {due > 0 && (
                    <Button size="compact-xs" variant="default" {...opener('refund', returned.id)}>
                      Record a refund
                    </Button>
                  )}
                </Table.Td>
              )}
            </Table.Tr>
          )
        })}
      </Table.Tbody>
    </Section>
  )
}

function Refunds({ invoice: { refunds, creditNotes } }: { invoice: Invoice }) {
  if (refunds.length === 0) return null
  return (
    <Section title="Refunds">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Gone back</Table.Th>
          <Table.Th>For</Table.Th>
          <Table.Th>How</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th ta="right">Amount</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {refunds.map((refund) => (
          <Table.Tr key={refund.id}>
            <Table.Td>
              <When at={refund.refundedAt} />
            </Table.Td>
            <Table.Td>
              {refund.unapplied
                ? 'nothing here: made at the payment provider'
                : refund.creditNoteId !== null
                  ? `credit note ${creditNotes.find(({ id }) => id === refund.creditNoteId)?.number ?? ''}`
                  : 'a returned payment'}
            </Table.Td>
            <Table.Td>
              {formatWord(refund.method)}
              {refund.reference !== null && (
                <Text size="xs" c="dimmed">
                  {refund.reference}
                </Text>
              )}
            </Table.Td>
            <Table.Td>
              <StatusBadge status={refund.status} />
              {refund.failure !== null && (
                <Text size="xs" c="dimmed">
                  {refund.failure} The money has still to go back, in another way.
                </Text>
              )}
            </Table.Td>
            <Table.Td ta="right">{formatMoney(refund.amount)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Section>
  )
}

const CHARGEBACKS = {
  OPEN: 'The bank has not decided. Its days are taken back until then.',
  LOST: 'The money is gone, and its days stay taken back.',
  WON: 'The money is back, and so are its days.',
}

function Chargebacks({ invoice: { chargebacks } }: { invoice: Invoice }) {
  if (chargebacks.length === 0) return null
  return (
    <Section title="Chargebacks">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Opened</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th ta="right">Days</Table.Th>
          <Table.Th ta="right">Amount</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {chargebacks.map((chargeback) => (
          <Table.Tr key={chargeback.id}>
            <Table.Td>
              <When at={chargeback.openedAt} />
            </Table.Td>
            <Table.Td>
              <StatusBadge status={chargeback.status} />
              <Text size="xs" c="dimmed">
                {CHARGEBACKS[chargeback.status]}
              </Text>
            </Table.Td>
            <Table.Td ta="right">{chargeback.days === null ? '–' : formatDays(chargeback.days)}</Table.Td>
            <Table.Td ta="right">{formatMoney(chargeback.amount)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Section>
  )
}
