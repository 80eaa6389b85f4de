import { Alert, Button, Group, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDeed } from '../api/use-deed'
import { fieldRefusal } from '../parts/field-refusal'
import { formatDays } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import type { BillingMode } from '../schema.generated'
import { AgreementUpdateAccountDocument, type AgreedAccountFragment } from './agreements.generated'
import { BILLING_MODES } from './billing-modes'

/** Changes what an account is called, how it pays, and what it is granted. */
export function AccountTermsDialog(props: { account: AgreedAccountFragment; onDone: () => void; onClose: () => void }) {
  const { account, onDone, onClose } = props
  const update = useDeed(AgreementUpdateAccountDocument)
  const form = useForm({
    initialValues: {
      name: account.name,
      email: account.email ?? '',
      billingMode: account.billingMode,
      creditLimit: account.balance.creditLimit as number | string,
      trialDays: account.trialDays as number | string,
      maxTrials: account.maxTrials as number | string,
    },
    validate: { name: (name) => (name.trim() === '' ? 'How is the partner called?' : null) },
  })
  const { values } = form
  const refused = (field: keyof typeof values) => form.errors[field] ?? fieldRefusal(update.refusal, field)
  const submit = async () => {
    const isPostpaid = values.billingMode === 'POSTPAID'
    const done = await update.run({
      accountId: account.id,
      name: values.name.trim(),
      email: values.email.trim() === '' ? null : values.email.trim(),
      billingMode: values.billingMode,
      // A prepaid account has none. An emptied field is '', and counts as 0.
      creditLimit: isPostpaid ? Number(values.creditLimit) : 0,
      trialDays: Number(values.trialDays),
      maxTrials: Number(values.maxTrials),
    })
    if (done === null) return
    onDone()
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title="Change the account" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={form.onSubmit(() => void submit())} noValidate>
        <Stack>
          <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} error={refused('name')} />
          <TextInput
            label="E-mail"
            description="Invoices, receipts and reminders go there. Empty: none are mailed."
            type="email"
            {...form.getInputProps('email')}
            error={refused('email')}
          />
          <Select
            label="How it pays"
            data={BILLING_MODES}
            allowDeselect={false}
            {...form.getInputProps('billingMode')}
            error={refused('billingMode')}
          />
          <ModeChange from={account.billingMode} to={values.billingMode} />
          {values.billingMode === 'POSTPAID' && (
            <NumberInput
              label="Credit limit in days"
              description={`How far under 0 the balance may fall. It is at ${formatDays(account.balance.available)} now; the limit can’t be put below what is owed.`}
              min={0}
              allowDecimal={false}
              {...form.getInputProps('creditLimit')}
              error={refused('creditLimit')}
            />
          )}
          <Group grow align="flex-start">
            <NumberInput
              label="Trials at once"
              min={0}
              max={1_000_000}
              allowDecimal={false}
              {...form.getInputProps('maxTrials')}
              error={refused('maxTrials')}
            />
            <NumberInput
              label="Days of a trial"
              min={1}
              max={36_500}
              allowDecimal={false}
              {...form.getInputProps('trialDays')}
              error={refused('trialDays')}
            />
          </Group>
          {update.refusal !== null && <RefusalAlert error={update.refusal} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={update.busy} disabled={!form.isDirty()}>
              Change it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function ModeChange({ from, to }: { from: BillingMode; to: BillingMode }) {
  if (from === to) return null
  return (
    <Alert color="blue" variant="light" title={to === 'PREPAID' ? 'It turns prepaid' : 'It turns postpaid'}>
      {to === 'PREPAID'
        ? 'It loses its credit limit, and months close no more. One that owes days can’t turn prepaid.'
        : 'Months close with an invoice for what was used, and its billing schedule ends.'}
    </Alert>
  )
}
