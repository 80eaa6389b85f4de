import { memo, type KeyboardEvent } from 'react'
import { Link } from 'react-router'
import { formatDays } from '../parts/format'
import { StatusBadge } from '../parts/status-badge'
import { WhenInRow } from '../parts/when'
import type { ChannelRowFragment } from './channels.generated'

export interface Selecting {
  /** With `through`, all from the row that was chosen last to this one. */
  select: (index: number, chosen: boolean, through: boolean) => void
  moveFrom: (index: number, step: 1 | -1, through: boolean) => void
}

/** One channel in the list; drawn again only where the channel or its being chosen changes. Plain elements, for speed. */
export const ChannelCells = memo(function ChannelCells(props: {
  channel: ChannelRowFragment
  index: number
  to: string
  chosen: boolean
  /** Null for who may not allocate. */
  selecting: Selecting | null
}) {
  const { channel, index, to, chosen, selecting } = props
  const { name, externalId, status, unusedDays } = channel
  return (
    <>
      {selecting !== null && (
        <div role="cell">
          <input
            type="checkbox"
            className="row-checkbox"
            aria-label={`Select ${name}`}
            checked={chosen}
            disabled={status === 'DELETED'}
            onChange={(event) => {
              const { nativeEvent } = event
              selecting.select(index, !chosen, 'shiftKey' in nativeEvent && nativeEvent.shiftKey === true)
            }}
            onKeyDown={(event: KeyboardEvent) => {
              if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
              event.preventDefault()
              selecting.moveFrom(index, event.key === 'ArrowDown' ? 1 : -1, event.shiftKey)
            }}
          />
        </div>
      )}
      <div role="cell">
        <Link to={to} className="one-line row-title">
          {name}
        </Link>
        <div className="one-line quiet wide">{externalId ?? 'no external ID'}</div>
        <div className="one-line quiet narrow">
          <TimeEnd channel={channel} />
        </div>
      </div>
      <div role="cell" className="wide">
        <StatusBadge status={status} />
      </div>
      <div role="cell" className="wide one-line">
        <TimeEnd channel={channel} />
      </div>
      <div role="cell" className="number">
        <span className="wide">{formatDays(unusedDays)}</span>
        <div className="narrow">
          <StatusBadge status={status} />
          <div className="quiet">{formatDays(unusedDays)} unused</div>
        </div>
      </div>
      <div role="cell" className="wide one-line">
        <Payer channel={channel} />
      </div>
    </>
  )
})

function TimeEnd({ channel: { status, paidUntil, trialUntil } }: { channel: ChannelRowFragment }) {
  if (status === 'TRIAL' && paidUntil === null) {
    return (
      <>
        trial until <WhenInRow at={trialUntil} />
      </>
    )
  }
  return paidUntil === null ? <>no paid time yet</> : <WhenInRow at={paidUntil} />
}

function Payer({ channel: { billing, autoRenew } }: { channel: ChannelRowFragment }) {
  if (billing === 'SUBSCRIPTION') return <>Subscription</>
  return autoRenew === null ? (
    <>Balance</>
  ) : (
    <>
      Balance
      <div className="quiet one-line">renews by {formatDays(autoRenew.days)}</div>
    </>
  )
}
