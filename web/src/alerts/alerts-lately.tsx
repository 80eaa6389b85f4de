import { Anchor, Button, Group, Paper, Table, Text, Title } from '@mantine/core'
import { useApolloClient } from '@apollo/client/react'
import { useEffect, useEffectEvent, useState } from 'react'
import { Link } from 'react-router'
import { useAccount, useAccountPath } from '../account/account-context'
import { useRecentEvents } from '../api/live-feed'
import { formatDays, formatNumber } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { When } from '../parts/when'
import { AlertsLatelyDocument, type AlertsLatelyQuery } from './alerts.generated'

type PastEvent = AlertsLatelyQuery['events']['nodes'][number]

const AN_ASK = 100
/** Events that one look goes back through, and alerts that end it earlier. */
const A_LOOK = 500
const ENOUGH = 10

/** What an alert says: a low balance or runway, or a channel that is near its end, has ended, or could not renew. */
function isAlert(event: object & { type: string }): boolean {
  if (event.type === 'balance.low') return true
  return 'reason' in event && ['NEAR', 'EXPIRED', 'RENEWAL_FAILED'].includes(String(event.reason))
}

/** Alerts that came lately, newest first: out of the log as far back as was looked, and live. */
export function AlertsLately({ sequence }: { sequence: number }) {
  const { id: accountId } = useAccount()
  const apollo = useApolloClient()
  const recent = useRecentEvents()
  const [past, setPast] = useState<readonly PastEvent[]>([])
  const [lookedFrom, setLookedFrom] = useState(sequence)
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<unknown>(null)

  const lookBack = async () => {
    setBusy(true)
    setRefusal(null)
    try {
      let from = lookedFrom
      const found: PastEvent[] = []
      while (from > 0 && lookedFrom - from < A_LOOK && found.length < ENOUGH) {
        const after = Math.max(0, from - AN_ASK)
        const { data } = await apollo.query({
          query: AlertsLatelyDocument,
          variables: { accountId, after },
          fetchPolicy: 'no-cache',
        })
        const until = from
        const asked = data?.events.nodes ?? []
        found.push(...asked.filter((event) => event.sequence <= until && isAlert(event)))
        from = after
      }
      setPast((before) => [...before, ...found])
      setLookedFrom(from)
    } catch (error) {
      setRefusal(error)
    } finally {
      setBusy(false)
    }
  }
  const lookFirst = useEffectEvent(() => void lookBack())
  useEffect(() => lookFirst(), [])

  const bySequence = new Map<number, PastEvent>()
  for (const event of past) bySequence.set(event.sequence, event)
  for (const event of recent) if (isAlert(event)) bySequence.set(event.sequence, event)
  const shown = [...bySequence.values()].sort((a, b) => b.sequence - a.sequence)
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Alerts that came lately">
      <Title order={2} size="h4" mb="sm">
        Alerts that came lately
      </Title>
      {refusal !== null && <RefusalAlert error={refusal} onRetry={() => void lookBack()} />}
      <div aria-live="polite" aria-busy={busy}>
        {shown.length === 0 ? (
          <Text size="sm">
            {busy ? 'Looking through the log …' : `None in the last ${formatNumber(sequence - lookedFrom)} events.`}
          </Text>
        ) : (
          <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>When</Table.Th>
                  <Table.Th>What</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map((event) => (
                  <Table.Tr key={event.sequence}>
                    <Table.Td style={{ whiteSpace: 'nowrap' }}>
                      <When at={event.occurredAt} />
                    </Table.Td>
                    <Table.Td>
                      <AlertText event={event} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </div>
      {lookedFrom > 0 && (
        <Group mt="sm">
          <Button variant="default" size="xs" loading={busy} onClick={() => void lookBack()}>
            Look further back
          </Button>
          <Text size="xs" c="dimmed">
            Looked through {formatNumber(sequence - lookedFrom)} of {formatNumber(sequence)} events.
          </Text>
        </Group>
      )}
    </Paper>
  )
}

function AlertText({ event }: { event: PastEvent }) {
  const path = useAccountPath()
  if ('measure' in event) {
    const { measure, threshold, available, runsOutAt } = event
    if (measure === 'DAYS') {
      return (
        <>
          Low balance: {formatDays(available)} were available, fewer than {formatNumber(threshold)}.
        </>
      )
    }
    return (
      <>
        Low runway: {formatDays(available)} last until <When at={runsOutAt} />, less than {formatDays(threshold)}.
      </>
    )
  }
  if (!('reason' in event)) return null
  const { channel, reason, paidUntil, unusedDays } = event
  const name = (
    <Anchor component={Link} underline="always" to={path(`channels/${channel.id}`)}>
      {channel.name}
    </Anchor>
  )
  if (reason === 'NEAR') {
    return (
      <>
        {name} ends on <When at={paidUntil} />: {formatDays(unusedDays)} are left.
      </>
    )
  }
  if (reason === 'RENEWAL_FAILED') return <>{name} could not be renewed: too few days were available.</>
  return <>The time of {name} is over.</>
}
