import { createHash } from 'node:crypto'
import { IdempotencyConflictError } from './errors'

/**
 * An idempotency key as it is kept: 16 bytes of SHA-256 of the key, and of the operation with its input. A key means
 * something only within its scope, which is the account (`provider` where no account is there for yet). It is kept for
 * ever, in the transaction of what it did, so that an effect and the memory of it can't part.
 */
export interface RequestKey {
  readonly scope: string
  /** Hex. */
  readonly digest: string
  /** Hex. */
  readonly inputDigest: string
}

/** What is remembered of a key. */
export interface RememberedRequest {
  readonly inputDigest: string
  /** What was answered, in ids: what they name is read anew at a replay. */
  readonly outcome: unknown
}

export const PROVIDER_SCOPE = 'provider'

/** The key of an input; null where it bears none. */
export function requestKey(
  scope: string,
  operation: string,
  input: { readonly idempotencyKey?: string | null },
): RequestKey | null {
  const { idempotencyKey: key } = input
  if (key == null) return null
  return { scope, digest: digestOf(key), inputDigest: digestOf(`${operation}\n${canonical(input)}`) }
}

/** The outcome to replay; undefined where the key is new. Another operation or input under the same key is refused. */
export function replayedOutcome(key: RequestKey, remembered: RememberedRequest | undefined): unknown {
  if (remembered === undefined) return undefined
  if (remembered.inputDigest !== key.inputDigest) throw new IdempotencyConflictError()
  return remembered.outcome
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/**
 * JSON in which the order of keys, and whether an absent field was left out or null, make no difference. Only a field of
 * the input itself: within metadata a null and a name such as ours are the caller's own data.
 */
function canonical(input: { readonly idempotencyKey?: string | null }): string {
  const given = Object.entries(input).filter(([name, value]) => name !== 'idempotencyKey' && value !== null)
  return JSON.stringify(Object.fromEntries(given), (_name, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
