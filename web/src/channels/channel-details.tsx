import { Button, Code, Group, Paper, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../api/use-deed'
import { formatMoney, parseMoney, typedMoney } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { ChannelSetPriceDocument, ChannelUpdateDocument } from './channel.generated'
import type { WholeChannel } from './channel-page'

/** What a channel is called, what is noted of it, and what its customer is asked for. */
export function ChannelDetails({ channel, editable }: { channel: WholeChannel; editable: boolean }) {
  const [editing, setEditing] = useState<'details' | 'price' | null>(null)
  const stop = () => setEditing(null)
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Paper withBorder p="md" radius="md" component="section" aria-label="Details">
        {editing === 'details' ? (
          <DetailsForm channel={channel} onEnd={stop} />
        ) : (
          <Shown title="Details" onEdit={editable ? () => setEditing('details') : undefined}>
            <Text size="sm">External ID: {channel.externalId ?? 'none'}</Text>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              ID: <Code>{channel.id}</Code>
            </Text>
            <Text size="sm">Metadata: {channel.metadata === null ? 'none' : ''}</Text>
            {channel.metadata !== null && (
              <Code block tabIndex={0} aria-label="Metadata">
                {JSON.stringify(channel.metadata, null, 2)}
              </Code>
            )}
          </Shown>
        )}
      </Paper>
      <Paper withBorder p="md" radius="md" component="section" aria-label="Your price">
        {editing === 'price' ? (
          <PriceForm channel={channel} onEnd={stop} />
        ) : (
          <Shown title="Your price" onEdit={editable ? () => setEditing('price') : undefined}>
            <Text size="sm">
              {channel.price === null
                ? 'Not said. With it, the margin of this channel is worked out.'
                : `${formatMoney(channel.price)} for 30 days.`}
            </Text>
            <Text size="xs" c="dimmed">
              What you ask of your own customer. It changes nothing of what you pay, and your customer never sees it
              here.
            </Text>
          </Shown>
        )}
      </Paper>
    </SimpleGrid>
  )
}

function Shown({ title, onEdit, children }: { title: string; onEdit?: () => void; children: ReactNode }) {
  return (
    <Stack gap={6}>
      <Group justify="space-between">
        <Title order={2} size="h5">
          {title}
        </Title>
        {onEdit !== undefined && (
          <Button variant="default" size="compact-sm" onClick={onEdit} aria-label={`Change: ${title}`}>
            Change
          </Button>
        )}
      </Group>
      {children}
    </Stack>
  )
}

function DetailsForm({ channel, onEnd }: { channel: WholeChannel; onEnd: () => void }) {
  const [name, setName] = useState(channel.name)
  const [externalId, setExternalId] = useState(channel.externalId ?? '')
  const [metadata, setMetadata] = useState(channel.metadata === null ? '' : JSON.stringify(channel.metadata, null, 2))
  const deed = useDeed(ChannelUpdateDocument)
  const parsed = parseObject(metadata)
  const save = async () => {
    if (parsed === undefined) return
    const done = await deed.run({
      channelId: channel.id,
      name: name.trim(),
      externalId: externalId.trim() === '' ? null : externalId.trim(),
      metadata: parsed,
    })
    if (done === null) return
    notifications.show({ title: 'Saved', message: `${done.updateChannel.channel.name} is changed.`, color: 'green' })
    onEnd()
  }
  return (
    <EditForm
      title="Details"
      deed={deed}
      disabled={name.trim() === '' || parsed === undefined}
      onSave={save}
      onEnd={onEnd}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={255}
        required
        autoFocus
      />
      <TextInput
        label="External ID"
        description="Empty takes it away"
        value={externalId}
        onChange={(event) => setExternalId(event.currentTarget.value)}
        maxLength={255}
      />
      <Textarea
        label="Metadata"
        description="A JSON object, 4 KiB at most; empty takes it away"
        value={metadata}
        onChange={(event) => setMetadata(event.currentTarget.value)}
        error={parsed === undefined ? 'This is no JSON object, such as {"plan": "gold"}' : undefined}
        rows={5}
        spellCheck={false}
        styles={{ input: { fontFamily: 'monospace' } }}
      />
    </EditForm>
  )
}

/** Undefined where it is none. */
function parseObject(text: string): Record<string, unknown> | null | undefined {
  if (text.trim() === '') return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function PriceForm({ channel, onEnd }: { channel: WholeChannel; onEnd: () => void }) {
  const [currency, setCurrency] = useState(channel.price?.currency ?? 'EUR')
  const [text, setText] = useState(channel.price === null ? '' : typedMoney(channel.price))
  const deed = useDeed(ChannelSetPriceDocument)
  const isCurrency = /^[A-Z]{3}$/.test(currency)
  const amount = text.trim() === '' || !isCurrency ? null : parseMoney(text, currency)
  const takesAway = text.trim() === ''
  const save = async () => {
    const price = takesAway ? { amount: null, currency: null } : { amount, currency }
    const done = await deed.run({ channelId: channel.id, ...price })
    if (done !== null) onEnd()
  }
  return (
    <EditForm
      title="Your price"
      deed={deed}
      disabled={!takesAway && amount === null}
      saveLabel={takesAway ? 'Take the price away' : 'Save'}
      onSave={save}
      onEnd={onEnd}
    >
      <Group align="flex-start" wrap="nowrap">
        <TextInput
          label="For 30 days"
          description="Empty takes it away"
          inputMode="decimal"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={!takesAway && isCurrency && amount === null ? 'An amount such as 12.50' : undefined}
          style={{ flex: 1 }}
          autoFocus
        />
        <TextInput
          label="Currency"
          description="ISO 4217"
          value={currency}
          onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())}
          maxLength={3}
          w={110}
          error={isCurrency ? undefined : 'Such as EUR'}
        />
      </Group>
      {amount !== null && isCurrency && (
        <Text size="sm" aria-live="polite">
          {formatMoney({ amount, currency })} for 30 days.
        </Text>
      )}
    </EditForm>
  )
}

function EditForm(props: {
  title: string
  deed: { busy: boolean; refusal: unknown }
  disabled: boolean
  saveLabel?: string
  onSave: () => Promise<void>
  onEnd: () => void
  children: ReactNode
}) {
  const { title, deed, disabled, saveLabel = 'Save', onSave, onEnd, children } = props
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void onSave()
      }}
    >
      <Stack>
        <Title order={2} size="h5">
          {title}
        </Title>
        {children}
        {deed.refusal !== null && <RefusalAlert error={deed.refusal} onRetry={() => void onSave()} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            Cancel
          </Button>
          <Button type="submit" loading={deed.busy} disabled={disabled}>
            {saveLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
