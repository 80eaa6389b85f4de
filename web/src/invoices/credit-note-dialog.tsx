import { Checkbox, NumberInput, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@apollo/client/react'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatDays, formatMoney, formatNumber, parseMoney } from '../parts/format'
import { MoneyInput } from '../parts/money-input'
import { RefusalAlert } from '../parts/refusal-alert'
import {
  InvoicesIssueCreditNoteDocument,
  InvoicesPreviewCreditNoteDocument,
  type InvoicesPreviewCreditNoteQuery,
} from './invoices.generated'
import type { DeedDialogProps } from './staff-deeds'

export function CreditNoteDialog({ invoice, onClose, onDone }: DeedDialogProps) {
  const { id, payments } = invoice
  const { currency } = invoice.total
  const [days, setDays] = useState<number | null>(null)
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [refundCards, setRefundCards] = useState(true)
  const amount = parseMoney(typed, currency)
  const isAmount = typed.trim() === '' || amount !== null
  const figures = `${days ?? ''}/${amount ?? ''}`
  const [asked] = useDebouncedValue(figures, 250)
  const [askedDays = null, askedAmount = null] = asked.split('/').map((text) => (text === '' ? null : Number(text)))
  const preview = useQuery(InvoicesPreviewCreditNoteDocument, {
    variables: { invoiceId: id, days: askedDays, amount: askedAmount },
    fetchPolicy: 'network-only',
  })
  const deed = useDeed(InvoicesIssueCreditNoteDocument)
  const isFresh = asked === figures && isAmount
  const foreseen = isFresh ? preview.data?.previewCreditNote : undefined
  const isPaidByCard = payments.some(({ method }) => method === 'CARD')
  return (
    <ConfirmDialog
      opened
      title="Issue a credit note"
      confirmLabel={foreseen === undefined ? 'Issue' : `Issue it for ${formatMoney(foreseen.total)}`}
      danger
      busy={deed.busy}
      disabled={foreseen === undefined || reason.trim() === ''}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        if (foreseen === undefined) return
        // The days that were shown, also where all that are left were meant.
        void deed
          .run({ invoiceId: id, days: foreseen.days, amount, reason, refundCards })
          .then((done) => done !== null && onDone())
      }}
    >
      <NumberInput
        label="Days to take back"
        description="All that are left of the invoice, unless given"
        value={days ?? ''}
        onChange={(value) => setDays(typeof value === 'number' && value >= 1 ? Math.trunc(value) : null)}
        min={1}
        max={invoice.days}
        allowDecimal={false}
        allowNegative={false}
        data-autofocus
      />
      <MoneyInput
        label="Amount that goes back, tax included"
        description="The price of the days, unless given; less is possible"
        currency={currency}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <TextInput
        label="Reason"
        description="Stands on the credit note"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={255}
        required
      />
      {isPaidByCard && (
        <Checkbox
          label="Refund the card at once"
          checked={refundCards}
          onChange={(event) => setRefundCards(event.currentTarget.checked)}
        />
      )}
      <div aria-live="polite">
        {preview.error !== undefined && <RefusalAlert error={preview.error} />}
        {foreseen !== undefined && <Figures preview={foreseen} invoiceDays={invoice.days} />}
      </div>
    </ConfirmDialog>
  )
}

function Figures(props: { preview: InvoicesPreviewCreditNoteQuery['previewCreditNote']; invoiceDays: number }) {
  const { preview, invoiceDays } = props
  const { days, creditedDays, remainingDays, balanceAfter, lines, net, tax, total, price, rounding } = preview
  return (
    <>
      <Table>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.description}>
              <Table.Td>
                {line.description}
                <Text size="xs" c="dimmed">
                  {formatDays(line.days)} of it
                </Text>
              </Table.Td>
              <Table.Td ta="right">{formatMoney(line.net)}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Td>Tax</Table.Td>
            <Table.Td ta="right">{formatMoney(tax)}</Table.Td>
          </Table.Tr>
          <Table.Tr fw={650}>
            <Table.Td>
              Goes back
              <Text size="xs" c="dimmed">
                = {formatMoney(net)} + {formatMoney(tax)} tax; {formatMoney(price)} at the most
              </Text>
            </Table.Td>
            <Table.Td ta="right">{formatMoney(total)}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Text size="sm" mt="xs">
        {formatDays(days)} leave the balance, and {formatDays(balanceAfter)} are available then. Of the invoice’s{' '}
        {formatNumber(invoiceDays)}, {formatNumber(creditedDays)} were taken back before, and{' '}
        {formatNumber(remainingDays)} can still be after it.
      </Text>
      {rounding.map((sentence) => (
        <Text size="xs" c="dimmed" key={sentence}>
          Rounded: {sentence}
        </Text>
      ))}
    </>
  )
}
