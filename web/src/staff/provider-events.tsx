import { Alert, Button, Code, Paper, Select, Stack, Table, Text } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { Await } from '../parts/await'
import { formatCount, formatWord } from '../parts/format'
import { OlderNewer, usePageStart } from '../parts/older-newer'
import { RefusalAlert } from '../parts/refusal-alert'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import type { ProviderEventState } from '../schema.generated'
import {
  PaymentProviderEventsDocument,
  PaymentReplayEventDocument,
  type ListedProviderEventFragment,
} from './payments.generated'

const STATES: { value: ProviderEventState | ''; label: string }[] = [
  { value: 'PARKED', label: 'Parked: failed too often' },
  { value: '', label: 'All' },
  { value: 'PENDING', label: 'Pending: looked at next, or tried again' },
  { value: 'DONE', label: 'Done: applied' },
  { value: 'IGNORED', label: 'Ignored: nothing of ours' },
]

/** What the payment providers have told. While some are parked, these stand first: somebody has to look at them. */
export function ProviderEvents(props: { parkedCount: number; onReplayed: () => void }) {
  const { parkedCount, onReplayed } = props
  const [params, setParams] = useSearchParams()
  const asked = params.get('state')
  const state = STATES.find(({ value }) => value === (asked ?? (parkedCount > 0 ? 'PARKED' : '')))?.value ?? ''
  const after = usePageStart()
  const query = useLiveQuery(PaymentProviderEventsDocument, {
    variables: { state: state === '' ? null : state, first: 50, after },
    everyMs: 5_000,
  })
  const replay = useDeed(PaymentReplayEventDocument)
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={720}>
        A parked event was tried again and again and failed each time. Mend what it says, then replay it: what it is
        about is fetched anew and applied. Replaying is safe any number of times.
      </Text>
      <Select
        label="State"
        data={STATES}
        value={state}
        allowDeselect={false}
        maw={360}
        onChange={(value) => setParams({ events: '', state: value ?? '' })}
      />
      {replay.refusal !== null && <RefusalAlert error={replay.refusal} />}
      <Await query={{ ...query, data: query.data ?? query.previousData }} lines={5}>
        {({ providerEvents: { totalCount, nodes, pageInfo } }) => (
          <Stack gap="xs">
            <Text size="sm" c="dimmed" aria-live="polite">
              {formatCount(totalCount, 'event')}
            </Text>
            {nodes.length === 0 ? (
              <Paper withBorder p="lg" radius="md">
                <Text fw={600}>{state === 'PARKED' ? 'Nothing is parked' : 'No event is like that'}</Text>
                <Text size="sm" c="dimmed">
                  {state === 'PARKED' ? 'All that was told has been applied.' : 'Choose another state.'}
                </Text>
              </Paper>
            ) : (
              <EventsTable
                events={nodes}
                busy={replay.busy}
                onReplay={(id) => {
                  void replay.run({ id }).then(() => {
                    void query.refetch()
                    onReplayed()
                  })
                }}
              />
            )}
            <OlderNewer pageInfo={pageInfo} />
          </Stack>
        )}
      </Await>
    </Stack>
  )
}

function EventsTable(props: {
  events: readonly ListedProviderEventFragment[]
  busy: boolean
  onReplay: (id: string) => void
}) {
  return (
    <Table.ScrollContainer minWidth={860}>
      <Table verticalSpacing="sm" aria-label="Provider’s events">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>State</Table.Th>
            <Table.Th>What happened</Table.Th>
            <Table.Th>About</Table.Th>
            <Table.Th ta="right">Failed</Table.Th>
            <Table.Th>Received</Table.Th>
            <Table.Th>Replay</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {props.events.map((event) => (
            <Table.Tr key={event.id}>
              <Table.Td>
                <StatusBadge status={event.state} />
              </Table.Td>
              <Table.Td>
                <Code>{event.type}</Code>
                <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {event.id} · {event.provider}
                  {event.livemode ? '' : ', test mode'}
                </Text>
                {event.lastError !== null && event.state !== 'DONE' && (
                  <Alert color="red" variant="light" p="xs" mt={4}>
                    <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
                      {event.lastError}
                    </Text>
                  </Alert>
                )}
              </Table.Td>
              <Table.Td>
                {event.objectKind === null ? '–' : formatWord(event.objectKind)}
                <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {event.objectId}
                </Text>
              </Table.Td>
              <Table.Td ta="right">
                {event.attempts === 0 ? 'never' : formatCount(event.attempts, 'time')}
                {event.nextAttemptAt !== null && event.state === 'PENDING' && (
                  <Text size="xs" c="dimmed">
                    again <When at={event.nextAttemptAt} relativeTo="now" />
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <When at={event.receivedAt} />
              </Table.Td>
              <Table.Td>
                <Button
                  size="compact-sm"
                  variant={event.state === 'PARKED' ? 'filled' : 'default'}
                  disabled={props.busy}
                  aria-label={`Replay ${event.type}, ${event.id}`}
                  onClick={() => props.onReplay(event.id)}
                >
                  Replay
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
