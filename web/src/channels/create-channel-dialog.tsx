import { Alert, Button, Checkbox, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useAccount, useAccountPath } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { formatDays } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { ChannelsCreateDocument, ChannelsPreviewCreationDocument } from './channels.generated'
import { balanceOutcome, channelOutcome, Outcome } from './outcome'

export function CreateChannelDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Create a channel" closeButtonProps={{ 'aria-label': 'Close' }}>
      <CreateChannelForm onClose={onClose} />
    </Modal>
  )
}

function CreateChannelForm({ onClose }: { onClose: () => void }) {
  const { id: accountId } = useAccount()
  const path = useAccountPath()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [externalId, setExternalId] = useState('')
  const [days, setDays] = useState<number | ''>(30)
  const [trial, setTrial] = useState(false)
  const asked = {
    accountId,
    externalId: externalId.trim() === '' ? null : externalId.trim(),
    days: days === '' || days === 0 ? null : days,
    trial,
  }
  const [variables] = useDebouncedValue(asked, 250)
  const preview = useLiveQuery(ChannelsPreviewCreationDocument, { variables, on: ['balance.', 'account.'] })
  const creation = useDeed(ChannelsCreateDocument)
  const isFresh = JSON.stringify(variables) === JSON.stringify(asked) && !preview.loading
  const outcome = isFresh && preview.error == null ? preview.data?.previewCreation : undefined
  const submit = async () => {
    const done = await creation.run({ ...asked, name: name.trim() })
    if (done === null) return
    const { channel } = done.createChannel
    onClose()
    notifications.show({
      title: `${channel.name} is created`,
      message: channel.unusedDays > 0 ? `It has ${formatDays(channel.unusedDays)} unused.` : 'It has no days yet.',
      color: 'green',
    })
    void navigate(path(`channels/${channel.id}`))
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="Whose channel it is, as your people know it"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={255}
          required
          data-autofocus
        />
        <TextInput
          label="External ID"
          description="Your own system’s name for it, if it has one: no other channel that isn’t deleted has the same"
          value={externalId}
          onChange={(event) => setExternalId(event.currentTarget.value)}
          maxLength={255}
        />
        <NumberInput
          label="Days"
          description="Allocated from the balance at once; none, if left empty"
          value={days}
          onChange={(value) => setDays(typeof value === 'number' ? value : '')}
          min={0}
          max={36_500}
          allowDecimal={false}
          thousandSeparator
        />
        <Checkbox
          label="Begin with a trial"
          description="Trial days are free; paid days begin when it ends"
          checked={trial}
          onChange={(event) => setTrial(event.currentTarget.checked)}
        />
        {isFresh && preview.error != null && (
          <RefusalAlert error={preview.error} onRetry={() => void preview.refetch()} />
        )}
        {outcome !== undefined && (
          <Outcome rows={[...channelOutcome(outcome.channel), balanceOutcome(outcome.balanceAfter, -outcome.days)]} />
        )}
        {creation.refusal !== null && preview.error == null && (
          <RefusalAlert error={creation.refusal} onRetry={() => void submit()} />
        )}
        {trial && <Alert color="blue">A customer’s external ID gets one trial ever.</Alert>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={creation.busy} disabled={outcome === undefined || name.trim() === ''}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
