import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { accountIdFor, requireScope, Scope, type Actor } from '../auth/actor'
import type { Sql, Statement } from '../database'
import { NotFoundError, RateLimitedError, UnauthenticatedError } from '../errors'
import { parseInput } from '../input'
import { hasIdForm } from '../typed-id'
import { exportAudit } from './export-audit'
import { exportInvoices } from './export-invoices'
import { ExportLedger, exportLedger } from './export-ledger'
import { exportSeals } from './export-seals'
import { exportUsage } from './export-usage'
import { ExportedPeriod } from './exported-period'

/** Exports that one account has under way on one gateway, and all accounts together. */
const MAX_EXPORTS_OF_ACCOUNT = 3
const MAX_EXPORTS = 20
const RETRY_AFTER_MS = 5_000

export interface ExportDoorOptions {
  /** Null for a caller with neither a token nor a session; throws UNAUTHENTICATED for a bad token. */
  readonly admit: (request: FastifyRequest) => Promise<Actor | null>
  readonly sql: Sql
}

/** A file that an account can have: what its address may ask for, and what makes its text, piece by piece. */
interface Export<Asked extends z.ZodType<ExportedPeriod>> {
  readonly asked: Asked
  readonly records: (sql: Sql, accountId: string, asked: z.infer<Asked>, viewer: Actor) => AsyncGenerator<string>
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
  offer(app, 'ledger', { asked: ExportLedger, records: exportLedger }, options, underWay)
  offer(app, 'invoices', { asked: ExportedPeriod, records: exportInvoices }, options, underWay)
  offer(app, 'usage', { asked: ExportedPeriod, records: exportUsage }, options, underWay)
  offer(app, 'seals', { asked: ExportedPeriod, records: exportSeals }, options, underWay)
  offer(app, 'audit', { asked: ExportedPeriod, records: exportAudit }, options, underWay)
}

function offer<Asked extends z.ZodType<ExportedPeriod>>(
  app: FastifyInstance,
  name: string,
  { asked, records }: Export<Asked>,
  { admit, sql }: ExportDoorOptions,
  underWay: Map<string, number>,
): void {
  app.get(`/exports/${name}.csv`, { exposeHeadRoute: false }, async (request, reply) => {
    const actor = await admit(request)
    if (actor === null) throw new UnauthenticatedError()
    requireScope(actor, Scope.READ)
    const wanted = parseInput(asked, request.query)
    const accountId = await accountOf(sql, actor, wanted.accountId)
    enter(underWay, accountId)
    // However the answer ends, and also where its client has gone already.
    if (reply.raw.closed) leave(underWay, accountId)
    else reply.raw.once('close', () => leave(underWay, accountId))
    const file = records(sql, accountId, wanted, actor)
    // The first piece says whether it can be had at all: only then is the answer a 200.
    const first = await file.next()
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}-${accountId}.csv"`)
      .send(Readable.from(continued(first, file), { objectMode: true, highWaterMark: 1 }))
  })
}

async function accountOf(sql: Sql, actor: Actor, accountId: string | null | undefined): Promise<string> {
  const id = accountIdFor(actor, accountId)
  const rows = hasIdForm(id) ? await sql.query(ACCOUNT_THERE, [id]) : []
  if (rows.length === 0) throw new NotFoundError('account', id)
  return id
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

const ACCOUNT_THERE: Statement = { name: 'exported-account', text: 'SELECT id FROM account WHERE id = $1' }
