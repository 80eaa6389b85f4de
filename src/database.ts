import type { Socket } from 'node:net'
import { join } from 'node:path'
import { Client, Pool, types as pgTypes } from 'pg'
import type { ClientBase, ClientConfig, CustomTypesConfig, PoolClient, QueryConfig } from 'pg'
import { DataSource, DefaultNamingStrategy, type DataSourceOptions, type EntityManager } from 'typeorm'
import { AccountDue } from './accounts/account-due.entity'
import { Account } from './accounts/account.entity'
import { AuditEntry } from './audit/audit-entry.entity'
import { ApiToken } from './auth/api-token.entity'
import { AutoTopUp } from './billing/auto-top-up.entity'
import { BillingSchedule } from './billing/billing-schedule.entity'
import { ChannelSubscription } from './channel-subscriptions/channel-subscription.entity'
import { Chargeback } from './chargebacks/chargeback.entity'
import { Channel } from './channels/channel.entity'
import { CreditNote } from './credit-notes/credit-note.entity'
import { PaymentReturn } from './credit-notes/payment-return.entity'
import { Refund } from './credit-notes/refund.entity'
import { ConfigError, type Config } from './config'
import { readInstant, safeInteger } from './database-columns'
import { isSerializationFailure } from './database-errors'
import { DocumentWanted, StoredDocument } from './documents/document.entity'
import { StoredEvent } from './events/event.entity'
import { IdempotencyKey } from './idempotency.entity'
import { Invoice, InvoiceLine, InvoiceSeries } from './invoices/invoice.entity'
import { Payment } from './invoices/payment.entity'
import { JobSchedule } from './jobs/job-schedule.entity'
import { KeepAlivePolicy } from './keep-alive/keep-alive-policy.entity'
import { ChannelPrice } from './lots/channel-price.entity'
import { Lot, LotCover, LotFold, LotPiece } from './lots/lot.entity'
import { LedgerSeal } from './ledger/ledger-seal.entity'
import { LedgerTransaction } from './ledger/ledger-transaction.entity'
import { RunwayWatch } from './forecast/runway-watch.entity'
import type { Log } from './log'
import { Invitation } from './people/invitation.entity'
import { MailedLink, PersonMail } from './people/person-mail.entity'
import { Person, RecoveryCode } from './people/person.entity'
import { Session, SignInChallenge } from './sessions/session.entity'
import { ThrottleCount } from './sessions/throttle.entity'
import { BillingDetails } from './particulars/billing-details.entity'
import { ProviderProfile } from './particulars/provider-profile.entity'
import { PaymentCustomer, PaymentPrice } from './payments/payment-customer.entity'
import { ProviderCall } from './payments/provider-call.entity'
import { Plan } from './pricing/plan.entity'
import {
  SandboxCall,
  SandboxCard,
  SandboxCharge,
  SandboxCheckout,
  SandboxCustomer,
  SandboxDispute,
  SandboxEvent,
  SandboxPayment,
  SandboxPortal,
  SandboxPrice,
  SandboxRefund,
  SandboxSecret,
  SandboxSubscription,
  SandboxSubscriptionInvoice,
} from './payments/sandbox/sandbox.entity'
import { ProviderCursor, StoredProviderEvent } from './payments/provider-event.entity'
import { PriceAgreement } from './pricing/price-agreement.entity'
import { QUICK_MS, QUICK_POOL, QuickReads } from './quick-reads'
import { RateBucket } from './rate-limits/rate-bucket.entity'
import { SavedCard } from './saved-cards/saved-card.entity'
import { WebhookAttempt } from './webhooks/webhook-attempt.entity'
import { WebhookEndpoint } from './webhooks/webhook-endpoint.entity'
import { DunningSchedule, InvoiceDunning } from './dunning/dunning.entity'
import { Mail, MailCursor, MailPreference } from './mail/mail.entity'
import { WebhookReplay } from './webhooks/webhook-replay.entity'

/** A statement that Postgres plans once a connection and then runs by its name. */
export interface Statement {
  readonly name: string
  readonly text: string
  /** Rows as lists of their values, and not as objects. */
  readonly rowMode?: 'array'
}

/** Whatever can run a statement: the pool, or a transaction. */
export interface Sql {
  query<Row>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>
}

/** A database transaction: TypeORM's manager for entities, and prepared statements on the same connection. */
export interface Tx extends Sql {
  readonly manager: EntityManager
}

export interface Database {
  readonly dataSource: DataSource
  /** Prepared statements outside a transaction. */
  readonly sql: Sql
  /** Reads that are known to be quick, outside a transaction: by keys, or the first rows of an index. Those of one turn are sent together. */
  readonly quick: Sql
  readonly inTransaction: InTransaction
  /** A transaction that reads everything from one snapshot, locks nothing, and in which Postgres refuses to write. */
  readonly inSnapshot: InTransaction
  /**
   * A transaction on a pipelined connection: `BEGIN` travels with the first statement, and `COMMIT` with the last where
   * the work hands it over unawaited. Only for the allocation lanes: it saves them two of four round trips.
   */
  inPipelinedTransaction<T>(work: (sql: Sql) => Promise<PipelinedWork<T>>): Promise<T>
  /**
   * Does work that nobody else does under this name meanwhile, on any gateway; null where somebody is at it. No transaction
   * is open: the work may take its time, such as that of a call to the outside. Postgres gives the lock back where a gateway dies.
   */
  underLock<T>(name: string, work: () => Promise<T>): Promise<T | null>
  /**
   * The same for one operation: once it is over, its statements are cancelled in Postgres, no more are sent, and all of it
   * rejects with the reason. Not the lanes: their batches are of many operations.
   */
  within(ending: Ending): Database
  /** By name; for whoever looks at them, not for statements. */
  readonly pools: Readonly<Record<'main' | 'lanes' | 'locks' | 'quick', Pool>>
  close(): Promise<void>
}

/** Tells that an operation is over before its answer is there. */
export interface Ending {
  /** Why it is over; null while it isn't. */
  readonly reason: Error | null
  throwIfOver(): void
  watch(cancel: () => void): void
  unwatch(cancel: () => void): void
}

export interface PipelinedWork<T> {
  result: T
  /** The last write, still under way. */
  written: Promise<unknown>
}

export type InTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/** How often a transaction that lost to another one (40001, 40P01) is run anew before the caller is asked to retry. */
const MAX_ATTEMPTS = 5

/**
 * Connections for the allocation lanes, two a lane, so that one batch is sent while the one before it commits; and two for
 * the clock's sweep, for the same.
 */
const LANE_CONNECTIONS = 6

/** Connections that hold locks by name. Not of the pool: work under a lock needs others, and must not wait for itself. */
const LOCK_CONNECTIONS = 2

/** On every session of ours: nothing waits for ever, and nothing holds its locks while it is idle. */
const SESSION_LIMITS = {
  statement_timeout: 30_000,
  lock_timeout: 15_000,
  idle_in_transaction_session_timeout: 20_000,
  /** Ours: a database that has fallen silent doesn't keep its own limits. */
  query_timeout: 35_000,
} as const

/** Time to get a connection from the pool; past it the request is refused as UNAVAILABLE. */
const CONNECTION_TIMEOUT_MS = 5_000

/**
 * A client whose end is heard of by the queries that fail with it. A client in use has no listener of its pool's, and
 * TypeORM's hears its first error only: an error event that nobody hears would end the process.
 */
class PooledClient extends Client {
  constructor(config?: ClientConfig) {
    super(config)
    this.on('error', () => undefined)
  }
}

class SnakeCaseNames extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string | undefined): string {
    return customName ?? propertyName.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  }
}

const parsers: CustomTypesConfig = {
  getTypeParser: (oid, format): unknown => {
    if (oid === pgTypes.builtins.INT8) return safeInteger
    return oid === pgTypes.builtins.TIMESTAMPTZ && format !== 'binary'
      ? readInstant
      : (pgTypes.getTypeParser(oid, format) as unknown)
  },
}

/** Of every connection, in either pool. */
const CONNECTIONS = {
  connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  types: parsers,
  Client: PooledClient,
} as const

export function dataSourceOptions(
  url: string,
  poolSize: number,
  limits: Partial<typeof SESSION_LIMITS> = SESSION_LIMITS,
): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: [
      Account,
      AccountDue,
      ApiToken,
      AuditEntry,
      AutoTopUp,
      BillingDetails,
      BillingSchedule,
      Channel,
      ChannelPrice,
      ChannelSubscription,
      Chargeback,
      CreditNote,
      DocumentWanted,
      IdempotencyKey,
      Invoice,
      InvoiceLine,
      InvoiceSeries,
      JobSchedule,
      KeepAlivePolicy,
      LedgerSeal,
      LedgerTransaction,
      Lot,
      LotCover,
      LotFold,
      LotPiece,
      Payment,
      PaymentCustomer,
      PaymentPrice,
      PaymentReturn,
      Plan,
      PriceAgreement,
      ProviderCall,
      ProviderCursor,
      ProviderProfile,
      RateBucket,
      Refund,
      RunwayWatch,
      SandboxCall,
      SandboxCard,
      SandboxCharge,
      SandboxCheckout,
      SandboxCustomer,
      SandboxDispute,
      SandboxEvent,
      SandboxPayment,
      SandboxPortal,
      SandboxPrice,
      SandboxRefund,
      SandboxSecret,
      SandboxSubscription,
      SandboxSubscriptionInvoice,
      StoredDocument,
      SavedCard,
      StoredEvent,
      StoredProviderEvent,
      WebhookAttempt,
      WebhookEndpoint,
      WebhookReplay,
      Mail,
      MailCursor,
      MailPreference,
      DunningSchedule,
      InvoiceDunning,
      Person,
      RecoveryCode,
      Invitation,
      PersonMail,
      MailedLink,
      Session,
      SignInChallenge,
      ThrottleCount,
    ],
    migrations: [join(__dirname, '..', 'migrations', '*.{ts,js}')],
    migrationsTableName: 'migration',
    namingStrategy: new SnakeCaseNames(),
    synchronize: false,
    logging: false,
    poolSize,
    applicationName: 'daybook',
    extra: {
      ...limits,
      ...CONNECTIONS,
    },
    // An idle connection that Postgres ends (57P01 at its restart) is replaced by the pool; it is no reason to fall.
    poolErrorHandler: () => undefined,
  }
}

export async function openDatabase(url: string, poolSize: number): Promise<Database> {
  const dataSource = await new DataSource(dataSourceOptions(url, poolSize)).initialize()
  const pool = (dataSource.driver as unknown as { master: Pool }).master
  const lanes = openPool(url, 'daybook lanes', { max: LANE_CONNECTIONS, pipeline: true })
  const locks = openPool(url, 'daybook locks', { max: LOCK_CONNECTIONS })
  const quickPool = openPool(url, 'daybook quick', { max: QUICK_POOL, pipeline: true, statement_timeout: QUICK_MS })
  const quick = new QuickReads(quickPool)
  const database: Database = {
    dataSource,
    sql: sqlOn(pool),
    quick: quick.or(sqlOn(pool)),
    inTransaction: (work) => retried(() => inTransaction(dataSource, work)),
    inSnapshot: (work) => retried(() => inTransaction(dataSource, (tx) => inSnapshot(tx, work))),
    within: (ending) => withinEnding(database, pool, quick, ending),
    inPipelinedTransaction: (work) => retried(() => inPipelinedTransaction(lanes, work)),
    underLock: (name, work) => underLock(locks, name, work),
    pools: { main: pool, lanes, locks, quick: quickPool },
    close: async () => {
      quick.close()
      await Promise.all([dataSource.destroy(), lanes.end(), locks.end(), quickPool.end()])
    },
  }
  return database
}

function withinEnding(database: Database, pool: Pool, quick: QuickReads, ending: Ending): Database {
  const dataSource = dataSourceWithin(database.dataSource, pool, ending)
  const sql: Sql = {
    async query<Row>(statement: Statement, values?: readonly unknown[]) {
      ending.throwIfOver()
      const client = await pool.connect()
      const watch = cancelOnceOver(client, pool, ending)
      try {
        return await sqlOn(client).query<Row>(statement, values)
      } catch (error) {
        throw watch.reasonOf(error)
      } finally {
        client.release(watch.end())
      }
    },
  }
  const within: Database = {
    ...database,
    dataSource,
    sql,
    quick: quick.or(sql, ending),
    inTransaction: (work) => retried(() => inTransaction(dataSource, work)),
    inSnapshot: (work) => retried(() => inTransaction(dataSource, (tx) => inSnapshot(tx, work))),
    within: (inner) => withinEnding(within, pool, quick, inner),
  }
  return within
}

/** A view of the data source whose connections are given up once the operation is over. */
function dataSourceWithin(dataSource: DataSource, pool: Pool, ending: Ending): DataSource {
  const within = Object.create(dataSource) as DataSource
  within.createQueryRunner = (mode) => {
    ending.throwIfOver()
    const runner = dataSource.createQueryRunner(mode)
    const connect = runner.connect.bind(runner) as () => Promise<PoolClient>
    const query = runner.query.bind(runner)
    const release = runner.release.bind(runner)
    let watch: Watch | undefined
    return Object.assign(runner, {
      async connect() {
        ending.throwIfOver()
        const client = await connect()
        watch ??= cancelOnceOver(client, pool, ending)
        return client
      },
      async query(...args: Parameters<typeof query>): Promise<unknown> {
        try {
          return (await query(...args)) as unknown
        } catch (error) {
          throw watch === undefined ? error : watch.reasonOf(error)
        }
      },
      release() {
        watch?.end()
        return release()
      },
    })
  }
  Object.assign(within, { manager: within.createEntityManager() })
  return within
}

export interface Watch {
  /** What a statement failed with: why the operation is over, where it was cut off. */
  reasonOf(error: unknown): unknown
  /** The connection goes back. Answers with what, where it is not to be used again. */
  end(): Error | undefined
}

/**
 * The connection is ended with its statement, so that a cancellation which comes a moment late can meet no statement of
 * anybody else. Postgres doesn't hear of the end before it writes, hence the cancellation. A COMMIT that is under way may
 * happen all the same: whoever asks again by the key finds out.
 */
export function cancelOnceOver(client: PoolClient, pool: Pool, ending: Ending): Watch {
  let cut: Error | undefined
  const cancel = (): void => {
    const { processID, connection } = client as unknown as Cancellable
    cut = new Error('Connection terminated: the time of its operation is over', { cause: ending.reason })
    connection.stream.destroy(cut)
    pool.query('SELECT pg_cancel_backend($1)', [processID]).catch(() => undefined) // statement_timeout ends it then
  }
  if (ending.reason !== null) cancel()
  else ending.watch(cancel)
  return {
    reasonOf: (error: unknown): unknown => (cut === undefined ? error : ending.reason),
    end() {
      ending.unwatch(cancel)
      return cut
    },
  }
}

/** What a client of pg has, and its types don't tell. */
interface Cancellable {
  processID: number
  connection: { stream: Socket }
}

/** A pool beside TypeORM's, for what must not wait for requests. It outlives a restart of Postgres as that one does. */
export function openPool(
  url: string,
  name: string,
  options: {
    max: number
    pipeline?: boolean
    statement_timeout?: number
    query_timeout?: number
    connectionTimeoutMillis?: number
  },
): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: name,
    ...SESSION_LIMITS,
    ...CONNECTIONS,
    ...options,
  })
  pool.on('error', () => undefined)
  return pool
}

export function sqlOn(client: ClientBase | Pool): Sql {
  return {
    async query<Row>({ name, text, rowMode }: Statement, values: readonly unknown[] = []) {
      const query: QueryConfig = { name, text, values: [...values] }
      const { rows } = await client.query(Object.assign(query, rowMode !== undefined && { rowMode }))
      return rows as Row[]
    },
  }
}

/** `inSnapshot` on whatever connections a data source gives. Once: a caller who has another place to read at goes there. */
export function snapshotOn<T>(dataSource: DataSource, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction(dataSource, (tx) => inSnapshot(tx, work))
}

async function inTransaction<T>(dataSource: DataSource, work: (tx: Tx) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner()
  try {
    const client = (await runner.connect()) as PoolClient
    await runner.startTransaction('READ COMMITTED')
    try {
      const result = await work({ manager: runner.manager, ...sqlOn(client) })
      await runner.commitTransaction()
      return result
    } catch (error) {
      // A connection that is gone can't roll back, and need not: the cause is what the caller must hear.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined)
      throw error
    }
  } finally {
    await runner.release()
  }
}

async function inSnapshot<T>(tx: Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
  await tx.query(ONE_SNAPSHOT)
  return work(tx)
}

const ONE_SNAPSHOT: Statement = {
  name: 'one-snapshot',
  text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY',
}

async function inPipelinedTransaction<T>(pool: Pool, work: (sql: Sql) => Promise<PipelinedWork<T>>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    const sql = sqlOn(client)
    const begun = client.query('BEGIN')
    begun.catch(() => undefined)
    try {
      const { result, written } = await work({
        async query<Row>(statement: Statement, values?: readonly unknown[]) {
          const rows = await sql.query<Row>(statement, values)
          // Answered before this statement was: had it failed, what follows would commit by itself.
          await begun
          return rows
        },
      })
      // In an aborted transaction COMMIT rolls back, so sending it before the write is answered is safe.
      const [, committed] = await Promise.all([written, client.query('COMMIT'), begun])
      if (committed.command !== 'COMMIT') throw new Error('the transaction was rolled back instead of committed')
      return result
    } catch (error) {
      await client.query('ROLLBACK').catch((cause: unknown) => {
        broken = cause as Error
      })
      throw error
    }
  } finally {
    client.release(broken)
  }
}

async function underLock<T>(pool: Pool, name: string, work: () => Promise<T>): Promise<T | null> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    const { rows } = await client.query<{ locked: boolean }>(LOCK, [name]).catch((cause: unknown) => {
      // It may have the lock for all we know.
      broken = cause as Error
      throw cause
    })
    if (rows[0]?.locked !== true) return null
    try {
      return await work()
    } finally {
      // A connection that can't give the lock back is ended: Postgres then does.
      await client.query(UNLOCK, [name]).catch((cause: unknown) => {
        broken = cause as Error
      })
    }
  } finally {
    client.release(broken)
  }
}

const LOCK = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked'
const UNLOCK = 'SELECT pg_advisory_unlock(hashtextextended($1, 0))'

async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (attempts >= MAX_ATTEMPTS || !isSerializationFailure(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempts))
    }
  }
}

/**
 * An acknowledged change must survive a crash, and nothing may wait for ever: throws a ConfigError in production where
 * Postgres, or what stands before it, is set otherwise. Elsewhere, and where it is allowed, the log tells of it.
 */
export async function requireSafeSettings(
  { sql }: Pick<Database, 'sql'>,
  { production, allowLossyDatabase }: Pick<Config, 'production' | 'allowLossyDatabase'>,
  log: Pick<Log, 'warn'>,
): Promise<void> {
  const { lossy, unlimited } = await readUnsafeSettings(sql)
  if (production && unlimited.length > 0) {
    throw new ConfigError(
      `Sessions of Postgres have no ${unlimited.join(', ')}: a pooler between has dropped what Daybook sets as it connects. Connect to Postgres itself, or have the pooler keep startup parameters, one session a connection.`,
    )
  }
  if (lossy.length === 0) return
  const names = lossy.join(', ')
  if (production && allowLossyDatabase !== true) {
    throw new ConfigError(
      `Postgres runs with ${names} off: a crash can lose changes that were acknowledged. In production that is refused: switch ${lossy.length === 1 ? 'it' : 'them'} on in postgresql.conf, or for the role and the database with ALTER ROLE and ALTER DATABASE; or let DAYBOOK_ALLOW list "lossy".`,
    )
  }
  for (const name of lossy) log.warn(`Postgres runs with ${name} off: a crash can lose changes that were acknowledged`)
}

/** Settings that can lose what was acknowledged, and bounds of ours that this session doesn't have. */
export async function readUnsafeSettings(sql: Sql): Promise<{ lossy: string[]; unlimited: string[] }> {
  const rows = await sql.query<{ name: string; setting: string }>({
    name: 'unsafe-settings',
    text: `
      SELECT name FROM pg_settings
      WHERE (name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off')
        OR (name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') AND setting = '0')
      ORDER BY name`,
  })
  const names = rows.map(({ name }) => name)
  return {
    lossy: names.filter((name) => !name.endsWith('_timeout')),
    unlimited: names.filter((name) => name.endsWith('_timeout')),
  }
}
