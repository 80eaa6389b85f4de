import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Transport = 'HTTP' | 'SOCKET'

/** An operation that is answered. */
export interface OperationDone {
  /** `none`: the document could not be read as far as that. */
  readonly type: 'query' | 'mutation' | 'subscription' | 'none'
  readonly transport: Transport
  /** `OK`, or the code of the first error. */
  readonly outcome: string
  readonly seconds: number
}

/** What a pool of connections is doing. */
export interface PoolState {
  readonly name: string
  readonly inUse: number
  readonly idle: number
  readonly waiting: number
}

/** What a gateway knows of itself at the moment of a scrape, without asking anybody. */
export interface GatewayState {
  readonly pools: readonly PoolState[]
  readonly sockets: number
  readonly subscriptions: number
  readonly movementsWaiting: number
  readonly feed: { readonly listening: boolean; readonly followed: number; readonly lagSeconds: number }
  /** Unix time of the last round of the clock's sweep that was done; null where this gateway doesn't sweep. */
  readonly sweptAtSeconds: number | null
  /** By how much this machine's clock is ahead of Postgres's; null before it was looked at. */
  readonly clockAheadSeconds: number | null
  /** Rules that Postgres doesn't hold; null before it was looked at. */
  readonly openGuards: number | null
  readonly replicas: readonly ReplicaState[]
}

export interface ReplicaState {
  readonly number: number
  readonly isWell: boolean
  /** Null where it isn't known. */
  readonly lagSeconds: number | null
}

/** What stands in the database: the same on every gateway of it. */
export interface Backlogs {
  readonly clockSecondsBehind: number
  readonly webhooks: { readonly behind: number; readonly failing: number; readonly oldestSeconds: number }
  readonly providerEvents: { readonly pending: number; readonly parked: number; readonly oldestSeconds: number }
  readonly mails: { readonly pending: number; readonly oldestSeconds: number }
  readonly jobs: readonly JobState[]
}

export interface JobState {
  readonly name: string
  readonly failures: number
  readonly waiting: number
  readonly isRunning: boolean
  /** Unix time; null where it has not run yet. */
  readonly lastRunAtSeconds: number | null
}

/** From a millisecond, in which a query is answered, to the 30 s after which an operation is cut off. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** Of batches: one call when there is one caller, some 256 channels at the most, a bulk beyond that. */
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** What pays for something of ours by its metadata. */
const PAID = ['CHECKOUT', 'CHARGE', 'SUBSCRIPTION']

/** Methods of HTTP that are told apart: a label must not grow with what strangers send. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * What is counted and measured of a gateway, in the names of Prometheus. Labels are words of our own: no tenant, no id,
 * nothing that a request has sent. docs/operations.md says what to make of them.
 */
export class Metrics {
  private readonly registry = new Registry()
  private readonly scraped: (() => Promise<void>)[] = []
  private refreshing: Promise<unknown> | null = null
  /** Of labels that came before: prom-client sorts and joins them anew each time. There are few, since all are words of ours. */
  private readonly requestTimes = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>()
  private readonly operationsShown = new Map<
    string,
    { times: Histogram.Internal<'type' | 'transport'>; count: Counter.Internal }
  >()

  private readonly requests = this.histogram('http_request_duration_seconds', 'Time to answer a request over HTTP.', [
    'method',
    'route',
    'status',
  ])
  private readonly operations = this.histogram(
    'graphql_operation_duration_seconds',
    'Time of a GraphQL operation; of a subscription, until it is open.',
    ['type', 'transport'],
  )
  private readonly outcomes = this.counter(
    'graphql_operations_total',
    'GraphQL operations by OK, or the code of their first error.',
    ['type', 'transport', 'outcome'],
  )
  private readonly events = this.counter('subscription_events_total', 'Events sent to subscribers.')
  private readonly batches = this.histogram(
    'allocation_batch_duration_seconds',
    'Time of a batch of movements, from BEGIN to the answer of COMMIT.',
  )
  private readonly batchSizes = this.histogram('allocation_batch_size', 'Calls in a batch of movements.', [], SIZES)
  private readonly batchFailures = this.counter(
    'allocation_batch_failures_total',
    'Batches that were not committed as a whole.',
  )
  private readonly feedReads = this.histogram(
    'feed_read_duration_seconds',
    'From hearing that an account has news until they are read.',
  )
  private readonly sweeps = this.histogram('clock_sweep_duration_seconds', 'Time of a round of the clock’s sweep.')
  private readonly sweepFailures = this.counter(
    'clock_sweep_failures_total',
    'Rounds of the clock’s sweep that failed.',
  )
  private readonly told = this.counter(
    'clock_channels_told_total',
    'Ends, notices and failed renewals of channels that the sweep has told.',
  )
  private readonly jobFailures = this.counter('job_run_failures_total', 'Runs of a job that failed here.', ['job'])
  private readonly deliveries = this.counter(
    'webhook_deliveries_total',
    'Attempts to deliver an event: DELIVERED, REFUSED by an answer, or without any (UNANSWERED).',
    ['outcome'],
  )
  private readonly deliveryTimes = this.histogram('webhook_delivery_duration_seconds', 'Time of such an attempt.')
  private readonly providerEvents = this.counter(
    'provider_webhooks_total',
    'Webhooks of the payment provider: STORED, KNOWN already or about nothing, or FORGED.',
    ['outcome'],
  )

  private readonly providerRefusals = this.counter(
    'provider_refused_total',
    'What was paid at the payment provider, and whose metadata name what is not its customer’s here.',
    ['kind'],
  )

  private readonly replicaReads = this.counter(
    'replica_reads_total',
    'Operations that may be read on a replica: on a REPLICA; on the primary since all were BEHIND or AWAY; begun on one that FAILED.',
    ['place'],
  )

  private readonly replicaUp = this.gauge('replica_up', '1 where a replica is there and fit to be read from.', [
    'replica',
  ])
  private readonly replicaLag = this.gauge(
    'replica_lag_seconds',
    'Since when what the primary has committed is not on a replica.',
    ['replica'],
  )
  private readonly poolConnections = this.gauge('pg_pool_connections', 'Connections to Postgres.', ['pool', 'state'])
  private readonly poolWaiting = this.gauge('pg_pool_waiting', 'Who waits for a connection.', ['pool'])
  private readonly sockets = this.gauge('websocket_connections', 'Open sockets.')
  private readonly subscriptions = this.gauge('websocket_subscriptions', 'Open subscriptions.')
  private readonly movements = this.gauge('allocation_waiting', 'Movements that wait for their batch.')
  private readonly feedListening = this.gauge('feed_listening', '1 while the feed hears of other gateways at once.')
  private readonly feedFollowed = this.gauge('feed_followed_accounts', 'Accounts that somebody follows here.')
  private readonly feedLag = this.gauge('feed_lag_seconds', 'The longest that news of a followed account are unread.')
  private readonly sweptAt = this.gauge(
    'clock_sweep_last_timestamp_seconds',
    'When the last round of the sweep was done.',
  )

  private readonly clockAhead = this.gauge(
    'clock_ahead_seconds',
    'By how much this machine’s clock is ahead of Postgres’s; negative where it is behind.',
  )

  private readonly guardsOpen = this.gauge(
    'ledger_guards_open',
    'Constraints and triggers of the ledger that are gone, switched off or not validated.',
  )

  private readonly databaseUp = this.gauge('database_up', '1 where Postgres has answered the scrape in time.')
  private readonly clockLag = this.gauge('clock_lag_seconds', 'How far what the clock brings is behind it.')
  private readonly jobRunAt = this.gauge('job_last_run_timestamp_seconds', 'When a job last began to run.', ['job'])
  private readonly jobRunning = this.gauge('job_running', '1 while a job runs somewhere.', ['job'])
  private readonly jobWaiting = this.gauge('job_waiting', 'Runs of a job that wait.', ['job'])
  private readonly jobFailed = this.gauge('job_failed_runs', 'Runs given up in the last seven days.', ['job'])
  private readonly hooksBehind = this.gauge('webhook_endpoints_behind', 'Endpoints for which events wait.')
  private readonly hooksFailing = this.gauge('webhook_endpoints_failing', 'Endpoints whose next event has failed.')
  private readonly hooksAge = this.gauge(
    'webhook_queue_age_seconds',
    'Age of the oldest event that waits for an endpoint.',
  )
  private readonly providerPending = this.gauge(
    'provider_events_pending',
    'Events of the payment provider to be handled.',
  )
  private readonly providerParked = this.gauge('provider_events_parked', 'Events that failed too often.')
  private readonly providerAge = this.gauge('provider_events_age_seconds', 'Age of the oldest that is to be handled.')
  private readonly mailsPending = this.gauge('mails_pending', 'Mails that wait.')
  private readonly mailsAge = this.gauge('mails_age_seconds', 'Age of the oldest mail that waits.')

  constructor() {
    // An increase is seen from 0 on only.
    for (const kind of PAID) this.providerRefusals.labels(kind).inc(0)
    observeProcess()
  }

  requestServed(method: string, route: string | undefined, status: number, seconds: number): void {
    const shown = METHODS.has(method) ? method : 'other'
    const key = `${shown} ${String(status)} ${route ?? ''}`
    let times = this.requestTimes.get(key)
    if (times === undefined) {
      times = this.requests.labels(shown, route ?? 'none', String(status))
      this.requestTimes.set(key, times)
    }
    times.observe(seconds)
  }

  operationDone({ type, transport, outcome, seconds }: OperationDone): void {
    const key = `${type} ${transport} ${outcome}`
    let shown = this.operationsShown.get(key)
    if (shown === undefined) {
      shown = {
        times: this.operations.labels(type, transport),
        count: this.outcomes.labels(type, transport, outcome),
      }
      this.operationsShown.set(key, shown)
    }
    shown.times.observe(seconds)
    shown.count.inc()
  }

  eventSent(): void {
    this.events.inc()
  }

  batchDone(size: number, seconds: number, isCommitted: boolean): void {
    this.batchSizes.observe(size)
    this.batches.observe(seconds)
    if (!isCommitted) this.batchFailures.inc()
  }

  feedRead(seconds: number): void {
    this.feedReads.observe(seconds)
  }

  sweepDone(seconds: number, isWhole: boolean): void {
    this.sweeps.observe(seconds)
    if (!isWhole) this.sweepFailures.inc()
  }

  channelsTold(count: number): void {
    this.told.inc(count)
  }

  jobFailedOnce(job: string): void {
    this.jobFailures.labels(job).inc()
  }

  webhookSent(outcome: 'DELIVERED' | 'REFUSED' | 'UNANSWERED', seconds: number): void {
    this.deliveries.labels(outcome).inc()
    this.deliveryTimes.observe(seconds)
  }

  providerWebhook(outcome: 'STORED' | 'KNOWN' | 'FORGED'): void {
    this.providerEvents.labels(outcome).inc()
  }

  providerRefused(kind: string): void {
    this.providerRefusals.labels(kind).inc()
  }

  replicaRead(place: 'REPLICA' | 'BEHIND' | 'AWAY' | 'FAILED'): void {
    this.replicaReads.labels(place).inc()
  }

  /** Asked at each scrape. */
  watch(state: () => GatewayState): void {
    this.scraped.push(() => {
      this.showState(state())
      return Promise.resolve()
    })
  }

  /** Asked at each scrape; null where Postgres doesn't answer. */
  watchBacklogs(read: () => Promise<Backlogs | null>): void {
    this.scraped.push(async () => this.showBacklogs(await read()))
  }

  /** The answer to a scrape. Scrapes at once share what is asked. */
  async text(): Promise<string> {
    this.refreshing ??= Promise.all(this.scraped.map((refresh) => refresh())).finally(() => {
      this.refreshing = null
    })
    await this.refreshing
    return `${await this.registry.metrics()}${await PROCESS.metrics()}`
  }

  get contentType(): string {
    return this.registry.contentType
  }

  private showState(state: GatewayState): void {
    const { pools, sockets, subscriptions, movementsWaiting, feed, sweptAtSeconds, clockAheadSeconds, openGuards } =
      state
    for (const { number, isWell, lagSeconds } of state.replicas) {
      this.replicaUp.labels(String(number)).set(isWell ? 1 : 0)
      if (lagSeconds === null) this.replicaLag.remove(String(number))
      else this.replicaLag.labels(String(number)).set(lagSeconds)
    }
    for (const { name, inUse, idle, waiting } of pools) {
      this.poolConnections.labels(name, 'in_use').set(inUse)
      this.poolConnections.labels(name, 'idle').set(idle)
      this.poolWaiting.labels(name).set(waiting)
    }
    this.sockets.set(sockets)
    this.subscriptions.set(subscriptions)
    this.movements.set(movementsWaiting)
    this.feedListening.set(feed.listening ? 1 : 0)
    this.feedFollowed.set(feed.followed)
    this.feedLag.set(feed.lagSeconds)
    if (sweptAtSeconds === null) this.sweptAt.remove()
    else this.sweptAt.set(sweptAtSeconds)
    if (clockAheadSeconds === null) this.clockAhead.remove()
    else this.clockAhead.set(clockAheadSeconds)
    if (openGuards === null) this.guardsOpen.remove()
    else this.guardsOpen.set(openGuards)
  }

  private showBacklogs(backlogs: Backlogs | null): void {
    this.databaseUp.set(backlogs === null ? 0 : 1)
    if (backlogs === null) {
      // What was true a while ago is not shown as if it were true now.
      for (const gauge of [
        ...[this.clockLag, this.hooksBehind, this.hooksFailing, this.hooksAge, this.mailsPending, this.mailsAge],
        ...[this.providerPending, this.providerParked, this.providerAge],
      ])
        gauge.remove()
      for (const gauge of [this.jobRunAt, this.jobRunning, this.jobWaiting, this.jobFailed]) gauge.reset()
      return
    }
    const { webhooks, providerEvents, mails, jobs } = backlogs
    this.clockLag.set(backlogs.clockSecondsBehind)
    this.hooksBehind.set(webhooks.behind)
    this.hooksFailing.set(webhooks.failing)
    this.hooksAge.set(webhooks.oldestSeconds)
    this.providerPending.set(providerEvents.pending)
    this.providerParked.set(providerEvents.parked)
    this.providerAge.set(providerEvents.oldestSeconds)
    this.mailsPending.set(mails.pending)
    this.mailsAge.set(mails.oldestSeconds)
    for (const { name, failures, waiting, isRunning, lastRunAtSeconds } of jobs) {
      if (lastRunAtSeconds !== null) this.jobRunAt.labels(name).set(lastRunAtSeconds)
      this.jobRunning.labels(name).set(isRunning ? 1 : 0)
      this.jobWaiting.labels(name).set(waiting)
      this.jobFailed.labels(name).set(failures)
    }
  }

  private counter<Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name: `daybook_${name}`, help, labelNames, registers: [this.registry] })
  }

  private gauge<Label extends string>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name: `daybook_${name}`, help, labelNames, registers: [this.registry] })
  }

  private histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[] = [],
    buckets = SECONDS,
  ): Histogram<Label> {
    return new Histogram({ name: `daybook_${name}`, help, labelNames, buckets, registers: [this.registry] })
  }
}

/** Memory, CPU, handles, event loop and garbage collection are the process's, however many gateways are in it. */
const PROCESS = new Registry()
let isObserved = false

function observeProcess(): void {
  if (isObserved) return
  isObserved = true
  collectDefaultMetrics({ register: PROCESS })
}
