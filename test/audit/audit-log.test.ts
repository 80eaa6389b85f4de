import { randomUUID } from 'node:crypto'
import { Api, type Order, type Partner } from '../api/api'

let api: Api
let partner: Partner
let other: Partner
beforeAll(async () => {
  api = await Api.open()
  partner = await api.partner({ name: 'Own', days: 100 })
  other = await api.partner({ name: 'Other', days: 100 })
})
afterAll(() => api.close())

const FIELDS = `id accountId occurredAt actor role action subjectKind subjectId input before after outcome code origin
  requestId ip userAgent`
const LOG = `query ($accountId: ID, $filter: AuditFilter, $first: Int! = 100, $after: String) {
  auditLog(accountId: $accountId, filter: $filter, first: $first, after: $after) {
    nodes { ${FIELDS} } pageInfo { hasNextPage endCursor }
  }
}`
const UPDATE = 'mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { id } }'
const RENAME = 'mutation ($input: UpdateChannelInput!) { updateChannel(input: $input) { channel { id } } }'
const ALLOCATE = 'mutation ($input: AllocateDaysInput!) { allocateDays(input: $input) { transaction { id } } }'

interface Entry {
  id: string
  accountId: string | null
  occurredAt: string
  actor: string
  action: string
  subjectId: string | null
  input: Order
  before: Order | null
  after: Order | null
  outcome: string
  code: string | null
  origin: string
  requestId: string
  ip: string | null
  userAgent: string | null
}

async function log(token: string, variables: object = {}): Promise<Entry[]> {
  const { auditLog } = (await api.told(token, LOG, variables)) as { auditLog: { nodes: Entry[] } }
  return auditLog.nodes
}

const staffLog = (filter: Order = {}) => log(api.staffToken, { accountId: partner.accountId, filter })

describe('an entry', () => {
  it('has the fields that changed, as they were and as they are', async () => {
    await api.staff(UPDATE, { input: { accountId: partner.accountId, name: 'Owner', maxTrials: 5 } })
    const [entry] = await staffLog()
    expect(entry).toMatchObject({
      action: 'updateAccount',
      actor: 'staff:environment',
      subjectId: partner.accountId,
      before: { name: 'Own' },
      after: { name: 'Owner', maxTrials: 5 },
      outcome: 'DONE',
      origin: 'HTTP',
    })
    expect(Object.keys(entry?.after ?? {}).sort()).toEqual(['maxTrials', 'name'])
  })

  it('has the request’s id and agent, and says whether it came by a socket', async () => {
    const channelId = await api.channel(partner.token)
    const headers = { authorization: `Bearer ${partner.token}`, 'user-agent': `agent\t${'x'.repeat(2_000)}` }
    const body = { query: RENAME, variables: { input: { channelId, name: 'Renamed' } } }
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9', ...headers },
      body: JSON.stringify(body),
    })
    const [entry] = await log(partner.token, { filter: { subject: channelId } })
    expect(entry?.requestId).toBe(response.headers.get('x-request-id'))
    expect(entry?.userAgent).toMatch(/^agent x{10}/)
    expect(entry?.userAgent?.length).toBeLessThan(400)
    // No proxy is trusted: what one says counts for nothing.
    expect(entry?.ip).toMatch(/127\.0\.0\.1$/)

    const client = await api.connect(partner.token)
    client.subscribe('1', RENAME, { input: { channelId, name: 'Again' } })
    await client.receive('next', '1')
    const [bySocket] = await log(partner.token, { filter: { subject: channelId } })
    expect(bySocket).toMatchObject({ origin: 'SOCKET', before: { name: 'Renamed' }, after: { name: 'Again' } })
    expect(bySocket?.ip).toMatch(/127\.0\.0\.1$/)
  })

  it('holds no secret and no long text, wherever one was put', async () => {
    const secret = `whsec_${'c2VjcmV0'.repeat(4)}`
    const input = {
      name: `by ${partner.token}`,
      metadata: {
        secret: 'hush-hush',
        deep: { password: 'hush-hush', note: secret },
        many: Array(50).fill('item') as string[],
      },
      idempotencyKey: `key ${randomUUID()}`,
    }
    const channelId = await api.channel(partner.token, input)
    const [entry] = await log(partner.token, { filter: { subject: channelId } })
    const text = JSON.stringify(entry)
    for (const hidden of [partner.token, secret, 'hush-hush', input.idempotencyKey]) expect(text).not.toContain(hidden)
    expect(text).toContain('50 in all')
    expect(text.length).toBeLessThan(6_000)
  })

  it('is of each change, and only of changes: a replay has none, however many come at once', async () => {
    const input = { name: 'Once', days: 2, idempotencyKey: randomUUID() }
    const ids = await Promise.all(Array.from({ length: 20 }, () => api.channel(partner.token, input)))
    expect(new Set(ids).size).toBe(1)
    expect(await log(partner.token, { filter: { subject: ids[0] } })).toHaveLength(1)

    const allocation = { channelId: ids[0], days: 1, idempotencyKey: randomUUID() }
    for (let time = 0; time < 3; time += 1) await api.staff(ALLOCATE, { input: allocation })
    expect(await staffLog({ action: 'allocateDays', subject: ids[0] })).toHaveLength(1)
  })

  it('follows the one before it, when many change the same thing at once', async () => {
    const channelId = await api.channel(partner.token, { name: 'name 0' })
    const names = Array.from({ length: 20 }, (_, index) => `name ${index + 1}`)
    await Promise.all(names.map((name) => api.told(partner.token, RENAME, { input: { channelId, name } })))
    const entries = await log(partner.token, { filter: { action: 'updateChannel', subject: channelId } })
    const next = new Map(entries.map(({ before, after }) => [String(before?.name), String(after?.name)]))
    expect(next.size).toBe(20)
    let name = 'name 0'
    for (let step = 0; step < 20; step += 1) name = next.get(name) ?? 'nothing'
    const [row] = await api.sql<{ name: string }>('SELECT name FROM channel WHERE id = $1', [channelId])
    expect(name).toBe(row?.name)
  })

  it('and its change are written together or not at all', async () => {
    const channelId = await api.channel(partner.token, { name: 'Stays' })
    await api.sql(`ALTER TABLE audit_entry ADD CONSTRAINT never CHECK (action NOT IN ('updateAccount', 'updateChannel',
      'allocateDays', 'setAutoRenew')) NOT VALID`)
    try {
      const renew = 'mutation ($input: SetAutoRenewInput!) { setAutoRenew(input: $input) { channel { id } } }'
      const [rename, allocated, renewed, theirs] = await Promise.all([
        api.refused(partner.token, RENAME, { input: { channelId, name: 'Goes' } }),
        api.refused(api.staffToken, ALLOCATE, { input: { channelId, days: 5 } }),
        api.refused(partner.token, renew, { input: { channelId, days: 5 } }),
        // What is in the same batch goes through: the ledger tells it.
        api.told(partner.token, ALLOCATE, { input: { channelId, days: 1 } }) as Promise<object>,
      ])
      expect([rename.code, allocated.code, renewed.code]).toEqual(['INTERNAL', 'INTERNAL', 'INTERNAL'])
      expect(theirs).toHaveProperty('allocateDays')
      const [row] = await api.sql('SELECT name, paid_days, renew_days FROM channel WHERE id = $1', [channelId])
      expect(row).toEqual({ name: 'Stays', paid_days: 1, renew_days: null })
    } finally {
      await api.sql('ALTER TABLE audit_entry DROP CONSTRAINT never')
    }
  })

  it('can’t be changed or taken away', async () => {
    for (const change of [`UPDATE audit_entry SET actor = 'nobody'`, 'DELETE FROM audit_entry', 'TRUNCATE audit_entry'])
      await expect(api.sql(change)).rejects.toThrow()
  })
})

describe('a refusal', () => {
  it('of staff is told with its code, to staff only; of a partner it is not', async () => {
    const channelId = await api.channel(partner.token)
    expect(await api.refused(api.staffToken, ALLOCATE, { input: { channelId, days: 99_999 } })).toBeDefined()
    await api.refused(api.staffToken, ALLOCATE, { input: { channelId, days: 30_000 } })
    await api.refused(partner.token, ALLOCATE, { input: { channelId, days: 30_000 } })
    const refused = await staffLog({ outcome: 'REFUSED', subject: channelId })
    expect(refused.map(({ code }) => code)).toEqual(['INSUFFICIENT_DAYS'])
    expect(await log(partner.token, { filter: { outcome: 'REFUSED' } })).toEqual([])
    const all = await log(api.staffToken, { filter: { outcome: 'REFUSED', subject: channelId } })
    expect(all.map(({ code }) => code)).toEqual(['INSUFFICIENT_DAYS', 'BAD_USER_INPUT'])
  })

  it('of a token that may not is told', async () => {
    const { token, tokenId } = await api.token({ name: 'Reader', scopes: ['READ'] })
    await api.refused(token, UPDATE, { input: { accountId: partner.accountId, name: 'No' } })
    expect(await staffLog({ actor: `staff:${tokenId}` })).toMatchObject([
      { outcome: 'REFUSED', code: 'FORBIDDEN', action: 'updateAccount', before: null, after: null },
    ])
  })
})

describe('who sees what', () => {
  it('partners see their own account’s, and of staff neither name nor address', async () => {
    const entries = await log(partner.token)
    expect(new Set(entries.map(({ accountId }) => accountId))).toEqual(new Set([partner.accountId]))
    const staffs = entries.filter(({ actor }) => actor === 'staff')
    expect(staffs.length).toBeGreaterThan(2)
    for (const entry of staffs) expect(entry).toMatchObject({ ip: null, userAgent: null })
    expect(JSON.stringify(entries)).not.toContain('staff:')
    expect(entries.filter(({ actor }) => actor === partner.tokenId).length).toBeGreaterThan(2)
  })

  it('staff see all, and what concerns no account', async () => {
    await api.token({ name: 'Of staff', scopes: ['READ'] })
    const entries = await log(api.staffToken)
    expect(new Set(entries.map(({ accountId }) => accountId)).size).toBeGreaterThan(2)
    expect(entries.some(({ accountId, action }) => accountId === null && action === 'createToken')).toBe(true)
    expect(await log(other.token, { filter: { subject: entries[0]?.subjectId } })).toEqual([])
  })

  it('a foreign account is one that is not there', async () => {
    for (const accountId of [other.accountId, 'account_01jd0000000000000000000000'])
      expect(await api.refused(partner.token, LOG, { accountId })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await api.refused(api.staffToken, LOG, { accountId: 'account_01jd0000000000000000000000' })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('a partner finds nothing by what it isn’t shown', async () => {
    expect(await log(partner.token, { filter: { actor: 'staff:environment' } })).toEqual([])
    expect((await log(partner.token, { filter: { actor: 'staff' } })).length).toBeGreaterThan(0)
  })
})

describe('the list', () => {
  it('is filtered by each of its fields', async () => {
    const all = await staffLog()
    const middle = all[Math.floor(all.length / 2)]
    if (middle === undefined) throw new Error('an empty log')
    const at = middle.occurredAt
    expect(await staffLog({ from: at })).toEqual(all.filter(({ occurredAt }) => occurredAt >= at))
    expect(await staffLog({ to: at })).toEqual(all.filter(({ occurredAt }) => occurredAt < at))
    const { action, actor, subjectId, outcome } = middle
    expect(await staffLog({ action })).toEqual(all.filter((entry) => entry.action === action))
    expect(await staffLog({ actor })).toEqual(all.filter((entry) => entry.actor === actor))
    expect(await staffLog({ subject: subjectId })).toEqual(all.filter((entry) => entry.subjectId === subjectId))
    expect(await staffLog({ outcome })).toEqual(all.filter((entry) => entry.outcome === outcome))
  })

  it('pages through entries of one instant without a gap or a double', async () => {
    await api.setClock(new Date())
    for (let index = 0; index < 7; index += 1) await api.channel(other.token)
    await api.setClock(null)
    const all = await log(other.token)
    const paged: Entry[] = []
    for (let after: string | null = null; ;) {
      const { auditLog } = (await api.told(other.token, LOG, { first: 3, after })) as {
        auditLog: { nodes: Entry[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
      }
      paged.push(...auditLog.nodes)
      if (!auditLog.pageInfo.hasNextPage) break
      after = auditLog.pageInfo.endCursor
    }
    expect(paged).toEqual(all)
  })

  it('refuses what it can’t take, by its name', async () => {
    for (const first of [0, 101])
      expect(await api.refused(partner.token, LOG, { first })).toMatchObject({ field: 'first' })
    const cursors = ['x', Buffer.from('audit:1.x').toString('base64url'), Buffer.from('events:1').toString('base64url')]
    for (const after of cursors)
      expect(await api.refused(partner.token, LOG, { after })).toMatchObject({ field: 'after' })
    const long = 'x'.repeat(300)
    for (const field of ['actor', 'action', 'subject'])
      expect(await api.refused(partner.token, LOG, { filter: { [field]: long } })).toMatchObject({ field })
    expect(await log(partner.token, { filter: { actor: 'a\0\ud800', action: '\0', subject: '\0' } })).toEqual([])
  })
})

describe('/exports/audit.csv', () => {
  const csv = async (token: string, query = '') => {
    const response = await fetch(`${api.url}/exports/audit.csv${query}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    return response.text()
  }

  it('has the entries of the list, oldest first, as its reader may see them', async () => {
    const own = await csv(partner.token)
    const shown = await log(partner.token)
    const ids = [...own.matchAll(/^(audit_\w+),/gm)].map(([, id]) => id)
    expect(ids).toEqual(shown.map(({ id }) => id).reverse())
    expect(own).not.toContain('staff:')
    const staffs = await csv(api.staffToken, `?accountId=${partner.accountId}`)
    expect([...staffs.matchAll(/^(audit_\w+),/gm)].length).toBe((await staffLog()).length)
    expect(staffs).toContain('staff:environment')
  })
})
