import { DAY_MS } from '../../src/clock'
import { Sandbox } from '../expiry/sandbox'
import { Dice, seedOf } from '../support/dice'

const SEED = seedOf()
const STORIES = 6
const MOVES = 20
const THRESHOLDS = [40, 25, 12, 6, 2]

interface Seen {
  runsOut: number
  at: number
}

/** An account seen once a day by somebody who counts renewals one by one, and writes down what should be told. */
class Diary {
  readonly told: string[] = []
  private last: Seen

  private constructor(
    private readonly sandbox: Sandbox,
    first: Seen,
  ) {
    this.last = first
  }

  static async begin(sandbox: Sandbox, day: number): Promise<Diary> {
    return new Diary(sandbox, { runsOut: await runsOutNaively(sandbox, day), at: day })
  }

  async see(day: number): Promise<void> {
    const now = { runsOut: await runsOutNaively(this.sandbox, day), at: day }
    const { available } = await this.sandbox.balance()
    for (const threshold of THRESHOLDS) {
      const wasLow = this.last.runsOut - this.last.at <= threshold
      const isLow = now.runsOut - now.at <= threshold
      if (isLow && !wasLow) this.told.push(`${day} ${threshold}: ${available} until ${now.runsOut}`)
    }
    this.last = now
  }
}

/** The day of the first renewal that can't be paid; Infinity where nothing runs. */
async function runsOutNaively(sandbox: Sandbox, day: number): Promise<number> {
  const { database, accountId, start } = sandbox
  const [account] = await database.dataSource.query<{ spendable: number }[]>(
    'SELECT (available + credit_limit)::integer AS spendable FROM account WHERE id = $1',
    [accountId],
  )
  const channels = await database.dataSource.query<{ endsAt: Date }[]>(
    `SELECT greatest(paid_until, trial_until) AS "endsAt" FROM channel
     WHERE account_id = $1 AND deleted_at IS NULL AND greatest(paid_until, trial_until) > $2`,
    [accountId, sandbox.day(day)],
  )
  const ends = channels.map(({ endsAt }) => (endsAt.getTime() - start.getTime()) / DAY_MS)
  if (ends.length === 0) return Infinity
  for (let left = account?.spendable ?? NaN; ; left -= 1) {
    const earliest = Math.min(...ends)
    if (left <= 0) return earliest
    ends[ends.indexOf(earliest)] = earliest + 1
  }
}

/** One of the things that make a runway longer or shorter. */
function drawMove(dice: Dice, count: number): (sandbox: Sandbox, channels: string[]) => Promise<void> {
  const days = dice.between(1, 20)
  const channel = dice.below(Math.max(count, 1))
  switch (dice.below(count === 0 ? 2 : 6)) {
    case 0:
      return async (sandbox, channels) => {
        const { available } = await sandbox.balance()
        channels.push(await sandbox.channel({ days: available >= days ? days : null }))
        await sandbox.renew(channels.at(-1) ?? '', dice.pick([1, 1, 5]))
      }
    case 1:
      return async (sandbox) => sandbox.grant(days * 2)
    case 2:
      return async (sandbox) => {
        const { available } = await sandbox.balance()
        if (available > days) await sandbox.grant(-days)
      }
    case 3:
      return async (sandbox, channels) => {
        const { available } = await sandbox.balance()
        if (available >= days) await sandbox.allocate(channels[channel] ?? '', days)
      }
    case 4:
      return async (sandbox, channels) => {
        await sandbox.renew(channels[channel] ?? '', null)
      }
    default:
      return async (sandbox, channels) => {
        channels.push(await sandbox.channel({ trial: true }))
      }
  }
}

describe(`alerts of a low runway (seed ${SEED})`, () => {
  let told = 0

  afterAll(() => {
    expect(told).toBeGreaterThan(STORIES)
  })

  it.each(Array.from({ length: STORIES }, (_, story) => story))(
    'tell what somebody would who counts every renewal of every day, also where days go by unwatched (story %i)',
    async (story) => {
      const [daily, jumping] = await Promise.all([Sandbox.open({ maxTrials: 50 }), Sandbox.open({ maxTrials: 50 })])
      const dice = new Dice(SEED + story)
      const both = [
        { sandbox: daily, channels: [] as string[] },
        { sandbox: jumping, channels: [] as string[] },
      ]
      for (const { sandbox } of both) {
        await sandbox.grant(100)
        await sandbox.alerts({ lowRunwayDays: THRESHOLDS })
      }
      const diary = await Diary.begin(daily, 0)
      let day = 0
      for (let move = 0; move < MOVES; move += 1) {
        const count = both[0]?.channels.length ?? 0
        const drawn = dice.below(2 ** 31)
        for (const { sandbox, channels } of both) {
          await drawMove(new Dice(drawn), count)(sandbox, channels)
          await sandbox.look()
        }
        await diary.see(day)
        const until = day + dice.between(1, 9)
        while (day < until) {
          day += 1
          await daily.advanceTo(day)
          await diary.see(day)
        }
        await jumping.advanceTo(until)
      }
      told += diary.told.length
      expect(await daily.lowRunways()).toEqual(diary.told)
      expect(await jumping.lowRunways()).toEqual(diary.told)
      for (const { sandbox } of both) {
        expect(await sandbox.violations()).toEqual([])
        await sandbox.close()
      }
    },
  )
})
