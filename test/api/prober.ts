import { randomUUID } from 'node:crypto'
import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
  type GraphQLNamedInputType,
} from 'graphql'
import { ID_PREFIXES, type IdKind, newId } from '../../src/typed-id'
import { messageId } from '../../src/webhooks/webhook-message'
import { type Api, type Order, type Partner, SCHEMA } from './api'
import { declared, type Operation, passed, rootFields } from './documents'

/** One of two partners, with rows of every kind. */
export interface Side extends Partner {
  /** In every text of it. */
  readonly mark: string
  readonly ids: Record<IdKind, string[]>
  readonly cursors: string[]
  /** Its texts, by which it could be searched for. */
  readonly texts: string[]
  /** What nobody else may ever read. */
  readonly secrets: string[]
  /** A channel that runs, another one, a request that waits, and a token that may go. */
  readonly own: {
    channel: string
    other: string
    invoice: string
    token: string
    agreement: string
    plan: string
    webhook: string
    mail: string
    person: string
    invitation: string
  }
}

/** A receiver at which every connection is refused at once. */
const NOBODY_LISTENS = 'http://127.0.0.1:9/'

/** Seeds a partner whose every row bears a mark. */
export async function seedSide(api: Api, mark: string): Promise<Side> {
  const partner = await api.partner({ name: `${mark} Ltd`, email: `${mark}@example.com`, maxTrials: 9, days: 5000 })
  const { accountId, token } = partner
  const agreement = await api.agree(accountId, {
    taxId: `${mark} tax`,
    autoPrepare: false,
    tiers: [{ fromChannels: 10, channelMonthAmount: 900 }],
  })
  const key = () => ({ idempotencyKey: `${mark} ${randomUUID()}` })
  const call = (field: string, input: Order) => {
    const name = SCHEMA.getMutationType()?.getFields()[field]?.args[0]?.type
    return api.told(token, `mutation ($input: ${String(name)}) { ${field}(input: $input) { __typename } }`, { input })
  }
  const named = (name: string, more: Order = {}) =>
    api.channel(token, {
      name: `${mark} ${name}`,
      externalId: `${mark}-${name}`,
      metadata: { [mark]: [mark] },
      ...more,
    })
  const channel = await named('running', { days: 30, ...key() })
  const other = await named('other', { days: 30 })
  const deleted = await named('deleted', { days: 3 })
  await named('trial', { trial: true })
  await call('allocateDays', { channelId: channel, days: 5, comment: `${mark} allocation`, ...key() })
  await call('releaseDays', { channelId: channel, days: 1, comment: `${mark} release`, ...key() })
  await call('transferDays', {
    fromChannelId: channel,
    toChannelId: other,
    days: 2,
    comment: `${mark} transfer`,
    ...key(),
  })
  await call('deleteChannel', { channelId: deleted, comment: `${mark} deletion`, ...key() })
  const invoices: string[] = []
  for (const name of ['waits', 'part', 'paid', 'void']) {
    invoices.push(await api.invoice(token, { channels: 1, looseDays: 7, purchaseOrder: `${mark} ${name}`, ...key() }))
  }
  const [invoice = '', part = '', paid = '', voided = ''] = invoices
  for (const id of [part, paid])
    await api.staff('mutation ($id: ID!) { prepareInvoice(invoiceId: $id) { __typename } }', { id })
  await api.pay(part, 2, { reference: `${mark} part` })
  await api.pay(paid, 1233, { reference: `${mark} all` })
  const VOID =
    'mutation ($id: ID!, $comment: String!) { voidInvoice(invoiceId: $id, comment: $comment) { __typename } }'
  await api.staff(VOID, { id: voided, comment: `${mark} voided` })
  await api.staff('mutation ($input: IssueCreditNoteInput!) { issueCreditNote(input: $input) { creditNote { id } } }', {
    input: { invoiceId: paid, days: 1, reason: `${mark} credited`, ...key() },
  })
  const notes = await api.sql<{ id: string }>('SELECT id FROM credit_note WHERE account_id = $1', [accountId])
  const refunded = {
    invoiceId: paid,
    creditNoteId: notes[0]?.id,
    method: 'OTHER',
    amount: 1,
    reference: mark,
    ...key(),
  }
  await api.staff('mutation ($input: RecordRefundInput!) { recordRefund(input: $input) { __typename } }', {
    input: refunded,
  })
  const [payment] = await api.sql<{ id: string }>('SELECT id FROM payment WHERE invoice_id = $1', [part])
  await api.sql(
    `INSERT INTO payment_return (id, account_id, invoice_id, payment_id, amount_minor, currency, reason, returned_at, actor)
     VALUES ($1, $2, $3, $4, 1, 'EUR', $5, now(), 'staff:test')`,
    [newId('paymentReturn'), accountId, part, payment?.id, `${mark} returned`],
  )
  await api.sql('UPDATE invoice SET paid_minor = paid_minor - 1 WHERE id = $1', [part])
  await api.sql(
    `INSERT INTO chargeback (id, account_id, invoice_id, payment_id, provider, provider_id, amount_minor, currency, days, status, opened_at)
     VALUES ($1, $2, $3, $4, 'TEST', $5, 1, 'EUR', 0, 'OPEN', now())`,
    [newId('chargeback'), accountId, part, payment?.id, `${mark} dispute`],
  )
  await api.sql(
    `INSERT INTO saved_card (account_id, provider, card_id, brand, last_four, expiry_month, expiry_year, saved_at)
     VALUES ($1, 'TEST', $2, $2, '4242', 12, 2044, now())`,
    [accountId, `${mark} card`],
  )
  const { tokenId } = await api.token({ accountId, name: `${mark} token`, scopes: ['READ'] })

  const { createWebhookEndpoint } = (await call('createWebhookEndpoint', {
    url: `${NOBODY_LISTENS}${mark}`,
    description: `${mark} hook`,
  })) as { createWebhookEndpoint: { __typename: string } }
  expect(createWebhookEndpoint.__typename).toBe('WebhookSecretPayload')
  const [webhook = ''] = (
    await api.sql<{ id: string }>('SELECT id FROM webhook_endpoint WHERE account_id = $1', [accountId])
  ).map(({ id }) => id)
  await api.sql(
    `INSERT INTO webhook_replay
       (id, account_id, endpoint_id, from_sequence, to_sequence, every_type, state, cursor, created_at, ended_at)
     VALUES ($1, $2, $3, 1, 1, false, 'DONE', 1, now(), now())`,
    [newId('webhookReplay'), accountId, webhook],
  )
  await api.sql(
    `INSERT INTO webhook_attempt
       (account_id, endpoint_id, sequence, id, event_type, kind, delivered, status, duration_ms, answer, created_at)
     VALUES ($1, $2, 1, $3, 'account.created', 'STREAM', true, 200, 1, $4, now())`,
    [accountId, webhook, newId('webhookAttempt'), `${mark} answer`],
  )

  const [plan = ''] = (await api.sql<{ id: string }>('SELECT id FROM plan WHERE account_id = $1', [accountId])).map(
    ({ id }) => id,
  )
  await api.sql(
    `INSERT INTO channel_subscription
       (id, account_id, channel_id, plan_id, provider, provider_id, status, current_period_end, created_at, ended_at)
     VALUES ($1, $2, $3, $4, 'SANDBOX', $5, 'CANCELED', now(), now(), now())`,
    [newId('channelSubscription'), accountId, deleted, plan, `${mark} subscription`],
  )
  await api.sql(
    `INSERT INTO provider_call (id, account_id, channel_id, kind, request, state, created_at)
     VALUES ($1, $2, $3, 'SUBSCRIBE', '{}', 'REFUSED', now())`,
    [newId('providerCall'), accountId, deleted],
  )

  const mail = await api.mail(accountId, mark)
  const person = await api.person(accountId, mark)
  await api.person(accountId, mark, 'OWNER')
  const invitation = await api.invitation(accountId, mark)
  await api.sql(
    `INSERT INTO person_mail (id, purpose, invitation_id, recipient, next_attempt_at, expires_at)
     SELECT $1, 'INVITATION', id, email, expires_at, expires_at FROM invitation WHERE id = $2`,
    [newId('personMail'), invitation],
  )
  await api.sql(
    `INSERT INTO session (id, person_id, account_id, secret_digest, created_at, last_used_at, expires_at, user_agent)
     VALUES ($1, $2, $3, sha256($4::bytea), now(), now(), now(), $4)`,
    [newId('session'), person, accountId, `${mark} browser`],
  )

  const { data } = await api.ask<Record<string, { pageInfo: { endCursor: string } }>>(
    token,
    `{ accounts { pageInfo { endCursor } } channels(first: 2) { pageInfo { endCursor } }
       invoices(first: 2) { pageInfo { endCursor } } ledger(first: 2) { pageInfo { endCursor } } events(first: 2) { pageInfo { endCursor } }
       auditLog(first: 2) { pageInfo { endCursor } } }`,
  )
  const cursors = Object.values(data ?? {}).map((list) => list.pageInfo.endCursor)
  const rows = await api.sql<{ id: string; number: string | null }>(
    `SELECT id, NULL AS number FROM channel WHERE account_id = $1
     UNION ALL SELECT id, number FROM invoice WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM ledger_transaction WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM price_agreement WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM api_token WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM plan WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM channel_subscription WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM provider_call WHERE account_id = $1
     UNION ALL SELECT id, number FROM credit_note WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM payment_return WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM refund WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM chargeback WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM webhook_endpoint WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM webhook_replay WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM webhook_attempt WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM person WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM invitation WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM session WHERE account_id = $1
     UNION ALL SELECT m.id, NULL FROM person_mail m JOIN invitation i ON i.id = m.invitation_id WHERE i.account_id = $1
     UNION ALL SELECT id, NULL FROM mail WHERE account_id = $1
     UNION ALL SELECT id, NULL FROM payment WHERE account_id = $1
     UNION ALL (SELECT id, NULL FROM audit_entry WHERE account_id = $1 LIMIT 1)`,
    [accountId],
  )
  const all = [accountId, ...rows.map(({ id }) => id)]
  const ids = Object.fromEntries(
    Object.entries(ID_PREFIXES).map(([kind, prefix]) => [kind, all.filter((id) => id.startsWith(`${prefix}_`))]),
  ) as Record<IdKind, string[]>
  return {
    ...partner,
    mark,
    ids,
    cursors,
    texts: [mark, `${mark} Ltd`, `${mark}-running`, `${mark} waits`],
    secrets: [mark, ...all, ...rows.flatMap(({ number }) => number ?? [])],
    own: { channel, other, invoice, token: tokenId, agreement, plan, webhook, mail, person, invitation },
  }
}

// ---------------------------------------------------------------- what there is to ask

/** A field with arguments, and the document that calls it. */
export interface Probe {
  /** Such as `mutation allocateDays`, or `query account.ledger`. */
  readonly name: string
  readonly operation: Operation
  readonly field: GraphQLField<unknown, unknown>
  readonly document: string
  readonly leaves: readonly Leaf[]
}

/** A place in the arguments that takes a scalar, such as `input.items.0.channelId`. */
export interface Leaf {
  readonly path: string
  readonly type: string
}

/** How the caller's own objects are reached that have such fields. */
const WAYS: Record<string, readonly string[]> = {
  Account: ['account'],
  Balance: ['account', 'balance'],
  Forecast: ['account', 'balance', 'forecast'],
  WebhookEndpoint: ['webhookEndpoints'],
}

/** Every field of the schema that takes arguments: those at the top, and those of objects within. */
export function probesOf(operation: Operation): Probe[] {
  const probes = Object.values(rootFields(operation)).map((field) =>
    probe(operation, field.name, field, (call) => call),
  )
  if (operation !== 'query') return probes
  const within = Object.values(SCHEMA.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .filter(
      (type) =>
        type !== SCHEMA.getQueryType() && type !== SCHEMA.getMutationType() && type !== SCHEMA.getSubscriptionType(),
    )
    .flatMap((type) => Object.values((type as GraphQLObjectType).getFields()).map((field) => ({ type, field })))
    .filter(({ field }) => field.args.length > 0)
    .map(({ type, field }) => {
      const way = WAYS[type.name]
      if (way === undefined) throw new Error(`no way is known to ${type.name}.${field.name}: tell the prober one`)
      const name = [...way, field.name].join('.')
      return probe(operation, name, field, (call) => way.reduceRight((inner, step) => `${step} { ${inner} }`, call))
    })
  return [...probes, ...within]
}

function probe(
  operation: Operation,
  name: string,
  field: GraphQLField<unknown, unknown>,
  around: (call: string) => string,
): Probe {
  const call = `${field.name}${passed(field.args)} ${selectionOf(getNamedType(field.type), 1)}`
  return {
    name: `${operation} ${name}`,
    operation,
    field,
    document: `${operation} ${declared(field.args)} { ${around(call)} }`,
    leaves: leavesOf(field.args),
  }
}

function leavesOf(fields: readonly (GraphQLArgument | GraphQLInputField)[], prefix = ''): Leaf[] {
  return fields.flatMap(({ name, type }) => leavesWithin(type, `${prefix}${name}`))
}

function leavesWithin(type: GraphQLInputType, path: string): Leaf[] {
  const nullable = getNullableType(type)
  if (isListType(nullable)) return leavesWithin(nullable.ofType, `${path}.0`)
  if (isInputObjectType(nullable)) return leavesOf(Object.values(nullable.getFields()), `${path}.`)
  return [{ path, type: (nullable as GraphQLNamedInputType).name }]
}

/** Good arguments: what is needed, of the caller's own. */
export function ownArguments({ field }: Pick<Probe, 'field'>, side: Side): Order {
  const needed = valuesOf(field.args, field.name, side)
  // One of two fields is needed here, or one with the other, which the schema can't say.
  if (field.name === 'requestInvoice') Object.assign(needed.input as Order, { channels: 1 })
  if (field.name === 'setBillingSchedule') Object.assign(needed.input as Order, { channels: 1 })
  if (field.name === 'previewInvoice') Object.assign(needed, { channels: 1 })
  if (field.name === 'creditNote') Object.assign(needed, { id: side.ids.creditNote[0] })
  if (field.name === 'recordRefund') Object.assign(needed.input as Order, { creditNoteId: side.ids.creditNote[0] })
  if (field.name === 'replayWebhookDelivery') Object.assign(needed, { id: messageId(side.own.webhook, 1) })
  if (field.name === 'previewKeepAlive') Object.assign(needed, { minDays: 1 })
  return needed
}

function valuesOf(fields: readonly (GraphQLArgument | GraphQLInputField)[], within: string, side: Side): Order {
  return Object.fromEntries(
    fields
      .filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined)
      .map(({ name, type }) => [name, valueOf(name, type, within, side)]),
  )
}

function valueOf(name: string, type: GraphQLInputType, within: string, side: Side): unknown {
  const nullable = getNullableType(type)
  if (isListType(nullable)) return [valueOf(name, nullable.ofType, within, side)]
  if (isInputObjectType(nullable)) return valuesOf(Object.values(nullable.getFields()), within, side)
  if (isEnumType(nullable) && nullable.name === 'PersonRole') return 'VIEWER'
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name === 'ADMIN' ? 'READ' : nullable.getValues()[0]?.name
  switch ((nullable as GraphQLNamedType).name) {
    case 'ID':
      return ownId(name === 'id' ? within : name, side)
    case 'String':
      if (name === 'url') return `${NOBODY_LISTENS}mine`
      if (name.endsWith('Url')) return 'https://example.com/'
      if (name === 'country') return 'DE'
      if (name === 'email') return `${randomUUID()}@example.com`
      return name === 'currency' ? 'EUR' : `${name} ${randomUUID()}`
    case 'Boolean':
      return false
    case 'DateTime':
      // What is asked as of an instant is past, all else is to come.
      return name === 'at' ? new Date().toISOString() : '2999-01-01T00:00:00Z'
    case 'JSONObject':
      return {}
    default:
      return 1
  }
}

function ownId(name: string, { own, accountId }: Side): string {
  if (/toChannel/i.test(name)) return own.other
  if (/mail/i.test(name)) return own.mail
  if (/(change|remove)Person/.test(name)) return own.person
  if (name === 'revokeInvitation') return own.invitation
  if (/webhook|endpoint/i.test(name)) return own.webhook
  if (/token/i.test(name)) return own.token
  if (/invoice/i.test(name)) return own.invoice
  if (/plan/i.test(name)) return own.plan
  if (/account/i.test(name)) return accountId
  return own.channel
}

/** Sets what stands at a path. */
export function withLeaf(args: Order, path: string, value: unknown): Order {
  const changed = structuredClone(args)
  const steps = path.split('.')
  const key = steps.pop() ?? ''
  let place = changed
  for (const [index, step] of steps.entries()) {
    place[step] ??= /^\d+$/.test(steps[index + 1] ?? key) ? [] : {}
    place = place[step] as Order
  }
  place[key] = value
  // An item of a list needs the rest of it.
  if (path.includes('.items.0.')) Object.assign(place, { days: 1, ...place })
  return changed
}

// ---------------------------------------------------------------- what is asked for

const isConnection = (type: GraphQLNamedType) => type.name.endsWith('Connection')

/** Whether nothing with an id can be reached from a type: money, a balance, the lines of an invoice. */
function isValue(type: GraphQLNamedType, seen = new Set<string>()): boolean {
  if (!isObjectType(type)) return isScalarType(type) || isEnumType(type)
  if (type.getInterfaces().length > 0 || isConnection(type)) return false
  if (seen.has(type.name)) return true
  seen.add(type.name)
  return Object.values(type.getFields()).every((field) => isValue(getNamedType(field.type), seen))
}

/** All of a value, and of anything else its scalars and values. */
function plain(type: GraphQLObjectType): string {
  return Object.values(type.getFields())
    .filter((field) => isValue(getNamedType(field.type)) && !field.args.some(isRequiredArgument))
    .map((field) => {
      const inner = getNamedType(field.type)
      return isCompositeType(inner) ? `${field.name} { ${plain(inner as GraphQLObjectType)} }` : field.name
    })
    .join(' ')
}

/** Everything about a type, to a depth of objects; of an interface its common fields, and an id where there is one. */
export function selectionOf(type: GraphQLNamedType, depth: number): string {
  if (!isCompositeType(type)) return ''
  if (isAbstractType(type)) return `{ __typename ${plain(type as unknown as GraphQLObjectType)} }`
  if (isConnection(type)) {
    const { nodes, totalCount } = (type as GraphQLObjectType).getFields()
    const node = getNamedType(nodes?.type ?? type)
    const inner = isAbstractType(node)
      ? `{ __typename ${plain(node as unknown as GraphQLObjectType)} }`
      : selectionOf(node, depth)
    const cursors = 'pageInfo { hasNextPage endCursor } edges { cursor }'
    return `{ ${cursors} nodes ${inner} ${totalCount === undefined ? '' : 'totalCount'} }`
  }
  const more = depth === 0 ? [] : branches(type as GraphQLObjectType)
  return `{ __typename ${plain(type as GraphQLObjectType)} ${more
    .map((field) => `${field.name} ${selectionOf(getNamedType(field.type), depth - 1)}`)
    .join(' ')} }`
}

/** The fields that lead to other rows. */
function branches(type: GraphQLObjectType): GraphQLField<unknown, unknown>[] {
  return Object.values(type.getFields()).filter(
    (field) => !isValue(getNamedType(field.type)) && !field.args.some(isRequiredArgument),
  )
}

/** A selection for each way from a type through other rows, as far as `depth` of them. */
export function waysFrom(type: GraphQLNamedType, depth: number): string[] {
  if (isAbstractType(type)) {
    return SCHEMA.getPossibleTypes(type).flatMap((one) =>
      waysFrom(one, depth).map((way) => `{ __typename ... on ${one.name} ${way} }`),
    )
  }
  if (!isObjectType(type)) return ['']
  if (isConnection(type)) {
    const { nodes } = type.getFields()
    return waysFrom(getNamedType(nodes?.type ?? type), depth).flatMap((way) => [
      `{ pageInfo { endCursor } nodes ${way} }`,
      ...(depth > 2 ? [`{ edges { cursor node ${way} } }`] : []),
    ])
  }
  const onward = depth === 0 ? [] : branches(type)
  if (onward.length === 0) return [`{ __typename ${plain(type)} }`]
  return onward.flatMap((field) =>
    waysFrom(getNamedType(field.type), depth - 1).map((way) => `{ __typename ${plain(type)} ${field.name} ${way} }`),
  )
}

// ---------------------------------------------------------------- the prober

const absentId = (kind: IdKind) => newId(kind)
const KINDS = Object.keys(ID_PREFIXES) as IdKind[]

/** Asks as one partner for what is another's, in every place where it could be named, and tells what it found. */
export class Prober {
  /** What the caller's own rows keep of earlier calls: that may come back too. */
  readonly kept: string[] = []
  readonly found: string[] = []
  asked = 0

  constructor(
    private readonly api: Api,
    private readonly self: Side,
    private readonly stranger: Side,
  ) {}

  /** Whatever can be named by an id: a stranger's is answered as one that isn't there, word by word. */
  async probeIds(probe: Probe): Promise<void> {
    const own = ownArguments(probe, this.self)
    const leaves = probe.leaves.filter(({ type }) => type === 'ID')
    for (const { path } of leaves) {
      for (const kind of KINDS) {
        const [foreign = ''] = this.stranger.ids[kind]
        await this.compare(probe, (id) => withLeaf(own, path, id), foreign, absentId(kind), path)
      }
    }
    // Two at a time.
    for (const [index, one] of leaves.entries()) {
      for (const other of leaves.slice(index + 1)) {
        for (const kind of ['channel', 'account', 'invoice'] as const) {
          const both = (id: string) => withLeaf(withLeaf(own, one.path, id), other.path, id)
          await this.compare(
            probe,
            both,
            this.stranger.ids[kind][0] ?? '',
            absentId(kind),
            `${one.path}, ${other.path}`,
          )
          const [foreign = '', second = foreign] = this.stranger.ids[kind]
          const mixed = (id: string) =>
            withLeaf(withLeaf(own, one.path, id), other.path, id === foreign ? second : absentId(kind))
          await this.ask(probe, mixed(foreign), `${one.path}, ${other.path}`)
        }
      }
    }
  }

  /** Whatever takes a text: a stranger's texts and cursors give nothing away. */
  async probeTexts(probe: Probe, texts = [...this.stranger.texts, ...this.stranger.cursors]): Promise<void> {
    const own = ownArguments(probe, this.self)
    for (const { path } of probe.leaves.filter(({ type }) => type === 'String')) {
      for (const text of texts) await this.ask(probe, withLeaf(own, path, text), path)
    }
  }

  /** From one's own rows through every edge. */
  async walk(field: GraphQLField<unknown, unknown>, depth: number): Promise<void> {
    const type = getNamedType(field.type)
    const own = ownArguments({ field }, this.self)
    const starts = field.name === 'node' ? Object.values(this.self.ids).flatMap(([id]) => id ?? []) : [undefined]
    for (const start of starts) {
      const variables = start === undefined ? own : { ...own, id: start }
      const ways = waysFrom(type, depth).filter(
        (way) => start === undefined || way.includes(`... on ${typeOfId(start)} `),
      )
      const waiting = [...new Set(ways)]
      const worker = async () => {
        for (let way = waiting.pop(); way !== undefined; way = waiting.pop()) {
          const document = `query ${declared(field.args)} { ${field.name}${passed(field.args)} ${way} }`
          this.asked += 1
          const { text, errors } = await this.api.ask(this.self.token, document, variables)
          this.judge(`walk ${field.name} ${way}`, text, {})
          if (errors.some(({ extensions }) => extensions.code !== 'FORBIDDEN'))
            this.found.push(`walk ${field.name}: ${text}`)
        }
      }
      await Promise.all([worker(), worker(), worker(), worker()])
    }
  }

  private async compare(
    probe: Probe,
    args: (id: string) => Order,
    foreign: string,
    absent: string,
    path: string,
  ): Promise<void> {
    const theirs = (await this.ask(probe, args(foreign), path)).replaceAll(foreign, '<id>')
    const nobodys = (await this.ask(probe, args(absent), path)).replaceAll(absent, '<id>')
    const where = `${probe.name}, ${path} of ${foreign}`
    if (theirs !== nobodys) this.found.push(`${where} is told from an absent one: ${theirs} but ${nobodys}`)
    if (!/"code":"(NOT_FOUND|FORBIDDEN|BAD_USER_INPUT)"/.test(theirs)) this.found.push(`${where} is taken: ${theirs}`)
  }

  private async ask(probe: Probe, variables: Order, path: string): Promise<string> {
    this.asked += 1
    const { text } = await this.api.ask(this.self.token, probe.document, variables)
    this.judge(`${probe.name}, ${path}`, text, variables)
    // How full the bucket is moves with the time.
    return text.replace(/"currentlyAvailable":\d+/, '"currentlyAvailable":0')
  }

  /** What was sent may come back; nothing else of the stranger's may. */
  private judge(where: string, text: string, sent: Order): void {
    const unsaid = [...stringsIn(sent), ...this.kept].reduce(
      (rest, one) => rest.replaceAll(JSON.stringify(one).slice(1, -1), ''),
      text,
    )
    const secret = this.stranger.secrets.find((one) => unsaid.includes(one))
    if (secret !== undefined) this.found.push(`${where} tells ${secret}: ${text.slice(0, 500)}`)
    if (text.includes('"INTERNAL"')) this.found.push(`${where} is INTERNAL: ${text.slice(0, 500)}`)
    if (text.includes('GRAPHQL_VALIDATION_FAILED') || text.includes('QUERY_TOO_EXPENSIVE')) {
      this.found.push(`${where}: the prober asks badly: ${text.slice(0, 500)}`)
    }
  }
}

function typeOfId(id: string): string {
  const types: Record<string, string> = {
    account: 'Account',
    token: 'ApiToken',
    channel: 'Channel',
    invoice: 'Invoice',
    ledger: 'LedgerTransaction',
    agreement: 'PriceAgreement',
  }
  return types[id.slice(0, id.indexOf('_'))] ?? 'nothing'
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}
