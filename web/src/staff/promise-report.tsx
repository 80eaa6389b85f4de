import { SimpleGrid } from '@mantine/core'
import { useState } from 'react'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { Figure } from '../parts/explained'
import { formatCount, formatNumber, LOCALES } from '../parts/format'
import { QueuePromiseDocument } from './queue.generated'

/** How well the half hour was kept in this month. */
export function PromiseReport() {
  const [month] = useState(thisMonth)
  const query = useLiveQuery(QueuePromiseDocument, { variables: month, everyMs: 30_000 })
  return (
    <Await query={query}>
      {({ invoicePromise: { requested, kept, broken, waiting, medianMinutes, longestMinutes } }) => (
        <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
          <Figure
            label="Requested this month"
            value={formatNumber(requested)}
            formula={`= ${formatNumber(kept)} in time + ${formatNumber(broken)} late + ${formatNumber(waiting)} waiting`}
            why="Requests of live accounts since the month began (UTC) that were not withdrawn. Sandbox accounts don’t count."
          />
          <Figure
            label="Prepared in time"
            value={formatNumber(kept)}
            formula={
              kept + broken === 0 ? 'nothing was due yet' : `= ${share(kept, kept + broken)} of those that were due`
            }
            why="Prepared within 30 minutes of their request."
          />
          <Figure
            label="Late"
            value={formatNumber(broken)}
            color={broken > 0 ? 'red' : undefined}
            formula="prepared late, or waiting past their time"
          />
          <Figure
            label="Usual wait"
            value={medianMinutes === null ? 'None yet' : formatCount(medianMinutes, 'minute')}
            formula={
              longestMinutes === null
                ? 'nothing was prepared yet'
                : `the longest took ${formatCount(longestMinutes, 'minute')}`
            }
            why="The median from a request to its invoice: half of them were prepared faster, half slower."
          />
        </SimpleGrid>
      )}
    </Await>
  )
}

function share(part: number, whole: number): string {
  return new Intl.NumberFormat(LOCALES, { style: 'percent', maximumFractionDigits: 1 }).format(part / whole)
}

function thisMonth(): { from: string; to: string } {
  const now = new Date()
  const first = (months: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months)).toISOString()
  return { from: first(0), to: first(1) }
}
