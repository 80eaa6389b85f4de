import { Button, Group, List, Modal, NumberInput, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { fieldRefusal } from '../parts/field-refusal'
import { formatDays } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { AgreementSetDunningDocument, type AgreedDunningFragment } from './agreements.generated'

/** When an account is reminded of unpaid invoices. */
export function DunningTerms(props: { schedule: AgreedDunningFragment; mayChange: boolean; onChanged: () => void }) {
  const { schedule, mayChange, onChanged } = props
  const [editing, setEditing] = useState(false)
  const { beforeDays, afterDays, uncollectibleAfterDays } = schedule
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          Reminders of unpaid invoices
        </Title>
        {mayChange && (
          <Button size="xs" variant="default" onClick={() => setEditing(true)}>
            Change them
          </Button>
        )}
      </Group>
      <List size="sm" spacing={4}>
        <List.Item>
          {beforeDays === null ? 'No word before it is due.' : `${formatDays(beforeDays)} before it is due.`}
        </List.Item>
        <List.Item>As it is overdue.</List.Item>
        {afterDays.map((days) => (
          <List.Item key={days}>{formatDays(days)} after its due date.</List.Item>
        ))}
        <List.Item>
          {uncollectibleAfterDays === null
            ? 'Staff are never asked to write it off.'
            : `${formatDays(uncollectibleAfterDays)} after, staff are asked to write it off.`}
        </List.Item>
      </List>
      {editing && <DunningDialog schedule={schedule} onDone={onChanged} onClose={() => setEditing(false)} />}
    </Paper>
  )
}

function DunningDialog(props: { schedule: AgreedDunningFragment; onDone: () => void; onClose: () => void }) {
  const { schedule, onDone, onClose } = props
  const set = useDeed(AgreementSetDunningDocument)
  const form = useForm<{ before: number | string; after: string; uncollectible: number | string }>({
    initialValues: {
      before: schedule.beforeDays ?? '',
      after: schedule.afterDays.join(', '),
      uncollectible: schedule.uncollectibleAfterDays ?? '',
    },
    validate: {
      after: (text) => (parseDays(text) === null ? 'Whole days from 1 to 365, 10 at the most, such as 7, 14' : null),
    },
  })
  const submit = async ({ before, after, uncollectible }: typeof form.values) => {
    const done = await set.run({
      accountId: schedule.accountId,
      beforeDays: before === '' ? null : Number(before),
      afterDays: parseDays(after) ?? [],
      uncollectibleAfterDays: uncollectible === '' ? null : Number(uncollectible),
    })
    if (done === null) return
    onDone()
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title="When to remind" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
        <Stack>
          <Text size="sm">
            Open invoices go by it from their next step on: what has passed is neither repeated nor made up for.
          </Text>
          <NumberInput
            label="Days before the due date"
            description="Empty: no word before."
            min={1}
            max={365}
            allowDecimal={false}
            data-autofocus
            {...form.getInputProps('before')}
            error={fieldRefusal(set.refusal, 'beforeDays')}
          />
          <TextInput
            label="Days after the due date"
            description="A reminder at each, beside the one that it is overdue. Empty: no more of them."
            {...form.getInputProps('after')}
            error={form.errors.after ?? fieldRefusal(set.refusal, 'afterDays')}
          />
          <NumberInput
            label="Propose to write it off after days"
            description="Empty: never."
            min={1}
            max={365}
            allowDecimal={false}
            {...form.getInputProps('uncollectible')}
            error={fieldRefusal(set.refusal, 'uncollectibleAfterDays')}
          />
          {set.refusal !== null && <RefusalAlert error={set.refusal} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={set.busy}>
              Change them
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Out of "7, 14"; null where one of them is no day. */
function parseDays(text: string): number[] | null {
  const days = text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number)
  const isGood = days.length <= 10 && days.every((day) => Number.isInteger(day) && day >= 1 && day <= 365)
  return isGood ? days : null
}
