import { isDeepStrictEqual } from 'node:util'
import { crc32 } from 'node:zlib'
import { newId } from '../../src/typed-id'
import { messageId } from '../../src/webhooks/webhook-message'
import { type Answer, Api, type Order, type Partner, type Refusal } from './api'
import { documentOf, type Operation, rootFields } from './documents'

let api: Api
let partner: Partner
let world: World

/** What there is to be named: rows of the caller's own and of a stranger's. */
interface World extends Record<string, string> {
  account: string
  channel: string
  empty: string
  deleted: string
  invoice: string
  open: string
  paid: string
  credit: string
  payment: string
  unapplied: string
  token: string
  agreement: string
  transaction: string
  webhook: string
  mail: string
  person: string
  invitation: string
  message: string
}

/** In every text of the other partner: none of it may be in an answer. */
const CANARY = 'zebra'

beforeAll(async () => {
  api = await Api.open()
  partner = await api.partner({ name: 'Own', days: 100_000, maxTrials: 2 })
  const mine = await rowsOf(partner, 'own')
  const stranger = await api.partner({ name: `${CANARY} ltd`, email: `${CANARY}@example.com`, days: 1000 })
  const theirs = await rowsOf(stranger, CANARY)
  await api.sql(`
    INSERT INTO provider_event (id, provider, type, livemode, object_kind, object_id, created_at, received_at, state, last_error)
    VALUES ('evt_1', 'STRIPE', 'checkout.session.completed', false, 'CHECKOUT', 'cs_1', now(), now(), 'PARKED', 'any')`)
  world = {
    ...mine,
    ...Object.fromEntries(Object.entries(theirs).map(([name, id]) => [`foreign ${name}`, id])),
  }
})
afterAll(() => api.close())

async function rowsOf({ accountId, token, tokenId }: Partner, text: string): Promise<World> {
  const agreement = await api.agree(accountId, { autoPrepare: false, taxId: `${text} tax` })
  const channel = await api.channel(token, { name: text, externalId: `${text} 1`, metadata: { text }, days: 30 })
  const empty = await api.channel(token, { name: `${text} 2` })
  const deleted = await api.channel(token, { name: `${text} 3` })
  await api.told(token, DELETE, { input: { channelId: deleted } })
  const [invoice, open, paid] = [await api.invoice(token), await api.invoice(token), await api.invoice(token)]
  for (const id of [open, paid])
    await api.staff(`mutation ($id: ID!) { prepareInvoice(invoiceId: $id) { __typename } }`, { id })
  await api.pay(open, 400, { reference: `${text} part` })
  await api.pay(paid, 1000, { reference: `${text} all` })
  await api.staff('mutation ($input: IssueCreditNoteInput!) { issueCreditNote(input: $input) { creditNote { id } } }', {
    input: { invoiceId: paid, days: 1, reason: text, idempotencyKey: text },
  })
  // As many as there were before.
  await api.grant(accountId, 1)
  const [credit] = await api.sql<{ id: string }>('SELECT id FROM credit_note WHERE account_id = $1', [accountId])
  const [payment] = await api.sql<{ id: string }>('SELECT id FROM payment WHERE invoice_id = $1', [open])
  const unapplied = newId('payment')
  await api.sql(
    `INSERT INTO payment (id, account_id, invoice_id, method, amount_minor, unapplied_minor, currency, received_at, actor)
     VALUES ($1, $2, $3, 'CARD', 0, 50, 'EUR', now(), 'job:payments')`,
    [unapplied, accountId, open],
  )
  const { createWebhookEndpoint } = (await api.told(
    token,
    'mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { endpoint { id } } }',
    { input: { url: `http://127.0.0.1:9/${text}`, description: text } },
  )) as { createWebhookEndpoint: { endpoint: { id: string } } }
  const webhook = createWebhookEndpoint.endpoint.id
  const mail = await api.mail(accountId)
  const rows = await api.sql<{ id: string }>('SELECT id FROM ledger_transaction WHERE account_id = $1', [accountId])
  return {
    account: accountId,
    channel,
    empty,
    deleted,
    invoice,
    open,
    paid,
    credit: credit?.id ?? '',
    payment: payment?.id ?? '',
    unapplied,
    agreement,
    token: tokenId,
    transaction: rows[0]?.id ?? '',
    webhook,
    mail,
    person: await api.person(accountId, text),
    invitation: await api.invitation(accountId, text),
    message: messageId(webhook, 1),
  }
}

const DELETE = documentOf('mutation', 'deleteChannel')

/** Something in the world, named before it is there. */
class Named {
  constructor(readonly name: string) {}
}
const the = (name: string) => new Named(name)

function resolved(value: unknown): unknown {
  if (value instanceof Named) return world[value.name]
  if (Array.isArray(value)) return value.map(resolved)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]))
}

/** A hostile input: what it is, what it changes of a good one, by paths, and how it is refused. */
type Case = readonly [what: string, changes: Order, code: string, field?: string, figures?: Order]

/** Past every due date here. */
const IN_A_HUNDRED_DAYS = new Date(Date.now() + 100 * 86_400_000).toISOString()
const INPUT = 'BAD_USER_INPUT'
const last = (path: string) => path.slice(path.lastIndexOf('.') + 1)

/** As the refusal names a field: within the input, where there is one. */
const fieldOf = (path: string) => path.replace(/^(input|filter)\./, '')

function notWhole(path: string): Case[] {
  return [1.5, 2 ** 53, 1e308, -(2 ** 53), '5', true, 'NaN', {}, [1, 2]].map((value) => [
    `${last(path)} of ${JSON.stringify(value)}`,
    { [path]: value },
    INPUT,
    fieldOf(path),
  ])
}

/** Whole numbers from `minimum` to `maximum`. */
function bounded(path: string, minimum: number, maximum: number): Case[] {
  return [
    ...[minimum - 1, -2_000_000_000].map((value): Case => [
      `${last(path)} of ${value}`,
      { [path]: value },
      INPUT,
      fieldOf(path),
      { minimum, received: value },
    ]),
    [
      `${last(path)} of ${maximum + 1}`,
      { [path]: maximum + 1 },
      INPUT,
      fieldOf(path),
      { maximum, received: maximum + 1 },
    ],
    ...notWhole(path),
  ]
}

const channelDays = (path: string) => bounded(path, 1, 36_500)

/** Texts that no field takes. */
function texts(path: string): Case[] {
  return [
    ['empty', ''],
    ['blank', ' \t\n '],
    ['of 256 characters', 'x'.repeat(256)],
    ['of 5 kB', '💥'.repeat(1250)],
    ['with a NUL', 'a\0b'],
    ['with a bell', 'a\u0007b'],
    ['with an escape', '\u001b[31mred'],
    ['with a delete', 'a\u007f'],
    ['with a control of 8 bits', 'a\u009bb'],
    ['with half a character', 'a\ud800b'],
    ['that is a number', 5],
    ['that is a list', ['a', 'b']],
    ['that is an object', { a: 1 }],
  ].map(([what, value]) => [`${last(path)} ${what as string}`, { [path]: value }, INPUT, fieldOf(path)])
}

const GARBAGE: readonly (readonly [string, unknown])[] = [
  ['empty', ''],
  ['blank', ' '],
  ['a NUL', '\0'],
  ['of 200 characters', 'x'.repeat(200)],
  ['an emoji', '💥'],
  ['half a character', '\udfff'],
  ['a statement', `' OR 1=1; DROP TABLE account; --`],
  ['a path', '../../etc/passwd'],
  ['a pattern', '%'],
  ['a bare prefix', 'channel_'],
  ['beyond the 128 bits', 'channel_8zzzzzzzzzzzzzzzzzzzzzzzzz'],
  ['a number', '5'],
]

const UNKNOWN = {
  account: newId('account'),
  channel: newId('channel'),
  invoice: newId('invoice'),
  token: newId('apiToken'),
  credit: newId('creditNote'),
  payment: newId('payment'),
  webhook: newId('webhookEndpoint'),
  mail: newId('mail'),
  person: newId('person'),
  invitation: newId('invitation'),
  message: messageId(newId('webhookEndpoint'), 1),
}

/** Ids that name nothing of this kind that the caller sees. `longIsInput`: a text past 255 is refused as such. */
function ids(path: string, kind: keyof typeof UNKNOWN, { foreign = true, longIsInput = true } = {}): Case[] {
  const others = ['account', 'channel', 'invoice', 'agreement', 'token', 'transaction'].filter((name) => name !== kind)
  const named: (readonly [string, unknown])[] = [
    ['unknown', UNKNOWN[kind]],
    ...others.map((name): [string, unknown] => [`of another kind, ${name}`, the(name)]),
    ...(foreign ? [[`of a stranger`, the(`foreign ${kind}`)] as [string, unknown]] : []),
    ...GARBAGE,
    ['that is a whole number', 7],
  ]
  return [
    ...named.map(([what, id]): Case => [`${last(path)} ${what}`, { [path]: id }, 'NOT_FOUND']),
    [
      `${last(path)} of 5 kB`,
      { [path]: 'x'.repeat(5000) },
      longIsInput ? INPUT : 'NOT_FOUND',
      longIsInput ? fieldOf(path) : undefined,
    ],
    ...[1.5, true, {}].map((value): Case => [
      `${last(path)} of ${JSON.stringify(value)}`,
      { [path]: value },
      INPUT,
      fieldOf(path),
    ]),
  ]
}

const nested = (levels: number): unknown => (levels === 0 ? 'x' : { a: nested(levels - 1) })

function metadata(path: string): Case[] {
  return [
    ['of 4,097 bytes', sized(4097)],
    ['of 4,098 bytes in fewer characters', { a: `${'€'.repeat(1363)}x` }],
    ['of 33 levels', nested(33)],
    ['of 500 levels', nested(500)],
    ['with a NUL', { a: ['x\0'] }],
    ['with a NUL in a name', { 'a\0': 1 }],
    ['with half a character', { a: { b: '\ud83d' } }],
    ['with half a character in a name', { '\udc00': 1 }],
    ['that is a list', []],
    ['that is a text', '{}'],
    ['that is a number', 5],
  ].map(([what, value]) => [`metadata ${String(what)}`, { [path]: value }, INPUT, fieldOf(path)])
}

/** A JSON object of exactly this many bytes. */
const sized = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) })

/** Instants that are none. */
function instants(path: string): Case[] {
  return [
    'yesterday',
    '',
    '2026-02-30T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '1969-12-31T23:59:59Z',
    '+010000-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    `2026-01-01T00:00:00.${'0'.repeat(5000)}Z`,
    0,
    1e308,
    {},
  ].map((value) => [`${last(path)} of ${JSON.stringify(value).slice(0, 40)}`, { [path]: value }, INPUT, fieldOf(path)])
}

/** Addresses to which no webhook goes, even in development. */
const urls = (path: string): Case[] =>
  [
    '',
    'x',
    'example.com/hooks',
    '/hooks',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'https://user@example.com/',
    'https://user:word@example.com/',
    'https://example.com/#here',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fe80::1]/',
    'https://0.0.0.0/',
    'https://2852039166/',
    'https://[::ffff:127.0.0.1]/',
    `https://example.com/${'x'.repeat(2048)}`,
    `https://example.com/${'é'.repeat(1000)}`,
    'https://exa mple.com/',
    'https://example.com:99999/',
    5,
    {},
  ].map((url) => [`url of ${JSON.stringify(url).slice(0, 60)}`, { [path]: url }, INPUT, 'url'])

const eventTypes = (path: string): Case[] => [
  ...[
    '',
    '*',
    'invoice',
    'invoice.',
    'invoice.unheard_of',
    'nothing.*',
    'Invoice.paid',
    'x'.repeat(5000),
    'a\0',
    7,
  ].map((type): Case => [`eventTypes of ${JSON.stringify(type).slice(0, 40)}`, { [`${path}.0`]: type }, INPUT]),
  ['no eventTypes', { [path]: [] }, INPUT, 'eventTypes', { minimum: 1 }],
  ['51 eventTypes', { [path]: Array<string>(51).fill('invoice.paid') }, INPUT, 'eventTypes', { maximum: 50 }],
]

const enums = (path: string): Case[] =>
  ['', 'NOTHING', 'active', 'READ ', '__proto__', 'toString', 5, {}].map((value) => [
    `${last(path)} of ${JSON.stringify(value)}`,
    { [path]: value },
    INPUT,
    fieldOf(path),
  ])

const booleans = (path: string): Case[] =>
  ['true', 1, 'x', {}].map((value) => [
    `${last(path)} of ${JSON.stringify(value)}`,
    { [path]: value },
    INPUT,
    fieldOf(path),
  ])

interface Target {
  /** Staff, where a partner may not. */
  staff?: boolean
  good: Order
  hostile: Case[]
}

const emails = (path: string): Case[] =>
  ['', 'x', 'a@', 'a b@c.de', 'a@b\0.de', `${'x'.repeat(251)}@b.de`].map((email): Case => [
    `e-mail of ${JSON.stringify(email).slice(0, 20)}`,
    { [path]: email },
    INPUT,
    fieldOf(path),
  ])

const countries = (path: string): Case[] =>
  ['', 'de', 'DEU', 'ZZ', 'EU', '__proto__', 'toString', 5].map((country): Case => [
    `country of ${country}`,
    { [path]: country },
    INPUT,
    fieldOf(path),
  ])

const address = (path: string): Case[] => [
  ...texts(`${path}.lines.0`),
  [`no line of ${path}`, { [`${path}.lines`]: [] }, INPUT, fieldOf(`${path}.lines`)],
  [`five lines of ${path}`, { [`${path}.lines`]: ['1', '2', '3', '4', '5'] }, INPUT, fieldOf(`${path}.lines`)],
  ...['postcode', 'city', 'region'].flatMap((name) => texts(`${path}.${name}`)),
  ...countries(`${path}.country`),
]

const taxIds = (path: string): Case[] => [
  ...countries(`${path}.country`),
  ...['', 'DE', 'DE136695977', 'FR40303265045', '\0\0\0', '9'.repeat(41), '😀😀😀'].map((value): Case => [
    `tax id of ${JSON.stringify(value).slice(0, 20)}`,
    { [`${path}.value`]: value },
    INPUT,
    fieldOf(`${path}.value`),
  ]),
]

const keyed = texts('input.idempotencyKey')
const commented = texts('input.comment')

/** An input that is well, for each mutation, and what may be wrong with it. */
const MUTATIONS: Record<string, Target> = {
  createAccount: {
    staff: true,
    good: { input: { name: 'New' } },
    hostile: [
      ...texts('input.name'),
      ...keyed,
      ...['', 'x', 'a@', 'a b@c.de', 'a@b\0.de', `${'x'.repeat(251)}@b.de`].map((email): Case => [
        `email of ${JSON.stringify(email).slice(0, 20)}`,
        { 'input.email': email },
        INPUT,
        'email',
      ]),
      ...enums('input.billingMode'),
      ...notWhole('input.creditLimit'),
      [
        'a credit limit below zero',
        { 'input.billingMode': 'POSTPAID', 'input.creditLimit': -1 },
        INPUT,
        'creditLimit',
        { minimum: 0 },
      ],
      [
        'a prepaid credit limit',
        { 'input.creditLimit': 1 },
        INPUT,
        'creditLimit',
        { creditLimit: 1, billingMode: 'PREPAID' },
      ],
      ...bounded('input.trialDays', 1, 36_500),
      ...bounded('input.maxTrials', 0, 1_000_000),
    ],
  },
  updateAccount: {
    staff: true,
    good: { input: { accountId: the('account'), name: 'Renamed' } },
    hostile: [
      ...ids('input.accountId', 'account', { foreign: false }),
      ...texts('input.name'),
      ['an email of none', { 'input.email': 'nobody' }, INPUT, 'email'],
      ...enums('input.status'),
      ...enums('input.billingMode'),
      ...notWhole('input.creditLimit'),
      ['a prepaid credit limit', { 'input.creditLimit': 5 }, INPUT, 'creditLimit', { creditLimit: 5 }],
      ...bounded('input.trialDays', 1, 36_500),
      ...bounded('input.maxTrials', 0, 1_000_000),
    ],
  },
  setPriceAgreement: {
    staff: true,
    good: { input: { accountId: the('account'), currency: 'EUR', channelMonthAmount: 1000 } },
    hostile: [
      ...ids('input.accountId', 'account', { foreign: false }),
      ...['', 'eur', 'EURO', 'XXY', 'EU\0', '__proto__', 'toString'].map((currency): Case => [
        `a currency of ${JSON.stringify(currency)}`,
        { 'input.currency': currency },
        INPUT,
        'currency',
      ]),
      ...['channelMonthAmount', 'looseDayAmount'].flatMap((name): Case[] => [
        [`${name} of -1`, { [`input.${name}`]: -1 }, INPUT, name, { minimum: 0, received: -1 }],
        ...notWhole(`input.${name}`),
      ]),
      ...texts('input.taxId'),
      ...bounded('input.taxPartsPerMillion', 0, 1_000_000),
      ...bounded('input.yearlyDiscountBasisPoints', 0, 10_000),
      ...bounded('input.paymentTermDays', 0, 365),
      ...booleans('input.reverseCharge'),
      ...booleans('input.autoPrepare'),
      ...instants('input.validFrom'),
      ['a start in the past', { 'input.validFrom': '2020-01-01T00:00:00Z' }, INPUT, 'validFrom'],
      ['101 tiers', { 'input.tiers': tiers(101) }, INPUT, 'tiers', { maximum: 100, received: 101 }],
      ['tiers that fall', { 'input.tiers': tiers(2).reverse() }, INPUT, 'tiers'],
      ['tiers that stand still', { 'input.tiers': [...tiers(1), ...tiers(1)] }, INPUT, 'tiers'],
      [
        'a tier from no channel',
        { 'input.tiers': [{ fromChannels: 0, channelMonthAmount: 1 }] },
        INPUT,
        'tiers.0.fromChannels',
      ],
      [
        'a tier below zero',
        { 'input.tiers': [{ fromChannels: 1, channelMonthAmount: -1 }] },
        INPUT,
        'tiers.0.channelMonthAmount',
      ],
      ['a tier without a price', { 'input.tiers': [{ fromChannels: 1 }] }, INPUT, 'tiers.0.channelMonthAmount'],
      ['a tier that is a number', { 'input.tiers': [1] }, INPUT, 'tiers.0'],
      ['a field that is not there', { 'input.price': 1 }, INPUT, 'price'],
    ],
  },
  runJob: {
    staff: true,
    good: { name: 'audit-ledgers' },
    hostile: texts('name').map(([what, changes, code, ...rest]): Case =>
      typeof Object.values(changes)[0] === 'string' ? [what, changes, 'NOT_FOUND'] : [what, changes, code, ...rest],
    ),
  },
  adjustBalance: {
    staff: true,
    good: { accountId: the('account'), days: 1, comment: 'why', idempotencyKey: 'k' },
    hostile: [
      ...ids('accountId', 'account', { foreign: false }),
      ['no days', { days: 0 }, INPUT, 'days'],
      ...[1_000_000_001, -1_000_000_001].map((days): Case => [
        `days of ${days}`,
        { days },
        INPUT,
        'days',
        { received: days },
      ]),
      [
        'more than there are to take',
        { days: -1_000_000 },
        'INSUFFICIENT_DAYS',
        undefined,
        { requested: 1_000_000, available: 100_000 },
      ],
      ...notWhole('days'),
      ...texts('comment'),
      ...texts('idempotencyKey'),
      ['no key', { idempotencyKey: null }, INPUT, 'idempotencyKey'],
      ['no comment', { comment: null }, INPUT, 'comment'],
    ],
  },
  createChannel: {
    good: { input: { name: 'New' } },
    hostile: [
      ...ids('input.accountId', 'account', { longIsInput: false }),
      ...texts('input.name'),
      ...texts('input.externalId'),
      ...keyed,
      ...metadata('input.metadata'),
      ...channelDays('input.days'),
      ...booleans('input.trial'),
      [
        'an externalId that is taken',
        { 'input.externalId': 'own 1' },
        'CONFLICT',
        'externalId',
        { externalId: 'own 1' },
      ],
      [
        'more trials than are granted',
        { 'input.trial': true, 'input.name': 'third' },
        'TRIAL_NOT_ALLOWED',
        undefined,
        { maxTrials: 2, running: 2 },
      ],
      ['no name', { 'input.name': null }, INPUT, 'name'],
      ['a field that is not there', { 'input.status': 'ACTIVE' }, INPUT, 'status'],
    ],
  },
  updateChannel: {
    good: { input: { channelId: the('channel'), name: 'Renamed' } },
    hostile: [
      ...ids('input.channelId', 'channel'),
      ...texts('input.name'),
      ...texts('input.externalId'),
      ...metadata('input.metadata'),
      [
        'a deleted channel',
        { 'input.channelId': the('deleted') },
        'CHANNEL_DELETED',
        undefined,
        { channelId: the('deleted') },
      ],
      [
        'an externalId that is taken',
        { 'input.channelId': the('empty'), 'input.externalId': 'own 1' },
        'CONFLICT',
        'externalId',
      ],
    ],
  },
  setChannelPrice: {
    good: { input: { channelId: the('channel'), amount: 3000, currency: 'EUR' } },
    hostile: [
      ...ids('input.channelId', 'channel'),
      ['a negative amount', { 'input.amount': -1 }, INPUT, 'amount', { minimum: 0, received: -1 }],
      [
        'too large an amount',
        { 'input.amount': 1_000_000_001 },
        INPUT,
        'amount',
        { maximum: 1_000_000_000, received: 1_000_000_001 },
      ],
      ...[1.5, '5', true, {}].map((amount): Case => [
        `amount of ${JSON.stringify(amount)}`,
        { 'input.amount': amount },
        INPUT,
        'amount',
      ]),
      ['a currency that is none', { 'input.currency': 'XYZ' }, INPUT, 'currency'],
      ['a currency that is a number', { 'input.currency': 5 }, INPUT, 'currency'],
      ['an amount without a currency', { 'input.currency': null }, INPUT, 'currency'],
      ['a currency without an amount', { 'input.amount': null }, INPUT, 'currency'],
    ],
  },
  rebuildLots: {
    staff: true,
    good: { accountId: the('account') },
    hostile: ids('accountId', 'account', { foreign: false }),
  },
  setAutoRenew: {
    good: { input: { channelId: the('channel'), days: 30, leadHours: 24 } },
    hostile: [
      ...ids('input.channelId', 'channel'),
      ...channelDays('input.days'),
      ['a lead of no hours', { 'input.leadHours': 0 }, INPUT, 'leadHours', { minimum: 1, received: 0 }],
      [
        'a lead of more than a year',
        { 'input.leadHours': 8_761 },
        INPUT,
        'leadHours',
        { maximum: 8_760, received: 8_761 },
      ],
      [
        'a deleted channel',
        { 'input.channelId': the('deleted') },
        'CHANNEL_DELETED',
        undefined,
        { channelId: the('deleted') },
      ],
    ],
  },
  setAlerts: {
    good: { input: { noticeDays: [14, 7], lowBalanceDays: [100], lowRunwayDays: [30] } },
    hostile: [
      ['a notice of no days', { 'input.noticeDays': [7, 0] }, INPUT, 'noticeDays.1', { minimum: 1, received: 0 }],
      ['a notice too early', { 'input.noticeDays': [36_501] }, INPUT, 'noticeDays.0', { maximum: 36_500 }],
      [
        'too many notices',
        { 'input.noticeDays': Array.from({ length: 11 }, (_, day) => day + 1) },
        INPUT,
        'noticeDays',
      ],
      ['a threshold below zero', { 'input.lowBalanceDays': [-1] }, INPUT, 'lowBalanceDays.0', { minimum: 1 }],
      ['a threshold too high', { 'input.lowBalanceDays': [1_000_000_001] }, INPUT, 'lowBalanceDays.0'],
      [
        'a runway of no days',
        { 'input.lowRunwayDays': [30, 0] },
        INPUT,
        'lowRunwayDays.1',
        { minimum: 1, received: 0 },
      ],
      ['a runway too long', { 'input.lowRunwayDays': [36_501] }, INPUT, 'lowRunwayDays.0', { maximum: 36_500 }],
      [
        'too many thresholds of runway',
        { 'input.lowRunwayDays': Array.from({ length: 11 }, (_, day) => day + 1) },
        INPUT,
        'lowRunwayDays',
      ],
    ],
  },
  setProviderProfile: {
    staff: true,
    good: {
      input: {
        legalName: 'Provider',
        address: { lines: ['1 Street'], postcode: '10115', city: 'Berlin', region: 'Berlin', country: 'DE' },
        taxId: { country: 'DE', value: 'DE 136 695 976' },
        email: 'billing@example.com',
        bankAccount: {
          holder: 'Provider',
          iban: 'DE89 3704 0044 0532 0130 00',
          bic: 'COBADEFFXXX',
          instructions: 'Pay',
        },
        footer: 'Thank you',
        series: 'NEW',
        sandboxSeries: 'TRY',
      },
    },
    hostile: [
      ...texts('input.legalName'),
      ...address('input.address'),
      ...taxIds('input.taxId'),
      ...emails('input.email'),
      ...texts('input.bankAccount.holder'),
      ...['', 'DE89', 'DE88 3704 0044 0532 0130 00', 'X'.repeat(51)].map((iban): Case => [
        `an IBAN of ${iban}`,
        { 'input.bankAccount.iban': iban },
        INPUT,
        'bankAccount.iban',
      ]),
      ['a BIC that is none', { 'input.bankAccount.bic': 'COBA' }, INPUT, 'bankAccount.bic'],
      [
        'a bank account that says nothing',
        { 'input.bankAccount.iban': null, 'input.bankAccount.instructions': null },
        INPUT,
        'bankAccount.iban',
      ],
      ...['bankAccount.instructions', 'footer'].flatMap((path): Case[] => [
        [`an empty ${path}`, { [`input.${path}`]: '' }, INPUT, path],
        [`a NUL in ${path}`, { [`input.${path}`]: 'a\0b' }, INPUT, path],
        [`a ${path} too long`, { [`input.${path}`]: 'x'.repeat(2_001) }, INPUT, path, { maximum: 2_000 }],
      ]),
      ...['series', 'sandboxSeries'].flatMap((name) =>
        ['', 'a', '1A', 'A-B', 'A B', 'A'.repeat(13)].map((series): Case => [
          `${name} of ${series}`,
          { [`input.${name}`]: series },
          INPUT,
          name,
        ]),
      ),
      ['the series of sandbox accounts', { 'input.series': 'TEST' }, INPUT, 'series', { series: 'TEST' }],
      [
        'the live series for sandbox accounts',
        { 'input.sandboxSeries': 'DB' },
        INPUT,
        'sandboxSeries',
        { series: 'DB' },
      ],
      ['one series for both', { 'input.sandboxSeries': 'NEW' }, INPUT, 'series', { series: 'NEW' }],
    ],
  },
  setBillingDetails: {
    good: {
      input: {
        legalName: 'Partner GmbH',
        address: { lines: ['1 Street', 'Yard'], postcode: '10115', city: 'Berlin', region: 'Berlin', country: 'DE' },
        email: 'invoices@example.com',
        purchaseOrder: 'PO 1',
        taxIds: [{ country: 'DE', value: 'DE 136 695 976' }],
      },
    },
    hostile: [
      ...ids('input.accountId', 'account', { longIsInput: false }),
      ...texts('input.legalName'),
      ...address('input.address'),
      ...emails('input.email'),
      ...texts('input.purchaseOrder'),
      ...taxIds('input.taxIds.0'),
      [
        'a tax id twice',
        { 'input.taxIds': ['136695976', 'DE136695976'].map((value) => ({ country: 'DE', value })) },
        INPUT,
        'taxIds.1.value',
      ],
      [
        'too many tax ids',
        { 'input.taxIds': Array.from({ length: 6 }, (_, index) => ({ country: 'AE', value: `10${index}` })) },
        INPUT,
        'taxIds',
        { maximum: 5 },
      ],
    ],
  },
  setBillingSchedule: {
    good: { input: { kind: 'MONTHLY_FIXED', channels: 5 } },
    hostile: [
      ...ids('input.accountId', 'account', { longIsInput: false }),
      ...enums('input.kind'),
      ...bounded('input.channels', 1, 1_000_000),
      ['a fixed number of none', { 'input.channels': null }, INPUT, 'channels'],
      ['a number that is not fixed', { 'input.kind': 'MONTHLY_MANAGED' }, INPUT, 'channels', { received: 5 }],
      ['a number on request', { 'input.kind': 'ON_REQUEST' }, INPUT, 'channels', { received: 5 }],
    ],
  },
  setAutoTopUp: {
    good: { input: { belowDays: 100, targetDays: 500, monthlyCapChannels: 50, coolDownHours: 24 } },
    hostile: [
      ...ids('input.accountId', 'account', { longIsInput: false }),
      ...bounded('input.belowDays', 1, 29_999_999),
      ...bounded('input.targetDays', 1, 30_000_000),
      ...bounded('input.monthlyCapChannels', 1, 1_000_000),
      ...bounded('input.coolDownHours', 1, 744),
      ['a threshold without a target', { 'input.targetDays': null }, INPUT, 'targetDays'],
      ['a target without a threshold', { 'input.belowDays': null }, INPUT, 'belowDays'],
      [
        'a target that is not above the threshold',
        { 'input.targetDays': 100 },
        INPUT,
        'targetDays',
        { minimum: 101, belowDays: 100, received: 100 },
      ],
    ],
  },
  setKeepAlive: {
    good: { input: { minDays: 7, dailyCap: 100, order: 'OLDEST_FIRST' } },
    hostile: [
      ...ids('input.accountId', 'account', { longIsInput: false }),
      ...channelDays('input.minDays'),
      ...bounded('input.dailyCap', 1, 1_000_000_000),
      ...enums('input.order'),
    ],
  },
  allocateDays: {
    good: { input: { channelId: the('channel'), days: 1 } },
    hostile: [
      ...ids('input.channelId', 'channel'),
      ...channelDays('input.days'),
      ...commented,
      ...keyed,
      [
        'a deleted channel',
        { 'input.channelId': the('deleted') },
        'CHANNEL_DELETED',
        undefined,
        { channelId: the('deleted') },
      ],
      [
        'more than a channel holds',
        { 'input.days': 36_471 },
        INPUT,
        'days',
        { maximum: 36_500, held: 30, requested: 36_471 },
      ],
      ['no days', { 'input.days': null }, INPUT, 'days'],
    ],
  },
  allocateDaysInBulk: {
    good: { input: { items: [{ channelId: the('channel'), days: 1 }], mode: 'ATOMIC' } },
    hostile: [
      ...ids('input.items.0.channelId', 'channel'),
      ...channelDays('input.items.0.days'),
      ...commented,
      ...keyed,
      ...enums('input.mode'),
      ['no items', { 'input.items': [] }, INPUT, 'items', { minimum: 1, received: 0 }],
      ['10,001 items', { 'input.items': items(10_001) }, INPUT, 'items', { maximum: 10_000, received: 10_001 }],
      [
        'a channel twice',
        { 'input.items': [the('channel'), the('empty'), the('channel')].map((channelId) => ({ channelId, days: 1 })) },
        INPUT,
        'items.2.channelId',
        { channelId: the('channel') },
      ],
      [
        'a channel twice, in parts',
        {
          'input.mode': 'PARTIAL',
          'input.items': [the('empty'), the('empty')].map((channelId) => ({ channelId, days: 1 })),
        },
        INPUT,
        'items.1.channelId',
      ],
      [
        'a stranger’s channel second',
        { 'input.items': [the('channel'), the('foreign channel')].map((channelId) => ({ channelId, days: 1 })) },
        'NOT_FOUND',
        'items.1.channelId',
      ],
      [
        'a deleted channel second',
        { 'input.items': [the('channel'), the('deleted')].map((channelId) => ({ channelId, days: 1 })) },
        'CHANNEL_DELETED',
        'items.1.channelId',
      ],
      [
        'a channel that would be too full',
        {
          'input.items': [
            { channelId: the('empty'), days: 1 },
            { channelId: the('channel'), days: 36_500 },
          ],
        },
        INPUT,
        'items.1.days',
        { maximum: 36_500, held: 30 },
      ],
      [
        'more than the balance',
        { 'input.items': [...items(3, 36_500)] },
        'INSUFFICIENT_DAYS',
        undefined,
        { requested: 109_500 },
      ],
      [
        'nothing but refusals, in parts',
        {
          'input.mode': 'PARTIAL',
          'input.items': [the('deleted'), the('foreign channel')].map((channelId) => ({ channelId, days: 1 })),
        },
        'CHANNEL_DELETED',
      ],
      ['items that are a text', { 'input.items': 'all' }, INPUT, 'items'],
      ['items that are null', { 'input.items': [null] }, INPUT, 'items.0'],
      ['an item without days', { 'input.items': [{ channelId: the('channel') }] }, INPUT, 'items.0.days'],
    ],
  },
  releaseDays: {
    good: { input: { channelId: the('channel'), days: 1 } },
    hostile: [
      ...ids('input.channelId', 'channel'),
      ...channelDays('input.days'),
      ...commented,
      ...keyed,
      ['a deleted channel', { 'input.channelId': the('deleted') }, 'CHANNEL_DELETED'],
      [
        'a channel without days',
        { 'input.channelId': the('empty') },
        'NOTHING_TO_RELEASE',
        undefined,
        { unusedDays: 0 },
      ],
      [
        'a channel without days, all of them',
        { 'input.channelId': the('empty'), 'input.days': null },
        'NOTHING_TO_RELEASE',
      ],
      [
        'more than are unused',
        { 'input.days': 30 },
        'INSUFFICIENT_DAYS',
        undefined,
        { available: 29, requested: 30, channelId: the('channel') },
      ],
    ],
  },
  transferDays: {
    good: { input: { fromChannelId: the('channel'), toChannelId: the('empty'), days: 1 } },
    hostile: [
      ...ids('input.fromChannelId', 'channel'),
      ...ids('input.toChannelId', 'channel'),
      ...channelDays('input.days'),
      ...commented,
      ...keyed,
      ['one channel', { 'input.toChannelId': the('channel') }, INPUT, 'toChannelId', { channelId: the('channel') }],
      ['one unknown channel', { 'input.fromChannelId': 'x', 'input.toChannelId': 'x' }, INPUT, 'toChannelId'],
      ['from a deleted channel', { 'input.fromChannelId': the('deleted') }, 'CHANNEL_DELETED'],
      ['to a deleted channel', { 'input.toChannelId': the('deleted') }, 'CHANNEL_DELETED'],
      [
        'from a channel without days',
        { 'input.fromChannelId': the('empty'), 'input.toChannelId': the('channel') },
        'NOTHING_TO_RELEASE',
      ],
      ['more than are unused', { 'input.days': 30 }, 'INSUFFICIENT_DAYS', undefined, { available: 29, requested: 30 }],
    ],
  },
  deleteChannel: {
    good: { input: { channelId: the('channel') } },
    hostile: [
      ...ids('input.channelId', 'channel'),
      ...commented,
      ...keyed,
      [
        'a deleted channel',
        { 'input.channelId': the('deleted') },
        'CHANNEL_DELETED',
        undefined,
        { channelId: the('deleted') },
      ],
    ],
  },
  requestInvoice: {
    good: { input: { channels: 1 } },
    hostile: [
      ...ids('input.accountId', 'account', { longIsInput: false }),
      ...bounded('input.channels', 1, 1_000_000),
      ...bounded('input.looseDays', 1, 36_500_000),
      ...texts('input.purchaseOrder'),
      ...keyed,
      ['neither channels nor days', { 'input.channels': null }, INPUT, 'channels'],
      ['an input that is a text', { input: 'x' }, INPUT, 'input'],
      ['no input', { input: null }, INPUT, 'input'],
    ],
  },
  cancelInvoiceRequest: {
    good: { invoiceId: the('invoice') },
    hostile: [
      ...ids('invoiceId', 'invoice'),
      ...texts('idempotencyKey'),
      ['an open invoice', { invoiceId: the('open') }, 'INVOICE_STATE', undefined, { status: 'OPEN' }],
      ['a paid invoice', { invoiceId: the('paid') }, 'INVOICE_STATE', undefined, { status: 'PAID' }],
    ],
  },
  prepareInvoice: {
    staff: true,
    good: { invoiceId: the('invoice') },
    hostile: [
      ...ids('invoiceId', 'invoice', { foreign: false }),
      ...texts('idempotencyKey'),
      ['an open invoice', { invoiceId: the('open') }, 'INVOICE_STATE', undefined, { status: 'OPEN' }],
    ],
  },
  recordPayment: {
    staff: true,
    good: { input: { invoiceId: the('open'), method: 'BANK_TRANSFER', amount: 600, idempotencyKey: 'k' } },
    hostile: [
      ...ids('input.invoiceId', 'invoice', { foreign: false }),
      ...enums('input.method'),
      ...notWhole('input.amount'),
      ...[0, -1, 601, Number.MAX_SAFE_INTEGER].map((amount): Case => [
        `an amount of ${amount}`,
        { 'input.amount': amount },
        'PAYMENT_AMOUNT',
        undefined,
        { outstanding: 600, amount, currency: 'EUR' },
      ]),
      ...texts('input.currency'),
      ['another currency', { 'input.currency': 'USD' }, INPUT, 'currency', { currency: 'EUR' }],
      ...texts('input.reference'),
      ...keyed,
      ['no key', { 'input.idempotencyKey': null }, INPUT, 'idempotencyKey'],
      ...instants('input.receivedAt'),
      ['an instant to come', { 'input.receivedAt': '9999-01-01T00:00:00Z' }, INPUT, 'receivedAt'],
      [
        'a request that waits',
        { 'input.invoiceId': the('invoice') },
        'INVOICE_STATE',
        undefined,
        { status: 'REQUESTED' },
      ],
      ['a paid invoice', { 'input.invoiceId': the('paid') }, 'INVOICE_STATE', undefined, { status: 'PAID' }],
    ],
  },
  voidInvoice: {
    staff: true,
    good: { invoiceId: the('invoice'), comment: 'why' },
    hostile: [
      ...ids('invoiceId', 'invoice', { foreign: false }),
      ...texts('comment'),
      ...texts('idempotencyKey'),
      [
        'a part-paid invoice',
        { invoiceId: the('open') },
        'INVOICE_STATE',
        undefined,
        { paid: 400, total: 1000, currency: 'EUR' },
      ],
      ['a paid invoice', { invoiceId: the('paid') }, 'INVOICE_STATE', undefined, { status: 'PAID' }],
    ],
  },
  writeOffInvoice: {
    staff: true,
    good: { invoiceId: the('open'), comment: 'why' },
    hostile: [
      ...ids('invoiceId', 'invoice', { foreign: false }),
      ...texts('comment'),
      ...texts('idempotencyKey'),
      ['a request that waits', { invoiceId: the('invoice') }, 'INVOICE_STATE', undefined, { status: 'REQUESTED' }],
      ['a paid invoice', { invoiceId: the('paid') }, 'INVOICE_STATE', undefined, { status: 'PAID' }],
    ],
  },
  issueCreditNote: {
    staff: true,
    good: { input: { invoiceId: the('paid'), days: 3, amount: 90, reason: 'why', idempotencyKey: 'k' } },
    hostile: [
      ...ids('input.invoiceId', 'invoice', { foreign: false }),
      ...notWhole('input.days'),
      ...notWhole('input.amount'),
      ['no days', { 'input.days': 0 }, INPUT, 'days', { minimum: 1, received: 0 }],
      ['more days than it has', { 'input.days': 31 }, INPUT, 'days', { received: 31 }],
      ['more money than their price', { 'input.amount': 101 }, INPUT, 'amount', { maximum: 100, received: 101 }],
      ['less than no money', { 'input.amount': -1 }, INPUT, 'amount', { minimum: 0, received: -1 }],
      ...texts('input.reason'),
      ...booleans('input.refundCards'),
      ...keyed,
      ['no key', { 'input.idempotencyKey': null }, INPUT, 'idempotencyKey'],
      ['an open invoice', { 'input.invoiceId': the('open') }, 'INVOICE_STATE', undefined, { status: 'OPEN' }],
    ],
  },
  recordRefund: {
    staff: true,
    good: {
      input: {
        invoiceId: the('paid'),
        creditNoteId: the('credit'),
        method: 'BANK_TRANSFER',
        amount: 1,
        idempotencyKey: 'k',
      },
    },
    hostile: [
      ...ids('input.invoiceId', 'invoice', { foreign: false }),
      ...ids('input.creditNoteId', 'credit', { foreign: false }),
      ['both', { 'input.paymentReturnId': the('credit') }, INPUT, 'creditNoteId'],
      ['a return that is none', { 'input.creditNoteId': null, 'input.paymentReturnId': the('credit') }, 'NOT_FOUND'],
      ...enums('input.method'),
      ...notWhole('input.amount'),
      ...[0, -1, 34].map((amount): Case => [
        `an amount of ${amount}`,
        { 'input.amount': amount },
        INPUT,
        'amount',
        { maximum: 33, received: amount, currency: 'EUR' },
      ]),
      ...texts('input.reference'),
      ...keyed,
      ['no key', { 'input.idempotencyKey': null }, INPUT, 'idempotencyKey'],
      ...instants('input.refundedAt'),
      ['an instant to come', { 'input.refundedAt': '9999-01-01T00:00:00Z' }, INPUT, 'refundedAt'],
    ],
  },
  returnPayment: {
    staff: true,
    good: {
      input: {
        invoiceId: the('open'),
        paymentId: the('payment'),
        method: 'BANK_TRANSFER',
        reason: 'why',
        idempotencyKey: 'k',
      },
    },
    hostile: [
      ...ids('input.invoiceId', 'invoice', { foreign: false }),
      ...ids('input.paymentId', 'payment', { foreign: false }),
      ...enums('input.method'),
      ['a card that has not paid', { 'input.method': 'CARD' }, INPUT, 'method'],
      ['no method', { 'input.method': null }, INPUT, 'method'],
      ...notWhole('input.amount'),
      ...[0, -1, 401].map((amount): Case => [
        `an amount of ${amount}`,
        { 'input.amount': amount },
        INPUT,
        'amount',
        { maximum: 400, received: amount, currency: 'EUR' },
      ]),
      ...texts('input.reason'),
      ...texts('input.reference'),
      ...keyed,
      ['no key', { 'input.idempotencyKey': null }, INPUT, 'idempotencyKey'],
      ...instants('input.returnedAt'),
      ['an instant to come', { 'input.returnedAt': '9999-01-01T00:00:00Z' }, INPUT, 'returnedAt'],
      ['a paid invoice', { 'input.invoiceId': the('paid') }, 'INVOICE_STATE', undefined, { status: 'PAID' }],
    ],
  },
  returnUnappliedPayment: {
    staff: true,
    good: {
      input: {
        invoiceId: the('open'),
        paymentId: the('unapplied'),
        method: 'BANK_TRANSFER',
        reason: 'why',
        idempotencyKey: 'k',
      },
    },
    hostile: [
      ...ids('input.invoiceId', 'invoice', { foreign: false }),
      ...ids('input.paymentId', 'payment', { foreign: false }),
      ...enums('input.method'),
      ['a card that has not paid', { 'input.method': 'CARD' }, INPUT, 'method'],
      ['no method', { 'input.method': null }, INPUT, 'method'],
      ...notWhole('input.amount'),
      ...[0, -1, 51].map((amount): Case => [
        `an amount of ${amount}`,
        { 'input.amount': amount },
        INPUT,
        'amount',
        { maximum: 50, received: amount, currency: 'EUR' },
      ]),
      ...texts('input.reason'),
      ...texts('input.reference'),
      ...keyed,
      ['no key', { 'input.idempotencyKey': null }, INPUT, 'idempotencyKey'],
      ...instants('input.returnedAt'),
      ['an instant to come', { 'input.returnedAt': '9999-01-01T00:00:00Z' }, INPUT, 'returnedAt'],
    ],
  },
  removeSavedCard: { good: {}, hostile: ids('accountId', 'account', { longIsInput: false }) },
  saveCard: {
    good: { input: { successUrl: 'https://example.com/saved', cancelUrl: 'http://example.com/' } },
    hostile: [
      ...ids('input.accountId', 'account', { longIsInput: false }),
      ...['input.successUrl', 'input.cancelUrl'].flatMap((path) =>
        ['', 'javascript:alert(1)', '/here', 'ftp://example.com', `https://example.com/${'x'.repeat(2_000)}`].map(
          (url): Case => [`${path} of ${url.slice(0, 30)}`, { [path]: url }, INPUT, fieldOf(path)],
        ),
      ),
    ],
  },
  postponeInvoice: {
    staff: true,
    good: { invoiceId: the('open'), until: IN_A_HUNDRED_DAYS },
    hostile: [
      ...ids('invoiceId', 'invoice', { foreign: false }),
      ...texts('comment'),
      ...texts('idempotencyKey'),
      ...instants('until'),
      ['an instant that is past', { until: '2020-01-01T00:00:00Z' }, INPUT, 'until'],
      ['an instant before its due date', { until: new Date(Date.now() + 60_000).toISOString() }, INPUT, 'until'],
      ['an instant too far ahead', { until: '9999-01-01T00:00:00Z' }, INPUT, 'until'],
      ['a request that waits', { invoiceId: the('invoice') }, 'INVOICE_STATE', undefined, { status: 'REQUESTED' }],
      ['a paid invoice', { invoiceId: the('paid') }, 'INVOICE_STATE', undefined, { status: 'PAID' }],
    ],
  },
  createToken: {
    good: { input: { name: 'New', scopes: ['READ'] } },
    hostile: [
      ...ids('input.accountId', 'account', { longIsInput: false }),
      ...texts('input.name'),
      ...enums('input.scopes.0'),
      ['no scopes', { 'input.scopes': [] }, INPUT, 'scopes', { minimum: 1 }],
      ['17 scopes', { 'input.scopes': Array<string>(17).fill('READ') }, INPUT, 'scopes', { maximum: 16 }],
      ['a scope that its maker has not', { 'input.scopes': ['ADMIN'] }, 'FORBIDDEN', undefined, { scope: 'ADMIN' }],
      ...instants('input.expiresAt'),
      ['an end in the past', { 'input.expiresAt': '2020-01-01T00:00:00Z' }, INPUT, 'expiresAt'],
    ],
  },
  revokeToken: {
    good: { id: the('token') },
    hostile: ids('id', 'token', { longIsInput: false }),
  },
  invitePerson: {
    good: { input: { email: 'somebody@people.example', name: 'Somebody', role: 'VIEWER' } },
    hostile: [
      ...ids('input.accountId', 'account', { longIsInput: false }),
      ...texts('input.email'),
      ...texts('input.name'),
      ...enums('input.role'),
      ['a role of staff', { 'input.role': 'ADMIN' }, INPUT, 'role', { role: 'ADMIN' }],
    ],
  },
  revokeInvitation: { good: { id: the('invitation') }, hostile: ids('id', 'invitation', { longIsInput: false }) },
  changePersonRole: {
    good: { id: the('person'), role: 'VIEWER' },
    hostile: [
      ...ids('id', 'person', { longIsInput: false }),
      ...enums('role'),
      ['a role of staff', { role: 'OPERATOR' }, INPUT, 'role', { role: 'OPERATOR' }],
    ],
  },
  removePerson: { good: { id: the('person') }, hostile: ids('id', 'person', { longIsInput: false }) },
  setMailPreferences: {
    good: { input: { unwanted: ['RECEIPT'] } },
    hostile: [
      ...ids('input.accountId', 'account', { longIsInput: false }),
      ['more kinds than there are', { 'input.unwanted': Array(10).fill('RECEIPT') }, INPUT, 'unwanted', { maximum: 9 }],
      ...['INVOICE', 'OVERDUE', 'CREDIT_NOTE'].map((kind): Case => [
        `no ${kind}`,
        { 'input.unwanted': [kind] },
        INPUT,
        'unwanted',
        { received: kind },
      ]),
    ],
  },
  resendMail: { staff: true, good: { id: the('mail') }, hostile: ids('id', 'mail', { foreign: false }) },
  setDunningSchedule: {
    staff: true,
    good: { input: { accountId: the('account'), afterDays: [7] } },
    hostile: [
      ...ids('input.accountId', 'account', { foreign: false }),
      ...bounded('input.beforeDays', 1, 365),
      ...bounded('input.uncollectibleAfterDays', 1, 365),
      ...bounded('input.afterDays.0', 1, 365),
      ['eleven reminders', { 'input.afterDays': Array(11).fill(7) }, INPUT, 'afterDays', { maximum: 10, received: 11 }],
    ],
  },
  stopDunning: {
    staff: true,
    good: { invoiceId: the('open'), reason: 'why' },
    hostile: [
      ...ids('invoiceId', 'invoice', { foreign: false }),
      ...texts('reason'),
      ['a paid invoice', { invoiceId: the('paid') }, 'INVOICE_STATE', undefined, { status: 'PAID' }],
    ],
  },
  resumeDunning: {
    staff: true,
    good: { invoiceId: the('open') },
    hostile: [
      ...ids('invoiceId', 'invoice', { foreign: false }),
      ['a paid invoice', { invoiceId: the('paid') }, 'INVOICE_STATE', undefined, { status: 'PAID' }],
    ],
  },
  createWebhookEndpoint: {
    good: { input: { url: 'http://127.0.0.1:9/' } },
    hostile: [
      ...ids('input.accountId', 'account', { longIsInput: false }),
      ...urls('input.url'),
      ...texts('input.description'),
      ...eventTypes('input.eventTypes'),
      ...[-1, 1.5, 2 ** 53, 1e308, '1', true].map((after): Case => [
        `after of ${JSON.stringify(after)}`,
        { 'input.after': after },
        INPUT,
        'after',
      ]),
      ['an event to come', { 'input.after': 10_000 }, INPUT, 'after', { received: 10_000 }],
    ],
  },
  updateWebhookEndpoint: {
    good: { input: { id: the('webhook') } },
    hostile: [
      ...ids('input.id', 'webhook'),
      ...urls('input.url'),
      ...texts('input.description'),
      ...eventTypes('input.eventTypes'),
    ],
  },
  deleteWebhookEndpoint: { good: { id: the('webhook') }, hostile: ids('id', 'webhook', { longIsInput: false }) },
  rotateWebhookSecret: {
    good: { id: the('webhook') },
    hostile: [...ids('id', 'webhook'), ...bounded('overlapHours', 0, 168)],
  },
  enableWebhookEndpoint: {
    good: { id: the('webhook') },
    hostile: [...ids('id', 'webhook'), ...enums('from')],
  },
  disableWebhookEndpoint: { good: { id: the('webhook') }, hostile: ids('id', 'webhook', { longIsInput: false }) },
  sendTestWebhook: { good: { id: the('webhook') }, hostile: ids('id', 'webhook', { longIsInput: false }) },
  replayWebhookDelivery: {
    good: { id: the('message') },
    hostile: [
      ...ids('id', 'message', { longIsInput: false }),
      ...[0, '01', 10_000, '9'.repeat(16), -1].map((sequence): Case => [
        `the event ${sequence}`,
        { id: `msg_${'0'.repeat(26)}_${sequence}` },
        'NOT_FOUND',
      ]),
    ],
  },
  replayWebhookEvents: {
    good: { endpointId: the('webhook'), fromSequence: 1, toSequence: 1 },
    hostile: [
      ...ids('endpointId', 'webhook'),
      ...[0, -1, 1.5, 2 ** 53, '1', true].map((value): Case => [
        `fromSequence of ${JSON.stringify(value)}`,
        { fromSequence: value },
        INPUT,
        'fromSequence',
      ]),
      ...[0, -1, 1.5, 2 ** 53, '1', true, 10_000].map((value): Case => [
        `toSequence of ${JSON.stringify(value)}`,
        { toSequence: value },
        INPUT,
        'toSequence',
      ]),
      ['a range backwards', { fromSequence: 5, toSequence: 4 }, INPUT, 'toSequence', { minimum: 5, received: 4 }],
    ],
  },
  replayProviderEvent: {
    staff: true,
    good: { id: 'evt_1' },
    hostile: ids('id', 'invoice', { longIsInput: false }),
  },
}

function tiers(count: number): { fromChannels: number; channelMonthAmount: number }[] {
  return Array.from({ length: count }, (_, index) => ({ fromChannels: index + 1, channelMonthAmount: 1 }))
}

function items(count: number, days = 1): Order[] {
  return Array.from({ length: count }, () => ({ channelId: newId('channel'), days }))
}

const page = (list: string): Case[] => [
  ...[0, -1, 101, 2 ** 31 - 1].map((first): Case => [
    `first of ${first}`,
    { first },
    INPUT,
    'first',
    { minimum: 1, maximum: 100, received: first },
  ]),
  ...[2 ** 31, 1.5, '5', 1e308, true].map((first): Case => [
    `first of ${JSON.stringify(first)}`,
    { first },
    INPUT,
    'first',
  ]),
  ...[
    '',
    'x',
    '💥',
    'a\0b',
    'x'.repeat(5000),
    Buffer.from(`${list}:`).toString('base64url'),
    Buffer.from(`${list}:a' OR 1=1 --`).toString('base64url'),
    Buffer.from(`${list}:\0`).toString('base64url'),
    `${Buffer.from(`${list}:channel_1`).toString('base64url')}=`,
    Buffer.from('elsewhere:channel_01jd0000000000000000000000').toString('base64url'),
    ...['accounts', 'channels', 'invoices', 'invoice-queue', 'ledger', 'events']
      .filter((other) => other !== list)
      .map((other) => Buffer.from(`${other}:1`).toString('base64url')),
  ].map((after): Case => [`after of ${JSON.stringify(after).slice(0, 40)}`, { after }, INPUT, 'after']),
  ...[5, {}, true].map((after): Case => [`after of ${JSON.stringify(after)}`, { after }, INPUT, 'after']),
]

const search = (path: string): Case[] =>
  [
    ['of 256 characters', 'x'.repeat(256)],
    ['with a NUL', 'a\0'],
    ['with half a character', '\ud800'],
    ['that is a number', 5],
  ].map(([what, value]) => [`search ${String(what)}`, { [path]: value }, INPUT, 'search'])

/** They need a sandbox or a session, take nothing but instants, or take nothing: tests of their features hold them. */
const WITH_TESTS_OF_THEIR_OWN = [
  'advanceClock',
  'billingPortal',
  'cancelChannelSubscription',
  'changeChannelPlan',
  'changePassword',
  'clockHealth',
  'confirmSecondFactor',
  'invoicePromise',
  'jobs',
  'previewPlanChange',
  'providerProfile',
  'removeSecondFactor',
  'resumeChannelSubscription',
  'revokeOtherSessions',
  'revokeSession',
  'sessions',
  'startSecondFactor',
  'subscribeChannel',
]

/** A preview takes what its mutation does, but for words and keys, and is refused as it would be. */
function previewOf(mutation: string, ...takes: string[]): Target {
  const { good = {}, hostile = [], staff = false } = MUTATIONS[mutation] ?? {}
  if (takes.length > 0) {
    const taken = (order: object) =>
      Object.fromEntries(
        Object.entries(order)
          .map(([path, value]) => [fieldOf(path), value] as const)
          .filter(([field]) => takes.includes(field)),
      )
    return {
      staff,
      good: taken((good.input as Order | undefined) ?? good),
      hostile: hostile
        .map(([what, changes, ...refusal]): Case => [what, taken(changes), ...refusal])
        .filter(([, changes]) => Object.keys(changes).length > 0),
    }
  }
  const ofMutationOnly = /^input$|\.(comment|idempotencyKey|purchaseOrder)$/
  return {
    good: good.input as Order,
    hostile: hostile
      .filter(([, changes]) => !Object.keys(changes).some((path) => ofMutationOnly.test(path)))
      .map(([what, changes, ...refusal]) => [
        what,
        Object.fromEntries(Object.entries(changes).map(([path, value]) => [fieldOf(path), value])),
        ...refusal,
      ]),
  }
}

const QUERIES: Record<string, Target> = {
  previewAllocation: previewOf('allocateDays'),
  previewAutoRenew: previewOf('setAutoRenew'),
  previewBulkAllocation: previewOf('allocateDaysInBulk'),
  previewAdjustment: previewOf('adjustBalance', 'accountId', 'days'),
  previewCreation: previewOf('createChannel', 'accountId', 'externalId', 'trial', 'days'),
  previewDeletion: previewOf('deleteChannel'),
  previewInvoice: previewOf('requestInvoice'),
  previewKeepAlive: {
    ...previewOf('setKeepAlive'),
    hostile: [...previewOf('setKeepAlive').hostile, ...page('keep-alive')],
  },
  previewPayment: previewOf('recordPayment', 'invoiceId', 'amount', 'currency'),
  previewCreditNote: previewOf('issueCreditNote', 'invoiceId', 'days', 'amount'),
  creditNote: { good: { id: the('credit') }, hostile: ids('id', 'credit', { foreign: false, longIsInput: false }) },
  creditNotes: {
    good: {},
    hostile: [
      ...ids('accountId', 'account', { longIsInput: false }),
      ...ids('invoiceId', 'invoice', { longIsInput: false }),
      ...page('credit-notes'),
    ],
  },
  previewRelease: previewOf('releaseDays'),
  previewTransfer: previewOf('transferDays'),
  viewer: { good: {}, hostile: [] },
  node: { good: { id: the('channel') }, hostile: nodeIds() },
  account: { good: {}, hostile: ids('id', 'account', { longIsInput: false }) },
  accounts: { good: {}, hostile: [...page('accounts'), ...search('search')] },
  balance: { good: {}, hostile: ids('accountId', 'account', { longIsInput: false }) },
  channel: { good: { id: the('channel') }, hostile: ids('id', 'channel', { longIsInput: false }) },
  channels: {
    good: {},
    hostile: [
      ...ids('accountId', 'account', { longIsInput: false }),
      ...page('channels'),
      ...search('filter.search'),
      ...enums('filter.status.0'),
      ...instants('filter.endsBefore'),
      ['a filter that is a text', { filter: 'x' }, INPUT, 'filter'],
      ['a filter of what is not there', { 'filter.name': 'x' }, INPUT, 'name'],
    ],
  },
  invoice: { good: { id: the('invoice') }, hostile: ids('id', 'invoice', { longIsInput: false }) },
  invoices: {
    good: {},
    hostile: [
      ...ids('accountId', 'account', { longIsInput: false }),
      ...page('invoices'),
      ...enums('filter.status.0'),
      ...booleans('filter.overdue'),
    ],
  },
  balanceAsOf: {
    good: { at: '2026-01-01T00:00:00Z' },
    hostile: [
      ...ids('accountId', 'account', { longIsInput: false }),
      ...instants('at'),
      ['an instant to come', { at: '2999-01-01T00:00:00Z' }, INPUT, 'at'],
    ],
  },
  auditLog: {
    good: {},
    hostile: [
      ...ids('accountId', 'account', { longIsInput: false }),
      ...page('audit'),
      ...enums('filter.outcome'),
      ...instants('filter.from'),
      ...instants('filter.to'),
      ...['actor', 'action', 'subject'].map((name): Case => [
        `${name} of 5 kB`,
        { [`filter.${name}`]: 'x'.repeat(5000) },
        INPUT,
        name,
      ]),
      ['a cursor of no instant', { after: Buffer.from('audit:x.y').toString('base64url') }, INPUT, 'after'],
    ],
  },
  lots: {
    good: {},
    hostile: [...ids('accountId', 'account', { longIsInput: false }), ...page('lots'), ...booleans('filter.open')],
  },
  channelMargins: {
    good: {},
    hostile: [
      ...ids('accountId', 'account', { longIsInput: false }),
      ...page('channel-margins'),
      ...instants('from'),
      ...instants('to'),
      [
        'a period that ends before it starts',
        { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
        INPUT,
        'to',
      ],
    ],
  },
  ledgerSeals: {
    good: {},
    hostile: [...ids('accountId', 'account', { longIsInput: false }), ...page('ledger-seals')],
  },
  ledger: {
    good: {},
    hostile: [
      ...ids('channelId', 'channel', { longIsInput: false }),
      ...ids('accountId', 'account', { longIsInput: false }),
      ...page('ledger'),
      ['a cursor of no number', { after: Buffer.from('ledger:x').toString('base64url') }, INPUT, 'after'],
      [
        'a cursor of too large a number',
        { after: Buffer.from(`ledger:${'9'.repeat(16)}`).toString('base64url') },
        INPUT,
        'after',
      ],
    ],
  },
  events: {
    good: {},
    hostile: [
      ...ids('accountId', 'account', { longIsInput: false }),
      ...[-1, 1.5, 2 ** 53, 1e308, '1', true].map((after): Case => [
        `after of ${JSON.stringify(after)}`,
        { after },
        INPUT,
        'after',
      ]),
      ['an event to come', { after: 10_000 }, INPUT, 'after', { received: 10_000 }],
      ['the last event that there could be', { after: Number.MAX_SAFE_INTEGER }, INPUT, 'after'],
      ...page('events').filter(([, changes]) => 'first' in changes),
    ],
  },
  tokens: { good: {}, hostile: ids('accountId', 'account', { longIsInput: false }) },
  people: { good: {}, hostile: ids('accountId', 'account', { longIsInput: false }) },
  invitations: { good: {}, hostile: ids('accountId', 'account', { longIsInput: false }) },
  unappliedPayments: {
    staff: true,
    good: {},
    hostile: [...ids('accountId', 'account', { longIsInput: false, foreign: false }), ...page('unapplied-payments')],
  },
  mails: {
    good: {},
    hostile: [...ids('accountId', 'account', { longIsInput: false }), ...enums('state'), ...page('mails')],
  },
  mailPreferences: { good: {}, hostile: ids('accountId', 'account', { longIsInput: false }) },
  dunningSchedule: { good: {}, hostile: ids('accountId', 'account', { longIsInput: false }) },
  webhookEndpoints: { good: {}, hostile: ids('accountId', 'account', { longIsInput: false }) },
  webhookEndpoint: { good: { id: the('webhook') }, hostile: ids('id', 'webhook', { longIsInput: false }) },
  providerEvents: {
    staff: true,
    good: {},
    hostile: [
      ...page('provider-events'),
      ...enums('state'),
      [
        'a cursor of no instant',
        { after: Buffer.from('provider-events:x:evt_1').toString('base64url') },
        INPUT,
        'after',
      ],
    ],
  },
  plans: { good: {}, hostile: ids('accountId', 'account', { longIsInput: false }) },
  ledgerAudit: { staff: true, good: {}, hostile: ids('accountId', 'account', { longIsInput: false, foreign: false }) },
}

function nodeIds(): Case[] {
  return [
    ...Object.values(UNKNOWN).map((id): Case => [`id unknown, ${id.slice(0, 5)}`, { id }, 'NOT_FOUND']),
    ...['account', 'channel', 'invoice', 'agreement', 'token', 'transaction'].map((kind): Case => [
      `a stranger’s ${kind}`,
      { id: the(`foreign ${kind}`) },
      'NOT_FOUND',
    ]),
    ...GARBAGE.map(([what, id]): Case => [`id ${what}`, { id }, 'NOT_FOUND']),
    ['id of 5 kB', { id: 'x'.repeat(5000) }, 'NOT_FOUND'],
  ]
}

/** Staff see everyone: what they name has to be there all the same. */
const STAFF_QUERIES: Record<string, Case[]> = Object.fromEntries(
  ['account', 'balance', 'channels', 'invoices', 'ledger', 'events', 'tokens'].map((name) => [
    name,
    ids(name === 'account' ? 'id' : 'accountId', 'account', { longIsInput: false, foreign: false }),
  ]),
)

/** Sets what stands at a path, such as `input.items.0.days`. */
function withChanges(good: Order, changes: Order): Order {
  const changed = structuredClone(good)
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.')
    const key = steps.pop() ?? ''
    let place: Order = changed
    for (const [index, step] of steps.entries()) {
      place[step] ??= /^\d+$/.test(steps[index + 1] ?? key) ? [] : {}
      place = place[step] as Order
    }
    place[key] = value
  }
  return changed
}

const LEAKS =
  /\bselect\b|\binsert into\b|\bupdate "|\bwhere\b|node_modules|\.[jt]s:\d|\bat \w+ \(|_pkey|_unique\b|_known\b|constraint|violates|typeorm|QueryFailed|postgres|daybook_|zod|\bundefined\b|\[object/i

/** What is wrong with an answer to a hostile input: it is to be typed, to name its field and figures, and nothing more. */
function faultsOf({ status, data, errors, text }: Answer, [, , code, field, figures]: Case): string[] {
  const [{ message, extensions }] = errors.length === 1 ? (errors as [Refusal]) : [NO_REFUSAL]
  const told = JSON.stringify({ ...extensions, id: '' }) + message
  const asExpected = {
    ...extensions,
    ...(resolved(figures ?? {}) as Order),
    code,
    ...(field !== undefined && { field }),
  }
  return [
    ...(isDeepStrictEqual(asExpected, extensions)
      ? []
      : [`${JSON.stringify(extensions)} for ${JSON.stringify(asExpected)}`]),
    ...(status < 500 ? [] : [`status ${status}`]),
    ...(Object.values(data ?? {}).every((value) => value === null) ? [] : ['it has data']),
    ...(text.length < 1500 ? [] : [`${text.length} bytes`]),
    ...(LEAKS.test(told) || text.includes(CANARY) ? [`it leaks: ${text}`] : []),
  ]
}

const NO_REFUSAL: Refusal = { message: '', extensions: { code: 'none, or several' } }

/** Asks, in any order, as many at once as the pool is wide; no row of any table may be another one afterwards. */
async function expectRefusals(
  operation: Operation,
  name: string,
  token: string,
  { good, hostile }: Target,
): Promise<void> {
  const document = documentOf(operation, name)
  const ask = (one: Case) => api.ask(token, document, withChanges(resolved(good) as Order, resolved(one[1]) as Order))
  const before = await api.checksums()
  const faults: string[] = []
  const waiting = [...hostile]
  const worker = async () => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      const found = faultsOf(await ask(one), one)
      faults.push(...found.map((fault) => `${one[0]}: ${fault}`))
    }
  }
  await Promise.all([worker(), worker(), worker(), worker()])
  expect(faults).toEqual([])
  expect(await api.checksums()).toEqual(before)
}

describe('R3, R4, R5: a hostile input', () => {
  beforeAll(async () => {
    for (const name of ['t1', 't2']) await api.channel(partner.token, { name, trial: true })
  })

  it('is listed for every mutation and every query that there is', () => {
    const expected = (operation: 'mutation' | 'query') =>
      Object.keys(rootFields(operation))
        .filter((name) => !WITH_TESTS_OF_THEIR_OWN.includes(name))
        .sort()
    expect(Object.keys(MUTATIONS).sort()).toEqual(expected('mutation'))
    expect(Object.keys(QUERIES).sort()).toEqual(expected('query'))
  })

  it.each(Object.entries(MUTATIONS))('is refused by %s, which changes nothing', async (name, target) => {
    await expectRefusals('mutation', name, target.staff === true ? api.staffToken : partner.token, target)
  })

  it.each(Object.entries(QUERIES))('is refused by the query %s', async (name, target) => {
    await expectRefusals('query', name, target.staff === true ? api.staffToken : partner.token, target)
  })

  it.each(Object.entries(STAFF_QUERIES))('is refused by the query %s of staff', async (name, hostile) => {
    await expectRefusals('query', name, api.staffToken, { good: {}, hostile })
  })

  it('is refused in the fields of an account as at the top', async () => {
    for (const [list, name] of [
      ['channels', 'channels'],
      ['invoices', 'invoices'],
      ['ledger', 'ledger'],
    ]) {
      const query = `query ($first: Int, $after: String) { account { ${String(name)}(first: $first, after: $after) { nodes { id } } } }`
      const faults = await Promise.all(
        page(String(list)).map(async (one) =>
          faultsOf(await api.ask(partner.token, query, one[1]), one).map(
            (fault) => `${String(name)}, ${one[0]}: ${fault}`,
          ),
        ),
      )
      expect(faults.flat()).toEqual([])
    }
    const ofChannel = 'query ($channelId: ID) { account { ledger(channelId: $channelId) { nodes { id } } } }'
    for (const channelId of [UNKNOWN.channel, world['foreign channel'], 'x', '\0']) {
      expect(await api.refused(partner.token, ofChannel, { channelId })).toMatchObject({ code: 'NOT_FOUND' })
    }
  })

  it('is refused in a document too, before anything runs', async () => {
    const before = await api.checksums()
    for (const days of ['1.5', '1e308', '9007199254740992', '"5"', 'null', 'true', '[1, 2]', 'FIVE', '{ a: 1 }']) {
      const { errors, status } = await api.ask(
        partner.token,
        `mutation { allocateDays(input: { channelId: "${world.channel}", days: ${days} }) { __typename } }`,
      )
      expect([days, status, ...errors.map(({ extensions }) => extensions.code)]).toEqual([
        days,
        200,
        'GRAPHQL_VALIDATION_FAILED',
      ])
    }
    expect(await api.checksums()).toEqual(before)
  })

  it('is refused where metadata could not be kept as it was sent', async () => {
    const before = await api.checksums()
    for (const metadata of [
      '{ a: 1e400 }',
      '{ a: { b: [-1e999] } }',
      '{ __proto__: { a: 1 } }',
      '{ a: [{ __proto__: 1 }] }',
    ]) {
      const { errors } = await api.ask(
        partner.token,
        `mutation { createChannel(input: { name: "x", metadata: ${metadata} }) { __typename } }`,
      )
      expect([metadata, errors[0]?.extensions.code]).toEqual([metadata, 'GRAPHQL_VALIDATION_FAILED'])
    }
    const query = documentOf('mutation', 'createChannel')
    const body = (metadata: string) =>
      `{"query":${JSON.stringify(query)},"variables":{"input":{"name":"x","metadata":${metadata}}}}`
    const authorization = `Bearer ${partner.token}`
    const { errors } = await api.post({ authorization }, body('{"a":1e400}'))
    expect(errors[0]?.extensions).toEqual({ code: INPUT, field: 'metadata' })
    expect((await api.post({ authorization }, body('{"__proto__":{"a":1}}'))).errors[0]?.extensions.code).toBe(
      'BAD_REQUEST',
    )
    expect(await api.checksums()).toEqual(before)
  })

  it('is refused where a price makes an order too large for the safe integers', async () => {
    const { accountId, token } = await api.partner()
    await api.agree(accountId, { channelMonthAmount: Number.MAX_SAFE_INTEGER, taxPartsPerMillion: 1 })
    const before = await api.checksums()
    const request = documentOf('mutation', 'requestInvoice')
    for (const [input, field] of [
      [{ channels: 2 }, 'channels'],
      [{ channels: 1 }, 'channels'],
      [{ looseDays: 31 }, 'looseDays'],
    ] as const) {
      expect(await api.refused(token, request, { input })).toMatchObject({
        code: INPUT,
        field,
        maximum: Number.MAX_SAFE_INTEGER,
      })
    }
    expect(await api.checksums()).toEqual(before)
  })

  it('is refused on a socket as over HTTP, and leaves the socket open', async () => {
    const client = await api.connect(partner.token)
    const cases: [name: string, variables: Order, code: string, field?: string][] = [
      ...['events', 'balanceChanged', 'dayExpiryChanged', 'invoiceChanged'].flatMap(
        (name): [string, Order, string, string?][] => [
          ...[-1, 1.5, 2 ** 53, '1', true].map((after): [string, Order, string, string] => [
            name,
            { after },
            INPUT,
            'after',
          ]),
          [name, { after: 10_000 }, INPUT, 'after'],
          ...[UNKNOWN.account, world['foreign account'], 'x', '\0', 'x'.repeat(5000)].map(
            (accountId): [string, Order, string] => [name, { accountId }, 'NOT_FOUND'],
          ),
        ],
      ),
      ...[UNKNOWN.channel, world['foreign channel'], world.account, '\0'].map((channelId): [string, Order, string] => [
        'dayExpiryChanged',
        { channelId },
        'NOT_FOUND',
      ]),
    ]
    for (const [index, [name, variables, code, field]] of cases.entries()) {
      client.subscribe(String(index), documentOf('subscription', name), variables)
      const answer = await Promise.race(['next', 'error'].map((type) => client.receive(type, String(index))))
      const text = JSON.stringify(answer.payload)
      const [error] = Array.isArray(answer.payload)
        ? (answer.payload as Refusal[])
        : (answer.payload as { errors: Refusal[] }).errors
      expect([name, variables, error?.extensions.code]).toEqual([name, variables, code])
      if (field !== undefined) expect(error?.extensions.field).toBe(field)
      expect(text).not.toContain(CANARY)
      expect(text.length).toBeLessThan(1500)
    }
    client.subscribe('last', '{ viewer { role } }')
    expect((await client.receive('next', 'last')).payload).toMatchObject({ data: { viewer: { role: 'PARTNER' } } })
    const staff = await api.connect(api.staffToken)
    staff.subscribe('1', documentOf('subscription', 'events'), { accountId: '\0' })
    expect((await staff.receive('next', '1')).payload).toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    })
  })
})

describe('R3, R4: a good input', () => {
  it.each(Object.entries(MUTATIONS))(
    'of %s is taken: each hostile one is wrong in what it changes',
    async (name, { good, staff }) => {
      const owner = await api.partner({ name: 'Other', days: 1000 })
      world = await rowsOf(owner, 'other')
      const { errors } = await api.ask(
        staff === true ? api.staffToken : owner.token,
        documentOf('mutation', name),
        resolved(good) as Order,
      )
      expect(errors).toEqual([])
    },
  )

  it('of every query is taken', async () => {
    const owner = await api.partner({ name: 'Other', days: 1000 })
    world = await rowsOf(owner, 'other')
    for (const [name, { good, staff }] of Object.entries(QUERIES)) {
      const token = staff === true ? api.staffToken : owner.token
      const { errors } = await api.ask(token, documentOf('query', name), resolved(good) as Order)
      expect([name, errors]).toEqual([name, []])
    }
  })

  it('of staff needs no account for the list of their own tokens and the audit of all', async () => {
    expect(await api.staff('{ tokens { id } ledgerAudit { ok violations } }')).toEqual({
      tokens: [],
      ledgerAudit: { ok: true, violations: [] },
    })
  })

  it('is of 1 to 36,500 days', async () => {
    const { token } = await api.partner({ days: 100_000 })
    // A day that has begun would be used.
    await api.setClock(new Date())
    const [one, two] = [await api.channel(token), await api.channel(token)]
    const payload = '{ channel { unusedDays } balance { available } }'
    const allocate = documentOf('mutation', 'allocateDays', payload)
    expect(await api.told(token, allocate, { input: { channelId: one, days: 36_500 } })).toEqual({
      allocateDays: { channel: { unusedDays: 36_500 }, balance: { available: 63_500 } },
    })
    expect(await api.refused(token, allocate, { input: { channelId: one, days: 1 } })).toMatchObject({
      code: INPUT,
      field: 'days',
      held: 36_500,
    })
    expect(await api.told(token, allocate, { input: { channelId: two, days: 1 } })).toMatchObject({
      allocateDays: { channel: { unusedDays: 1 } },
    })
    expect(
      await api.told(token, documentOf('mutation', 'createChannel', payload), {
        input: { name: 'Full', days: 36_500 },
      }),
    ).toEqual({
      createChannel: { channel: { unusedDays: 36_500 }, balance: { available: 26_999 } },
    })
    expect(
      await api.told(token, documentOf('mutation', 'releaseDays', payload), {
        input: { channelId: one, days: 36_500 },
      }),
    ).toEqual({
      releaseDays: { channel: { unusedDays: 0 }, balance: { available: 63_499 } },
    })
    await api.setClock(null)
  })

  it('is a bulk of 10,000 items', async () => {
    const { accountId, token } = await api.partner({ days: 30_000 })
    const channelIds = Array.from({ length: 10_000 }, () => newId('channel'))
    await api.sql(
      `INSERT INTO channel (id, account_id, name, created_at) SELECT id, $1, 'c', now() FROM unnest($2::text[]) AS id`,
      [accountId, channelIds],
    )
    const input = {
      items: channelIds.map((channelId) => ({ channelId, days: 3 })),
      comment: 'all',
      idempotencyKey: 'bulk',
    }
    const bulk = documentOf(
      'mutation',
      'allocateDaysInBulk',
      '{ allocatedDays balance { available allocated } items { channel { unusedDays } error { code } } }',
    )
    for (const attempt of ['first', 'replayed']) {
      const { allocateDaysInBulk } = (await api.told(token, bulk, { input })) as {
        allocateDaysInBulk: { items: { channel: { unusedDays: number }; error: object | null }[] }
      }
      // The first day of each channel begins as it is allocated; by the next millisecond it is used.
      expect([attempt, allocateDaysInBulk]).toMatchObject([
        attempt,
        { allocatedDays: 30_000, balance: { available: 0 } },
      ])
      expect(allocateDaysInBulk.items.length).toBe(10_000)
      expect(allocateDaysInBulk.items.every(({ channel, error }) => channel.unusedDays >= 2 && error === null)).toBe(
        true,
      )
    }
  })

  it('is a text of 255 characters, and metadata of 4,096 bytes, 32 levels and any characters but those', async () => {
    const { accountId, token } = await api.partner({
      days: 100,
      name: 'x'.repeat(255),
      email: `${'x'.repeat(60)}@example.com`,
    })
    const text = `${'é💥'.repeat(84)}xyz`
    expect(text.length).toBe(255)
    const create = documentOf('mutation', 'createChannel', '{ channel { id name externalId metadata } }')
    const all = [
      sized(4096),
      { a: '€'.repeat(1362) + 'xx' },
      nested(32),
      { '': '\t\n', é: [null, 1.5, { b: '\u2028' }] },
      {},
      { constructor: 1, toString: {} },
    ]
    for (const [index, metadata] of all.entries()) {
      const externalId = `${index}${text.slice(1)}`
      const input = { name: text, externalId, metadata, idempotencyKey: externalId }
      const { createChannel } = (await api.told(token, create, { input })) as {
        createChannel: { channel: { id: string } }
      }
      expect(createChannel.channel).toMatchObject({ name: text, externalId, metadata })
      const allocate = documentOf('mutation', 'allocateDays', '{ transaction { comment } }')
      expect(
        await api.told(token, allocate, { input: { channelId: createChannel.channel.id, days: 1, comment: text } }),
      ).toEqual({
        allocateDays: { transaction: { comment: text } },
      })
    }
    await api.agree(accountId, { taxId: text })
    const request = documentOf('mutation', 'requestInvoice', '{ invoice { id purchaseOrder } }')
    const { requestInvoice } = (await api.told(token, request, {
      input: { channels: 1, purchaseOrder: text, idempotencyKey: `${text.slice(1)}i` },
    })) as { requestInvoice: { invoice: { id: string } } }
    expect(requestInvoice.invoice).toMatchObject({ purchaseOrder: text })
    await api.pay(requestInvoice.invoice.id, 1000, { reference: text })
    await api.token({ accountId, name: text })
  })

  it('is a first of 1, and of 100', async () => {
    const { token } = await api.partner()
    await api.channel(token)
    for (const first of [1, 100]) {
      for (const name of ['accounts', 'channels', 'invoices', 'ledger', 'events']) {
        const { errors } = await api.ask(token, documentOf('query', name), { first })
        expect(errors).toEqual([])
      }
    }
  })

  it('is an order of a million channels and 36,500,000 loose days, and a grant of 1,000,000,000', async () => {
    const { accountId, token } = await api.partner()
    await api.agree(accountId)
    const request = documentOf('mutation', 'requestInvoice', '{ invoice { days total { amount } } }')
    expect(await api.told(token, request, { input: { channels: 1_000_000, looseDays: 36_500_000 } })).toEqual({
      requestInvoice: { invoice: { days: 66_500_000, total: { amount: 1_000_000_000 + 1_216_666_667 } } },
    })
    await api.grant(accountId, 1_000_000_000)
    await api.grant(accountId, -1_000_000_000)
  })

  it('is any text that looks like a pattern or a statement, taken as it is', async () => {
    const { token } = await api.partner()
    const names = ['100%', '_', '\\', `'; DROP TABLE channel; --`, '$1', ':name', '{{x}}', '<b>', 'null', '__proto__']
    for (const name of names) await api.channel(token, { name, externalId: name })
    for (const name of names) {
      const query = 'query ($search: String) { channels(filter: { search: $search }) { totalCount nodes { name } } }'
      const { channels } = (await api.told(token, query, { search: name })) as {
        channels: { nodes: { name: string }[] }
      }
      expect(channels.nodes.map((channel) => channel.name)).toEqual(
        names.filter((other) => other.includes(name)).reverse(),
      )
    }
  })
})

describe('a token', () => {
  const VIEWER = '{ viewer { role } }'

  it('that is malformed, unknown, of another kind, expired or revoked is refused, always with the same words', async () => {
    const expired = await api.token({ accountId: partner.accountId })
    await api.sql(`UPDATE api_token SET expires_at = daybook_now() WHERE id = $1`, [expired.tokenId])
    const revoked = await api.token({ accountId: partner.accountId })
    await api.staff(documentOf('mutation', 'revokeToken'), { id: revoked.tokenId })

    const good = partner.token
    const [, kind = '', id = '', secret = '', sum = ''] = /^daybook_(\w+?)_(\w{26})_(\w{40})_(\w{8})$/.exec(good) ?? []
    const other = sum.startsWith('0') ? `1${sum.slice(1)}` : `0${sum.slice(1)}`
    const bad = {
      empty: '',
      'of another system': 'ghp_0123456789abcdef0123456789abcdef0123',
      'cut off': good.slice(0, -1),
      'too long': `${good}0`,
      'of a wrong checksum': `daybook_${kind}_${id}_${secret}_${other}`,
      'of a wrong secret': summed(`daybook_${kind}_${id}_${secret.replaceAll(/[0-9a-f]/g, '0')}`),
      'of another kind': summed(`daybook_staff_${id}_${secret}`),
      'of an unknown id': summed(`daybook_partner_${newId('apiToken').slice('token_'.length)}_${secret}`),
      'of an account’s id': summed(`daybook_partner_${partner.accountId.slice('account_'.length)}_${secret}`),
      'in capitals': good.toUpperCase(),
      'a prefix': `daybook_${kind}_${id}`,
      'only its secret': secret,
      'a JSON': '{"a":1}',
      'of 512 characters': 'x'.repeat(512),
      'of 5 kB': 'x'.repeat(5000),
      expired: expired.token,
      revoked: revoked.token,
      'the staff’s, cut off': api.staffToken.slice(0, -1),
      'a statement': `'OR'1'='1`,
    }
    const before = await api.checksums()
    const answers = new Set<string>()
    for (const [what, token] of Object.entries(bad)) {
      const { status, text } = await api.ask(token, VIEWER)
      expect([what, status]).toEqual([what, 401])
      answers.add(text.trim())
      const { text: changed } = await api.ask(token, documentOf('mutation', 'createChannel'), { input: { name: 'x' } })
      answers.add(changed.trim())
      const client = await api.socket().opened()
      client.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
      expect([what, (await client.closed).code]).toEqual([what, 4403])
    }
    expect([...answers]).toEqual([
      JSON.stringify({
        errors: [
          {
            message: 'A valid token is needed: "Authorization: Bearer <token>".',
            extensions: { code: 'UNAUTHENTICATED' },
          },
        ],
      }),
    ])
    for (const authorization of [
      good,
      `Basic ${good}`,
      `Bearer  ${good}`,
      `Bearer ${good} x`,
      `Bearer ${good}, Bearer ${good}`,
    ]) {
      const { status } = await api.post({ authorization }, { query: VIEWER })
      expect([authorization, status]).toEqual([authorization, 401])
    }
    expect(await api.checksums()).toEqual(before)
    expect(await api.told(good, VIEWER)).toEqual({ viewer: { role: 'PARTNER' } })
  })

  const summed = (body: string) => `${body}_${crc32(body).toString(16).padStart(8, '0')}`
})
