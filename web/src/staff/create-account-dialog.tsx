import { Button, Group, Modal, NumberInput, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from 'react-router'
import { useDeed } from '../api/use-deed'
import { fieldRefusal } from '../parts/field-refusal'
import { RefusalAlert } from '../parts/refusal-alert'
import type { BillingMode } from '../schema.generated'
import { StaffCreateAccountDocument } from './accounts.generated'
import { BILLING_MODES } from './billing-modes'

/** Opens an account with an empty book, and goes on to its prices, without which nothing can be sold to it. */
export function CreateAccountDialog({ onClose }: { onClose: () => void }) {
  const create = useDeed(StaffCreateAccountDocument)
  const navigate = useNavigate()
  const form = useForm({
    initialValues: {
      name: '',
      email: '',
      billingMode: 'PREPAID' as BillingMode,
      creditLimit: 0 as number | string,
      sandbox: false,
      trialDays: 5 as number | string,
      maxTrials: 0 as number | string,
    },
    validate: { name: (name) => (name.trim() === '' ? 'How is the partner called?' : null) },
  })
  const refused = (field: keyof typeof form.values) => form.errors[field] ?? fieldRefusal(create.refusal, field)
  const isPostpaid = form.values.billingMode === 'POSTPAID'
  const submit = async (values: typeof form.values) => {
    const done = await create.run({
      ...values,
      name: values.name.trim(),
      email: values.email.trim() === '' ? null : values.email.trim(),
      // An emptied field is '', and counts as 0.
      creditLimit: isPostpaid ? Number(values.creditLimit) : 0,
      trialDays: Number(values.trialDays),
      maxTrials: Number(values.maxTrials),
    })
    if (done !== null) void navigate(`/accounts/${done.createAccount.id}/agreements?new`)
  }
  return (
    <Modal opened onClose={onClose} title="Create an account" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
        <Stack>
          <TextInput
            label="Name"
            description="The partner’s, as staff and the partner see it. It can be changed."
            required
            data-autofocus
            {...form.getInputProps('name')}
            error={refused('name')}
          />
          <TextInput
            label="E-mail"
            description="Invoices, receipts and reminders go there. Without it, none are mailed."
            type="email"
            {...form.getInputProps('email')}
            error={refused('email')}
          />
          <Select
            label="How it pays"
            description={
              isPostpaid
                ? 'The balance may run down to the credit limit; each month closes with an invoice for what was used.'
                : 'Days are bought before they are allocated.'
            }
            data={BILLING_MODES}
            allowDeselect={false}
            {...form.getInputProps('billingMode')}
            error={refused('billingMode')}
          />
          {isPostpaid && (
            <NumberInput
              label="Credit limit in days"
              description="How far under 0 the balance may fall."
              min={0}
              allowDecimal={false}
              thousandSeparator
              {...form.getInputProps('creditLimit')}
              error={refused('creditLimit')}
            />
          )}
          <Group grow align="flex-start">
            <NumberInput
              label="Trials at once"
              description="Channels that may be on trial at the same time. 0 for no trials."
              min={0}
              max={1_000_000}
              allowDecimal={false}
              {...form.getInputProps('maxTrials')}
              error={refused('maxTrials')}
            />
            <NumberInput
              label="Days of a trial"
              description="They never come from the balance."
              min={1}
              max={36_500}
              allowDecimal={false}
              {...form.getInputProps('trialDays')}
              error={refused('trialDays')}
            />
          </Group>
          <Switch
            label="A sandbox"
            description="For tests: a clock of its own that only moves when it is moved, and no real money. It can’t be made a live account later."
            {...form.getInputProps('sandbox', { type: 'checkbox' })}
          />
          {create.refusal !== null && <RefusalAlert error={create.refusal} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.busy}>
              Create it and agree its prices
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
