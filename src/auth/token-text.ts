import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { ID_PREFIXES, isId } from '../typed-id'

/**
 * The text of a token: `daybook_partner_01jd…_<secret>_<checksum>`. Its start names the kind and the id, and may be shown;
 * the secret has 160 random bits; the checksum tells a mistyped or cut-off token from a wrong one, and lets
 * scanners of public code recognise one. The kind `session` is the value of a cookie, and is taken from
 * cookies only.
 */
export type TokenKind = 'partner' | 'staff' | 'session'

const SECRET_BYTES = 20
const TOKEN = /^daybook_(partner|staff|session)_([0-9a-z]{26})_([0-9a-f]{40})_([0-9a-f]{8})$/

export interface NewTokenText {
  text: string
  prefix: string
  digest: Buffer
}

export function makeTokenText(kind: TokenKind, id: string): NewTokenText {
  const prefix = tokenPrefix(kind, id)
  const body = `${prefix}_${randomBytes(SECRET_BYTES).toString('hex')}`
  const text = `${body}_${checksum(body)}`
  return { text, prefix, digest: tokenDigest(text) }
}

/** The readable start: the kind and the id. */
export function tokenPrefix(kind: TokenKind, id: string): string {
  return `daybook_${kind}_${id.slice(id.lastIndexOf('_') + 1)}`
}

/** The id in a well-formed token text; null for anything else, and for what is a session's. */
export function tokenIdIn(text: string): string | null {
  const found = partsOf(text)
  return found === null || found.kind === 'session' ? null : found.id
}

/** The id in the well-formed text of a session; null for anything else. */
export function sessionIdIn(text: string): string | null {
  const found = partsOf(text)
  return found?.kind === 'session' ? found.id : null
}

function partsOf(text: string): { kind: TokenKind; id: string } | null {
  const match = TOKEN.exec(text)
  if (match === null) return null
  const kind = match[1] as TokenKind
  const idKind = kind === 'session' ? 'session' : 'apiToken'
  const id = `${ID_PREFIXES[idKind]}_${match[2] ?? ''}`
  const body = text.slice(0, text.lastIndexOf('_'))
  return checksum(body) === match[4] && isId(idKind, id) ? { kind, id } : null
}

/** SHA-256: the secret is random, so that there is nothing for a slow hash to protect. */
export function tokenDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export function sameDigest(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0')
}
