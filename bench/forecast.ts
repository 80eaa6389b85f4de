import { createAccount, CreateAccount } from '../src/accounts/create-account'
import { endOfTime } from '../src/channels/channel-time'
import { Channel } from '../src/channels/channel.entity'
import { DAY_MS } from '../src/clock'
import type { Database } from '../src/database'
import { daysToBuyUntil, forecastDays, runsOutAt } from '../src/forecast/forecast'
import { readRunways } from '../src/forecast/read-runways'
import { parseInput } from '../src/input'
import { adjustBalance } from '../src/ledger/adjust-balance'
import type { Contender } from './compare'

const STAFF = 'staff:bench'
/** Days of the balance for each channel: the naive way takes as many steps. */
const DAYS_A_CHANNEL = 30

/**
 * A whole forecast, read and reckoned: Daybook's beside what one would write first, entities and a heap of
 * renewals that is gone through one by one. Both must say the same instant.
 */
export async function forecasts(database: Database, channels: number): Promise<Contender[]> {
  const accountId = await seedRunning(database, channels)
  let ours: Date | null = null
  let naive: Date | null = null
  return [
    {
      name: 'Daybook: ends, and no step a renewal',
      async once() {
        const [balance] = await readRunways(database.sql, [accountId], { allocatedToo: false })
        if (balance === undefined) throw new Error('no balance')
        const { runway } = balance
        ours = runsOutAt(runway)
        forecastDays(runway, DAYS_A_CHANNEL)
        daysToBuyUntil(runway, new Date(runway.at.getTime() + DAYS_A_CHANNEL * DAY_MS))
      },
      check() {
        if (ours === null || ours.getTime() !== naive?.getTime()) {
          return Promise.reject(new Error(`the forecasts differ: ${String(ours)}, ${String(naive)}`))
        }
        return Promise.resolve()
      },
    },
    {
      name: 'entities, and a step a renewal',
      async once() {
        const found = await database.dataSource.manager.findBy(Channel, { accountId })
        naive = runOut(
          found.flatMap((channel) => endOfTime(channel)?.getTime() ?? []),
          channels * DAYS_A_CHANNEL,
        )
      },
    },
  ]
}

/** An account whose channels all run for some 200 days more; their ends lie all over the day. */
async function seedRunning(database: Database, channels: number): Promise<string> {
  const command = parseInput(CreateAccount, { name: `Forecast of ${channels}` })
  const { accountId } = await database.inTransaction((tx) => createAccount(tx, STAFF, command))
  const days = channels * DAYS_A_CHANNEL
  await database.inTransaction((tx) =>
    adjustBalance(tx, STAFF, { accountId, days, comment: 'bench', idempotencyKey: 'bench' }),
  )
  await database.dataSource.query(
    `INSERT INTO channel (id, account_id, name, created_at, run_start, paid_days, paid_until, due_at)
     SELECT 'channel_' || substr(md5($1 || n), 1, 26), $1, 'Channel ' || n, start, start, days, ends, ends
     FROM generate_series(1, $2::int) AS n
     CROSS JOIN LATERAL (SELECT daybook_now() - n % 86400000 * interval '863 milliseconds' AS start, 200 + n % 30 AS days) AS run
     CROSS JOIN LATERAL (SELECT start + days * interval '24 hours' AS ends) AS until`,
    [accountId, channels],
  )
  await database.dataSource.query('ANALYZE channel')
  return accountId
}

/** Renews the channel whose time ends next, one after the other, until the days are spent: when the next one lacks one. */
function runOut(ends: number[], days: number): Date {
  // What is sorted is a heap already.
  const heap = ends.sort((a, b) => a - b)
  for (let left = days; left > 0; left -= 1) {
    const renewed = (heap[0] ?? 0) + DAY_MS
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if ((heap[child + 1] ?? Infinity) < (heap[child] ?? Infinity)) child += 1
      const earlier = heap[child] ?? Infinity
      if (earlier >= renewed) break
      heap[place] = earlier
      place = child
    }
    heap[place] = renewed
  }
  return new Date(heap[0] ?? 0)
}
