import { Api, type Order } from '../api/api'
import { documentOf } from '../api/documents'
import { NOT_DONE_HERE, prepared } from '../api/prepared'
import { ownArguments, probesOf, seedSide, type Side } from '../api/prober'

let api: Api
let side: Side
beforeAll(async () => {
  api = await Api.open()
  side = await seedSide(api, 'magpie')
})
afterAll(() => api.close())

interface Entry {
  accountId: string | null
  actor: string
  role: string
  action: string
  subjectKind: string
  subjectId: string | null
  outcome: string
  code: string | null
  input: Order
  before: Order | null
  after: Order | null
  origin: string
  ip: string | null
  userAgent: string | null
  requestId: string
}

const ENTRIES = `
  SELECT account_id AS "accountId", actor, role, action, subject_kind AS "subjectKind", subject_id AS "subjectId",
         outcome, code, input, before, after, origin, ip, user_agent AS "userAgent", request_id AS "requestId"
  FROM audit_entry ORDER BY occurred_at, id OFFSET $1`

async function count(): Promise<number> {
  const [row] = await api.sql<{ count: string }>('SELECT count(*) AS count FROM audit_entry')
  return Number(row?.count)
}

/** Does a mutation, and answers the entries that came of it, with what was said. */
async function doing(token: string, name: string, variables: Order) {
  const before = await count()
  const answer = await api.ask(token, documentOf('mutation', name), variables)
  return { answer, entries: await api.sql<Entry>(ENTRIES, [before]) }
}

/** Of partners the ledger tells these. */
const MOVEMENTS = ['allocateDays', 'allocateDaysInBulk', 'releaseDays', 'transferDays']

/** Of a person itself, which a token is not: test/sessions and test/people hold them. */
const OF_PERSONS = [
  ...['changePassword', 'confirmSecondFactor', 'removeSecondFactor', 'revokeOtherSessions', 'revokeSession'],
  'startSecondFactor',
]

const MUTATIONS = probesOf('mutation').map((probe) => [probe.field.name, probe] as const)

/** Changes settings: what was and what is stands in the entry. */
const SETTINGS = [
  ...['updateAccount', 'setAlerts', 'setAutoRenew', 'setAutoTopUp', 'setBillingDetails', 'setBillingSchedule'],
  ...['setChannelPrice', 'setDunningSchedule', 'setMailPreferences', 'stopDunning', 'resumeDunning'],
  ...['setKeepAlive', 'setPriceAgreement', 'setProviderProfile', 'updateChannel', 'updateWebhookEndpoint'],
  ...['invitePerson', 'revokeInvitation', 'changePersonRole', 'removePerson'],
  ...['createToken', 'revokeToken', 'createAccount', 'createChannel', 'createWebhookEndpoint', 'enableWebhookEndpoint'],
  ...[
    'rotateWebhookSecret',
    'adjustBalance',
    'prepareInvoice',
    'recordPayment',
    'voidInvoice',
    'deleteWebhookEndpoint',
  ],
]

describe('every mutation', () => {
  it.each(MUTATIONS)('%s of staff has one entry, with what it changed', async (name, probe) => {
    const args = await prepared(api, side, name, structuredClone(ownArguments(probe, side)))
    const input = (args.input ?? args) as Order
    const owner = 'accountId' in input || probe.leaves.some(({ path }) => /(^|\.)accountId$/.test(path))
    if (owner && args.input !== undefined) (args.input as Order).accountId = side.accountId
    if (owner && args.input === undefined) args.accountId = side.accountId
    const { answer, entries } = await doing(api.staffToken, name, args)
    expect(entries).toHaveLength(1)
    const [entry] = entries
    const code = answer.errors[0]?.extensions.code
    expect({ name, code }).toEqual({ name, code: [...NOT_DONE_HERE, ...OF_PERSONS].includes(name) ? code : undefined })
    expect(entry).toMatchObject({
      actor: 'staff:environment',
      role: 'STAFF',
      action: name,
      outcome: code === undefined ? 'DONE' : 'REFUSED',
      code: code ?? null,
      origin: 'HTTP',
      ip: expect.stringMatching(/127\.0\.0\.1$/) as string,
    })
    if (OF_PERSONS.includes(name)) return
    if (SETTINGS.includes(name)) expect(entry?.after).not.toBeNull()
    if (!['createAccount', 'setProviderProfile', 'runJob', 'replayProviderEvent'].includes(name))
      expect(entry?.accountId).toBe(side.accountId)
    if (name !== 'setProviderProfile') expect(entry?.subjectId).not.toBeNull()
  })

  it.each(MUTATIONS)('%s of staff that is refused is told, and of a partner it is not', async (name, probe) => {
    const nonsense = JSON.parse(
      JSON.stringify(ownArguments(probe, side)).replaceAll(/_[0-9a-z]{26}"/g, '_01jd0000000000000000000000"'),
    ) as Order
    for (const [token, told] of [[api.staffToken, 1] as const, [side.token, 0] as const]) {
      const { answer, entries } = await doing(token, name, nonsense)
      if (answer.errors.length === 0) continue
      expect([name, entries.length]).toEqual([name, told])
      if (told === 1)
        expect(entries[0]).toMatchObject({ action: name, outcome: 'REFUSED', code: answer.errors[0]?.extensions.code })
    }
  })

  it.each(MUTATIONS)('%s of a partner has one entry, or stands in the ledger', async (name, probe) => {
    const args = await prepared(api, side, name, structuredClone(ownArguments(probe, side)))
    const { answer, entries } = await doing(side.token, name, args)
    const isTold = answer.errors.length === 0 && !MOVEMENTS.includes(name)
    expect([name, entries.length]).toEqual([name, isTold ? 1 : 0])
    if (isTold)
      expect(entries[0]).toMatchObject({
        actor: side.tokenId,
        role: 'PARTNER',
        accountId: side.accountId,
        action: name,
      })
  })

  it('tells no secret', async () => {
    const rows = await api.sql<{ text: string }>('SELECT e::text AS text FROM audit_entry e')
    const text = rows.map((row) => row.text).join('\n')
    expect(text).not.toMatch(/whsec_|daybook_(partner|staff)_[0-9a-z]{26}_/)
    for (const secret of [api.staffToken, side.token]) expect(text).not.toContain(secret)
    const sealed = await api.sql<{ hex: string }>(
      `SELECT encode(secret, 'hex') AS hex FROM webhook_endpoint WHERE secret <> ''`,
    )
    for (const { hex } of sealed) expect(text).not.toContain(hex)
    const digests = await api.sql<{ hex: string }>(`SELECT encode(secret_digest, 'hex') AS hex FROM api_token`)
    for (const { hex } of digests) expect(text).not.toContain(hex)
    const paying = await api.sql<{ token: string }>('SELECT payment_token::text AS token FROM invoice')
    for (const { token } of paying) expect(text).not.toContain(token)
  })
})
