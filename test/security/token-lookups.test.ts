import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Scope } from '../../src/auth/actor'
import { Authenticator } from '../../src/auth/authenticate'
import { createToken, revokeToken } from '../../src/auth/create-token'
import { FOUNDER } from '../../src/auth/first-staff-token'
import { makeTokenText, tokenIdIn } from '../../src/auth/token-text'
import { UnauthenticatedError } from '../../src/errors'
import { newId } from '../../src/typed-id'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk } from '../support/desk'

let testDatabase: TestDatabase
let desk: Desk
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  desk = await Desk.open(testDatabase.url)
})
afterAll(async () => {
  await desk.close()
  await testDatabase.drop()
})

const summed = (body: string) => `${body}_${crc32(body).toString(16).padStart(8, '0')}`

describe('T1: the secret of a token', () => {
  it('is 160 bits that come never again, in a text with its kind, its id and a checksum, kept as a digest', () => {
    const [secrets, digests] = [new Set<string>(), new Set<string>()]
    let common = 0n
    let ever = 0n
    for (let index = 0; index < 10_000; index += 1) {
      const kind = index % 2 === 0 ? 'partner' : 'staff'
      const id = newId('apiToken')
      const { text, prefix, digest } = makeTokenText(kind, id)
      const [, body = '', secret = '', sum] =
        /^(daybook_[a-z]+_[0-9a-z]{26}_([0-9a-f]{40}))_([0-9a-f]{8})$/.exec(text) ?? []
      expect(body).toBe(`${prefix}_${secret}`)
      expect(prefix).toBe(`daybook_${kind}_${id.slice('token_'.length)}`)
      expect(sum).toBe(crc32(body).toString(16).padStart(8, '0'))
      expect(digest.toString('hex')).toBe(createHash('sha256').update(text).digest('hex'))
      expect(tokenIdIn(text)).toBe(id)
      for (const half of [secret.slice(0, 20), secret.slice(20)]) secrets.add(half)
      digests.add(digest.toString('hex'))
      const bits = BigInt(`0x${secret}`)
      common = index === 0 ? bits : common & bits
      ever |= bits
    }
    expect([secrets.size, digests.size]).toEqual([20_000, 10_000])
    // No bit stands still.
    expect([common, ever]).toEqual([0n, (1n << 160n) - 1n])
  })
})

describe('T2: a bad token', () => {
  it('costs the same one look-up, whatever is wrong with it', async () => {
    const accountId = await desk.createAccount()
    const make = () =>
      desk.database.inTransaction((tx) =>
        createToken(tx, FOUNDER, { accountId, name: 'Token', scopes: [Scope.READ], expiresAt: null }),
      )
    const [good, revoked] = [await make(), await make()]
    await desk.database.inTransaction((tx) => revokeToken(tx, FOUNDER, revoked.token.id))
    const id = newId('apiToken').slice('token_'.length)
    const bad = [
      revoked.secret,
      summed(good.secret.slice(0, -9).replace(/_[0-9a-f]{40}$/, `_${'0'.repeat(40)}`)),
      summed(`daybook_partner_${id}_${'0'.repeat(40)}`),
      `${good.secret.slice(0, -8)}${good.secret.endsWith('0') ? '11111111' : '00000000'}`,
      good.secret.slice(0, 20),
      'nothing of ours',
    ]
    const asked: unknown[] = []
    const sql = {
      query: <Row>(...statement: Parameters<typeof desk.database.sql.query>) => {
        asked.push(statement[0])
        return desk.database.sql.query<Row>(...statement)
      },
    }
    const authenticator = new Authenticator(sql, { staffToken: 'x'.repeat(40), demo: false, production: true })
    for (const token of bad) {
      asked.length = 0
      const tried = authenticator.authenticate(`Bearer ${token.replaceAll(' ', '_')}`)
      await expect(tried).rejects.toBeInstanceOf(UnauthenticatedError)
      expect(asked).toEqual([expect.objectContaining({ name: 'tokens-by-id' })])
    }
  })
})
