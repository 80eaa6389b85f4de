import { Group, Paper, Progress, Table, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatCount, formatNumber } from '../parts/format'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import { WholeNumberInput } from '../parts/whole-number-input'
import { WebhookReplayRangeDocument, type WebhookQuery } from './webhooks.generated'

/** Events of a replay at the most. */
const MOST_EVENTS = 100_000

export function ReplayRange(props: {
  endpointId: string
  sequence: number
  opened: boolean
  onClose: () => void
  onReplayed: () => void
}) {
  const { endpointId, sequence, opened, onClose, onReplayed } = props
  const [from, setFrom] = useState<number | null>(Math.max(1, sequence - 99))
  const [to, setTo] = useState<number | null>(sequence)
  const deed = useDeed(WebhookReplayRangeDocument)
  const count = from === null || to === null ? 0 : to - from + 1
  const replay = async () => {
    if (from === null || to === null) return
    if ((await deed.run({ endpointId, fromSequence: from, toSequence: to })) === null) return
    notifications.show({ color: 'green', message: 'The replay is under way.' })
    onReplayed()
    onClose()
  }
  return (
    <ConfirmDialog
      opened={opened}
      title="Replay a range of events"
      confirmLabel="Replay them"
      busy={deed.busy}
      disabled={count < 1 || count > MOST_EVENTS}
      refusal={deed.refusal}
      onConfirm={() => void replay()}
      onClose={onClose}
    >
      <Text size="sm">
        They are sent once more, in order and beside the stream, under the ids that they had: a receiver that remembers
        ids takes none twice.
      </Text>
      <Group grow align="flex-start">
        <WholeNumberInput label="First event" value={from} onChange={setFrom} max={sequence} />
        <WholeNumberInput label="Last event" value={to} onChange={setTo} max={sequence} />
      </Group>
      <Text size="sm" aria-live="polite">
        {count < 1
          ? 'The last event comes before the first.'
          : count > MOST_EVENTS
            ? `${formatNumber(count)} events: ${formatNumber(MOST_EVENTS)} at the most.`
            : `${formatCount(count, 'event')}, less those that the endpoint doesn’t want.`}
      </Text>
    </ConfirmDialog>
  )
}

/** What is sent once more, and how far that has come. */
export function Replays({ replays }: { replays: WebhookQuery['webhookEndpoint']['replays'] }) {
  if (replays.length === 0) return null
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Replays">
      <Title order={2} size="h4" mb="sm">
        Replays
      </Title>
      <Table.ScrollContainer minWidth={520} maxHeight={260} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Asked for</Table.Th>
              <Table.Th>Events</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Progress</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {replays.map(({ id, createdAt, fromSequence, toSequence, deliveredUntil, state }) => {
              const all = toSequence - fromSequence + 1
              const done = Math.min(all, Math.max(0, deliveredUntil - fromSequence + 1))
              return (
                <Table.Tr key={id}>
                  <Table.Td>
                    <When at={createdAt} />
                  </Table.Td>
                  <Table.Td>
                    {fromSequence === toSequence
                      ? formatNumber(fromSequence)
                      : `${formatNumber(fromSequence)} to ${formatNumber(toSequence)}`}
                  </Table.Td>
                  <Table.Td>
                    <StatusBadge status={state} />
                  </Table.Td>
                  <Table.Td>
                    <Progress
                      value={(done / all) * 100}
                      aria-label={`Replay of events ${fromSequence} to ${toSequence}`}
                      mb={2}
                    />
                    <Text size="xs">
                      {formatNumber(done)} of {formatNumber(all)}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              )
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  )
}
