import { VisibleRows } from '../../src/auth/visible-rows'
import { Api, SCHEMA } from './api'
import { documentOf, rootFields } from './documents'
import { ownArguments, type Probe, Prober, probesOf, seedSide, selectionOf, type Side } from './prober'

let api: Api
let self: Side
let stranger: Side
/** Says what the stranger says. */
let mimic: Side
beforeAll(async () => {
  api = await Api.open()
  self = await seedSide(api, 'aardvark')
  stranger = await seedSide(api, 'zebra')
  mimic = await seedSide(api, 'magpie')
})
afterAll(() => api.close())

/** Mutations and queries that no token of a partner may call. */
const STAFF_ONLY = [
  'createAccount',
  'updateAccount',
  'setPriceAgreement',
  'adjustBalance',
  'prepareInvoice',
  'recordPayment',
  'voidInvoice',
  'postponeInvoice',
  'writeOffInvoice',
  'issueCreditNote',
  'recordRefund',
  'returnPayment',
  'returnUnappliedPayment',
  'ledgerAudit',
  'rebuildLots',
  'previewAdjustment',
  'previewPayment',
  'previewCreditNote',
  'invoicePromise',
  'jobs',
  'runJob',
  'clockHealth',
  'providerEvents',
  'replayProviderEvent',
  'providerProfile',
  'setProviderProfile',
  'unappliedPayments',
  'resendMail',
  'setDunningSchedule',
  'stopDunning',
  'resumeDunning',
]

/** Of a person itself: a token is none. test/people holds them. */
const OF_PERSONS = [
  ...['changePassword', 'confirmSecondFactor', 'removeSecondFactor', 'revokeOtherSessions', 'revokeSession'],
  'startSecondFactor',
]

const MUTATIONS = probesOf('mutation')
const QUERIES = probesOf('query')
const named = (probes: Probe[]) => probes.map((probe) => [probe.name, probe] as const)

/** Runs probes of the stranger's, and asserts that nothing was found and that no row of the stranger's has changed. */
async function expectNothing(work: (prober: Prober) => Promise<void>, as = self): Promise<void> {
  const before = await api.checksums(stranger.accountId)
  const prober = new Prober(api, as, stranger)
  await work(prober)
  expect(prober.found).toEqual([])
  expect(prober.asked).toBeGreaterThan(0)
  expect(await api.checksums(stranger.accountId)).toEqual(before)
}

const hasLeaf = (type: string) => (probe: Probe) => probe.leaves.some((leaf) => leaf.type === type)

describe('between two partners', () => {
  it.each(named(QUERIES.filter(hasLeaf('ID'))))(
    'X1: %s tells a stranger’s id from an absent one by nothing',
    async (_, probe) => {
      await expectNothing((prober) => prober.probeIds(probe))
    },
  )

  it.each(named(MUTATIONS.filter(hasLeaf('ID'))))('X2: %s takes no id of a stranger’s', async (_, probe) => {
    await expectNothing((prober) => prober.probeIds(probe))
  })

  it.each(named(QUERIES.filter(hasLeaf('String'))))(
    'X1, X4: %s finds nothing by a stranger’s texts and cursors',
    async (_, probe) => {
      await expectNothing((prober) => prober.probeTexts(probe))
    },
  )

  it.each(named(MUTATIONS.filter(hasLeaf('String'))))(
    'X2: %s learns nothing by a stranger’s texts',
    async (_, probe) => {
      const { token, accountId } = mimic
      await expectNothing(async (prober) => {
        const texts = [`${stranger.mark}-running`, stranger.mark]
        if (probe.field.name === 'setBillingDetails') prober.kept.push(...texts)
        for (const text of texts) {
          // A deed may use up what it is done to.
          const [channel, other] = [await api.channel(token, { days: 3 }), await api.channel(token, { days: 3 })]
          const invoice = await api.invoice(token)
          const { tokenId } = await api.token({ accountId })
          Object.assign(mimic.own, { channel, other, invoice, token: tokenId })
          await prober.probeTexts(probe, [text])
        }
      }, mimic)
    },
  )

  // What a change of plan costs is asked of a channel with a subscription: test/channel-subscriptions.
  const walked = Object.values(rootFields('query')).filter(({ name }) => name !== 'previewPlanChange')
  it.each(walked.map((field) => [field.name, field] as const))(
    'X1: the edges from %s lead to own rows only, four deep',
    async (_, field) => {
      await expectNothing((prober) => prober.walk(field, 4))
    },
  )

  it('X2: a bulk is told of a stranger’s channel what it is told of none', async () => {
    const bulk = documentOf('mutation', 'allocateDaysInBulk', selectionOf(rootType('BulkAllocationPayload'), 2))
    const before = await api.checksums(stranger.accountId)
    for (const mode of ['ATOMIC', 'PARTIAL']) {
      const answers = []
      for (const id of [stranger.own.channel, 'channel_01jd0000000000000000000000']) {
        await api.setClock(new Date())
        const items = [self.own.channel, id].map((channelId) => ({ channelId, days: 1 }))
        const { data, errors, text } = await api.ask(self.token, bulk, { input: { items, mode } })
        expect(text).not.toContain(stranger.mark)
        const { allocateDaysInBulk } = (data ?? {}) as { allocateDaysInBulk?: { items: unknown[] } }
        answers.push(JSON.stringify([errors, allocateDaysInBulk?.items[1]]).replaceAll(id, '<id>'))
      }
      await api.setClock(null)
      expect(answers[0]).toContain('NOT_FOUND')
      expect(answers[0]).toBe(answers[1])
    }
    expect(await api.checksums(stranger.accountId)).toEqual(before)
  })

  it('X4, I6: names, externalIds and keys are each one’s own', async () => {
    const create = documentOf('mutation', 'createChannel', '{ channel { id accountId externalId } }')
    const input = { name: 'same', externalId: 'same', trial: true, idempotencyKey: 'same' }
    const channels = new Set<string>()
    for (const { token, accountId } of [self, stranger]) {
      const { createChannel } = (await api.told(token, create, { input })) as {
        createChannel: { channel: { id: string; accountId: string } }
      }
      expect(createChannel.channel.accountId).toBe(accountId)
      channels.add(createChannel.channel.id)
    }
    expect(channels.size).toBe(2)
  })

  it('X4: answers never cross, however they are interleaved', async () => {
    const document = `{ viewer { account { ${['name balance { accountId }', 'channels { nodes { id name metadata } }', 'invoices { nodes { id purchaseOrder } }', 'ledger { nodes { id comment channel { name } } }'].join(' ')} } } }`
    const ask = async (one: Side, other: Side) => {
      const { text, errors } = await api.ask(one.token, document)
      expect(errors).toEqual([])
      expect(text).toContain(one.accountId)
      for (const secret of other.secrets) expect(text).not.toContain(secret)
    }
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? ask(self, stranger) : ask(stranger, self))),
      )
    }
  })

  it('X3: subscriptions hear nothing of a stranger’s, and are told of its ids what they are told of none', async () => {
    const client = await api.connect(self.token)
    const names = Object.keys(rootFields('subscription'))
    for (const name of names) {
      client.subscribe(
        name,
        documentOf(
          'subscription',
          name,
          selectionOf(rootType(String(rootFields('subscription')[name]?.type).replace('!', '')), 1),
        ),
        { after: 0 },
      )
    }
    const id = await api.channel(stranger.token, { name: `${stranger.mark} live`, days: 5 })
    await api.told(stranger.token, documentOf('mutation', 'deleteChannel'), { input: { channelId: id } })
    await api.invoice(stranger.token)
    // Changes by the thousand, while one listens.
    const busy = []
    for (let count = 0; count < 40; count += 1) busy.push(await api.channel(stranger.token, { name: 'busy' }))
    await api.grant(stranger.accountId, 5_000)
    const items = busy.map((channelId) => ({ channelId, days: 1 }))
    for (let round = 0; round < 50; round += 1) {
      const { errors } = await api.ask(
        stranger.token,
        'mutation ($items: [AllocationItem!]!) { allocateDaysInBulk(input: { items: $items, mode: ATOMIC }) { balance { available } } }',
        { items },
      )
      expect(errors).toEqual([])
    }
    // One's own next event comes after whatever of the stranger's would have come.
    const channel = await api.channel(self.token, { name: 'heard', days: 1 })
    const heard = []
    for (;;) {
      const { payload } = await client.receive('next', 'dayExpiryChanged')
      heard.push(JSON.stringify(payload))
      if (JSON.stringify(payload).includes(channel)) break
    }
    heard.push(...client.messages.map((message) => JSON.stringify(message)))
    expect(heard.length).toBeGreaterThan(5)
    for (const secret of [...stranger.secrets, id]) expect(heard.filter((text) => text.includes(secret))).toEqual([])

    for (const probe of probesOf('subscription')) {
      for (const { path } of probe.leaves.filter(({ type }) => type === 'ID')) {
        const answers = []
        for (const [index, other] of [
          stranger.accountId,
          'account_01jd0000000000000000000000',
          stranger.own.channel,
          'channel_01jd0000000000000000000000',
        ].entries()) {
          const operation = `${probe.name} ${path} ${index}`
          client.subscribe(operation, probe.document, { [path]: other, after: 0 })
          const { payload } = await client.receive('next', operation)
          answers.push(JSON.stringify(payload).replaceAll(other, '<id>'))
        }
        expect(answers[0]).toContain('NOT_FOUND')
        expect(answers[0]).toBe(answers[1])
        expect(answers[2]).toBe(answers[3])
      }
    }
  })
})

function rootType(name: string) {
  const type = SCHEMA.getType(name)
  if (type === undefined) throw new Error(`the schema has no type ${name}`)
  return type
}

describe('X6: the prober', () => {
  it('finds what a wall with a hole lets through', async () => {
    const wall = VisibleRows.prototype as unknown as { walled: (query: unknown) => unknown }
    const { walled } = wall
    const prober = new Prober(api, self, stranger)
    wall.walled = (query) => query
    try {
      for (const probe of QUERIES) {
        await prober.probeIds(probe)
        await prober.probeTexts(probe)
      }
    } finally {
      wall.walled = walled
    }
    for (const name of ['node', 'channel', 'invoice', 'accounts']) {
      expect([name, prober.found.some((one) => one.startsWith(`query ${name},`))]).toEqual([name, true])
    }
    expect(prober.found.filter((one) => one.includes('asks badly'))).toEqual([])
    // Every query for every kind of id: it grows with the schema.
  }, 90_000)
})

describe('scopes', () => {
  it.each(named(MUTATIONS))('T4: %s is not for who may only read', async (_, probe) => {
    const { token } = await api.token({ accountId: self.accountId, scopes: ['READ'] })
    const staff = await api.token({ scopes: ['READ'] })
    const before = await api.checksums()
    for (const reader of [token, staff.token]) {
      const { errors, data } = await api.ask(reader, probe.document, ownArguments(probe, self))
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
      expect(data).toBeNull()
    }
    expect(await api.checksums()).toEqual(before)
  })

  it('each let their holder do their own kind of deed, and no other', async () => {
    const allowed: Record<string, string[]> = {}
    for (const scope of ['CHANNELS', 'BILLING', 'TOKENS']) {
      const { token } = await api.token({ accountId: self.accountId, scopes: [scope] })
      for (const probe of MUTATIONS) {
        const { errors } = await api.ask(token, probe.document, ownArguments(probe, self))
        if (errors[0]?.extensions.code !== 'FORBIDDEN') (allowed[probe.field.name] ??= []).push(scope)
      }
    }
    expect(Object.keys(allowed).filter((name) => STAFF_ONLY.includes(name))).toEqual([])
    expect(allowed).toMatchObject({
      createChannel: ['CHANNELS'],
      updateChannel: ['CHANNELS'],
      allocateDays: ['CHANNELS'],
      allocateDaysInBulk: ['CHANNELS'],
      releaseDays: ['CHANNELS'],
      transferDays: ['CHANNELS'],
      deleteChannel: ['CHANNELS'],
      requestInvoice: ['BILLING'],
      cancelInvoiceRequest: ['BILLING'],
      createToken: ['TOKENS'],
      revokeToken: ['TOKENS'],
      createWebhookEndpoint: ['TOKENS'],
      sendTestWebhook: ['TOKENS'],
      replayWebhookDelivery: ['TOKENS'],
    })
  })

  it.each(named([...MUTATIONS, ...QUERIES]))('%s is for partners, or for staff only', async (_, probe) => {
    const before = await api.checksums(stranger.accountId)
    const { errors } = await api.ask(stranger.token, probe.document, ownArguments(probe, stranger))
    const isForbidden = errors.some(({ extensions }) => extensions.code === 'FORBIDDEN')
    // Whoever adds a field that is for staff only, names it above.
    expect(isForbidden).toBe([...STAFF_ONLY, ...OF_PERSONS].includes(probe.field.name))
    if (isForbidden) expect(await api.checksums(stranger.accountId)).toEqual(before)
  })

  it('of staff are needed too', async () => {
    const { token } = await api.token({ scopes: ['CHANNELS', 'TOKENS'] })
    for (const name of STAFF_ONLY.filter((one) => one in rootFields('mutation'))) {
      const probe = MUTATIONS.find(({ field }) => field.name === name)
      const { errors } = await api.ask(token, documentOf('mutation', name), probe && ownArguments(probe, self))
      expect([name, errors[0]?.extensions.code]).toEqual([name, 'FORBIDDEN'])
    }
  })
})

describe('T5: a stranger without a token', () => {
  let production: Api
  beforeAll(async () => {
    production = await Api.open({ production: true })
  })
  afterAll(() => production.close())

  it('is told __typename and nothing else', async () => {
    const { data, status } = await production.ask(null, '{ __typename }')
    expect([status, data]).toEqual([200, { __typename: 'Query' }])
    for (const probe of [...QUERIES, ...MUTATIONS]) {
      const { errors, data } = await production.ask(null, probe.document, ownArguments(probe, self))
      const told = Object.values(data ?? {}).filter((value) => value !== null)
      expect([probe.name, told, errors.map(({ extensions }) => extensions.code)]).toEqual([
        probe.name,
        [],
        ['UNAUTHENTICATED'],
      ])
    }
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Query") { name } }']) {
      const { errors, data } = await production.ask(null, query)
      expect([data, errors.map(({ extensions }) => extensions.code)]).toEqual([null, ['UNAUTHENTICATED']])
    }
    const { errors } = await production.ask(null, '{ vieweer { role } }')
    expect(JSON.stringify(errors)).not.toContain('Did you mean')
  })

  it('opens no socket', async () => {
    for (const payload of [
      undefined,
      {},
      { authorization: '' },
      { authorization: 'Bearer ' },
      { authorization: 7 },
      { token: production.staffToken },
    ]) {
      const client = await production.socket().opened()
      client.send({ type: 'connection_init', payload })
      expect((await client.closed).code).toBe(4403)
    }
    const early = await production.socket().opened()
    early.subscribe('1', 'subscription { events { sequence } }')
    expect((await early.closed).code).toBe(4401)
  })
})
