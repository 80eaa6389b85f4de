import { Anchor, Button, Paper, Stack, Table, Text, Title } from '@mantine/core'
import { useApolloClient } from '@apollo/client/react'
import { useEffect, useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { useAccount, useAccountPath } from '../account/account-context'
import { formatChange, formatDays, formatTime, formatWord } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { When } from '../parts/when'
import type { Move } from './time-machine-page'
import { TimeMachineEventsDocument, type TimeMachineEventsQuery } from './time-machine.generated'

type HappenedEvent = TimeMachineEventsQuery['events']['nodes'][number]

/** All that a move of the clock has brought, in its order. */
export function WhatHappened({ move }: { move: Move }) {
  const { id } = useAccount()
  const apollo = useApolloClient()
  const [events, setEvents] = useState<readonly HappenedEvent[]>([])
  const [after, setAfter] = useState(move.after)
  const [state, setState] = useState<'LOADING' | 'MORE' | 'ALL'>('LOADING')
  const [error, setError] = useState<unknown>(null)

  const read = (from: number) => {
    setState('LOADING')
    setError(null)
    apollo
      .query({
        query: TimeMachineEventsDocument,
        variables: { accountId: id, after: from },
        fetchPolicy: 'network-only',
      })
      .then(({ data }) => {
        const page = data?.events
        if (page === undefined) return
        setEvents((before) => [...before.filter(({ sequence }) => sequence <= from), ...page.nodes])
        setAfter(page.nodes.at(-1)?.sequence ?? from)
        setState(page.pageInfo.hasNextPage ? 'MORE' : 'ALL')
      })
      .catch((refused: unknown) => {
        setError(refused)
        setState('MORE')
      })
  }
  useEffect(() => read(move.after), [move])

  return (
    <Paper withBorder p="md" radius="md">
      <Title order={2} size="h4" mb={4}>
        What happened in between
      </Title>
      <Text size="sm" c="dimmed" mb="xs" aria-live="polite">
        From {formatTime(move.from)} to {formatTime(move.to)}
        {state === 'ALL' && events.length === 0 && ': nothing.'}
      </Text>
      <Stack gap="sm" align="flex-start">
        {events.length > 0 && (
          <Table.ScrollContainer minWidth={480} w="100%">
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>When</Table.Th>
                  <Table.Th>What</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {events.map((event) => (
                  <Table.Tr key={event.sequence}>
                    <Table.Td style={{ whiteSpace: 'nowrap' }}>
                      <When at={event.occurredAt} />
                    </Table.Td>
                    <Table.Td>
                      <Told event={event} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {error !== null && <RefusalAlert error={error} onRetry={() => read(after)} />}
        {state !== 'ALL' && (
          <Button variant="default" size="xs" loading={state === 'LOADING'} onClick={() => read(after)}>
            What came after that
          </Button>
        )}
      </Stack>
    </Paper>
  )
}

const CHANGES: Record<string, string> = {
  ALLOCATION: 'went to a channel',
  BURN: 'were used',
  PURCHASE: 'were bought',
  RELEASE: 'came back from a channel',
  TRANSFER: 'went from channel to channel',
}

/** An event in a sentence, with a link to what it is about. */
function Told({ event }: { event: HappenedEvent }) {
  const path = useAccountPath()
  const to = (address: string, text: ReactNode) => (
    <Anchor component={Link} to={path(address)} size="sm" underline="always">
      {text}
    </Anchor>
  )
  switch (event.__typename) {
    case 'BalanceChange': {
      const { transaction, days, available } = event
      const { kind, channel } = transaction
      return (
        <>
          {formatWord(kind)}
          {CHANGES[kind] !== undefined && `: days ${CHANGES[kind]}`}
          {days !== 0 && `, ${formatChange(days)} on the balance`}; {formatDays(available)} available
          {channel !== null && <> ({to(`channels/${channel.id}`, channel.name)})</>}
        </>
      )
    }
    case 'DayExpiryChange':
      return (
        <>
          {to(`channels/${event.channel.id}`, event.channel.name)}: {formatWord(event.reason).toLowerCase()}, paid until{' '}
          <When at={event.paidUntil} />
        </>
      )
    case 'InvoiceChange':
      return (
        <>
          Invoice {to(`invoices/${event.invoice.id}`, event.invoice.number ?? 'not numbered yet')}:{' '}
          {wordsOf(event.type.replace(/^invoice\./, ''))}
        </>
      )
    case 'LowBalance':
      return (
        <>
          The balance is low: {formatDays(event.available)} available, below{' '}
          {event.measure === 'DAYS' ? formatDays(event.threshold) : `${formatDays(event.threshold)} of runway`}
        </>
      )
    default:
      return <>{formatWord(wordsOf(event.type))}</>
  }
}

/** invoice.due_soon as "invoice due soon". */
function wordsOf(type: string): string {
  return type.replaceAll('.', ' ').replaceAll('_', ' ')
}
