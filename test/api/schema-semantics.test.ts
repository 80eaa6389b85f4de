/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- an answer has the shape of its query, which stands beside it */
import { newId } from '../../src/typed-id'
import { Api, type Order, type Partner } from './api'
import { documentOf, rootFields } from './documents'
import { ownArguments, probesOf, seedSide } from './prober'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let api: Api
beforeAll(async () => {
  api = await Api.open()
})
afterEach(() => api.setClock(null))
afterAll(() => api.close())

/** Calls a mutation by one input, or by its arguments. */
const call = (token: string, name: string, args: Order, selection?: string) =>
  api
    .told(token, documentOf('mutation', name, selection), 'input' in args ? args : argumentsOf(name, args))
    .then((data) => data[name])
const refusal = (token: string, name: string, args: Order) =>
  api.refused(token, documentOf('mutation', name), 'input' in args ? args : argumentsOf(name, args))

/** Most mutations take one input, and a few of staff's take arguments. */
function argumentsOf(name: string, args: Order): Order {
  return rootFields('mutation')[name]?.args[0]?.name === 'input' ? { input: args } : args
}

async function refusedWithoutEffect(token: string, name: string, args: Order): Promise<Order> {
  const before = await api.checksums()
  const extensions = await refusal(token, name, args)
  expect(await api.checksums()).toEqual(before)
  return extensions
}

describe('an object', () => {
  it('is found again by its id, as the type that it is', async () => {
    const side = await seedSide(api, 'found')
    const types = {
      account: 'Account',
      apiToken: 'ApiToken',
      channel: 'Channel',
      invoice: 'Invoice',
      ledgerTransaction: 'LedgerTransaction',
      priceAgreement: 'PriceAgreement',
    }
    for (const [kind, type] of Object.entries(types)) {
      const ids = side.ids[kind as keyof typeof types]
      expect([kind, ids.length > 0]).toEqual([kind, true])
      for (const token of [side.token, api.staffToken]) {
        for (const id of ids) {
          const { node } = await api.told(token, 'query ($id: ID!) { node(id: $id) { __typename id } }', { id })
          expect(node).toEqual({ __typename: type, id })
        }
      }
    }
    const [payment] = side.ids.payment
    expect(await api.refused(side.token, 'query ($id: ID!) { node(id: $id) { id } }', { id: payment })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('of the event log is one of the types of events, under numbers without a gap', async () => {
    const { token, accountId } = await seedSide(api, 'told')
    const { events, balance } = await api.told(
      token,
      `{ balance { sequence } events(after: 0, first: 100) { nodes { __typename accountId sequence type occurredAt actor
         ... on BalanceChange { days available transaction { sequence } } ... on DayExpiryChange { reason channel { id } }
         ... on InvoiceChange { status invoice { id } } ... on OtherEvent { subject data } } } }`,
    )
    const { nodes } = events
    expect(nodes.map((node: any) => node.sequence)).toEqual(nodes.map((_: unknown, index: number) => index + 1))
    expect(balance.sequence).toBe(nodes.length)
    expect(new Set(nodes.map((node: any) => node.accountId))).toEqual(new Set([accountId]))
    const typesOf: Record<string, string> = {}
    for (const { type, __typename } of nodes) typesOf[type] = __typename
    expect(typesOf).toEqual({
      'account.created': 'OtherEvent',
      'token.created': 'OtherEvent',
      'webhook_endpoint.created': 'OtherEvent',
      'price_agreement.set': 'OtherEvent',
      'channel.created': 'OtherEvent',
      'channel.deleted': 'OtherEvent',
      'credit_note.issued': 'OtherEvent',
      'invoice.credited': 'InvoiceChange',
      'refund.recorded': 'OtherEvent',
      'channel.day_expiry_changed': 'DayExpiryChange',
      'balance.changed': 'BalanceChange',
      'invoice.requested': 'InvoiceChange',
      'invoice.opened': 'InvoiceChange',
      'invoice.payment_recorded': 'InvoiceChange',
      'invoice.paid': 'InvoiceChange',
      'invoice.voided': 'InvoiceChange',
    })
    for (const node of nodes) {
      if (node.transaction) expect(node.transaction.sequence).toBe(node.sequence)
    }
    const reasons = new Set(nodes.flatMap((node: any) => node.reason ?? []))
    expect(reasons).toEqual(new Set(['ALLOCATED', 'RELEASED', 'TRANSFERRED', 'DELETED', 'TRIAL']))
    const moved = nodes.map((node: { days?: number }) => node.days ?? 0) as number[]
    expect(moved.reduce((sum, days) => sum + days)).toBe(
      (await api.told(token, '{ balance { available } }')).balance.available,
    )
  })
})

describe('an update', () => {
  it('of a channel leaves what is left out, takes away what is null, and frees an externalId', async () => {
    const { token } = await api.partner()
    const metadata = { b: 1, a: [null, { c: 'é' }] }
    const channelId = await api.channel(token, { name: 'n', externalId: 'e', metadata })
    const update = (changes: Order) =>
      call(token, 'updateChannel', { channelId, ...changes }, '{ channel { name externalId metadata } }')
    expect(await update({})).toEqual({ channel: { name: 'n', externalId: 'e', metadata } })
    expect(await update({ name: null, externalId: 'e' })).toEqual({ channel: { name: 'n', externalId: 'e', metadata } })
    expect(await update({ name: 'm', metadata: {} })).toEqual({ channel: { name: 'm', externalId: 'e', metadata: {} } })
    expect(await update({ externalId: null, metadata: null })).toEqual({
      channel: { name: 'm', externalId: null, metadata: null },
    })
    const other = await api.channel(token, { externalId: 'e' })
    expect(await refusedWithoutEffect(token, 'updateChannel', { channelId, externalId: 'e' })).toMatchObject({
      code: 'CONFLICT',
      field: 'externalId',
    })
    await call(token, 'deleteChannel', { channelId: other })
    expect(await update({ externalId: 'e' })).toMatchObject({ channel: { externalId: 'e' } })
    const { events } = await api.told(token, '{ events { nodes { type ... on OtherEvent { data } } } }')
    const told = events.nodes.filter(({ type }: { type: string }) => type === 'channel.updated')
    expect(told.map(({ data }: { data: { fields: string[] } }) => data.fields)).toEqual([
      ['externalId'],
      ['name', 'metadata'],
      ['externalId', 'metadata'],
      ['externalId'],
    ])
  })

  it('of an account leaves what is left out, and takes away an e-mail that is null', async () => {
    const { accountId } = await api.partner({ name: 'n', email: 'a@example.com', maxTrials: 3, trialDays: 4 })
    const select = '{ name email status billingMode trialDays maxTrials balance { creditLimit } }'
    const update = (changes: Order) => call(api.staffToken, 'updateAccount', { accountId, ...changes }, select)
    const before = {
      name: 'n',
      email: 'a@example.com',
      status: 'ACTIVE',
      billingMode: 'PREPAID',
      trialDays: 4,
      maxTrials: 3,
      balance: { creditLimit: 0 },
    }
    expect(await update({})).toEqual(before)
    expect(
      await update({
        name: null,
        status: null,
        billingMode: null,
        creditLimit: null,
        trialDays: null,
        maxTrials: null,
      }),
    ).toEqual(before)
    expect(await update({ email: null, maxTrials: 0, billingMode: 'POSTPAID', creditLimit: 7 })).toEqual({
      ...before,
      email: null,
      maxTrials: 0,
      billingMode: 'POSTPAID',
      balance: { creditLimit: 7 },
    })
    const { events } = await api.staff(
      'query ($id: ID) { events(accountId: $id) { nodes { type ... on OtherEvent { data } } } }',
      {
        id: accountId,
      },
    )
    const told = events.nodes.filter(({ type }: { type: string }) => type === 'account.updated')
    expect(told.map(({ data }: { data: unknown }) => data)).toEqual([
      { fields: ['billingMode', 'creditLimit', 'maxTrials', 'email'] },
    ])
  })
})

interface Keyed {
  staff?: boolean
  input: Order
  other: Order
  /** What is answered, the same both times. */
  answers: string
}

/** A mutation of each kind that takes a key, with another input for the same key. */
async function keyedMutations(): Promise<{ partner: Partner; mutations: Record<string, Keyed> }> {
  const partner = await api.partner({ days: 1000 })
  const { accountId, token } = partner
  await api.agree(accountId, { autoPrepare: false })
  const [one, two, three] = [
    await api.channel(token, { days: 30 }),
    await api.channel(token, { days: 30 }),
    await api.channel(token, { days: 30 }),
  ]
  const invoices = []
  for (let index = 0; index < 8; index += 1) invoices.push(await api.invoice(token))
  const [cancelled, prepared, voided, paid, postponed, written, credited = '', part = ''] = invoices
  for (const invoiceId of [paid, postponed, written, credited, part])
    await call(api.staffToken, 'prepareInvoice', { invoiceId })
  await api.pay(credited, 1000)
  await api.pay(part, 300)
  const note = { invoiceId: credited, days: 5, reason: 'r', idempotencyKey: 'an earlier note' }
  const { creditNote } = (await call(api.staffToken, 'issueCreditNote', note, '{ creditNote { id } }')) as {
    creditNote: { id: string }
  }
  const [payment] = await api.sql<{ id: string }>('SELECT id FROM payment WHERE invoice_id = $1', [part])
  const unapplied = newId('payment')
  await api.sql(
    `INSERT INTO payment (id, account_id, invoice_id, method, amount_minor, unapplied_minor, currency, received_at, actor)
     VALUES ($1, $2, $3, 'CARD', 0, 300, 'EUR', now(), 'job:payments')`,
    [unapplied, accountId, part],
  )
  const moved = '{ channel { id } transaction { id sequence } }'
  return {
    partner,
    mutations: {
      createAccount: { staff: true, input: { name: 'A' }, other: { name: 'B' }, answers: '{ id }' },
      adjustBalance: {
        staff: true,
        input: { accountId, days: 5, comment: 'c' },
        other: { accountId, days: 6, comment: 'c' },
        answers: '{ accountId }',
      },
      createChannel: {
        input: { name: 'A', days: 3, metadata: { a: 1 } },
        other: { name: 'A', days: 3, metadata: { a: 1, b: null } },
        answers: moved,
      },
      allocateDays: { input: { channelId: one, days: 2 }, other: { channelId: two, days: 2 }, answers: moved },
      allocateDaysInBulk: {
        input: { items: [one, two].map((channelId) => ({ channelId, days: 1 })), mode: 'PARTIAL' },
        other: { items: [one, two].map((channelId) => ({ channelId, days: 1 })), mode: 'ATOMIC' },
        answers: '{ allocatedDays items { channelId channel { id } error { code } } }',
      },
      releaseDays: { input: { channelId: one, days: 1 }, other: { channelId: one }, answers: moved },
      transferDays: {
        input: { fromChannelId: one, toChannelId: two, days: 1, comment: 'c' },
        other: { fromChannelId: one, toChannelId: two, days: 1 },
        answers: '{ from { id } to { id } transaction { id sequence } }',
      },
      deleteChannel: {
        input: { channelId: three },
        other: { channelId: two },
        answers: '{ returnedDays channel { id status } transaction { id } }',
      },
      requestInvoice: {
        input: { channels: 2 },
        other: { channels: 2, looseDays: 1 },
        answers: '{ invoice { id status } }',
      },
      cancelInvoiceRequest: {
        input: { invoiceId: cancelled },
        other: { invoiceId: prepared },
        answers: '{ invoice { id status } }',
      },
      prepareInvoice: {
        staff: true,
        input: { invoiceId: prepared },
        other: { invoiceId: voided },
        answers: '{ invoice { id number } }',
      },
      voidInvoice: {
        staff: true,
        input: { invoiceId: voided, comment: 'c' },
        other: { invoiceId: voided, comment: 'd' },
        answers: '{ invoice { id status } }',
      },
      writeOffInvoice: {
        staff: true,
        input: { invoiceId: written, comment: 'c' },
        other: { invoiceId: written, comment: 'd' },
        answers: '{ invoice { id status } }',
      },
      issueCreditNote: {
        staff: true,
        input: { invoiceId: credited, days: 3, reason: 'c' },
        other: { invoiceId: credited, days: 4, reason: 'c' },
        answers: '{ creditNote { id number total { amount } transaction { id } } }',
      },
      recordRefund: {
        staff: true,
        input: { invoiceId: credited, creditNoteId: creditNote.id, method: 'OTHER', amount: 20 },
        other: { invoiceId: credited, creditNoteId: creditNote.id, method: 'OTHER', amount: 21 },
        answers: '{ invoice { id refunds { id amount { amount } } } }',
      },
      returnPayment: {
        staff: true,
        input: { invoiceId: part, paymentId: payment?.id, method: 'OTHER', amount: 100, reason: 'c' },
        other: { invoiceId: part, paymentId: payment?.id, method: 'OTHER', amount: 101, reason: 'c' },
        answers: '{ invoice { id paid { amount } paymentReturns { id } refunds { id } } }',
      },
      returnUnappliedPayment: {
        staff: true,
        input: { invoiceId: part, paymentId: unapplied, method: 'OTHER', amount: 100, reason: 'c' },
        other: { invoiceId: part, paymentId: unapplied, method: 'OTHER', amount: 101, reason: 'c' },
        answers: '{ invoice { id paid { amount } paymentReturns { id fromUnapplied } refunds { id } } }',
      },
      postponeInvoice: {
        staff: true,
        input: { invoiceId: postponed, until: inDays(100) },
        other: { invoiceId: postponed, until: inDays(101) },
        answers: '{ invoice { id postponedUntil } }',
      },
      recordPayment: {
        staff: true,
        input: { invoiceId: paid, method: 'CARD', amount: 400 },
        other: { invoiceId: paid, method: 'CARD', amount: 600 },
        answers: '{ invoice { id paid { amount } payments { id } } }',
      },
    },
  }
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString()
}

/** They need a subscription that lives: test/channel-subscriptions looks at their keys. */
const OF_SUBSCRIPTIONS = /Channel(Plan|Subscription)$|^subscribeChannel$/

const KEYED = probesOf('mutation')
  .filter(({ field }) => !OF_SUBSCRIPTIONS.test(field.name))
  .filter(({ leaves }) => leaves.some(({ path }) => path.endsWith('idempotencyKey')))
  .map(({ field }) => field.name)

describe('an idempotency key', () => {
  let partner: Partner
  let mutations: Record<string, Keyed>
  beforeAll(async () => {
    ;({ partner, mutations } = await keyedMutations())
  })
  const keyed = (name: string) => {
    const { staff, ...mutation } = mutations[name] ?? { input: {}, other: {}, answers: '' }
    return { token: staff === true ? api.staffToken : partner.token, key: `the key of ${name}`, ...mutation }
  }

  it.each(KEYED)('makes %s happen once, however often it is sent', async (name) => {
    const { token, key, input, answers } = keyed(name)
    const first = await call(token, name, { ...input, idempotencyKey: key }, answers)
    const after = await api.checksums()
    const again = await Promise.all([1, 2, 3].map(() => call(token, name, { ...input, idempotencyKey: key }, answers)))
    for (const one of again) expect(one).toEqual(first)
    expect(await api.checksums()).toEqual(after)
  })

  it.each(KEYED)('of %s is refused with another input, or for another deed', async (name) => {
    const { token, key, other } = keyed(name)
    expect(await refusedWithoutEffect(token, name, { ...other, idempotencyKey: key })).toEqual({
      code: 'IDEMPOTENCY_CONFLICT',
      field: 'idempotencyKey',
    })
    if (name === 'createAccount') return
    const deed = { accountId: partner.accountId, days: 1, comment: 'c', idempotencyKey: key }
    if (name === 'adjustBalance') {
      const { input } = keyed('releaseDays')
      expect(await refusedWithoutEffect(partner.token, 'releaseDays', { ...input, idempotencyKey: key })).toMatchObject(
        { code: 'IDEMPOTENCY_CONFLICT' },
      )
    } else {
      expect(await refusedWithoutEffect(api.staffToken, 'adjustBalance', deed)).toMatchObject({
        code: 'IDEMPOTENCY_CONFLICT',
      })
    }
  })

  it('sees past what means the same: the order of fields, what is null, and how it is written', async () => {
    const { token } = partner
    const channel = await api.channel(token)
    const first = await call(
      token,
      'allocateDays',
      { channelId: channel, days: 1, idempotencyKey: 'same' },
      '{ transaction { id } }',
    )
    const after = await api.checksums()
    const reordered = { idempotencyKey: 'same', comment: null, days: 1, channelId: channel }
    expect(await call(token, 'allocateDays', reordered, '{ transaction { id } }')).toEqual(first)
    const literal = `mutation Other { renamed: allocateDays(input: { days: 1, idempotencyKey: """same""", channelId: "${channel}" }) { transaction { id } } }`
    expect((await api.told(token, literal)).renamed).toEqual(first)
    expect(await api.checksums()).toEqual(after)
  })

  it('sends many at once as one', async () => {
    const { token } = partner
    const channel = await api.channel(token)
    const input = { channelId: channel, days: 1, idempotencyKey: 'at once' }
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => call(token, 'allocateDays', input, '{ transaction { id } }')),
    )
    expect(new Set(answers.map(({ transaction }) => transaction.id)).size).toBe(1)
    const names = await Promise.all(
      Array.from({ length: 10 }, () =>
        call(token, 'createChannel', { name: 'n', idempotencyKey: 'created at once' }, '{ channel { id } }'),
      ),
    )
    expect(new Set(names.map((one) => one.channel.id)).size).toBe(1)
    const accounts = await Promise.all(
      Array.from({ length: 10 }, () =>
        call(api.staffToken, 'createAccount', { name: 'n', idempotencyKey: 'opened at once' }, '{ id }'),
      ),
    )
    expect(new Set(accounts.map(({ id }) => id)).size).toBe(1)
  })

  it('is not used up by a refusal', async () => {
    const { token, accountId } = await api.partner()
    const channelId = await api.channel(token)
    const input = { channelId, days: 5, idempotencyKey: 'later' }
    expect(await refusedWithoutEffect(token, 'allocateDays', input)).toMatchObject({
      code: 'INSUFFICIENT_DAYS',
      available: 0,
      requested: 5,
    })
    expect(await refusedWithoutEffect(token, 'allocateDays', { ...input, days: 0 })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
    await api.grant(accountId, 5)
    expect(await call(token, 'allocateDays', input, '{ balance { available } }')).toEqual({ balance: { available: 0 } })
  })

  it('answers a replay with things as they are by then', async () => {
    const { token } = await api.partner({ days: 10 })
    const channelId = await api.channel(token)
    const input = { channelId, days: 5, idempotencyKey: 'k' }
    const select = '{ channel { status } balance { available } transaction { id } }'
    const first = await call(token, 'allocateDays', input, select)
    await call(token, 'allocateDays', { channelId, days: 2 })
    await call(token, 'deleteChannel', { channelId })
    const replayed = await call(token, 'allocateDays', input, select)
    expect(first).toMatchObject({ channel: { status: 'ACTIVE' }, balance: { available: 5 } })
    expect(replayed).toEqual({
      channel: { status: 'DELETED' },
      balance: { available: 9 },
      transaction: first.transaction,
    })
  })
})

describe('a postpaid account', () => {
  it('allocates to its credit limit exactly, and no day further', async () => {
    const { token, accountId } = await api.partner({ billingMode: 'POSTPAID', creditLimit: 10, days: 3 })
    const channelId = await api.channel(token)
    expect(await refusedWithoutEffect(token, 'allocateDays', { channelId, days: 14 })).toMatchObject({
      code: 'INSUFFICIENT_DAYS',
      available: 13,
      requested: 14,
    })
    expect(await call(token, 'allocateDays', { channelId, days: 13 }, '{ balance { available creditLimit } }')).toEqual(
      { balance: { available: -10, creditLimit: 10 } },
    )
    for (const [name, args] of [
      ['allocateDays', { channelId, days: 1 }],
      ['allocateDaysInBulk', { items: [{ channelId, days: 1 }] }],
      ['createChannel', { name: 'n', days: 1 }],
    ] as const) {
      expect(await refusedWithoutEffect(token, name, args)).toMatchObject({
        code: 'INSUFFICIENT_DAYS',
        available: 0,
        requested: 1,
      })
    }
    const taken = { accountId, days: -1, comment: 'c', idempotencyKey: 'k' }
    expect(await refusedWithoutEffect(api.staffToken, 'adjustBalance', taken)).toMatchObject({
      code: 'INSUFFICIENT_DAYS',
      available: 0,
      requested: 1,
    })
  })

  it('keeps a limit that covers its debt, stays postpaid and open while it owes', async () => {
    const { token, accountId } = await api.partner({ billingMode: 'POSTPAID', creditLimit: 10 })
    await api.channel(token, { days: 4 })
    const update = (changes: Order) => refusedWithoutEffect(api.staffToken, 'updateAccount', { accountId, ...changes })
    expect(await update({ creditLimit: 3 })).toEqual({ code: 'CONFLICT', debt: 4, creditLimit: 3 })
    expect(await update({ creditLimit: 0 })).toEqual({ code: 'CONFLICT', debt: 4, creditLimit: 0 })
    expect(await update({ billingMode: 'PREPAID' })).toEqual({ code: 'CONFLICT', debt: 4, creditLimit: 0 })
    expect(await update({ billingMode: 'PREPAID', creditLimit: 10 })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'creditLimit',
    })
    expect(await update({ status: 'CLOSED' })).toEqual({ code: 'CONFLICT', debt: 4 })
    const select = '{ status billingMode balance { creditLimit available } }'
    expect(await call(api.staffToken, 'updateAccount', { accountId, creditLimit: 4 }, select)).toMatchObject({
      balance: { creditLimit: 4, available: -4 },
    })
    await api.grant(accountId, 4)
    expect(
      await call(api.staffToken, 'updateAccount', { accountId, billingMode: 'PREPAID', status: 'CLOSED' }, select),
    ).toEqual({
      status: 'CLOSED',
      billingMode: 'PREPAID',
      balance: { creditLimit: 0, available: 0 },
    })
  })
})

describe.each([
  ['SUSPENDED', 'ACCOUNT_SUSPENDED'],
  ['CLOSED', 'ACCOUNT_CLOSED'],
])('an account that is %s', (status, code) => {
  it('can read, and nothing else', async () => {
    const side = await seedSide(api, status.toLowerCase())
    const { accountId, token } = side
    const open = new Set(
      probesOf('query').filter(
        ({ field }) =>
          ![
            ...['ledgerAudit', 'invoicePromise', 'jobs', 'clockHealth', 'providerEvents', 'providerProfile'],
            'unappliedPayments',
            ...['previewAdjustment', 'previewPayment', 'previewCreditNote'],
          ].includes(field.name),
      ),
    )
    await call(api.staffToken, 'updateAccount', { accountId, status })
    const before = await api.checksums()
    const refused: string[] = []
    for (const probe of probesOf('mutation')) {
      const { errors } = await api.ask(token, probe.document, ownArguments(probe, side))
      const [error] = errors
      if (error?.extensions.code === 'FORBIDDEN') continue
      expect([probe.name, error?.extensions.code]).toEqual([probe.name, code])
      refused.push(probe.field.name)
    }
    expect(refused.length).toBeGreaterThanOrEqual(11)
    expect(await api.checksums()).toEqual(before)
    const previews = [...open].filter(({ field }) => field.name.startsWith('preview'))
    for (const probe of previews) {
      const { errors } = await api.ask(token, probe.document, ownArguments(probe, side))
      expect([probe.name, errors[0]?.extensions.code]).toEqual([probe.name, code])
      open.delete(probe)
    }
    for (const probe of open)
      expect((await api.ask(token, probe.document, ownArguments(probe, side))).errors).toEqual([])
    const socket = await api.connect(token)
    socket.subscribe('1', '{ account { status } }')
    expect((await socket.receive('next', '1')).payload).toMatchObject({ data: { account: { status } } })
    socket.subscribe('2', 'subscription { events(after: 0) { sequence } }')
    expect((await socket.receive('next', '2')).payload).toMatchObject({ data: { events: { sequence: 1 } } })
  })

  it('is moved by staff no more than by itself, but its money is taken', async () => {
    const { accountId, token } = await api.partner({ days: 100 })
    await api.agree(accountId, { autoPrepare: false })
    const channelId = await api.channel(token, { days: 5 })
    const [paid, voided] = [await api.invoice(token), await api.invoice(token)]
    await call(api.staffToken, 'updateAccount', { accountId, status })
    for (const [name, args] of [
      ['createChannel', { accountId, name: 'n' }],
      ['allocateDays', { channelId, days: 1 }],
      ['releaseDays', { channelId, days: 1 }],
      ['deleteChannel', { channelId }],
      ['requestInvoice', { accountId, channels: 1 }],
    ] as const) {
      expect(await refusedWithoutEffect(api.staffToken, name, args)).toMatchObject({ code })
    }
    await call(api.staffToken, 'prepareInvoice', { invoiceId: paid })
    await api.pay(paid, 1000)
    await call(api.staffToken, 'voidInvoice', { invoiceId: voided, comment: 'c' })
    expect((await api.told(token, '{ balance { available } }')).balance.available).toBe(125)
    if (status === 'CLOSED') {
      const again = { accountId, status: 'ACTIVE' }
      expect(await refusedWithoutEffect(api.staffToken, 'updateAccount', again)).toEqual({ code: 'CONFLICT', status })
    } else {
      await call(api.staffToken, 'updateAccount', { accountId, status: 'ACTIVE' })
      await call(token, 'allocateDays', { channelId, days: 1 })
    }
  })
})

describe('a trial', () => {
  const NOON = new Date('2030-03-01T12:00:00Z')
  const at = (ms: number) => api.setClock(new Date(NOON.getTime() + ms))

  it('holds its place for all its days, though its channel is deleted', async () => {
    await at(0)
    const { token } = await api.partner({ maxTrials: 2, trialDays: 3 })
    const one = await api.channel(token, { trial: true })
    await api.channel(token, { trial: true })
    const full = { code: 'TRIAL_NOT_ALLOWED', maxTrials: 2, running: 2 }
    expect(await refusedWithoutEffect(token, 'createChannel', { name: 'n', trial: true })).toEqual(full)
    await call(token, 'deleteChannel', { channelId: one })
    expect(await refusedWithoutEffect(token, 'createChannel', { name: 'n', trial: true })).toEqual(full)
    await at(3 * DAY - 1)
    expect(await refusedWithoutEffect(token, 'createChannel', { name: 'n', trial: true })).toEqual(full)
    await at(3 * DAY)
    await api.channel(token, { trial: true })
  })

  it('is had once by an externalId, ever', async () => {
    await at(0)
    const { token } = await api.partner({ maxTrials: 9, trialDays: 1 })
    const first = await api.channel(token, { externalId: 'customer', trial: true })
    await call(token, 'updateChannel', { channelId: first, externalId: 'renamed' })
    const again = (externalId: string) =>
      refusedWithoutEffect(token, 'createChannel', { name: 'n', externalId, trial: true })
    const had = (externalId: string) => ({ code: 'TRIAL_NOT_ALLOWED', field: 'externalId', externalId })
    // The old name is free, but has had its trial; and so has the new one.
    expect(await again('customer')).toEqual(had('customer'))
    await call(token, 'deleteChannel', { channelId: first })
    await at(5 * DAY)
    expect(await again('customer')).toEqual(had('customer'))
    expect(await again('renamed')).toEqual(had('renamed'))
    await api.channel(token, { externalId: 'customer' })
    await api.channel(token, { externalId: 'another', trial: true })
  })

  it('comes before the days that are allocated meanwhile, and costs none of them', async () => {
    await at(0)
    const { token } = await api.partner({ maxTrials: 1, trialDays: 5, days: 10 })
    const channelId = await api.channel(token, { trial: true, days: 2 })
    const look = async () =>
      await api.told(
        token,
        `{ channel(id: "${channelId}") { status trialUntil paidUntil unusedDays } balance { available allocated used } }`,
      )
    const end = new Date(NOON.getTime() + 5 * DAY)
    const paidUntil = new Date(end.getTime() + 2 * DAY).toISOString()
    const balance = { available: 8, allocated: 2, used: 0 }
    expect(await look()).toEqual({
      channel: { status: 'TRIAL', trialUntil: end.toISOString(), paidUntil, unusedDays: 2 },
      balance,
    })
    await at(5 * DAY - 1)
    expect(await look()).toMatchObject({ channel: { status: 'TRIAL', unusedDays: 2 }, balance })
    await at(5 * DAY)
    expect(await look()).toMatchObject({ channel: { status: 'ACTIVE', unusedDays: 2 }, balance })
    await at(5 * DAY + 1)
    expect(await look()).toMatchObject({
      channel: { status: 'ACTIVE', unusedDays: 1 },
      balance: { available: 8, allocated: 1, used: 1 },
    })
    // Nothing of a trial returns.
    expect(await call(token, 'deleteChannel', { channelId }, '{ returnedDays }')).toEqual({ returnedDays: 1 })
  })
})

describe('the status of a channel', () => {
  const START = new Date('2031-01-31T23:00:00Z')
  const at = (ms: number) => api.setClock(new Date(START.getTime() + ms))

  it('follows the clock, to the millisecond, everywhere at once', async () => {
    await at(0)
    const { token } = await api.partner({ maxTrials: 1, trialDays: 1, days: 10 })
    const ids = {
      fresh: await api.channel(token, { name: 'fresh' }),
      trial: await api.channel(token, { name: 'trial', trial: true }),
      paid: await api.channel(token, { name: 'paid', days: 2 }),
      deleted: await api.channel(token, { name: 'deleted', days: 1 }),
    }
    await call(token, 'deleteChannel', { channelId: ids.deleted })
    const statuses = async () => {
      const each: Record<string, string> = {}
      for (const status of ['NEW', 'TRIAL', 'ACTIVE', 'EXPIRED', 'DELETED']) {
        const { channels } = await api.told(
          token,
          `{ channels(filter: { status: [${status}] }) { totalCount nodes { name status } } }`,
        )
        expect(channels.totalCount).toBe(channels.nodes.length)
        for (const node of channels.nodes) {
          expect(node.status).toBe(status)
          expect(each[node.name]).toBeUndefined()
          each[node.name] = node.status
        }
      }
      return each
    }
    const always = { fresh: 'NEW', deleted: 'DELETED' }
    expect(await statuses()).toEqual({ ...always, trial: 'TRIAL', paid: 'ACTIVE' })
    await at(DAY - 1)
    expect(await statuses()).toEqual({ ...always, trial: 'TRIAL', paid: 'ACTIVE' })
    await at(DAY)
    expect(await statuses()).toEqual({ ...always, trial: 'EXPIRED', paid: 'ACTIVE' })
    await at(2 * DAY - 1)
    expect(await statuses()).toEqual({ ...always, trial: 'EXPIRED', paid: 'ACTIVE' })
    await at(2 * DAY)
    expect(await statuses()).toEqual({ ...always, trial: 'EXPIRED', paid: 'EXPIRED' })
    await call(token, 'allocateDays', { channelId: ids.paid, days: 1 })
    expect(await statuses()).toEqual({ ...always, trial: 'EXPIRED', paid: 'ACTIVE' })
    const { account } = await api.told(token, '{ account { now } }')
    expect(account.now).toBe(new Date(START.getTime() + 2 * DAY).toISOString())
  })

  it('and the balance agree at every instant: nothing is lost, nothing is counted twice', async () => {
    await at(0)
    const { token } = await api.partner({ days: 10 })
    const channelId = await api.channel(token, { days: 3 })
    for (const [ms, unused] of [
      [0, 3],
      [1, 2],
      [DAY, 2],
      [DAY + 1, 1],
      [2 * DAY + 1, 0],
      [9 * DAY, 0],
    ] as const) {
      await at(ms)
      const answer = await api.told(
        token,
        `{ channel(id: "${channelId}") { unusedDays } balance { available allocated used } }`,
      )
      expect([ms, answer]).toEqual([
        ms,
        { channel: { unusedDays: unused }, balance: { available: 7, allocated: unused, used: 3 - unused } },
      ])
    }
    expect((await api.staff('{ ledgerAudit { ok violations } }')).ledgerAudit).toEqual({ ok: true, violations: [] })
  })
})

describe('channels', () => {
  const START = new Date('2032-06-01T00:00:00Z')
  let token: string
  beforeAll(async () => {
    await api.setClock(START)
    token = (await api.partner({ days: 100, maxTrials: 5, trialDays: 5 })).token
    for (const [name, externalId, more] of [
      ['Bakery', 'cust-1', { days: 1 }],
      ['bakery two', 'cust-2', { days: 30 }],
      ['100% juice', 'CUST_3', { trial: true }],
      ['under_score', null, { trial: true, days: 1 }],
      ['back\\slash', 'x%y', {}],
    ] as const) {
      await api.channel(token, { name, externalId, ...more })
    }
    const gone = await api.channel(token, { name: 'Bakery gone', days: 1 })
    await call(token, 'deleteChannel', { channelId: gone })
    await api.setClock(null)
  })
  beforeEach(() => api.setClock(START))
  const found = async (filter: string) => {
    const { channels } = await api.told(token, `{ channels(filter: ${filter}) { totalCount nodes { name } } }`)
    expect(channels.totalCount).toBe(channels.nodes.length)
    return channels.nodes.map(({ name }: { name: string }) => name)
  }

  it('are found by a part of the name or the externalId, in any case, letter by letter', async () => {
    expect(await found('{ search: "BAKERY" }')).toEqual(['Bakery gone', 'bakery two', 'Bakery'])
    expect(await found('{ search: "cust" }')).toEqual(['100% juice', 'bakery two', 'Bakery'])
    expect(await found('{ search: "cust_" }')).toEqual(['100% juice'])
    expect(await found('{ search: "%" }')).toEqual(['back\\slash', '100% juice'])
    expect(await found('{ search: "_" }')).toEqual(['under_score', '100% juice'])
    expect(await found('{ search: "\\\\" }')).toEqual(['back\\slash'])
    expect(await found('{ search: "" }')).toHaveLength(6)
    expect(await found('{ search: null, status: null, endsBefore: null }')).toHaveLength(6)
  })

  it('are found by when their time ends, trial included, and not those that are deleted or have none', async () => {
    const before = (ms: number) => found(`{ endsBefore: "${new Date(START.getTime() + ms).toISOString()}" }`)
    expect(await before(DAY)).toEqual([])
    expect(await before(DAY + 1)).toEqual(['Bakery'])
    expect(await before(5 * DAY + 1)).toEqual(['100% juice', 'Bakery'])
    expect(await before(6 * DAY + 1)).toEqual(['under_score', '100% juice', 'Bakery'])
    expect(await before(31 * DAY)).toEqual(['under_score', '100% juice', 'bakery two', 'Bakery'])
  })

  it('are found by any of several statuses, and by all that is asked together', async () => {
    expect(await found('{ status: [] }')).toEqual([])
    expect(await found('{ status: [TRIAL, TRIAL, NEW] }')).toEqual(['back\\slash', 'under_score', '100% juice'])
    expect(await found('{ status: [ACTIVE], search: "two" }')).toEqual(['bakery two'])
    expect(await found('{ status: [DELETED], search: "two" }')).toEqual([])
    const { channels } = await api.told(
      token,
      '{ channels(first: 2, filter: { status: [ACTIVE, TRIAL] }) { totalCount nodes { name } pageInfo { hasNextPage } } }',
    )
    expect(channels).toEqual({
      totalCount: 4,
      nodes: [{ name: 'under_score' }, { name: '100% juice' }],
      pageInfo: { hasNextPage: true },
    })
  })
})

describe('a price agreement', () => {
  const NOW = new Date('2033-01-01T00:00:00Z')
  const at = (ms: number) => api.setClock(new Date(NOW.getTime() + ms))
  const unitPrices = async (token: string, channels = 1) => {
    const { invoice } = await call(
      token,
      'requestInvoice',
      { channels },
      '{ invoice { lines { unitPrice { amount currency } } total { amount } } }',
    )
    return invoice.lines[0].unitPrice.amount
  }

  it('holds from its instant on, and the history stays', async () => {
    await at(0)
    const { accountId, token } = await api.partner()
    await api.agree(accountId, { channelMonthAmount: 700, validFrom: new Date(NOW.getTime() + 2 * DAY).toISOString() })
    const seen = async () => {
      const { account } = await api.told(
        token,
        '{ account { priceAgreement { channelMonth { amount } } priceAgreements { channelMonth { amount } validFrom } } }',
      )
      return [
        account.priceAgreement?.channelMonth.amount ?? null,
        account.priceAgreements.map((one: any) => one.channelMonth.amount),
      ]
    }
    expect(await seen()).toEqual([null, [700]])
    expect(await refusedWithoutEffect(token, 'requestInvoice', { channels: 1 })).toEqual({ code: 'NO_PRICE_AGREEMENT' })
    await api.agree(accountId, { channelMonthAmount: 900, validFrom: new Date(NOW.getTime() + DAY).toISOString() })
    await api.agree(accountId, { channelMonthAmount: 1000 })
    expect(await seen()).toEqual([1000, [700, 900, 1000]])
    expect(await unitPrices(token)).toBe(1000)
    await at(DAY - 1)
    expect([await seen(), await unitPrices(token)]).toEqual([[1000, [700, 900, 1000]], 1000])
    await at(DAY)
    expect([await seen(), await unitPrices(token)]).toEqual([[900, [700, 900, 1000]], 900])
    await at(2 * DAY)
    expect([await seen(), await unitPrices(token)]).toEqual([[700, [700, 900, 1000]], 700])
    // Of two from one instant the later made holds.
    await api.agree(accountId, { channelMonthAmount: 650 })
    await api.agree(accountId, { channelMonthAmount: 600 })
    expect([await seen(), await unitPrices(token)]).toEqual([[600, [600, 650, 700, 900, 1000]], 600])
    const past = {
      accountId,
      currency: 'EUR',
      channelMonthAmount: 1,
      validFrom: new Date(NOW.getTime() + 2 * DAY - 1).toISOString(),
    }
    expect(await refusedWithoutEffect(api.staffToken, 'setPriceAgreement', past)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'validFrom',
    })
  })

  it('fixes the price of an invoice at its request', async () => {
    await at(0)
    const { accountId, token } = await api.partner()
    await api.agree(accountId, { channelMonthAmount: 1000, autoPrepare: false })
    const id = await api.invoice(token, { channels: 3 })
    await api.agree(accountId, { channelMonthAmount: 10 })
    const { invoice } = await call(
      api.staffToken,
      'prepareInvoice',
      { invoiceId: id },
      '{ invoice { total { amount } status } }',
    )
    expect(invoice).toEqual({ total: { amount: 3000 }, status: 'OPEN' })
  })

  it('gives the whole invoice the price of the tier that its channels reach', async () => {
    const { accountId, token } = await api.partner()
    await api.agree(accountId, {
      channelMonthAmount: 1000,
      looseDayAmount: 50,
      taxPartsPerMillion: 190_000,
      tiers: [
        { fromChannels: 10, channelMonthAmount: 900 },
        { fromChannels: 50, channelMonthAmount: 800 },
      ],
    })
    for (const [channels, price] of [
      [1, 1000],
      [9, 1000],
      [10, 900],
      [49, 900],
      [50, 800],
      [1_000_000, 800],
    ] as const) {
      expect([channels, await unitPrices(token, channels)]).toEqual([channels, price])
    }
    const { invoice } = await call(
      token,
      'requestInvoice',
      { channels: 10, looseDays: 3 },
      '{ invoice { days subtotal { amount } tax { amount } total { amount currency } lines { kind quantity per days unitPrice { amount } amount { amount } } } }',
    )
    expect(invoice).toEqual({
      days: 303,
      subtotal: { amount: 9150 },
      tax: { amount: 1739 },
      total: { amount: 10_889, currency: 'EUR' },
      lines: [
        { kind: 'CHANNELS', quantity: 10, per: 1, days: 300, unitPrice: { amount: 900 }, amount: { amount: 9000 } },
        { kind: 'LOOSE_DAYS', quantity: 3, per: 1, days: 3, unitPrice: { amount: 50 }, amount: { amount: 150 } },
      ],
    })
  })
})

describe('the queue of staff', () => {
  it('has what is to be prepared first before the rest, of all accounts, whatever was made first', async () => {
    const start = new Date('2034-01-01T00:00:00Z').getTime()
    const expected: string[] = []
    // The clock runs backwards between accounts, as it never does within one: the order is of prepareBy, not of ids.
    for (let index = 0; index < 9; index += 1) {
      await api.setClock(new Date(start + (10 - index) * HOUR))
      const partner = await api.partner()
      await api.agree(partner.accountId, { autoPrepare: false })
      expected.unshift(await api.invoice(partner.token))
    }
    const queue: any[] = []
    const page =
      'query ($after: String) { invoices(first: 4, after: $after, filter: { status: [REQUESTED] }) { nodes { id prepareBy requestedAt } pageInfo { hasNextPage endCursor } } }'
    for (let after: string | null = null, more = true; more;) {
      const { invoices }: any = await api.staff(page, { after })
      queue.push(...invoices.nodes)
      after = invoices.pageInfo.endCursor
      more = invoices.pageInfo.hasNextPage
    }
    const ids = queue.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => expected.includes(id))).toEqual(expected)
    const due = queue.map(({ prepareBy }) => prepareBy)
    expect(due).toEqual([...due].sort())
    for (const { prepareBy, requestedAt } of queue)
      expect(Date.parse(prepareBy) - Date.parse(requestedAt)).toBe(30 * 60_000)
    const { invoices } = await api.staff(
      '{ invoices(filter: { status: [REQUESTED, OPEN] }, first: 9) { nodes { id } } }',
    )
    expect(invoices.nodes.map(({ id }: { id: string }) => id)).toEqual([...expected].reverse().sort().reverse())
    // A cursor of one order is none of the other.
    const { invoices: first } = await api.staff('{ invoices(first: 1) { pageInfo { endCursor } } }')
    expect(await api.refused(api.staffToken, page, { after: first.pageInfo.endCursor })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'after',
    })
  })
})

describe('who did it', () => {
  it('is a token to its own account, "staff" where staff did it, and all of it to staff', async () => {
    const { accountId, token, tokenId } = await api.partner({ days: 10 })
    const { token: staffs, tokenId: staffsId } = await api.token({
      name: 'Jane of billing',
      scopes: ['ADMIN', 'CHANNELS', 'BILLING'],
    })
    await call(staffs, 'adjustBalance', { accountId, days: 1, comment: 'c', idempotencyKey: 'jane' })
    const channelId = await api.channel(token, { days: 2 })
    await call(staffs, 'allocateDays', { channelId, days: 1 })
    const query =
      'query ($id: ID) { ledger(accountId: $id) { nodes { kind actor } } events(accountId: $id) { nodes { type actor } } }'
    const own = await api.told(token, query)
    const theirs = await api.staff(query, { id: accountId })
    expect(own.ledger.nodes).toEqual([
      { kind: 'ALLOCATION', actor: 'staff' },
      { kind: 'ALLOCATION', actor: tokenId },
      { kind: 'GRANT', actor: 'staff' },
      { kind: 'GRANT', actor: 'staff' },
    ])
    expect(theirs.ledger.nodes.map(({ actor }: { actor: string }) => actor)).toEqual([
      `staff:${staffsId}`,
      tokenId,
      `staff:${staffsId}`,
      'staff:environment',
    ])
    expect(new Set(own.events.nodes.map(({ actor }: { actor: string }) => actor))).toEqual(new Set(['staff', tokenId]))
    expect(JSON.stringify(own)).not.toContain(staffsId)
    expect(new Set(theirs.events.nodes.map(({ actor }: { actor: string }) => actor))).toEqual(
      new Set(['staff:environment', `staff:${staffsId}`, tokenId]),
    )
    const socket = await api.connect(token)
    socket.subscribe('1', 'subscription { balanceChanged(after: 0) { actor transaction { actor } } }')
    expect((await socket.receive('next', '1')).payload).toMatchObject({
      data: { balanceChanged: { actor: 'staff', transaction: { actor: 'staff' } } },
    })
  })

  it('is the clock where nobody did it', async () => {
    await api.setClock('2035-01-01T12:00:00Z')
    const { token } = await api.partner({ days: 10 })
    const channelId = await api.channel(token, { days: 1 })
    await api.setClock('2035-01-03T12:00:00Z')
    await call(token, 'allocateDays', { channelId, days: 1 })
    const { events } = await api.told(
      token,
      '{ events(after: 2) { nodes { type actor occurredAt ... on DayExpiryChange { reason } ... on BalanceChange { transaction { kind } } } } }',
    )
    expect(events.nodes.filter(({ actor }: { actor: string }) => actor === 'job:clock')).toEqual([
      {
        type: 'balance.changed',
        actor: 'job:clock',
        occurredAt: '2035-01-02T00:00:00.000Z',
        transaction: { kind: 'BURN' },
      },
      {
        type: 'channel.day_expiry_changed',
        actor: 'job:clock',
        occurredAt: '2035-01-02T12:00:00.000Z',
        reason: 'EXPIRED',
      },
    ])
  })
})

describe('a list of 120 rows', () => {
  let partner: Partner
  beforeAll(async () => {
    partner = await api.partner({ days: 1000 })
    const { accountId, token } = partner
    await api.agree(accountId, { channelMonthAmount: 0 })
    for (let done = 0; done < 120; done += 10) {
      await Promise.all(
        Array.from({ length: 10 }, (_, index) => api.channel(token, { name: `n${done + index}`, days: 1 })),
      )
    }
    for (let done = 0; done < 120; done += 10) await Promise.all(Array.from({ length: 10 }, () => api.invoice(token)))
    const ids = Array.from({ length: 120 }, () => newId('account'))
    await api.sql(
      `INSERT INTO account (id, name, changed_at, burnt_until, created_at) SELECT id, 'Keyset', now(), now(), now() FROM unnest($1::text[]) AS id`,
      [ids],
    )
  })

  const LISTS = [
    ['channels', 'channels', 'channels', 'id', 120],
    ['invoices', 'invoices', 'invoices', 'id', 120],
    ['the ledger', 'ledger', 'ledger', 'sequence', 241],
  ] as const

  it.each(LISTS)(
    'of %s is paged without loss or repeat, newest first, while it grows',
    async (_, name, field, key, count) => {
      for (const first of [7, 60, 100]) {
        const rows: any[] = []
        const cursors = new Set<string>()
        const document = `query ($first: Int!, $after: String) { ${field}(first: $first, after: $after) {
        edges { cursor node { ${key} } } nodes { ${key} } pageInfo { hasNextPage endCursor } } }`
        const all = await api.sql<{ n: number }>(
          `SELECT count(*)::int AS n FROM ${name === 'ledger' ? 'ledger_transaction' : name.slice(0, -1)} WHERE account_id = $1`,
          [partner.accountId],
        )
        const expected = all[0]?.n ?? 0
        expect(expected).toBeGreaterThanOrEqual(count)
        for (let after: string | null = null, more = true; more;) {
          const answer: any = (await api.told(partner.token, document, { first, after }))[field]
          expect(answer.nodes).toEqual(answer.edges.map(({ node }: { node: unknown }) => node))
          expect(answer.nodes.length).toBe(answer.pageInfo.hasNextPage ? first : answer.nodes.length)
          expect(answer.pageInfo.endCursor).toBe(answer.edges.at(-1).cursor)
          for (const { cursor } of answer.edges) cursors.add(cursor)
          rows.push(...answer.nodes)
          after = answer.pageInfo.endCursor
          more = answer.pageInfo.hasNextPage
          if (rows.length === first) {
            // What is new comes before the first page, and disturbs no later one.
            await api.channel(partner.token, { days: 1 })
            await api.invoice(partner.token)
          }
        }
        const keys = rows.map((row) => row[key])
        expect(keys.length).toBe(expected)
        expect(new Set(keys).size).toBe(expected)
        expect(cursors.size).toBe(expected)
        expect(keys).toEqual(key === 'id' ? [...keys].sort().reverse() : [...keys].sort((a, b) => b - a))
      }
    },
  )

  it('of accounts is paged without loss or repeat, and partners see theirs alone', async () => {
    const names: string[] = []
    for (let after: string | null = null, more = true; more;) {
      const { accounts }: any = await api.staff(
        'query ($after: String) { accounts(first: 50, after: $after, search: "KEYSET") { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }',
        { after },
      )
      expect(accounts.totalCount).toBe(120)
      names.push(...accounts.nodes.map(({ id }: { id: string }) => id))
      after = accounts.pageInfo.endCursor
      more = accounts.pageInfo.hasNextPage
    }
    expect(names.length).toBe(120)
    expect(names).toEqual([...new Set(names)].sort().reverse())
    const { accounts } = await api.told(partner.token, '{ accounts { totalCount nodes { id } } }')
    expect(accounts).toEqual({ totalCount: 1, nodes: [{ id: partner.accountId }] })
  })

  it('of events is read on from any number, oldest first, page by page', async () => {
    const { balance } = await api.told(partner.token, '{ balance { sequence } }')
    for (const first of [7, 100]) {
      const sequences: number[] = []
      for (let more = true; more;) {
        const { events } = await api.told(
          partner.token,
          'query ($first: Int!, $after: Sequence) { events(first: $first, after: $after) { nodes { sequence } pageInfo { hasNextPage } } }',
          { first, after: sequences.at(-1) ?? 0 },
        )
        sequences.push(...events.nodes.map(({ sequence }: { sequence: number }) => sequence))
        more = events.pageInfo.hasNextPage
      }
      expect(sequences).toEqual(Array.from({ length: balance.sequence }, (_, index) => index + 1))
    }
    const { events } = await api.told(
      partner.token,
      'query ($after: Sequence) { events(after: $after) { nodes { sequence } pageInfo { hasNextPage endCursor } } }',
      { after: balance.sequence },
    )
    expect(events).toEqual({ nodes: [], pageInfo: { hasNextPage: false, endCursor: null } })
  })

  it('leaves a ledger in which every rule holds', async () => {
    const { ledgerAudit } = await api.staff(
      'query ($id: ID) { ledgerAudit(accountId: $id) { ok accountsChecked violations } }',
      { id: partner.accountId },
    )
    expect(ledgerAudit).toEqual({ ok: true, accountsChecked: 1, violations: [] })
  })
})
