/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument -- an answer has the shape of its query, which stands beside it */
import { setTimeout as delay } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { Api, type Order, type Partner } from './api'
import { documentOf } from './documents'

let api: Api
let partner: Partner
/** The address of another gateway on the same database. */
let elsewhere: string
/** Every token that was issued here: none of them, nor its secret, may be in the database. */
const issued: string[] = []

beforeAll(async () => {
  api = await Api.open()
  elsewhere = await api.startGateway()
  partner = await api.partner()
  issued.push(api.staffToken, partner.token)
})
afterAll(() => api.close())

async function issue(input: Order = {}, maker = api.staffToken) {
  const made = await api.token({ accountId: partner.accountId, scopes: ['READ'], ...input }, maker)
  issued.push(made.token)
  return made
}

const CREATE = documentOf('mutation', 'createToken', '{ secret token { id prefix scopes expiresAt } }')
const revoke = (id: string) => api.staff(documentOf('mutation', 'revokeToken'), { id })
const codeFor = async (token: string, url = api.url) => {
  const { errors } = await api.ask(token, '{ viewer { role } }', {}, url)
  return errors[0]?.extensions.code
}

describe('a token', () => {
  it('names its kind and its id, and ends in a checksum', async () => {
    const texts = new Set<string>()
    for (let index = 0; index < 200; index += 1) {
      const kind = index % 2 === 0 ? 'partner' : 'staff'
      const { token, tokenId } = await issue(kind === 'staff' ? { accountId: null } : {})
      const [, body = '', secret = '', sum] =
        /^(daybook_[a-z]+_[0-9a-z]{26}_([0-9a-f]{40}))_([0-9a-f]{8})$/.exec(token) ?? []
      expect(body).toBe(`daybook_${kind}_${tokenId.replace('token_', '')}_${secret}`)
      expect(sum).toBe(crc32(body).toString(16).padStart(8, '0'))
      texts.add(secret)
    }
    expect(texts.size).toBe(200)
  })

  it('T1: is shown once, and its start always', async () => {
    const { createToken } = await api.staff(CREATE, {
      input: { accountId: partner.accountId, name: 'once', scopes: ['CHANNELS'] },
    })
    issued.push(createToken.secret)
    const { prefix, id, scopes } = createToken.token
    expect(createToken.secret.startsWith(`${prefix}_`)).toBe(true)
    expect(scopes.sort()).toEqual(['CHANNELS', 'READ'])
    const { tokens } = await api.told(partner.token, '{ tokens { id name prefix } }')
    expect(tokens[0]).toEqual({ id, name: 'once', prefix })
    const { text } = await api.ask(
      partner.token,
      `{ node(id: "${id}") { ... on ApiToken { prefix name } } tokens { prefix } events(after: 0) { nodes { ... on OtherEvent { data } } } }`,
    )
    for (const token of issued) expect(text).not.toContain(token.slice(-49))
  })

  it('gives no scope that its maker has not', async () => {
    const maker = await issue({ scopes: ['TOKENS', 'CHANNELS'] })
    const before = await api.checksums()
    for (const scopes of [['BILLING'], ['CHANNELS', 'BILLING'], ['ADMIN'], ['READ', 'ADMIN']]) {
      const refusal = await api.refused(maker.token, CREATE, { input: { name: 'more', scopes } })
      expect(refusal).toMatchObject({ code: 'FORBIDDEN', scope: scopes.at(-1) })
    }
    const ofStaff = { input: { accountId: partner.accountId, name: 'more', scopes: ['ADMIN'] } }
    expect(await api.refused(api.staffToken, CREATE, ofStaff)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'scopes',
    })
    expect(await api.checksums()).toEqual(before)
    const less = await issue({ scopes: ['TOKENS'] }, maker.token)
    expect(await api.refused(less.token, CREATE, { input: { name: 'more', scopes: ['CHANNELS'] } })).toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  it('of staff gives no scope that its maker has not either', async () => {
    const maker = await issue({ accountId: null, scopes: ['TOKENS'] })
    for (const accountId of [null, partner.accountId]) {
      for (const scope of ['CHANNELS', 'BILLING', 'ADMIN']) {
        expect(
          await api.refused(maker.token, CREATE, { input: { accountId, name: 'more', scopes: [scope] } }),
        ).toMatchObject({ code: 'FORBIDDEN', scope })
      }
    }
  })

  it('does not outlive its maker', async () => {
    const end = '2999-01-01T00:00:00.000Z'
    const maker = await issue({ scopes: ['TOKENS'], expiresAt: end })
    const beyond = { name: 'longer', scopes: ['READ'], expiresAt: '2999-01-01T00:00:00.001Z' }
    expect(await api.refused(maker.token, CREATE, { input: beyond })).toEqual({
      code: 'BAD_USER_INPUT',
      field: 'expiresAt',
      maximum: end,
    })
    for (const given of [{}, { expiresAt: null }, { expiresAt: end }]) {
      const { createToken } = await api.told(maker.token, CREATE, {
        input: { name: 'as long', scopes: ['READ'], ...given },
      })
      expect(createToken.token.expiresAt).toBe(end)
    }
  })

  it('T3: ends at its instant, not before and not after', async () => {
    const now = new Date('2030-01-01T00:00:00Z')
    await api.setClock(now)
    const { token } = await issue({ expiresAt: '2030-01-01T00:00:01Z' })
    await api.setClock('2030-01-01T00:00:00.999Z')
    expect(await codeFor(token)).toBeUndefined()
    await api.setClock('2030-01-01T00:00:01.000Z')
    expect([await codeFor(token), await codeFor(token, elsewhere)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED'])
    await api.setClock(null)
  })

  it('T3: that is revoked is refused by the next request, on every gateway, and for good', async () => {
    const { balance } = await api.told(partner.token, '{ balance { sequence } }')
    const { token, tokenId } = await issue()
    expect([await codeFor(token), await codeFor(token, elsewhere)]).toEqual([undefined, undefined])
    const { revokeToken } = await api.staff(documentOf('mutation', 'revokeToken', '{ id revokedAt }'), { id: tokenId })
    expect([await codeFor(token), await codeFor(token, elsewhere)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED'])
    const again = await api.staff(documentOf('mutation', 'revokeToken', '{ id revokedAt }'), { id: tokenId })
    expect(again.revokeToken).toEqual(revokeToken)
    const { events } = await api.told(
      partner.token,
      `{ events(after: ${String(balance.sequence)}) { nodes { type ... on OtherEvent { subject } } } }`,
    )
    expect(events.nodes).toEqual([
      { type: 'token.created', subject: tokenId },
      { type: 'token.revoked', subject: tokenId },
    ])
  })

  it('may revoke itself', async () => {
    const { token, tokenId } = await issue({ scopes: ['TOKENS'] })
    expect(await api.told(token, documentOf('mutation', 'revokeToken', '{ id }'), { id: tokenId })).toEqual({
      revokeToken: { id: tokenId },
    })
    expect(await codeFor(token)).toBe('UNAUTHENTICATED')
  })

  it.each(['revoked', 'expired'])(
    'T3: that is %s closes its open sockets with 4403 within a second, and no others',
    async (how) => {
      const { token, tokenId } = await issue()
      const sockets = [await api.connect(token), await api.connect(token), await api.connect(token, elsewhere)]
      const others = [await api.connect(partner.token), await api.connect(partner.token, elsewhere)]
      for (const socket of sockets) socket.subscribe('1', documentOf('subscription', 'events'))
      if (how === 'revoked') await revoke(tokenId)
      else await api.sql('UPDATE api_token SET expires_at = daybook_now() WHERE id = $1', [tokenId])
      const began = Date.now()
      const closed = await Promise.all(sockets.map((socket) => socket.closed))
      expect(closed.map(({ code }) => code)).toEqual([4403, 4403, 4403])
      expect(Date.now() - began).toBeLessThan(1000)
      for (const socket of others) {
        socket.subscribe('1', '{ viewer { role } }')
        expect((await socket.receive('next', '1')).payload).toMatchObject({ data: { viewer: { role: 'PARTNER' } } })
      }
      const late = await api.socket(elsewhere).opened()
      late.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
      expect((await late.closed).code).toBe(4403)
    },
  )

  it('shows when it was last used, to the minute', async () => {
    const { token, tokenId } = await issue()
    const lastUse = async () => {
      await delay(100)
      const { node } = await api.staff(`{ node(id: "${tokenId}") { ... on ApiToken { lastUsedAt } } }`)
      return node.lastUsedAt as string | null
    }
    expect(await lastUse()).toBeNull()
    await api.setClock('2030-05-05T05:05:05.005Z')
    await codeFor(token)
    expect(await lastUse()).toBe('2030-05-05T05:05:05.005Z')
    await api.setClock('2030-05-05T05:06:06Z')
    await codeFor(token)
    expect(await lastUse()).toBe('2030-05-05T05:05:05.005Z')
    await codeFor(token, elsewhere)
    expect(await lastUse()).toBe('2030-05-05T05:06:06.000Z')
    await api.setClock(null)
    // A refused token leaves no trace.
    const { token: revoked, tokenId: id } = await issue()
    await revoke(id)
    await codeFor(revoked)
    await delay(100)
    expect(await api.sql('SELECT last_used_at FROM api_token WHERE id = $1', [id])).toEqual([{ last_used_at: null }])
  })
})

describe('the database', () => {
  it('T1: holds a digest of each token and no secret of any', async () => {
    const tables = await api.sql<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    )
    let dump = ''
    for (const { name } of tables) {
      const rows = await api.sql<{ row: string }>(`SELECT r::text AS row FROM "${name}" r`)
      dump += rows.map(({ row }) => row).join('\n')
    }
    expect(issued.length).toBeGreaterThan(200)
    expect(dump).toContain(partner.tokenId)
    for (const token of issued) {
      const secret = token.split('_').at(-2) ?? token
      for (const part of [
        token,
        secret,
        secret.slice(0, 20),
        Buffer.from(secret.slice(0, 20)).toString('hex'),
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('hex'),
      ]) {
        expect(dump.includes(part)).toBe(false)
      }
    }
    const [row] = await api.sql<{ distinct: number; length: number }>(
      'SELECT count(DISTINCT secret_digest)::int AS distinct, min(octet_length(secret_digest)) AS length FROM api_token',
    )
    expect(row?.length).toBe(32)
    expect(row?.distinct).toBeGreaterThan(200)
  })
})
