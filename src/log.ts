import pino, { type DestinationStream, type Logger } from 'pino'
import type { Config } from './config'

export type Log = Logger

/** What of a logger is needed to tell of errors: pino's signature. */
export interface ErrorLog {
  error(facts: object, message: string): void
  warn(facts: object, message: string): void
}

/** Names under which a secret could come into a line, at its top or one below. */
const SECRETS = ['authorization', 'cookie', 'password', 'secret', 'token', 'idempotencyKey']

/** JSON lines on standard error, so that what a command answers on standard output stays clean. Secrets are cut out. */
export function createLog(
  { logLevel }: Pick<Config, 'logLevel'>,
  destination: DestinationStream = pino.destination(2),
): Log {
  return pino(
    {
      level: logLevel,
      base: null,
      serializers: { err: describeError },
      redact: {
        paths: ['req.headers.authorization', 'req.headers.cookie', ...SECRETS.flatMap((name) => [name, `*.${name}`])],
        censor: '[redacted]',
      },
    },
    destination,
  )
}

/** The same log, on whose lines these facts stand too. */
export function marked(log: ErrorLog, marks: object): ErrorLog {
  return {
    error: (facts, message) => log.error({ ...marks, ...facts }, message),
    warn: (facts, message) => log.warn({ ...marks, ...facts }, message),
  }
}

const MAX_CAUSES = 5

/**
 * An error for the log. Not with all its properties: TypeORM's carries the parameters of the statement and Postgres's
 * the conflicting values, and neither names, keys nor tokens are the log's business.
 */
export function describeError(error: unknown, causes = MAX_CAUSES): object {
  if (!(error instanceof Error)) return { thrown: typeof error }
  const { name, message, stack, cause, code, constraint, query, driverError, errors } = error as Error &
    Record<string, unknown>
  const inner = [cause, driverError, ...(Array.isArray(errors) ? (errors as unknown[]) : [])].filter(
    (wrapped) => wrapped !== undefined && wrapped !== null,
  )
  return {
    name,
    message,
    code,
    constraint,
    query,
    stack,
    ...(inner.length > 0 && causes > 0 && { causes: inner.map((wrapped) => describeError(wrapped, causes - 1)) }),
  }
}
