import { SimpleGrid, Text, TextInput } from '@mantine/core'
import { skipToken, useQuery } from '@apollo/client/react'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { dayStart } from '../parts/day'
import { DayInput } from '../parts/day-input'
import { formatDays, formatMoney, parseMoney, typedMoney } from '../parts/format'
import { MoneyInput } from '../parts/money-input'
import { RefusalAlert } from '../parts/refusal-alert'
import type { PaymentMethod } from '../schema.generated'
import { InvoicesPreviewPaymentDocument, InvoicesRecordPaymentDocument } from './invoices.generated'
import { MethodField } from './method-field'
import type { DeedDialogProps } from './staff-deeds'

export function RecordPaymentDialog({ invoice, onClose, onDone }: DeedDialogProps) {
  const { id, total, paid } = invoice
  const { currency } = total
  const outstanding = { currency, amount: total.amount - paid.amount }
  const [typed, setTyped] = useState(() => typedMoney(outstanding))
  const [method, setMethod] = useState<PaymentMethod>('BANK_TRANSFER')
  const [reference, setReference] = useState('')
  const [receivedOn, setReceivedOn] = useState('')
  const amount = parseMoney(typed, currency)
  const [asked] = useDebouncedValue(amount, 250)
  const preview = useQuery(
    InvoicesPreviewPaymentDocument,
    asked === null ? skipToken : { variables: { invoiceId: id, amount: asked }, fetchPolicy: 'network-only' },
  )
  const deed = useDeed(InvoicesRecordPaymentDocument)
  const foreseen = amount === asked ? preview.data?.previewPayment : undefined
  return (
    <ConfirmDialog
      opened
      title="Record a payment"
      confirmLabel={amount === null ? 'Record' : `Record ${formatMoney({ amount, currency })}`}
      busy={deed.busy}
      disabled={foreseen === undefined}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        if (amount === null) return
        void deed
          .run({
            invoiceId: id,
            amount,
            currency,
            method,
            reference: reference.trim() === '' ? null : reference,
            receivedAt: dayStart(receivedOn),
          })
          .then((done) => done !== null && onDone())
      }}
    >
      <MoneyInput
        label="Amount"
        description={`${formatMoney(outstanding)} are outstanding: ${formatMoney(total)} − ${formatMoney(paid)} paid`}
        currency={currency}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <MethodField label="How it came" value={method} onChange={setMethod} />
        <DayInput label="Received on" description="Now, unless given" value={receivedOn} onChange={setReceivedOn} />
      </SimpleGrid>
      <TextInput
        label="Reference"
        description="As on the bank statement"
        value={reference}
        onChange={(event) => setReference(event.currentTarget.value)}
        maxLength={255}
      />
      <div aria-live="polite">
        {preview.error !== undefined && asked !== null && <RefusalAlert error={preview.error} />}
        {foreseen !== undefined && (
          <Text size="sm">
            {foreseen.days > 0
              ? `With it the invoice is paid: ${formatDays(foreseen.days)} are credited, and ${formatDays(foreseen.balanceAfter)} are available then.`
              : `${formatMoney(foreseen.paid)} are paid then, and ${formatMoney(foreseen.outstanding)} are outstanding still. No days are credited yet.`}
          </Text>
        )}
      </div>
    </ConfirmDialog>
  )
}
