import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatMoney, parseMoney, typedMoney } from '../parts/format'
import { MoneyInput } from '../parts/money-input'
import type { PaymentMethod } from '../schema.generated'
import type { Invoice } from './invoice-page'
import { InvoicesReturnPaymentDocument, InvoicesReturnUnappliedDocument } from './invoices.generated'
import { MethodField } from './method-field'
import { leftOfPayment } from './money-due'

/** Gives a payment back, or what of it was not outstanding: by card where a card has paid, else as staff have paid it back. */
export function ReturnPaymentDialog(props: {
  invoice: Invoice
  payment: Invoice['payments'][number]
  unapplied: boolean
  onClose: () => void
  onDone: () => void
}) {
  const { invoice, payment, unapplied, onClose, onDone } = props
  const { currency } = payment.amount
  const left = unapplied ? (payment.unapplied?.amount ?? 0) : leftOfPayment(payment, invoice.paymentReturns)
  const [typed, setTyped] = useState(() => typedMoney({ amount: left, currency }))
  const [method, setMethod] = useState<PaymentMethod>(payment.method)
  const [reason, setReason] = useState('')
  const [reference, setReference] = useState('')
  const amount = parseMoney(typed, currency)
  const returning = useDeed(InvoicesReturnPaymentDocument)
  const returningUnapplied = useDeed(InvoicesReturnUnappliedDocument)
  const deed = unapplied ? returningUnapplied : returning
  const after = { currency, amount: invoice.paid.amount - (amount ?? 0) }
  return (
    <ConfirmDialog
      opened
      title={unapplied ? 'Return what was not outstanding?' : 'Return the payment?'}
      confirmLabel={amount === null ? 'Return' : `Return ${formatMoney({ amount, currency })}`}
      danger
      busy={deed.busy}
      disabled={amount === null || amount < 1 || amount > left || reason.trim() === ''}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        const input = {
          invoiceId: invoice.id,
          paymentId: payment.id,
          amount,
          reason,
          method,
          reference: reference.trim() === '' ? null : reference,
        }
        const doing: Promise<object | null> = deed.run(input)
        void doing.then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        {unapplied
          ? 'It never counted for the invoice, and no days hang on it.'
          : `It no longer counts: ${formatMoney(after)} of ${formatMoney(invoice.total)} are paid then.`}{' '}
        {method === 'CARD' ? 'The card is refunded by this.' : 'Pay it back yourself; this records that you have.'}
      </Text>
      <MoneyInput
        label="Amount"
        description={`${formatMoney({ amount: left, currency })} at the most`}
        currency={currency}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={amount !== null && amount > left ? `${formatMoney({ amount: left, currency })} at the most` : undefined}
        data-autofocus
      />
      <MethodField
        label="How it goes back"
        value={method}
        onChange={setMethod}
        methods={payment.method === 'CARD' ? undefined : ['BANK_TRANSFER', 'OTHER']}
      />
      <TextInput
        label="Why"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={255}
        required
      />
      {method !== 'CARD' && (
        <TextInput
          label="Reference"
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
          maxLength={255}
        />
      )}
    </ConfirmDialog>
  )
}
