import { HOUR_MS } from '../../src/clock'
import { runsOutAt } from '../../src/forecast/forecast'
import { readRunways } from '../../src/forecast/read-runways'
import { DayExpiryReason } from '../../src/ledger/ledger-transaction.entity'
import { Sandbox } from '../expiry/sandbox'

const LEAD_HOURS = 1

it('comes true: channels that renew day by day lack their first day when it said', async () => {
  const sandbox = await Sandbox.open({ maxTrials: 1 })
  await sandbox.grant(29)
  for (const [opened, days] of [
    [0, 1],
    [0.3, 4],
    [0.7, 2],
    [0.9, null],
  ] as const) {
    if (opened > 0) await sandbox.advanceTo(opened)
    const channel = await sandbox.channel({ days, trial: days === null })
    await sandbox.renew(channel, 1, LEAD_HOURS)
  }
  const [balance] = await readRunways(sandbox.database.sql, [sandbox.accountId], { allocatedToo: true })
  expect(balance).toMatchObject(await sandbox.balance())
  const foretold = balance === undefined ? null : runsOutAt(balance.runway)
  await sandbox.advanceTo(30)
  const failed = (await sandbox.events()).find(
    (event) => event.kind === 'DayExpiryChange' && event.reason === DayExpiryReason.RENEWAL_FAILED,
  )
  // They renew when less than their lead is left, all of them by as much before their ends.
  expect(failed?.occurredAt.getTime()).toBe((foretold?.getTime() ?? 0) - LEAD_HOURS * HOUR_MS + 1)
  await sandbox.close()
})
