import { crc32 } from 'node:zlib'
import { Scope } from '../src/auth/actor'
import { Authenticator } from '../src/auth/authenticate'
import { createToken, revokeToken } from '../src/auth/create-token'
import { FOUNDER } from '../src/auth/first-staff-token'
import type { Database } from '../src/database'
import { newId } from '../src/typed-id'
import { seed } from './allocations'
import { median } from './compare'

/** A difference that a stranger could use is larger than either. */
const TOLERATED_MS = 0.05
const TOLERATED_SHARE = 0.05

/**
 * Prints how soon each kind of bad token is refused, all of them in turn, so that nobody learns by a clock which part of a
 * token is right.
 */
export async function tokenTiming(database: Database, { requests }: { requests: number }): Promise<void> {
  const authenticator = new Authenticator(database.sql, { staffToken: null, demo: false, production: true })
  const kinds = await badTokens(database)
  const times = kinds.map(() => [] as number[])
  for (let request = 0; request < requests; request += 1) {
    for (let turn = 0; turn < kinds.length; turn += 1) {
      const index = (request + turn) % kinds.length
      const begun = performance.now()
      await authenticator.authenticate(`Bearer ${kinds[index]?.[1] ?? ''}`).then(
        () => Promise.reject(new Error('a bad token was good')),
        () => times[index]?.push(performance.now() - begun),
      )
    }
  }
  const base = median(times[0] ?? [])
  console.log(`\nBad tokens, ${(requests * kinds.length).toLocaleString('en')} in turn\n`)
  console.log('| kind | median, us | apart from the first, us | |\n|---|---|---|---|')
  kinds.forEach(([kind], index) => {
    const apart = median(times[index] ?? []) - base
    const isAlike = Math.abs(apart) < TOLERATED_MS || Math.abs(apart) < TOLERATED_SHARE * base
    const us = (ms: number) => (ms * 1000).toFixed(0)
    console.log(`| ${kind} | ${us(base + apart)} | ${us(apart)} | ${isAlike ? 'alike' : 'TOLD APART'} |`)
  })
}

async function badTokens(database: Database): Promise<[kind: string, text: string][]> {
  const [{ accountId } = { accountId: '' }] = await seed(database, 1)
  const make = () =>
    database.inTransaction((tx) =>
      createToken(tx, FOUNDER, { accountId, name: 'bench', scopes: [Scope.READ], expiresAt: null }),
    )
  const [good, revoked] = [await make(), await make()]
  await database.inTransaction((tx) => revokeToken(tx, FOUNDER, revoked.token.id))
  const [prefix = '', secret = ''] = good.secret.split(/_(?=[0-9a-f]{40}_)/)
  const random = secret.slice(0, 40).split('').reverse().join('')
  return [
    ['wrong secret of a token that is there', summed(`${prefix}_${random}`)],
    ['no such token', summed(`daybook_partner_${newId('apiToken').slice('token_'.length)}_${random}`)],
    ['revoked', revoked.secret],
    ['wrong checksum', `${good.secret.slice(0, -8)}00000000`],
  ]
}

function summed(body: string): string {
  return `${body}_${crc32(body).toString(16).padStart(8, '0')}`
}
