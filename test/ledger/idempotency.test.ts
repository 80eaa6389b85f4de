import { AccountStatus } from '../../src/accounts/account.entity'
import { ErrorCode } from '../../src/errors'
import type { Decided } from '../../src/ledger/account-book'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, refusalOf, TestClock } from '../support/desk'

const DAY = 24 * 60 * 60 * 1000
const START = Date.UTC(2030, 5, 15, 10)

let testDatabase: TestDatabase
let clock: TestClock
let desk: Desk
/** Another gateway on the same database. */
let elsewhere: Desk
let accountId: string
let from: string
let to: string

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  clock = await TestClock.install(testDatabase.url)
  desk = await Desk.open(testDatabase.url)
  elsewhere = await Desk.open(testDatabase.url)
})

afterAll(async () => {
  await desk.close()
  await elsewhere.close()
  await clock.close()
  await testDatabase.drop()
})

beforeEach(async () => {
  await clock.set(START)
  accountId = await desk.createAccount()
  await desk.grant(accountId, 1_000)
  ;[from = '', to = ''] = await desk.channels(accountId, 2)
  await desk.allocate(accountId, { channelId: from, days: 100 })
})

afterEach(async () => {
  expect(await auditLedger(desk.database, accountId)).toMatchObject({ ok: true, violations: [] })
})

/** Everything of the account that a call could have changed. */
async function everything(): Promise<unknown> {
  return desk.rows(
    `SELECT
       (SELECT json_agg(a) FROM account a WHERE id = $1) AS account,
       (SELECT json_agg(c ORDER BY c.id) FROM channel c WHERE account_id = $1) AS channels,
       (SELECT json_agg(l ORDER BY l.sequence) FROM ledger_transaction l WHERE account_id = $1) AS ledger,
       (SELECT json_agg(e ORDER BY e.sequence) FROM event e WHERE account_id = $1) AS events,
       (SELECT json_agg(k ORDER BY k.digest) FROM idempotency_key k WHERE scope = $1) AS keys`,
    [accountId],
  )
}

interface Verb {
  name: string
  input: () => Record<string, unknown>
  /** Inputs that mean something else, one field apart each. */
  others: () => Record<string, unknown>[]
  call: (at: Desk, input: Record<string, unknown>) => Promise<Decided<unknown>>
}

const verbs: Verb[] = [
  {
    name: 'allocateDays',
    input: () => ({ channelId: to, days: 5 }),
    others: () => [
      { channelId: from, days: 5 },
      { channelId: to, days: 6 },
      { channelId: to, days: 5, comment: 'why' },
    ],
    call: (at, input) => at.allocate(accountId, input),
  },
  {
    name: 'releaseDays',
    input: () => ({ channelId: from, days: 5 }),
    others: () => [
      { channelId: to, days: 5 },
      { channelId: from, days: 6 },
      { channelId: from },
      { channelId: from, days: 5, comment: 'why' },
    ],
    call: (at, input) => at.release(accountId, input),
  },
  {
    name: 'transferDays',
    input: () => ({ fromChannelId: from, toChannelId: to, days: 5 }),
    others: () => [
      { fromChannelId: to, toChannelId: from, days: 5 },
      { fromChannelId: from, toChannelId: to, days: 6 },
      { fromChannelId: from, toChannelId: to, days: 5, comment: 'why' },
    ],
    call: (at, input) => at.transfer(accountId, input),
  },
  {
    name: 'allocateDaysInBulk',
    input: () => ({ items: [item(from, 1), item(to, 2)], mode: 'PARTIAL' }),
    others: () => [
      { items: [item(from, 1), item(to, 2)], mode: 'ATOMIC' },
      { items: [item(to, 2), item(from, 1)], mode: 'PARTIAL' },
      { items: [item(from, 1)], mode: 'PARTIAL' },
      { items: [item(from, 1), item(to, 3)], mode: 'PARTIAL' },
    ],
    call: (at, input) => at.allocateInBulk(accountId, input),
  },
  {
    name: 'deleteChannel',
    input: () => ({ channelId: from }),
    others: () => [{ channelId: to }, { channelId: from, comment: 'why' }],
    call: (at, input) => at.deleteChannel(accountId, input),
  },
  {
    name: 'createChannel',
    input: () => ({ name: 'New', days: 5, metadata: { region: 'EU', tier: { level: 1, note: 'a' } } }),
    others: () => [
      { name: 'Other', days: 5, metadata: { region: 'EU', tier: { level: 1, note: 'a' } } },
      { name: 'New', days: 6, metadata: { region: 'EU', tier: { level: 1, note: 'a' } } },
      { name: 'New', days: 5, metadata: { region: 'EU', tier: { level: 2, note: 'a' } } },
      { name: 'New', days: 5, metadata: { region: 'EU', tier: { level: 1, note: 'a' }, sku: null } },
      { name: 'New', days: 5, metadata: { region: 'EU', tier: { level: 1, note: 'a' }, idempotencyKey: 'theirs' } },
      { name: 'New', days: 5, metadata: { region: 'EU', tier: { level: '1', note: 'a' } } },
      { name: 'New', days: 5 },
      { name: 'New', days: 5, externalId: 'one', metadata: { region: 'EU', tier: { level: 1, note: 'a' } } },
    ],
    call: (at, input) => at.createChannel(accountId, input),
  },
  {
    name: 'adjustBalance',
    input: () => ({ days: 5, comment: 'why' }),
    others: () => [
      { days: -5, comment: 'why' },
      { days: 5, comment: 'because' },
    ],
    call: (at, input) => at.adjust(accountId, input),
  },
]

function item(channelId: string, days: number) {
  return { channelId, days }
}

describe.each(verbs)('the key of $name', ({ input, others, call }) => {
  const keyed = (fields: Record<string, unknown>, idempotencyKey = 'key') => ({ ...fields, idempotencyKey })

  it('I1: replays the same input with the same outcome, and changes nothing', async () => {
    const first = await call(desk, keyed(input()))
    expect(first.replayed).toBe(false)
    const after = await everything()
    for (const at of [desk, elsewhere]) {
      expect(await call(at, keyed(input()))).toEqual({ outcome: first.outcome, replayed: true })
    }
    expect(await everything()).toEqual(after)
  })

  it('I2: takes an input for the same in any order of fields, and with null for what is left out', async () => {
    const { outcome } = await call(desk, keyed(input()))
    const reversed = Object.fromEntries(Object.entries(keyed(input())).reverse())
    expect(await call(desk, reversed)).toEqual({ outcome, replayed: true })
    const told: Record<string, unknown> = keyed(input())
    for (const field of ['comment', 'externalId', 'metadata']) told[field] ??= null
    expect(await call(desk, told)).toEqual({ outcome, replayed: true })
    const nested = deepReversed(keyed(input())) as Record<string, unknown>
    expect(await call(elsewhere, nested)).toEqual({ outcome, replayed: true })
  })

  it('I2: refuses any other input, and changes nothing', async () => {
    await call(desk, keyed(input()))
    const after = await everything()
    for (const other of others()) {
      for (const at of [desk, elsewhere]) {
        expect([other, await refusalOf(call(at, keyed(other)))]).toEqual([
          other,
          { code: ErrorCode.IDEMPOTENCY_CONFLICT, details: { field: 'idempotencyKey' } },
        ])
      }
    }
    expect(await everything()).toEqual(after)
  })

  it('I2: refuses every other operation', async () => {
    await call(desk, keyed(input()))
    const after = await everything()
    for (const other of verbs.filter((verb) => verb.call !== call)) {
      const refusal = await refusalOf(other.call(desk, keyed(other.input())))
      expect([other.name, refusal.code]).toEqual([other.name, ErrorCode.IDEMPOTENCY_CONFLICT])
    }
    expect(await everything()).toEqual(after)
  })

  it('I6: means nothing to another account', async () => {
    await call(desk, keyed(input()))
    const [channelId] = await desk.channels(accountId, 1)
    const otherId = await desk.createAccount()
    await desk.grant(otherId, 10)
    const [theirs] = await desk.channels(otherId, 1)
    const answer = await desk.allocate(otherId, keyed({ channelId: theirs, days: 1 }))
    expect(answer.replayed).toBe(false)
    // And another key is another call.
    expect((await desk.allocate(accountId, keyed({ channelId, days: 1 }, 'another'))).replayed).toBe(false)
  })

  it('replays to a suspended account, which can do nothing new, and to a closed one', async () => {
    const { outcome } = await call(desk, keyed(input()))
    for (const status of [AccountStatus.SUSPENDED, AccountStatus.CLOSED]) {
      await desk.updateAccount({ accountId, status })
      expect(await call(elsewhere, keyed(input()))).toEqual({ outcome, replayed: true })
    }
  })

  it('I5: is kept after a year, however much has happened', async () => {
    const { outcome } = await call(desk, keyed(input()))
    await clock.set(START + 366 * DAY)
    await desk.allocate(accountId, { channelId: to, days: 3 })
    const after = await everything()
    expect(await call(desk, keyed(input()))).toEqual({ outcome, replayed: true })
    const [other = {}] = others()
    expect((await refusalOf(call(desk, keyed(other)))).code).toBe(ErrorCode.IDEMPOTENCY_CONFLICT)
    expect(await everything()).toEqual(after)
  })

  it('is two calls where it is not given', async () => {
    const { name, ...verb } = verbs.find((one) => one.call === call) ?? { name: '', input }
    // An adjustment always has a key, and a channel is deleted once.
    if (name === 'adjustBalance' || name === 'deleteChannel') return
    const outcomes = [await call(desk, verb.input()), await call(desk, verb.input())]
    expect(outcomes.map(({ replayed }) => replayed)).toEqual([false, false])
  })
})

function deepReversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(deepReversed)
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]): [string, unknown] => [name, deepReversed(inner)])
      .reverse(),
  )
}

describe('I4: a refusal', () => {
  it.each<[what: string, refused: () => Promise<unknown>, code: ErrorCode, remedy: () => Promise<unknown>]>([
    [
      'of days that were not there',
      () => desk.allocate(accountId, { channelId: to, days: 901, idempotencyKey: 'key' }),
      ErrorCode.INSUFFICIENT_DAYS,
      () => desk.grant(accountId, 1),
    ],
    [
      'of a release of nothing',
      () => desk.release(accountId, { channelId: to, idempotencyKey: 'key' }),
      ErrorCode.NOTHING_TO_RELEASE,
      () => desk.allocate(accountId, { channelId: to, days: 2 }),
    ],
    [
      'of a transfer of too much',
      () => desk.transfer(accountId, { fromChannelId: from, toChannelId: to, days: 101, idempotencyKey: 'key' }),
      ErrorCode.INSUFFICIENT_DAYS,
      () => desk.allocate(accountId, { channelId: from, days: 1 }),
    ],
    [
      'of a bulk of which every item was refused',
      () => desk.allocateInBulk(accountId, { items: [item(to, 1_000)], mode: 'PARTIAL', idempotencyKey: 'key' }),
      ErrorCode.INSUFFICIENT_DAYS,
      () => desk.grant(accountId, 100),
    ],
    [
      'of a trial',
      () => desk.createChannel(accountId, { trial: true, idempotencyKey: 'key' }),
      ErrorCode.TRIAL_NOT_ALLOWED,
      () => desk.updateAccount({ accountId, maxTrials: 1 }),
    ],
    [
      'of a correction past the balance',
      () => desk.adjust(accountId, { days: -901, idempotencyKey: 'key' }),
      ErrorCode.INSUFFICIENT_DAYS,
      () => desk.grant(accountId, 1),
    ],
    [
      'to a suspended account',
      () => desk.allocate(accountId, { channelId: to, days: 1, idempotencyKey: 'key' }),
      ErrorCode.ACCOUNT_SUSPENDED,
      () => desk.updateAccount({ accountId, status: AccountStatus.ACTIVE }),
    ],
  ])('%s is not remembered: once its cause is gone, the same key does it', async (_, call, code, remedy) => {
    if (code === ErrorCode.ACCOUNT_SUSPENDED) await desk.updateAccount({ accountId, status: AccountStatus.SUSPENDED })
    const before = await everything()
    expect((await refusalOf(call())).code).toBe(code)
    expect((await refusalOf(call())).code).toBe(code)
    expect(await everything()).toEqual(before)
    await remedy()
    await expect(call()).resolves.toMatchObject({ replayed: false })
    await expect(call()).resolves.toMatchObject({ replayed: true })
  })

  it('leaves what is due undone, so that it changes nothing even after a month', async () => {
    await clock.set(START + 31 * DAY)
    const before = await everything()
    expect((await refusalOf(desk.allocate(accountId, { channelId: to, days: 901 }))).code).toBe(
      ErrorCode.INSUFFICIENT_DAYS,
    )
    expect(await everything()).toEqual(before)
  })
})

describe('a partial bulk', () => {
  it('replays the outcome of each item, though it would go otherwise now', async () => {
    await desk.deleteChannel(accountId, { channelId: to })
    const [fresh = ''] = await desk.channels(accountId, 1)
    const input = { items: [item(to, 1), item(fresh, 2), item(from, 36_500)], mode: 'PARTIAL', idempotencyKey: 'key' }
    const first = await desk.allocateInBulk(accountId, input)
    expect(first.outcome.allocatedDays).toBe(2)
    expect(first.outcome.items.map(({ error }) => error?.code)).toEqual([
      ErrorCode.CHANNEL_DELETED,
      undefined,
      ErrorCode.BAD_USER_INPUT,
    ])
    await desk.deleteChannel(accountId, { channelId: fresh })
    const after = await everything()
    for (const at of [desk, elsewhere]) {
      expect(await at.allocateInBulk(accountId, input)).toEqual({ outcome: first.outcome, replayed: true })
    }
    expect(await everything()).toEqual(after)
  })
})

describe('I6: a key', () => {
  it.each([
    ['of 255 characters', 'k'.repeat(255)],
    ['of letters that look alike', 'é'],
    ['with blanks around it', ' key '],
  ])('%s is taken as it is', async (_, idempotencyKey) => {
    const days = 1
    await desk.allocate(accountId, { channelId: to, days, idempotencyKey })
    expect((await desk.allocate(accountId, { channelId: to, days, idempotencyKey })).replayed).toBe(true)
    const other = idempotencyKey.normalize('NFD').trim() + (idempotencyKey.length > 250 ? '' : '.')
    if (other !== idempotencyKey) {
      expect((await desk.allocate(accountId, { channelId: to, days, idempotencyKey: other })).replayed).toBe(false)
    }
  })

  it.each([
    ['longer than 255 characters', 'k'.repeat(256)],
    ['empty', ''],
    ['blank', '  '],
    ['with a NUL', 'a\0b'],
    ['with half a surrogate pair', 'a\ud800'],
  ])('that is %s is refused', async (_, idempotencyKey) => {
    const refusal = await refusalOf(
      (async () => desk.allocate(accountId, { channelId: to, days: 1, idempotencyKey }))(),
    )
    expect(refusal).toMatchObject({ code: ErrorCode.BAD_USER_INPUT, details: { field: 'idempotencyKey' } })
  })

  it('of an account’s opening has the provider for its scope', async () => {
    const input = { name: 'Once', idempotencyKey: `opening ${accountId}` }
    const opened = await desk.createAccount(input)
    expect(await elsewhere.createAccount(input)).toBe(opened)
    expect((await refusalOf(desk.createAccount({ ...input, name: 'Twice' }))).code).toBe(ErrorCode.IDEMPOTENCY_CONFLICT)
    // The same text is free within an account.
    const { idempotencyKey } = input
    expect((await desk.allocate(accountId, { channelId: to, days: 1, idempotencyKey })).replayed).toBe(false)
  })
})
