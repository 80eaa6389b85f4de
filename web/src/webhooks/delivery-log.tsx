import { Button, Code, Group, Paper, Switch, Table, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Fragment, useState } from 'react'
import { useSearchParams } from 'react-router'
import { useMay } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { formatCount, formatNumber, formatWord } from '../parts/format'
import { OlderNewer } from '../parts/older-newer'
import { RefusalAlert } from '../parts/refusal-alert'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import { WebhookReplayOneDocument, type WebhookQuery } from './webhooks.generated'

type Deliveries = WebhookQuery['webhookEndpoint']['deliveries']
type Delivery = Deliveries['nodes'][number]

/** What was sent, with every attempt and what was answered. */
export function DeliveryLog(props: { deliveries: Deliveries; isDisabled: boolean; onReplayed: () => void }) {
  const { deliveries, isDisabled, onReplayed } = props
  const { nodes, pageInfo } = deliveries
  const [params, setParams] = useSearchParams()
  const isFiltered = params.has('undelivered')
  const [open, setOpen] = useState<string | null>(null)
  const mayReplay = useMay('TOKENS') && !isDisabled
  const deed = useDeed(WebhookReplayOneDocument)
  const filter = (wanted: boolean) => {
    const next = new URLSearchParams(params)
    next.delete('after')
    if (wanted) next.set('undelivered', '')
    else next.delete('undelivered')
    setParams(next, { replace: true })
  }
  const replay = async ({ id, sequence }: Delivery) => {
    if ((await deed.run({ id })) === null) return
    notifications.show({ color: 'green', message: `Event ${formatNumber(sequence)} is sent once more.` })
    onReplayed()
  }
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Deliveries">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Deliveries
        </Title>
        <Switch
          label="Only those not received"
          checked={isFiltered}
          onChange={(event) => filter(event.currentTarget.checked)}
        />
      </Group>
      {deed.refusal !== null && <RefusalAlert error={deed.refusal} />}
      {nodes.length === 0 ? (
        <Text size="sm">
          {isFiltered
            ? 'Every event that was sent was received.'
            : 'Nothing was sent yet. The next event that the endpoint wants shows here.'}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Event</Table.Th>
                <Table.Th>Type</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Last attempt</Table.Th>
                <Table.Th>Attempts</Table.Th>
                {mayReplay && <Table.Th>Replay</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {nodes.map((delivery) => {
                const { id, sequence, eventType, delivered, attempts } = delivery
                const isOpen = open === id
                return (
                  <Fragment key={id}>
                    <Table.Tr>
                      <Table.Td>{formatNumber(sequence)}</Table.Td>
                      <Table.Td>{eventType}</Table.Td>
                      <Table.Td>
                        <StatusBadge status={delivered ? 'DELIVERED' : 'FAILED'} />
                      </Table.Td>
                      <Table.Td>
                        <When at={attempts[0]?.createdAt} />
                      </Table.Td>
                      <Table.Td>
                        <Button
                          size="compact-sm"
                          variant="subtle"
                          aria-expanded={isOpen}
                          aria-label={`${formatCount(attempts.length, 'attempt')} at event ${sequence}`}
                          onClick={() => setOpen(isOpen ? null : id)}
                        >
                          {formatCount(attempts.length, 'attempt')}
                        </Button>
                      </Table.Td>
                      {mayReplay && (
                        <Table.Td>
                          <Button
                            size="compact-sm"
                            variant="default"
                            aria-label={`Replay event ${sequence}`}
                            disabled={deed.busy}
                            onClick={() => void replay(delivery)}
                          >
                            Replay
                          </Button>
                        </Table.Td>
                      )}
                    </Table.Tr>
                    {isOpen && (
                      <Table.Tr>
                        <Table.Td colSpan={mayReplay ? 6 : 5}>
                          <Attempts delivery={delivery} />
                        </Table.Td>
                      </Table.Tr>
                    )}
                  </Fragment>
                )
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <OlderNewer pageInfo={pageInfo} />
    </Paper>
  )
}

function Attempts({ delivery }: { delivery: Delivery }) {
  return (
    <>
      <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
        webhook-id {delivery.id}
      </Text>
      {delivery.attempts.map(({ kind, createdAt, status, error, answer, durationMs }, index) => (
        <div key={`${createdAt} ${index}`}>
          <Text size="sm" mt="xs">
            <When at={createdAt} /> – {formatWord(kind)}: {status === null ? 'no answer' : `answered ${status}`} after{' '}
            {formatNumber(durationMs)} ms.{error !== null && ` ${error}`}
          </Text>
          {answer !== null && answer !== '' && (
            <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {answer}
            </Code>
          )}
        </div>
      ))}
    </>
  )
}
