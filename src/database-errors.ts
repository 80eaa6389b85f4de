/**
 * What an error of the database driver means. An error is looked at together with what it wraps: TypeORM puts the
 * driver's error in `driverError`, pg-pool in `cause`, and Node gathers the failures of several addresses in `errors`.
 */

/** SQLSTATEs (https://www.postgresql.org/docs/18/errcodes-appendix.html) after which the same request may succeed. */
const AWAY_STATES = new Set([
  '25006', // read_only_sql_transaction: we are still on the old primary after a failover
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '53100', // disk_full
  '53200', // out_of_memory
  '53300', // too_many_connections
  '55P03', // lock_not_available: lock_timeout
  '57014', // query_canceled: statement_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
])

/** How Node names a connection that can't be made or has broken. */
const AWAY_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'EPROTO',
  'ENETDOWN',
  'EHOSTDOWN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** pg, pg-pool and TypeORM have no codes for these; the texts are theirs. */
const AWAY_MESSAGES = [
  /^Connection terminated/, // pg: the server closed the connection, or the pool gave up on connecting
  /^timeout expired$/, // pg: connectionTimeoutMillis
  /^timeout exceeded when trying to connect$/, // pg-pool: no connection came free in time
  /^Cannot use a pool after calling end on the pool$/,
  /^Client (has encountered a connection error|was closed) and is not queryable$/,
  /^Query read timeout$/,
  /^Query runner already released/, // TypeORM: its connection broke in the middle of a transaction
  /^Driver not Connected$/, // TypeORM, between the end of one pool and the next
  /^Connection with .* database is not established/,
  /^Cannot execute operation because connection is not yet established/,
]

/** 40001 serialization_failure, 40P01 deadlock_detected: the transaction was rolled back and may simply run again. */
const SERIALIZATION_STATES = new Set(['40001', '40P01'])

export function isDatabaseAway(error: unknown): boolean {
  return someCause(error, ({ code, message }) => {
    if (code !== undefined && (AWAY_STATES.has(code) || AWAY_SYSTEM_CODES.has(code) || /^08\w{3}$/.test(code))) {
      return true
    }
    return message !== undefined && AWAY_MESSAGES.some((pattern) => pattern.test(message))
  })
}

/** 55P03 lock_not_available: somebody held a lock for longer than `lock_timeout`. */
export function isLockBusy(error: unknown): boolean {
  return someCause(error, ({ code }) => code === '55P03')
}

export function isSerializationFailure(error: unknown): boolean {
  return someCause(error, ({ code }) => code !== undefined && SERIALIZATION_STATES.has(code))
}

/** 22021 character_not_in_repertoire, 22P05 untranslatable_character: a NUL, in a text that no verb has looked at. */
const UNSTORABLE_STATES = new Set(['22021', '22P05'])

export function isUnstorableText(error: unknown): boolean {
  return someCause(error, ({ code }) => code !== undefined && UNSTORABLE_STATES.has(code))
}

/** An error five wraps deep has been wrapped by something that isn't a driver. */
const MAX_WRAPS = 5

function someCause(
  error: unknown,
  test: (error: { code?: string; message?: string }) => boolean,
  wraps = MAX_WRAPS,
): boolean {
  if (typeof error !== 'object' || error === null || wraps === 0) return false
  const { code, message, cause, driverError, errors } = error as Record<string, unknown>
  const isMeant = test({
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' ? message : undefined,
  })
  if (isMeant) return true
  const inner = [cause, driverError, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]
  return inner.some((wrapped) => someCause(wrapped, test, wraps - 1))
}
