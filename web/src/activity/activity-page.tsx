import './activity.css'
import { Switch, Text } from '@mantine/core'
import { useApolloClient } from '@apollo/client/react'
import { memo, useCallback, useEffect, useState } from 'react'
import { useAccount } from '../account/account-context'
import { useEvents } from '../api/live-feed'
import { ActorName } from '../parts/actor-name'
import { formatNumber } from '../parts/format'
import { Page } from '../parts/page'
import { PagedRows, type RowsPage } from '../parts/paged-rows'
import { VirtualTable } from '../parts/virtual-table'
import { WhenInRow } from '../parts/when'
import { ActivityEventsDocument, ActivityLastDocument, type ActivityEventFragment } from './activity.generated'
import { EventSentence } from './event-sentence'

const PAGE = 100
const COLUMNS = [
  { label: 'Number', className: 'wide' },
  { label: 'What happened' },
  { label: 'Who', className: 'wide' },
  { label: 'When', className: 'wide' },
]

const sequenceOf = ({ sequence }: ActivityEventFragment) => sequence

/** Everything that happened to the account, newest first, and what happens now. */
export default function ActivityPage() {
  const { id: accountId } = useAccount()
  const apollo = useApolloClient()
  const [rows] = useState(() => new PagedRows<ActivityEventFragment>())
  const [isPaused, setPaused] = useState(false)

  useEffect(() => {
    const lastSequence = async () => {
      const { data } = await apollo.query({
        query: ActivityLastDocument,
        variables: { accountId },
        fetchPolicy: 'network-only',
      })
      return data?.balance.sequence ?? 0
    }
    // The log is read forwards: a page back ends before a number, and begins a hundred before that.
    const read = async (before: string | null): Promise<RowsPage<ActivityEventFragment>> => {
      const end = before === null ? (await lastSequence()) + 1 : Number(before)
      const after = Math.max(0, end - 1 - PAGE)
      const { data } = await apollo.query({
        query: ActivityEventsDocument,
        variables: { accountId, after, first: Math.max(1, end - 1 - after) },
        fetchPolicy: 'no-cache',
      })
      const events = (data?.events.nodes ?? []).toReversed()
      return { rows: events, endCursor: String(after + 1), hasNextPage: after > 0 }
    }
    rows.ask({ keyOf: sequenceOf, read })
  }, [rows, apollo, accountId])
  useEvents([''], () => {
    if (!isPaused) rows.touchHead()
  })

  const renderRow = useCallback((event: ActivityEventFragment) => <EventCells event={event} />, [])
  return (
    <Page
      title="Live feed"
      lead="Everything that happens to the account, under a number of its own and without a gap: the same events that webhooks and the API’s subscriptions tell."
      actions={
        <Switch
          label="Hold still"
          checked={isPaused}
          onChange={(event) => {
            setPaused(event.currentTarget.checked)
            if (!event.currentTarget.checked) rows.touchHead()
          }}
        />
      }
    >
      <VirtualTable
        rows={rows}
        keyOf={sequenceOf}
        label="Events"
        className="activity-columns"
        columns={COLUMNS}
        renderRow={renderRow}
        listId={accountId}
        empty={<Text py="lg">Nothing has happened yet.</Text>}
      />
    </Page>
  )
}

const EventCells = memo(function EventCells({ event }: { event: ActivityEventFragment }) {
  return (
    <>
      <div role="cell" className="wide quiet">
        {formatNumber(event.sequence)}
      </div>
      <div role="cell">
        <div className="two-lines">
          <EventSentence event={event} />
        </div>
        <div className="quiet narrow one-line">
          <WhenInRow at={event.occurredAt} /> · <ActorName actor={event.actor} />
        </div>
      </div>
      <div role="cell" className="wide one-line">
        <ActorName actor={event.actor} />
      </div>
      <div role="cell" className="wide one-line">
        <WhenInRow at={event.occurredAt} />
      </div>
    </>
  )
})
