import './ledger.css'
import { Text } from '@mantine/core'
import { useApolloClient } from '@apollo/client/react'
import { memo, useCallback, useEffect, useState } from 'react'
import { Link } from 'react-router'
import { useAccount, useAccountPath } from '../account/account-context'
import { useEvents } from '../api/live-feed'
import { ActorName } from '../parts/actor-name'
import { formatChange, formatNumber, formatWord } from '../parts/format'
import { PagedRows } from '../parts/paged-rows'
import { VirtualTable } from '../parts/virtual-table'
import { WhenInRow } from '../parts/when'
import { LedgerRowsDocument, type LedgerRowFragment } from './ledger.generated'

const COLUMNS = [
  { label: 'What' },
  { label: 'Channel or invoice', className: 'wide' },
  { label: 'Days', className: 'number' },
  { label: 'Balance', className: 'number wide' },
  { label: 'Who', className: 'wide' },
  { label: 'When', className: 'wide' },
]

const sequenceOf = ({ sequence }: LedgerRowFragment) => sequence

/** All movements of an account, or of one of its channels, newest first; new ones come in by themselves. */
export function TransactionsTable({ channelId }: { channelId?: string }) {
  const { id: accountId } = useAccount()
  const path = useAccountPath()
  const apollo = useApolloClient()
  const [rows] = useState(() => new PagedRows<LedgerRowFragment>())
  useEffect(() => {
    rows.ask({
      keyOf: sequenceOf,
      read: async (after) => {
        const { data } = await apollo.query({
          query: LedgerRowsDocument,
          variables: { accountId, channelId, first: 100, after },
          fetchPolicy: 'no-cache',
        })
        if (data === undefined) throw new Error('The gateway answered nothing.')
        const { nodes, pageInfo } = data.ledger
        return { rows: nodes, endCursor: pageInfo.endCursor, hasNextPage: pageInfo.hasNextPage }
      },
    })
  }, [rows, apollo, accountId, channelId])
  useEvents(['balance.changed'], () => rows.touchHead())

  const renderRow = useCallback((row: LedgerRowFragment) => <TransactionCells row={row} path={path} />, [path])
  return (
    <VirtualTable
      rows={rows}
      keyOf={sequenceOf}
      label="Transactions"
      className="ledger-columns"
      columns={COLUMNS}
      renderRow={renderRow}
      listId={channelId ?? accountId}
      empty={<Text py="lg">No days have moved yet.</Text>}
    />
  )
}

const TransactionCells = memo(function TransactionCells({
  row,
  path,
}: {
  row: LedgerRowFragment
  path: (to: string) => string
}) {
  const { kind, comment, actor, occurredAt } = row
  const available = row.entries.find(({ account }) => account === 'AVAILABLE')
  return (
    <>
      <div role="cell">
        <div className="one-line">
          {formatWord(kind)} <span className="quiet wide">{routeOf(row)}</span>
          <span className="narrow-inline">
            <Subject row={row} path={path} />
          </span>
        </div>
        <div className="one-line quiet wide" title={comment ?? undefined}>
          {comment ?? 'no comment'}
        </div>
        <div className="one-line quiet narrow">
          <WhenInRow at={occurredAt} />
        </div>
      </div>
      <div role="cell" className="wide one-line">
        <Subject row={row} path={path} />
      </div>
      <div role="cell" className="number">
        {available === undefined ? (
          <>
            {formatNumber(movedDays(row))}
            <div className="quiet">not of the balance</div>
          </>
        ) : (
          <strong>{formatChange(available.days)}</strong>
        )}
        <div className="quiet narrow">
          {available === undefined ? '' : `balance ${formatNumber(available.balanceAfter)}`}
        </div>
      </div>
      <div role="cell" className="number wide">
        {available === undefined ? '–' : formatNumber(available.balanceAfter)}
      </div>
      <div role="cell" className="wide one-line">
        <ActorName actor={actor} />
      </div>
      <div role="cell" className="wide one-line">
        <WhenInRow at={occurredAt} />
      </div>
    </>
  )
})

function Subject({
  row: { channel, toChannel, invoice },
  path,
}: {
  row: LedgerRowFragment
  path: (to: string) => string
}) {
  if (channel !== null) {
    return (
      <>
        <Link to={path(`channels/${channel.id}`)}>{channel.name}</Link>
        {toChannel !== null && (
          <>
            {' → '}
            <Link to={path(`channels/${toChannel.id}`)}>{toChannel.name}</Link>
          </>
        )}
      </>
    )
  }
  if (invoice === null) return null
  return <Link to={path(`invoices/${invoice.id}`)}>{invoice.number ?? 'Invoice'}</Link>
}

/** "available → allocated": out of which account of days, and into which. */
function routeOf({ entries }: LedgerRowFragment): string {
  const from = entries.filter(({ days }) => days < 0).map(({ account }) => account.toLowerCase())
  const to = entries.filter(({ days }) => days > 0).map(({ account }) => account.toLowerCase())
  return `${from.join(', ')} → ${to.join(', ')}`
}

function movedDays({ entries }: LedgerRowFragment): number {
  return entries.reduce((sum, { days }) => sum + Math.max(days, 0), 0)
}
