import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireScope, Scope, type Actor } from '../auth/actor'
import type { Sql } from '../database'
import { RateLimitedError, UnauthenticatedError } from '../errors'
import { type AccountFile, exportedAccount, EXPORTS } from './account-files'

/** Exports that one account has under way on one gateway, and all accounts together. */
const MAX_EXPORTS_OF_ACCOUNT = 3
const MAX_EXPORTS = 20
const RETRY_AFTER_MS = 5_000

export interface ExportDoorOptions {
  /** Null for a caller with neither a token nor a session; throws UNAUTHENTICATED for a bad token. */
  readonly admit: (request: FastifyRequest) => Promise<Actor | null>
  /** What a file is read with, from its first statement to its last. */
  readonly reading: () => Sql
}

/**
 * `GET /exports/ledger.csv`, `invoices.csv`, `usage.csv`, `seals.csv` and `audit.csv`, with the token or the session that GraphQL takes and the scope READ. They
 * are read a page at a time as the client takes them: a file may be of any size, and a slow client holds no snapshot and
 * no connection to the database. Where something fails on the way, the connection is broken off and the file is seen to be
 * incomplete.
 *
 * Throws UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT for a parameter, NOT_FOUND for an account that isn't seen, RATE_LIMITED.
 */
export function registerExports(app: FastifyInstance, options: ExportDoorOptions): void {
  const underWay = new Map<string, number>()
  for (const [name, file] of Object.entries(EXPORTS)) offer(app, name, file, options, underWay)
}

function offer(
  app: FastifyInstance,
  name: string,
  file: AccountFile,
  { admit, reading }: ExportDoorOptions,
  underWay: Map<string, number>,
): void {
  app.get(`/exports/${name}.csv`, { exposeHeadRoute: false }, async (request, reply) => {
    const actor = await admit(request)
    if (actor === null) throw new UnauthenticatedError()
    requireScope(actor, Scope.READ)
    const wanted = file.asked(request.query)
    const sql = reading()
    const accountId = await exportedAccount(sql, actor, wanted.accountId)
    enter(underWay, accountId)
    // However the answer ends, and also where its client has gone already.
    if (reply.raw.closed) leave(underWay, accountId)
    else reply.raw.once('close', () => leave(underWay, accountId))
    const pieces = wanted.pieces(sql, accountId, actor)
    // The first piece says whether it can be had at all: only then is the answer a 200.
    const first = await pieces.next()
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}-${accountId}.csv"`)
      .send(Readable.from(continued(first, pieces), { objectMode: true, highWaterMark: 1 }))
  })
}

/** Counts a file among those that are under way. Throws RATE_LIMITED where there are too many. */
function enter(underWay: Map<string, number>, accountId: string): void {
  const own = underWay.get(accountId) ?? 0
  if (own >= MAX_EXPORTS_OF_ACCOUNT) {
    throw new RateLimitedError('exports of this account at once', MAX_EXPORTS_OF_ACCOUNT, RETRY_AFTER_MS)
  }
  if ([...underWay.values()].reduce((sum, count) => sum + count, 0) >= MAX_EXPORTS) {
    throw new RateLimitedError('exports at once', MAX_EXPORTS, RETRY_AFTER_MS)
  }
  underWay.set(accountId, own + 1)
}

function leave(underWay: Map<string, number>, accountId: string): void {
  const left = (underWay.get(accountId) ?? 1) - 1
  if (left === 0) underWay.delete(accountId)
  else underWay.set(accountId, left)
}

async function* continued(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done === true) return
  yield first.value
  yield* rest
}
