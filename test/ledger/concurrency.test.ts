import { auditLedger } from '../../src/ledger/audit-ledger'
import { DomainError, ErrorCode } from '../../src/errors'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, onDatabase } from '../support/desk'
import { Dice, seedOf } from '../support/dice'

const seed = seedOf()
/** 1 in CI; a night's run takes more of everything. */
const SCALE = Number(process.env.DAYBOOK_CONCURRENCY_SCALE ?? 1)

let testDatabase: TestDatabase
/** Two gateways' worth: each a pool, its lanes and a batcher. */
let desks: [Desk, Desk]

beforeEach(async () => {
  testDatabase = await createTestDatabase()
  desks = [await Desk.open(testDatabase.url), await Desk.open(testDatabase.url)]
})

afterEach(async () => {
  await Promise.all(desks.map((desk) => desk.close()))
  await testDatabase.drop()
})

/** Nothing is amiss in the ledger, and Postgres had to break no deadlock. */
async function expectSound(): Promise<void> {
  expect(await auditLedger(desks[0].database, null)).toMatchObject({ ok: true, violations: [] })
  // A backend reports what it counted at the latest when it leaves.
  await Promise.all(desks.map((desk) => desk.close()))
  const [row] = await onDatabase<{ deadlocks: number }>(
    testDatabase.url,
    'SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()',
  )
  expect(row).toEqual({ deadlocks: 0 })
}

interface Acknowledged {
  accountId: string
  startedAt: number
  endedAt: number
  transactionId: string | null
}

/** What the acknowledged calls amount to. */
interface Tally {
  available: Map<string, number>
  paidDays: Map<string, number>
  deleted: Set<string>
  acknowledged: Acknowledged[]
  refusals: Map<ErrorCode, number>
}

const add = <Key>(sums: Map<Key, number>, key: Key, days: number) => sums.set(key, (sums.get(key) ?? 0) + days)

/** Refusals that the state of things explains; any other is a failure. */
const EXPECTED: readonly ErrorCode[] = [
  ErrorCode.INSUFFICIENT_DAYS,
  ErrorCode.NOTHING_TO_RELEASE,
  ErrorCode.CHANNEL_DELETED,
  ErrorCode.CONFLICT,
]

describe('hundreds of callers on two gateways', () => {
  it('L3: leave exactly what was acknowledged to them', async () => {
    const dice = new Dice(seed)
    const tally: Tally = {
      ...{ available: new Map(), paidDays: new Map(), deleted: new Set(), acknowledged: [], refusals: new Map() },
    }
    const accounts: { accountId: string; channelIds: string[] }[] = []
    for (let made = 0; made < 5; made += 1) {
      const accountId = await desks[0].createAccount({ billingMode: 'POSTPAID', creditLimit: 5 * made })
      await desks[0].grant(accountId, 60)
      add(tally.available, accountId, 60)
      accounts.push({ accountId, channelIds: await desks[0].channels(accountId, 8) })
    }

    const callOnce = async (caller: number, call: number) => {
      const desk = desks[dice.below(2)] ?? desks[0]
      const { accountId, channelIds } = dice.pick(accounts)
      const [channelId, toChannelId] = [dice.pick(channelIds), dice.pick(channelIds)]
      const days = dice.between(1, 9)
      const key = `${caller} ${call}`
      const idempotencyKey = dice.below(3) === 0 ? null : key
      const startedAt = performance.now()
      const acknowledge = (transactionId: string | null, ...movements: [channelId: string, days: number][]) => {
        tally.acknowledged.push({ accountId, startedAt, endedAt: performance.now(), transactionId })
        for (const [id, moved] of movements) add(tally.paidDays, id, moved)
      }
      switch (dice.below(20)) {
        case 0: {
          const change = dice.below(2) === 0 ? 5 * days : -days
          const { outcome } = await desk.adjust(accountId, { days: change, idempotencyKey: key })
          add(tally.available, accountId, change)
          acknowledge(outcome.transactionId)
          return
        }
        case 1: {
          const externalId = `external ${dice.below(12)}`
          const { outcome } = await desk.createChannel(accountId, { externalId, days, idempotencyKey })
          add(tally.available, accountId, -days)
          acknowledge(outcome.transactionId, [outcome.channelId, days])
          channelIds.push(outcome.channelId)
          return
        }
        case 2: {
          if (channelIds.length < 5) return
          const { outcome } = await desk.deleteChannel(accountId, { channelId, idempotencyKey })
          add(tally.available, accountId, outcome.returnedDays)
          acknowledge(outcome.transactionId, [channelId, -outcome.returnedDays])
          tally.deleted.add(channelId)
          return
        }
        case 3:
        case 4:
        case 5: {
          const items = [...new Set([channelId, toChannelId, dice.pick(channelIds)])].map((id) => ({
            ...{ channelId: id, days: dice.between(1, 5) },
          }))
          const mode = dice.pick(['ATOMIC', 'PARTIAL'])
          const { outcome } = await desk.allocateInBulk(accountId, { items, mode, idempotencyKey })
          const done = items.filter((_, index) => outcome.items[index]?.error === undefined)
          add(tally.available, accountId, -outcome.allocatedDays)
          acknowledge(null, ...done.map((item): [string, number] => [item.channelId, item.days]))
          return
        }
        case 6:
        case 7:
        case 8:
        case 9: {
          if (channelId === toChannelId) return
          const transfer = { fromChannelId: channelId, toChannelId, days, idempotencyKey }
          const { outcome } = await desk.transfer(accountId, transfer)
          acknowledge(outcome, [channelId, -days], [toChannelId, days])
          return
        }
        case 10:
        case 11:
        case 12: {
          const { outcome } = await desk.release(accountId, { channelId, days, idempotencyKey })
          add(tally.available, accountId, days)
          acknowledge(outcome, [channelId, -days])
          return
        }
        default: {
          const allocation = { channelId, days, idempotencyKey }
          // Now and then a call is sent twice at once, as after a timeout: it still counts once.
          const sends = idempotencyKey !== null && dice.below(4) === 0 ? desks : [desk]
          const answers = await Promise.allSettled(sends.map((sent) => sent.allocate(accountId, allocation)))
          const done = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
          const [first] = done
          if (first === undefined) throw (answers[0] as PromiseRejectedResult).reason
          expect(new Set(done.map(({ outcome }) => outcome)).size).toBe(1)
          expect(done.filter(({ replayed }) => !replayed)).toHaveLength(1)
          add(tally.available, accountId, -days)
          acknowledge(sends.length === 1 ? first.outcome : null, [channelId, days])
        }
      }
    }
    await Promise.all(
      Array.from({ length: 300 * SCALE }, async (_, caller) => {
        for (let call = 0; call < 10; call += 1) {
          try {
            await callOnce(caller, call)
          } catch (error) {
            if (!(error instanceof DomainError) || !EXPECTED.includes(error.code)) throw error
            add(tally.refusals, error.code, 1)
          }
        }
      }),
    )

    const balances = await desks[1].rows<{ id: string; available: number; over: number }>(
      'SELECT id, available, issued + available + allocated + used AS over FROM account',
    )
    expect(new Map(balances.map(({ id, available }) => [id, available]))).toEqual(tally.available)
    expect(balances.every(({ over }) => over === 0)).toBe(true)
    const channels = await desks[1].rows<{ id: string; paidDays: number; deleted: boolean }>(
      'SELECT id, paid_days AS "paidDays", deleted_at IS NOT NULL AS deleted FROM channel',
    )
    for (const { id, paidDays, deleted } of channels) {
      expect([id, paidDays, deleted]).toEqual([id, tally.paidDays.get(id) ?? 0, tally.deleted.has(id)])
    }
    // The work was worth the name, and the refusals that were meant to come came.
    expect(tally.acknowledged.length).toBeGreaterThan(500 * SCALE)
    expect([...tally.refusals.keys()].sort()).toEqual([...EXPECTED].sort())
    await expectRealTimeOrder(tally.acknowledged)
    await expectSound()
  }, 120_000)

  it('L4: each see their own effects: what ended before a call began has a lower number', async () => {
    const dice = new Dice(seed)
    const accountId = await desks[0].createAccount()
    await desks[0].grant(accountId, 10_000)
    const channelIds = await desks[0].channels(accountId, 3)
    const acknowledged: Acknowledged[] = []
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        for (let call = 0; call < 20; call += 1) {
          const desk = desks[dice.below(2)] ?? desks[0]
          const startedAt = performance.now()
          const { outcome } = await desk.allocate(accountId, { channelId: dice.pick(channelIds), days: 1 })
          acknowledged.push({ accountId, startedAt, endedAt: performance.now(), transactionId: outcome })
          // What was acknowledged by one gateway is read by the other.
          const [seen] = await (desk === desks[0] ? desks[1] : desks[0]).rows<{ found: boolean }>(
            'SELECT EXISTS (SELECT FROM ledger_transaction WHERE id = $1) AS found',
            [outcome],
          )
          expect(seen).toEqual({ found: true })
        }
      }),
    )
    await expectRealTimeOrder(acknowledged)
    await expectSound()
  }, 60_000)
})

async function expectRealTimeOrder(acknowledged: readonly Acknowledged[]): Promise<void> {
  const rows = await desks[0].rows<{ id: string; accountId: string; sequence: number }>(
    'SELECT id, account_id AS "accountId", sequence FROM ledger_transaction ORDER BY account_id, sequence',
  )
  const calls = new Map(acknowledged.map((call) => [call.transactionId, call]))
  let [account, latestStart] = ['', 0]
  for (const { id, accountId, sequence } of rows) {
    const call = calls.get(id)
    if (call === undefined) continue
    if (account !== accountId) [account, latestStart] = [accountId, 0]
    // Had it ended before one with a lower number began, the numbers would contradict the clock on the wall.
    if (call.endedAt < latestStart) throw new Error(`number ${sequence} of ${accountId} came after what it preceded`)
    latestStart = Math.max(latestStart, call.startedAt)
  }
}

describe('I3: one key', () => {
  it('sent a hundred times at once has one effect, and one outcome for all', async () => {
    const [first, second] = desks
    const accountId = await first.createAccount()
    await first.grant(accountId, 1_000)
    const [from = '', to = ''] = await first.channels(accountId, 2)
    await first.allocate(accountId, { channelId: from, days: 500 })
    const verbs: ((desk: Desk, idempotencyKey: string) => Promise<{ outcome: unknown; replayed: boolean }>)[] = [
      (desk, idempotencyKey) => desk.allocate(accountId, { channelId: to, days: 1, idempotencyKey }),
      (desk, idempotencyKey) => desk.release(accountId, { channelId: from, days: 1, idempotencyKey }),
      (desk, idempotencyKey) =>
        desk.transfer(accountId, { fromChannelId: from, toChannelId: to, days: 1, idempotencyKey }),
      (desk, idempotencyKey) =>
        desk.allocateInBulk(accountId, { items: [{ channelId: to, days: 1 }], mode: 'PARTIAL', idempotencyKey }),
      (desk, idempotencyKey) => desk.createChannel(accountId, { name: 'New', days: 1, idempotencyKey }),
      (desk, idempotencyKey) => desk.adjust(accountId, { days: 1, idempotencyKey }),
      (desk, idempotencyKey) =>
        desk.createAccount({ name: 'New', idempotencyKey }).then((id) => ({ outcome: id, replayed: id === '' })),
    ]
    for (const [index, verb] of verbs.entries()) {
      const countAll = 'SELECT (SELECT count(*) FROM ledger_transaction) + (SELECT count(*) FROM event) AS count'
      const [before] = await first.rows<{ count: number }>(countAll)
      const sends = Array.from({ length: 100 }, (_, send) => verb(send % 2 === 0 ? first : second, `key ${index}`))
      const answers = await Promise.all(sends)
      const [after] = await first.rows<{ count: number }>(countAll)
      expect(new Set(answers.map(({ outcome }) => JSON.stringify(outcome))).size).toBe(1)
      // Creating an account doesn't say which of its answers came first.
      if (index < 6) expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1)
      // One movement; or one channel with its movement; or the opening of one account.
      expect([index, (after?.count ?? 0) - (before?.count ?? 0)]).toEqual([index, index === 4 ? 2 : 1])
    }
    await expectSound()
  }, 60_000)

  it('has one effect and one outcome though it is one of a hundred that are each sent a hundred times at once', async () => {
    const [first, second] = desks
    const accountId = await first.createAccount()
    await first.grant(accountId, 1_000)
    const channelIds = await first.channels(accountId, 10)
    const keys = Array.from({ length: 100 }, (_, index) => `one of a hundred ${index}`)
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, send) =>
        keys.map(async (idempotencyKey, index) => {
          const channelId = channelIds[index % channelIds.length] ?? ''
          const desk = (send + index) % 2 === 0 ? first : second
          return { idempotencyKey, ...(await desk.allocate(accountId, { channelId, days: 1, idempotencyKey })) }
        }),
      ).flat(),
    )
    const outcomes = new Map(keys.map((key) => [key, new Set<string>()]))
    for (const { idempotencyKey, outcome } of answers) outcomes.get(idempotencyKey)?.add(outcome)
    expect([...outcomes.values()].filter(({ size }) => size !== 1)).toEqual([])
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(keys.length)
    const [row] = await first.rows<{ count: number }>(
      `SELECT count(*)::integer AS count FROM ledger_transaction WHERE account_id = $1 AND kind = 'ALLOCATION'`,
      [accountId],
    )
    expect(row).toEqual({ count: keys.length })
    await expectSound()
  }, 60_000)

  it('sent with different inputs at once has the effect of one, and is a conflict for the others', async () => {
    const accountId = await desks[0].createAccount()
    await desks[0].grant(accountId, 1_000)
    const [channelId = ''] = await desks[0].channels(accountId, 1)
    const answers = await Promise.allSettled(
      Array.from({ length: 60 }, (_, send) =>
        (desks[send % 2] ?? desks[0]).allocate(accountId, { channelId, days: 1 + (send % 3), idempotencyKey: 'one' }),
      ),
    )
    const outcomes = new Set(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.outcome] : [])))
    expect(outcomes.size).toBe(1)
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as DomainError] : []))
    expect(refused).toHaveLength(40)
    expect(refused.every((error) => error.code === ErrorCode.IDEMPOTENCY_CONFLICT)).toBe(true)
    await expectSound()
  })
})

describe('L3: a balance of 1,000 days', () => {
  it('is spent to the last day that a request fits, and never past it', async () => {
    const dice = new Dice(seed)
    const accountId = await desks[0].createAccount()
    await desks[0].grant(accountId, 1_000)
    const channelIds = await desks[0].channels(accountId, 20)
    let spent = 0
    const refused: { available: number; requested: number }[] = []
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        for (let call = 0; call < 20; call += 1) {
          const days = dice.between(1, 9)
          const desk = desks[dice.below(2)] ?? desks[0]
          try {
            await desk.allocate(accountId, { channelId: dice.pick(channelIds), days })
            spent += days
          } catch (error) {
            if (!(error instanceof DomainError) || error.code !== ErrorCode.INSUFFICIENT_DAYS) throw error
            const { available, requested } = error.details
            expect(requested).toBe(days)
            refused.push({ available: Number(available), requested: days })
          }
        }
      }),
    )
    const [account] = await desks[0].rows<{ available: number }>('SELECT available FROM account')
    const left = account?.available ?? NaN
    expect(spent + left).toBe(1_000)
    expect(left).toBeGreaterThanOrEqual(0)
    // What was refused did not fit at that moment, and whatever was refused last doesn't fit now.
    expect(refused.every(({ available, requested }) => requested > available && available >= left)).toBe(true)
    const last = refused.slice(-200)
    expect(last.filter(({ requested }) => requested <= left)).toEqual([])
    expect(refused.length).toBeGreaterThan(3_000)
    await expectSound()
  }, 60_000)
})
