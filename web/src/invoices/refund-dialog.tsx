import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatMoney, parseMoney, typedMoney } from '../parts/format'
import { MoneyInput } from '../parts/money-input'
import type { PaymentMethod } from '../schema.generated'
import type { Invoice } from './invoice-page'
import { InvoicesRecordRefundDocument } from './invoices.generated'
import { MethodField } from './method-field'
import { dueOfCreditNote, dueOfReturn } from './money-due'

/** Records that money went back, for a credit note or for a returned payment. */
export function RefundDialog(props: { invoice: Invoice; of: string; onClose: () => void; onDone: () => void }) {
  const { invoice, of, onClose, onDone } = props
  const { currency } = invoice.total
  const note = invoice.creditNotes.find(({ id }) => id === of)
  const returned = invoice.paymentReturns.find(({ id }) => id === of)
  const due =
    note !== undefined
      ? dueOfCreditNote(note, invoice.refunds)
      : returned !== undefined
        ? dueOfReturn(returned, invoice.refunds)
        : 0
  const [typed, setTyped] = useState(() => typedMoney({ amount: due, currency }))
  const [method, setMethod] = useState<PaymentMethod>('BANK_TRANSFER')
  const [reference, setReference] = useState('')
  const amount = parseMoney(typed, currency)
  const deed = useDeed(InvoicesRecordRefundDocument)
  if (note === undefined && returned === undefined) return null
  return (
    <ConfirmDialog
      opened
      title="Record a refund"
      confirmLabel={amount === null ? 'Record' : `Record ${formatMoney({ amount, currency })}`}
      busy={deed.busy}
      disabled={amount === null || amount < 1 || amount > due}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        if (amount === null) return
        void deed
          .run({
            invoiceId: invoice.id,
            creditNoteId: note?.id ?? null,
            paymentReturnId: returned?.id ?? null,
            amount,
            method,
            reference: reference.trim() === '' ? null : reference,
          })
          .then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        Record what you have paid back for {note === undefined ? 'the returned payment' : `credit note ${note.number}`}.
        Nothing is paid by this.
      </Text>
      <MoneyInput
        label="Amount"
        description={`${formatMoney({ amount: due, currency })} have still to go back`}
        currency={currency}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={amount !== null && amount > due ? `${formatMoney({ amount: due, currency })} at the most` : undefined}
        data-autofocus
      />
      <MethodField label="How it went back" value={method} onChange={setMethod} methods={['BANK_TRANSFER', 'OTHER']} />
      <TextInput
        label="Reference"
        value={reference}
        onChange={(event) => setReference(event.currentTarget.value)}
        maxLength={255}
      />
    </ConfirmDialog>
  )
}
