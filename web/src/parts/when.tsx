import { Tooltip } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { isDayStart } from './day'
import { formatExactTime, formatRelative, formatTime, formatUtcDay } from './format'

const TICK_MS = 1_000

let now = Date.now()
const watchers = new Set<() => void>()
let ticking: number | undefined

function watchClock(watcher: () => void): () => void {
  // It stood still for as long as nobody looked.
  if (watchers.size === 0) now = Date.now()
  watchers.add(watcher)
  ticking ??= window.setInterval(() => {
    now = Date.now()
    for (const each of watchers) each()
  }, TICK_MS)
  return () => {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    window.clearInterval(ticking)
    ticking = undefined
  }
}

/** The person's own clock, to the second: one timer for all that is shown. */
export function useNow(): number {
  return useSyncExternalStore(watchClock, () => now)
}

/**
 * An instant, in the person's zone and format; the tooltip has its seconds and zone. `relativeTo` is what
 * useAccountClock answers.
 */
export function When({ at, relativeTo }: { at: string | null | undefined; relativeTo?: string }) {
  if (at == null) return <>–</>
  return (
    <Tooltip label={formatExactTime(at)} withArrow>
      <time dateTime={at}>
        {relativeTo === undefined ? (
          formatTime(at)
        ) : relativeTo === 'now' ? (
          <Relative at={at} />
        ) : (
          formatRelative(at, Date.parse(relativeTo))
        )}
      </time>
    </Tooltip>
  )
}

/** The same for rows of which hundreds are drawn while one scrolls: the browser's own tooltip costs nothing. */
export function WhenInRow({ at }: { at: string | null }) {
  return at === null ? (
    <>–</>
  ) : (
    <time dateTime={at} title={formatExactTime(at)}>
      {formatTime(at)}
    </time>
  )
}

/**
 * What may have been typed as a day, such as the day of a bank's payment: the start of one is shown as that day, wherever the
 * person is, and any other instant as When shows it.
 */
export function DayOrWhen({ at }: { at: string }) {
  if (!isDayStart(at)) return <When at={at} />
  return (
    <Tooltip label={formatExactTime(at)} withArrow>
      <time dateTime={at}>{formatUtcDay(at)}</time>
    </Tooltip>
  )
}

function Relative({ at }: { at: string }) {
  return <>{formatRelative(at, useNow())}</>
}

/** "29:12", and how late after it: the half hour in which an invoice is promised. */
export function Countdown({ until }: { until: string }) {
  const left = Math.round((Date.parse(until) - useNow()) / 1000)
  const seconds = Math.abs(left)
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  return (
    <span role="timer" style={{ fontVariantNumeric: 'tabular-nums' }}>
      {left >= 0 ? clock : `${clock} late`}
    </span>
  )
}
