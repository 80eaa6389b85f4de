import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { fieldRefusal } from '../parts/field-refusal'
import { formatMoney, parseMoney, typedMoney, type MoneyAmount } from '../parts/format'
import { MoneyInput } from '../parts/money-input'
import type { PaymentMethod } from '../schema.generated'
import { InvoicesReturnPaymentDocument, InvoicesReturnUnappliedDocument } from './invoices.generated'
import { MethodField } from './method-field'

/**
 * Gives a payment back, or what of it was not outstanding: by card where a card has paid, else as staff have paid it back. What
 * it comes to is said by whoever opens it.
 */
export function ReturnPaymentDialog(props: {
  invoiceId: string
  payment: { id: string; method: PaymentMethod }
  /** What of it can go back. */
  left: MoneyAmount
  unapplied: boolean
  /** What is so once an amount has gone back; null while none is typed. */
  words: (back: MoneyAmount | null) => string
  onClose: () => void
  onDone: () => void
}) {
  const { invoiceId, payment, left, unapplied, words, onClose, onDone } = props
  const { currency } = left
  const [typed, setTyped] = useState(() => typedMoney(left))
  const [method, setMethod] = useState<PaymentMethod>(payment.method)
  const [reason, setReason] = useState('')
  const [reference, setReference] = useState('')
  const amount = parseMoney(typed, currency)
  const isAmount = amount !== null && amount > 0 && amount <= left.amount
  const back = isAmount ? { amount, currency } : null
  const returning = useDeed(InvoicesReturnPaymentDocument)
  const returningUnapplied = useDeed(InvoicesReturnUnappliedDocument)
  const deed = unapplied ? returningUnapplied : returning
  const byCard = method === 'CARD'
  return (
    <ConfirmDialog
      opened
      title={unapplied ? 'Return what was not outstanding?' : 'Return the payment?'}
      confirmLabel={confirmWords(byCard, back)}
      danger
      busy={deed.busy}
      disabled={back === null || reason.trim() === ''}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        const input = {
          invoiceId,
          paymentId: payment.id,
          amount,
          reason: reason.trim(),
          method,
          reference: byCard || reference.trim() === '' ? null : reference.trim(),
        }
        const doing: Promise<object | null> = deed.run(input)
        void doing.then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm" aria-live="polite">
        {words(back)} This can’t be undone.
      </Text>
      <MoneyInput
        label="Amount"
        description={`${formatMoney(left)} at the most`}
        currency={currency}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={
          amount !== null && !isAmount
            ? `More than nothing, and ${formatMoney(left)} at the most`
            : fieldRefusal(deed.refusal, 'amount')
        }
        data-autofocus
      />
      <MethodField
        label="How it goes back"
        description={
          byCard
            ? 'The card that paid is refunded by this, at the payment provider.'
            : 'Pay it back first; this writes down that it was.'
        }
        value={method}
        onChange={setMethod}
        methods={payment.method === 'CARD' ? undefined : ['BANK_TRANSFER', 'OTHER']}
        error={fieldRefusal(deed.refusal, 'method')}
      />
      <TextInput
        label="Why"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={255}
        required
        error={fieldRefusal(deed.refusal, 'reason')}
      />
      {!byCard && (
        <TextInput
          label="Reference"
          description="Of your transfer, to find it again"
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
          maxLength={255}
          error={fieldRefusal(deed.refusal, 'reference')}
        />
      )}
    </ConfirmDialog>
  )
}

function confirmWords(byCard: boolean, back: MoneyAmount | null): string {
  if (back === null) return byCard ? 'Refund the card' : 'It was paid back'
  return byCard ? `Refund ${formatMoney(back)} to the card` : `${formatMoney(back)} were paid back`
}

/** Of money that was not outstanding: how much of it waits once some has gone back. */
export function unappliedWords(came: string, kept: MoneyAmount, back: MoneyAmount | null): string {
  const waits = `${formatMoney(kept)} ${came} and wait. No days move: none were credited for them.`
  if (back === null) return waits
  const left = { ...kept, amount: kept.amount - back.amount }
  return `${waits} ${formatMoney(left)} = ${formatMoney(kept)} − ${formatMoney(back)} wait afterwards.`
}
