import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import { OperationTypeNode } from 'graphql'
import { AuditOrigin } from './audit/audit-entry.entity'
import { RefusalNotes } from './audit/note-refusals'
import { Admission } from './auth/admit'
import { Authenticator } from './auth/authenticate'
import { findStaffToken } from './auth/first-staff-token'
import { eyesOf, Role, sameScopes, type Actor } from './auth/actor'
import { keepUpToDate } from './billing/keep-up-to-date'
import { MovementBatcher } from './channels/movement-batcher'
import { readClock } from './clock'
import { ClockWatch } from './clock-difference'
import { DEVELOPMENT_LIMITS, type Config, type LimitsConfig, type TracesConfig } from './config'
import { openDatabase, requireSafeSettings, type Database } from './database'
import { seedDemo } from './demo'
import { startEmbeddedPostgres } from './embedded-postgres/start-embedded-postgres'
import { registerDocuments } from './documents/document-door'
import { DocumentDrawer } from './documents/draw-documents'
import { UnauthenticatedError, UnavailableError } from './errors'
import { EventFeed } from './events/event-feed'
import { ClockSweep } from './expiry/clock-sweep'
import { registerExports } from './exports/export-door'
import { RunwayWatcher } from './forecast/watch-runways'
import { createApollo } from './graphql/apollo'
import { CompiledQueries } from './graphql/compiled-queries'
import { Context, type Parts } from './graphql/context'
import { createDocumentGate } from './graphql/document-gate'
import { OperationLimits, type OperationAsked } from './graphql/operation-limits'
import { OperationTime } from './graphql/operation-time'
import { createSchema } from './graphql/schema'
import { registerDashboard } from './http/dashboard-door'
import { clientAddress, trustedHops } from './http/client-address'
import { registerExplorer } from './http/explorer-door'
import { readTrustedDocuments } from './graphql/trusted-documents'
import { registerHealth } from './http/health'
import { registerMetrics } from './http/metrics-door'
import { marksOf } from './http/request-marks'
import { createHttpServer } from './http/server'
import { attachWebSocket, type WebSocketDoor, type WebSocketLimits, type Whereabouts } from './http/websocket'
import { JobQueue } from './jobs/job-queue'
import { JOBS, type Job } from './jobs/job-table'
import { prepareJobQueue } from './jobs/prepare-job-queue'
import { GuardsWatch } from './ledger/watch-guards'
import { createLog, type Log } from './log'
import { Metrics } from './metrics/metrics'
import { readBacklogs } from './metrics/read-backlogs'
import { migrate } from './migrate'
import { openMailTransport } from './mail/mail-transport'
import { Mailer, type MailOptions } from './mail/send-mails'
import { seedSampleProfile, warnOfNoProfile } from './particulars/provider-profile'
import { Passwords } from './people/passwords'
import { PersonMailer } from './people/send-person-mails'
import { startPayments, type TakingPayments } from './payments/start-payments'
import { OpenId } from './sessions/open-id'
import { registerOpenId } from './sessions/open-id-door'
import { SessionCookie } from './sessions/session-cookie'
import { registerInvitations, registerSessions, whenceOf } from './sessions/session-door'
import { SignInLog } from './sessions/sign-in-log'
import { Throttle } from './sessions/throttle'
import { traceDatabase } from './tracing/trace-database'
import type { Tracing } from './tracing/tracing'
import { SealedSecrets } from './webhooks/sealed-secrets'
import { statementsOnReplica } from './replicas/read-on-replica'
import { Replicas, type ReadPlace } from './replicas/replicas'
import { Budgets } from './rate-limits/budgets'
import { openWebhooks, type WebhookOptions } from './webhooks/start-webhooks'

export interface Gateway {
  /** Where it listens, such as `http://127.0.0.1:4000`. */
  readonly url: string
  /** What the person who starts it is shown: tokens that were made for a first look. */
  readonly shown: { staffToken: string | null; demoToken: string | null }
  /** Drains and stops: the listener, the sockets, the jobs, the sweep, the lanes, the feed, the pools, and last an embedded Postgres. */
  close(): Promise<void>
}

/** How often open sockets are held against the tokens that they were opened with: a revoked one is out in a second. */
const TOKEN_WATCH_MS = 250
/** Time that sockets have to say goodbye. */
const SOCKET_DEADLINE_MS = 3_000
const DRAIN_NOTICE_MS = 250
const FORBIDDEN = 4403
/** A client connects again after this one. */
const TRY_AGAIN_LATER = 1013

export interface GatewayOptions {
  /** Of the sockets; tests make them small. */
  webSocketLimits?: Partial<WebSocketLimits>
  /** False: another gateway sweeps, watches and runs the jobs, or a test that looks at every row. What is due is still settled by whoever comes. */
  sweeps?: boolean
  /** What runs at set times, where it isn’t the table of all; for tests. */
  jobs?: readonly Job[]
  /** Of what is sent to partners; tests have their own delays. */
  webhooks?: WebhookOptions
  mail?: MailOptions
  log?: Log
}

/** The composition root: what is started here is stopped in `close`, in the opposite order. */
export async function createGateway(config: Config, options: GatewayOptions = {}): Promise<Gateway> {
  const log = options.log ?? createLog(config)
  const stop: (() => Promise<unknown>)[] = []
  const close = async () => {
    const failures: unknown[] = []
    for (const part of stop.splice(0).reverse()) await part().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, 'not every part could be stopped')
  }
  try {
    const url = config.databaseUrl ?? (await embeddedPostgres(config, log, stop))
    const table = options.jobs ?? JOBS
    if (config.migrate) {
      await migrate(url, {
        onRetry: (name) => log.warn({ migration: name }, 'a migration could not get its lock; it tries again'),
      })
      await prepareJobQueue(url, table)
    }
    const tracing = config.traces == null ? null : openTraces(config.traces)
    if (tracing !== null) stop.push(() => tracing.close())
    const opened = await openDatabase(url, config.databasePoolSize)
    stop.push(() => opened.close())
    const database = tracing === null ? opened : traceDatabase(opened, tracing)
    await requireSafeSettings(database, config, log)

    const metrics = new Metrics()
    const replicas = await openReplicas(config, opened, log, (place) => metrics.replicaRead(place))
    if (replicas !== null) stop.push(() => replicas.close())
    const clocks = new ClockWatch(database.sql, log)
    if (options.sweeps !== false) clocks.start()
    stop.push(() => clocks.close())

    const guards = new GuardsWatch(database, log)
    await guards.look()
    if (options.sweeps !== false) guards.start()
    stop.push(() => guards.close())

    const feed = new EventFeed(database, url, log, (seconds) => metrics.feedRead(seconds), config.redisUrl ?? null)
    await feed.start()
    stop.push(() => feed.close())

    const doors = keepUpToDate(database, (accountIds) => feed.hint(accountIds))
    const movements = new MovementBatcher(doors, (accountIds) => feed.hint(accountIds), {
      onBatch: (size, seconds, isCommitted) => metrics.batchDone(size, seconds, isCommitted),
      ...(tracing !== null && {
        current: () => tracing.current(),
        around: (size, callers, work) =>
          tracing.within('allocation batch', { callers, attributes: { 'daybook.batch_size': size } }, work),
      }),
    })
    stop.push(() => movements.drained())

    const sweep = new ClockSweep(doors, (accountIds) => feed.hint(accountIds), log, {
      onRound: (seconds, isWhole) => metrics.sweepDone(seconds, isWhole),
      onTold: (count) => metrics.channelsTold(count),
    })
    if (options.sweeps !== false) sweep.start()
    stop.push(() => sweep.close())

    const watcher = new RunwayWatcher(doors, (accountIds) => feed.hint(accountIds), log)
    if (options.sweeps !== false) watcher.start()
    stop.push(() => watcher.close())

    const payments = await startPayments(config, doors, (accountIds) => feed.hint(accountIds), log, {
      onReceived: (outcome) => metrics.providerWebhook(outcome),
      onRefused: (kind) => metrics.providerRefused(kind),
    })
    stop.push(() => payments.close())

    const documents = new DocumentDrawer(doors, () => payments.publicUrl(), log)
    stop.push(() => documents.close())

    const webhooks = await openWebhooks(config, url, doors, (ids) => feed.hint(ids), log, {
      ...options.webhooks,
      onSent: (outcome, seconds) => metrics.webhookSent(outcome, seconds),
    })
    feed.onHint((accountIds) => webhooks.hint(accountIds))
    if (options.sweeps !== false) webhooks.start()
    stop.push(() => webhooks.close())

    const transport = openMailTransport(config)
    const mailer = new Mailer(doors, transport, documents, () => payments.publicUrl(), log, options.mail)
    const personMailer = new PersonMailer(doors, transport, () => payments.publicUrl(), log)
    stop.push(async () => {
      await personMailer.close()
      await mailer.close()
    })

    const jobs = new JobQueue(
      doors,
      url,
      table,
      (accountIds) => feed.hint(accountIds),
      log,
      payments,
      (job) => metrics.jobFailedOnce(job),
    )
    metrics.watchBacklogs(() => readBacklogs(database.sql, table))
    stop.push(() => jobs.close())
    if (options.sweeps !== false) await jobs.start()

    if (!config.production || config.demo) await database.inTransaction(seedSampleProfile)
    else await database.inTransaction((tx) => warnOfNoProfile(tx, log))
    const shown = {
      staffToken: await findStaffToken(database, config),
      demoToken: config.demo ? await seedDemo(doors, config) : null,
    }
    const refusals = new RefusalNotes(database, log)
    const signIn = {
      database: doors,
      passwords: new Passwords(),
      secrets: new SealedSecrets(config),
      throttle: new Throttle(doors.sql),
      log: new SignInLog(refusals),
    }
    const parts = { database: doors, movements, feed, jobs, payments, webhooks, refusals, signIn }
    const seen = {
      metrics,
      tracing,
      sweptAt: () => sweep.lastDoneAt,
      clockAhead: () => clocks.aheadSeconds,
      openGuards: () => guards.openCount,
      replicas,
    }
    const listening = await listen(config, log, parts, { payments, documents, seen }, stop, options)
    payments.start({ listening, publicUrl: config.publicUrl ?? listening }, options.sweeps !== false)
    if (options.sweeps !== false) documents.start()
    // Not before it is known where invoices are paid.
    if (options.sweeps !== false) {
      mailer.start()
      personMailer.start()
    }
    return { url: listening, shown, close }
  } catch (error) {
    await close().catch((failure: unknown) => log.warn({ err: failure }, 'after a failed start'))
    throw error
  }
}

/** OpenTelemetry's packages take a tenth of a second to load, which nobody waits for who wants no traces. */
function openTraces(traces: TracesConfig): Tracing {
  const { openTracing } = module.require('./tracing/open-tracing') as typeof import('./tracing/open-tracing')
  return openTracing(traces)
}

async function embeddedPostgres(config: Config, log: Log, stop: (() => Promise<unknown>)[]): Promise<string> {
  const postgres = await startEmbeddedPostgres({ home: config.home, log })
  stop.push(() => postgres.stop())
  return postgres.url
}

/** Null where none are named: reads then know nothing of them. */
async function openReplicas(
  { databaseReplicaUrls: urls = [], databasePoolSize: poolSize }: Config,
  primary: Database,
  log: Log,
  onRead: (place: ReadPlace) => void,
): Promise<Replicas | null> {
  return urls.length === 0 ? null : Replicas.open(urls, { primary, poolSize, log, onRead })
}

/** What is measured of a gateway. */
interface Seen {
  readonly replicas: Replicas | null
  readonly metrics: Metrics
  readonly tracing: Tracing | null
  readonly sweptAt: () => Date | null
  readonly clockAhead: () => number | null
  readonly openGuards: () => number | null
}

async function listen(
  config: Config,
  log: Log,
  parts: Parts,
  { payments, documents: drawer, seen }: { payments: TakingPayments; documents: DocumentDrawer; seen: Seen },
  stop: (() => Promise<unknown>)[],
  options: GatewayOptions,
): Promise<string> {
  const { database, signIn } = parts
  const { metrics, tracing, replicas } = seen
  const lookUps = replicas?.tellingToo(database.quick) ?? database.quick
  const authenticator = new Authenticator(database.sql, config, lookUps)
  const cookie = new SessionCookie(() => payments.publicUrl())
  const admission = new Admission(authenticator, signIn.throttle, cookie, signIn.log)
  const admit = async (request: FastifyRequest) => {
    const { headers } = request
    const caller = await admission.admit({ authorization: headers.authorization, headers, whence: whenceOf(request) })
    if (caller?.accountId != null) marksOf(request).accountId = caller.accountId
    return caller
  }
  const isTrusted = trustedHops(config.trustProxy)
  const socketWhence = ({ id, request }: Whereabouts) => ({
    origin: AuditOrigin.SOCKET,
    requestId: id,
    ip: clientAddress(request, isTrusted),
    userAgent: request.headers['user-agent'] ?? null,
  })
  const schema = createSchema()
  const gate = createDocumentGate({ schema, suggestions: !config.production })
  const mayIntrospect = (caller: Actor | null) => caller !== null || !config.production
  const documents = readTrustedDocuments(config.documents?.files ?? [])
  const trustedOnly = config.documents?.trustedOnly === true
  // Staff look into things with documents of their own.
  const mayRun = (caller: Actor | null, source: string) =>
    !trustedOnly || caller?.role === Role.STAFF || documents.has(source)
  const limits: LimitsConfig = { ...DEVELOPMENT_LIMITS, ...config.limits }
  const operations = new OperationLimits(schema, new Budgets(database.sql, limits.rate), limits)
  const begin = (context: Context, asked: OperationAsked) => {
    if (replicas !== null && asked.operation.operation === OperationTypeNode.QUERY) context.readOn(replicas)
    return operations.begin(context, asked)
  }
  const compiled = new CompiledQueries<Context>({
    schema,
    // Strangers are charged nothing, and answered nothing that would be worth it.
    mayCompile: ({ caller }) => caller !== null,
    forget: (context) => context.forget(),
  })
  const apollo = createApollo<Context>({
    schema,
    gate,
    log,
    production: config.production,
    mayIntrospect: ({ caller }) => mayIntrospect(caller),
    mayRun: ({ caller }, source) => mayRun(caller, source),
    begin,
    compiled,
    marksOf: ({ marks }) => marks,
    onOperation: (done) => {
      metrics.operationDone(done)
      const span = tracing?.current()
      if (span == null) return
      const { type, outcome } = done
      span.rename(type === 'none' ? 'GraphQL' : `GraphQL ${type}`)
      span.set({ 'graphql.operation.type': type, 'daybook.outcome': outcome })
      if (outcome !== 'OK') span.fail(outcome)
    },
  })
  await apollo.start()
  stop.push(() => apollo.stop())

  let draining = false
  const secure = config.publicUrl?.startsWith('https:') === true
  const app = await createHttpServer({
    apollo,
    log,
    trustProxy: config.trustProxy === null ? false : isTrusted,
    maxRequests: limits.requests,
    documentNamed: (request) => documents.named(request),
    context: async (request, reply) => {
      const arrivedAt = replicas?.now()
      const caller = await admit(request)
      const time = new OperationTime()
      reply.raw.once('close', () => time.leave())
      const context = new Context(parts, caller, whenceOf(request), time, marksOf(request).traceId)
      if (arrivedAt !== undefined) context.arrivedAt = arrivedAt
      return context
    },
    isDraining: () => draining,
    secure,
    tracing,
    onServed: (method, route, status, seconds) => metrics.requestServed(method, route, status, seconds),
    routes: async (routes) => {
      await payments.routes(routes)
      registerDocuments(routes, { documents: drawer, sql: database.sql })
      registerExports(routes, {
        admit,
        reading: () => (replicas === null ? database.sql : statementsOnReplica(database.sql, replicas)),
      })
      if (!config.production) await registerExplorer(routes)
      await registerDashboard(routes, { secure })
      registerSessions(routes, {
        ...signIn,
        cookie,
        authenticateSession: (text) => authenticator.authenticateSession(text),
        isDemoOpen: config.demo && !config.production,
        openIdName: config.openId?.name ?? null,
      })
      registerInvitations(routes, { ...signIn, cookie })
      if (config.openId !== null) {
        const openId = new OpenId(config.openId, () => payments.publicUrl())
        registerOpenId(routes, { ...signIn, openId, cookie, errorLog: log })
      }
      registerMetrics(routes, { metrics, token: config.metricsToken ?? null, production: config.production })
      registerHealth(routes, {
        ready: () => (draining ? Promise.reject(new UnavailableError()) : readClock(database.sql)),
      })
    },
  })
  const sockets = attachWebSocket<Actor, Context>({
    httpServer: app.server,
    schema,
    gate,
    log,
    authenticate: async ({ authorization }, socket) => {
      const actor = await admission.admit({
        authorization: typeof authorization === 'string' ? authorization : undefined,
        headers: socket.request.headers,
        whence: socketWhence(socket),
      })
      if (actor === null) throw new UnauthenticatedError()
      return actor
    },
    contextFor: (actor, signal, socket) => new Context(parts, actor, socketWhence(socket), timeUntil(signal)),
    documentNamed: (payload) => documents.named(payload),
    mayRun,
    begin,
    compiled,
    sessionKey: (actor) => actor.accountId ?? 'staff',
    eyesOf,
    hasRead: (context) => context.hasRead,
    mayIntrospect,
    limits: options.webSocketLimits,
    onOperation: (done) => metrics.operationDone(done),
    onEvent: () => metrics.eventSent(),
    ...(tracing !== null && {
      around: (type, work) =>
        tracing.within(`GraphQL ${type}`, { attributes: { 'graphql.operation.type': type } }, work),
    }),
  })
  metrics.watch(() => {
    const sweptAt = seen.sweptAt()
    return {
      pools: Object.entries({ ...database.pools, ...replicas?.pools }).map(([name, pool]) => ({
        name,
        inUse: pool.totalCount - pool.idleCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
      })),
      sockets: sockets.size,
      subscriptions: sockets.subscriptions,
      movementsWaiting: parts.movements.waiting,
      feed: parts.feed.state,
      sweptAtSeconds: sweptAt === null ? null : sweptAt.getTime() / 1000,
      clockAheadSeconds: seen.clockAhead(),
      openGuards: seen.openGuards(),
      replicas: replicas?.states ?? [],
    }
  })
  stop.push(watchTokens(sockets, authenticator, log))
  await app.listen({ host: config.host, port: config.port })
  stop.push(async () => {
    draining = true
    // A connection on which a request has arrived and isn't read yet counts as idle: closing it would drop the request.
    await delay(config.drainNoticeMs ?? DRAIN_NOTICE_MS)
    const closed = app.close()
    await sockets.dispose(SOCKET_DEADLINE_MS)
    await closed
  })
  const { port } = app.server.address() as AddressInfo
  return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
}

/** The time of an operation that ends with its signal: one for all events of a subscription. */
function timeUntil(signal: AbortSignal): OperationTime {
  const known = times.get(signal)
  if (known !== undefined) return known
  const time = new OperationTime()
  signal.addEventListener('abort', () => time.leave())
  times.set(signal, time)
  return time
}

const times = new WeakMap<AbortSignal, OperationTime>()

/**
 * Closes the sockets whose token or session is over; and those of a person who may do something else than when it was opened:
 * the client connects again, as what it is now. Answers what stops the watch.
 */
function watchTokens(sockets: WebSocketDoor<Actor>, authenticator: Authenticator, log: Log): () => Promise<void> {
  let stopped = false
  let timer: NodeJS.Timeout
  const look = async () => {
    const tokenIds = new Set<string>()
    const sessionIds = new Set<string>()
    for (const { tokenId, signedIn } of sockets.sessions()) {
      if (tokenId !== null) tokenIds.add(tokenId)
      if (signedIn !== undefined) sessionIds.add(signedIn.sessionId)
    }
    if (tokenIds.size + sessionIds.size === 0) return
    const { over, scopes } = await authenticator.standing([...tokenIds], [...sessionIds])
    const isOver = ({ tokenId, signedIn }: Actor) => over.has(tokenId ?? signedIn?.sessionId ?? '')
    if (over.size > 0) sockets.closeSession(isOver, FORBIDDEN, 'Forbidden')
    const isAnother = ({ signedIn, scopes: had }: Actor) => {
      const has = signedIn === undefined ? undefined : scopes.get(signedIn.sessionId)
      return has !== undefined && !sameScopes(had, has)
    }
    sockets.closeSession(isAnother, TRY_AGAIN_LATER, 'What you may do has changed')
  }
  const again = () => {
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => log.warn({ err: error }, 'tokens of open sockets could not be looked at'))
        .finally(() => {
          if (!stopped) again()
        })
    }, TOKEN_WATCH_MS)
  }
  again()
  return () => {
    stopped = true
    clearTimeout(timer)
    return Promise.resolve()
  }
}
