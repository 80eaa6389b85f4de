import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDeed } from '../api/use-deed'
import { fieldRefusal } from '../parts/field-refusal'
import { formatMoney, parseMoney, typedMoney } from '../parts/format'
import { MoneyInput } from '../parts/money-input'
import { RefusalAlert } from '../parts/refusal-alert'
import type { PaymentMethod } from '../schema.generated'
import { PaymentReturnUnappliedDocument, type UnappliedPaymentFragment } from './payments.generated'

/** Gives back what a payment brought although it was not outstanding: by the card that paid, or as staff have paid it back. */
export function ReturnPaymentDialog(props: {
  payment: UnappliedPaymentFragment
  onDone: () => void
  onClose: () => void
}) {
  const { payment, onDone, onClose } = props
  const { invoice, method } = payment
  const kept = payment.unapplied ?? { ...payment.amount, amount: 0 }
  const give = useDeed(PaymentReturnUnappliedDocument)
  const form = useForm({
    initialValues: { amount: typedMoney(kept), method, reference: '', reason: '' },
    validate: {
      amount: (text) => {
        const amount = parseMoney(text, kept.currency)
        return amount === null || amount < 1 || amount > kept.amount ? `At most ${formatMoney(kept)}` : null
      },
      reason: (reason) => (reason.trim() === '' ? 'Why does it go back?' : null),
    },
  })
  const amount = parseMoney(form.values.amount, kept.currency)
  const submit = async (values: typeof form.values) => {
    const done = await give.run({
      invoiceId: invoice.id,
      paymentId: payment.id,
      amount: parseMoney(values.amount, kept.currency) ?? 0,
      method: values.method,
      reason: values.reason.trim(),
      reference: values.reference.trim() === '' ? null : values.reference.trim(),
    })
    if (done === null) return
    onDone()
    onClose()
  }
  const byCard = form.values.method === 'CARD'
  return (
    <Modal opened onClose={onClose} title="Give it back" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
        <Stack>
          <Text size="sm">
            {formatMoney(kept)} came from {invoice.account.name} for {invoice.number ?? 'an invoice'} and wait. No days
            move: none were credited for them.
          </Text>
          <MoneyInput
            label="Amount"
            currency={kept.currency}
            required
            data-autofocus
            {...form.getInputProps('amount')}
            error={form.errors.amount ?? fieldRefusal(give.refusal, 'amount')}
          />
          <Select
            label="How"
            description={
              byCard
                ? 'The card that paid is refunded by this, at the payment provider.'
                : 'Pay it back first; this writes down that it was.'
            }
            data={METHODS.filter(({ value }) => value !== 'CARD' || method === 'CARD')}
            allowDeselect={false}
            {...form.getInputProps('method')}
            error={fieldRefusal(give.refusal, 'method')}
          />
          {!byCard && (
            <TextInput
              label="Reference"
              description="Of your transfer, to find it again."
              {...form.getInputProps('reference')}
              error={fieldRefusal(give.refusal, 'reference')}
            />
          )}
          <TextInput
            label="Reason"
            required
            maxLength={255}
            {...form.getInputProps('reason')}
            error={form.errors.reason ?? fieldRefusal(give.refusal, 'reason')}
          />
          {amount !== null && (
            <Text size="sm" aria-live="polite">
              {formatMoney({ ...kept, amount: Math.max(0, kept.amount - amount) })} = {formatMoney(kept)} −{' '}
              {formatMoney({ ...kept, amount })} wait afterwards. This can’t be undone.
            </Text>
          )}
          {give.refusal !== null && <RefusalAlert error={give.refusal} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={give.busy}>
              {byCard ? 'Refund the card' : 'It was paid back'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

const METHODS: { value: PaymentMethod; label: string }[] = [
  { value: 'CARD', label: 'To the card that paid' },
  { value: 'BANK_TRANSFER', label: 'Bank transfer' },
  { value: 'OTHER', label: 'Otherwise' },
]
