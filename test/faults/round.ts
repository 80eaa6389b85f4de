import { setTimeout as delay } from 'node:timers/promises'
import { isDatabaseAway } from '../../src/database-errors'
import { lastSequence } from '../../src/events/read-events'
import { Desk, onDatabase } from '../support/desk'
import { Dice } from '../support/dice'
import { StripeDouble } from '../support/stripe-double'
import { AnswerProxy } from './answer-proxy'
import { CardPayer } from './card-payer'
import { CommitProxy } from './commit-proxy'
import { Follower } from './followers'
import { GatewayProcess } from './gateway-process'
import { badlyTold, doneTwice, judge } from './judge'
import { leftOpen, pauseBackends, terminateBackends, type PostgresServer } from './postgres-server'
import { brokenInvariants } from './snapshot-invariants'
import { seedPartners, Workload } from './workload'

export interface RoundOptions {
  seed: number
  faults: number
  clients: number
  /** Acknowledgements between two faults. */
  pace: number
  /** Time to serve everybody again once the last fault is over. */
  recoverWithinMs: number
  say: (line: string) => void
}

export interface RoundReport {
  seed: number
  faults: string[]
  counts: Record<'ok' | 'refused' | 'unknown', number>
  /** What each kind of fault came to, so that one that never strikes is seen. */
  struck: Record<string, number>
  recoveredMs: number
  /** A sentence for each promise that was broken. */
  amiss: string[]
}

/** Long enough for anything that a fault leaves to be waited for. */
const PATIENCE_MS = 60_000

/**
 * One seed's world: two gateways and a Postgres as processes of their own, clients that ask for everything that moves days
 * or money, and faults, one after another. The seed draws both. Answers what was broken by it.
 */
export async function playRound(server: PostgresServer, options: RoundOptions): Promise<RoundReport> {
  const scene = await Scene.open(server, options)
  try {
    return await scene.play()
  } finally {
    await scene.close()
  }
}

type Fault = (scene: Scene) => Promise<void>

/** Each leaves everything running, or is put right by `mend`. */
const FAULTS: Record<string, Fault> = {
  'a gateway is killed': async (scene) => {
    const gateway = scene.anyGateway()
    await gateway.end('SIGKILL')
    await delay(scene.dice.between(0, 300))
    await gateway.start()
  },
  'Postgres crashes': async ({ server, dice }) => {
    await server.crash()
    await delay(dice.between(0, 800))
    await server.restart()
  },
  'backends are ended': async ({ url, dice }) => {
    for (let times = dice.between(1, 6); times > 0; times -= 1) {
      await terminateBackends(url, dice.between(1, 8))
      await delay(dice.between(10, 120))
    }
  },
  'a gateway stands still': async (scene) => {
    const gateway = scene.anyGateway()
    gateway.pause()
    await delay(scene.dice.between(200, 2_000))
    gateway.resume()
  },
  'the disk stands still': ({ url, dice }) => pauseBackends(url, dice.between(4, 20), dice.between(200, 2_000)),
  'commits are cut': async ({ commits, dice }) => {
    for (let times = dice.between(3, 10); times > 0; times -= 1) {
      commits.cut(dice.pick(['BEFORE_COMMIT', 'AFTER_COMMIT'] as const))
      await delay(dice.between(5, 60))
    }
  },
  'answers are lost': async ({ answers, dice }) => {
    for (const proxy of answers) proxy.drop(dice.between(5, 25))
    await delay(dice.between(50, 300))
  },
  'the clock steps': async ({ dice, url }) => {
    const hours = dice.pick([-5, -1, 1, 13, 26, 24 * 8])
    await onDatabase(url, 'UPDATE fault_clock SET ahead = ahead + make_interval(hours => $1::integer)', [hours])
  },
}

class Scene {
  readonly dice: Dice
  private readonly amiss: string[] = []
  private readonly followers: Follower[]
  private readonly payer: CardPayer
  private readonly workload: Workload
  private over = false

  private constructor(
    readonly server: PostgresServer,
    private readonly options: RoundOptions,
    /** Straight to the database, by no proxy. */
    readonly url: string,
    private readonly desk: Desk,
    readonly commits: CommitProxy,
    private readonly double: StripeDouble,
    readonly gateways: readonly GatewayProcess[],
    readonly answers: readonly AnswerProxy[],
    partners: Awaited<ReturnType<typeof seedPartners>>,
  ) {
    const { seed } = options
    this.dice = new Dice(seed)
    const urls = gateways.map((gateway) => gateway.url)
    this.workload = new Workload(partners, new Dice(seed + 1))
    this.workload.sendTo([...urls, ...answers.map((proxy) => proxy.url)])
    this.payer = new CardPayer(this.workload, double, new Dice(seed + 2), urls)
    this.followers = partners.flatMap((partner) => [
      new Follower(partner, urls),
      new Follower(partner, [...urls].reverse()),
    ])
  }

  static async open(server: PostgresServer, options: RoundOptions): Promise<Scene> {
    const url = await server.createDatabase()
    await onDatabase(
      url,
      `CREATE TABLE fault_clock (ahead interval NOT NULL);
       INSERT INTO fault_clock VALUES ('0');
       CREATE OR REPLACE FUNCTION daybook_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
       BEGIN
         RETURN date_trunc('milliseconds', clock_timestamp() + (SELECT ahead FROM fault_clock));
       END
       $$`,
    )
    const desk = await Desk.open(url)
    const partners = await seedPartners(desk, 3)
    const commits = await CommitProxy.start(url)
    const double = await StripeDouble.start()
    const { secretKey, webhookSecrets } = double.config
    const environment = {
      DATABASE_URL: commits.url,
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_WEBHOOK_SECRET: webhookSecrets.join(','),
      STRIPE_API_BASE: double.url,
      DAYBOOK_HOME: `${server.home}/gateways`,
    }
    const gateways = await Promise.all([GatewayProcess.start(environment), GatewayProcess.start(environment)])
    const answers = await Promise.all(gateways.map(({ port }) => AnswerProxy.start(port)))
    return new Scene(server, options, url, desk, commits, double, gateways, answers, partners)
  }

  anyGateway(): GatewayProcess {
    return this.dice.pick(this.gateways)
  }

  async play(): Promise<RoundReport> {
    const { workload, options, dice } = this
    const played: string[] = []
    /** Each kind comes once before any comes again. */
    const left: string[] = []
    const auditor = this.auditAgainAndAgain()
    workload.start(options.clients)
    this.payer.start()
    let recoveredMs = 0
    try {
      for (let struck = 0; struck < options.faults; struck += 1) {
        // So that each fault has some work behind it, and cuts it off at no certain point of it.
        await workload.makeProgress(options.pace, PATIENCE_MS)
        await delay(dice.between(0, 200))
        if (left.length === 0) left.push(...Object.keys(FAULTS))
        const [name = ''] = left.splice(dice.below(left.length), 1)
        options.say(`${name}, after ${workload.count('ok')} were acknowledged`)
        played.push(name)
        await FAULTS[name]?.(this)
      }
      recoveredMs = await this.recover()
    } finally {
      this.over = true
      await workload.stop()
      await auditor
    }
    options.say('the load is over')
    const counts = { ok: workload.count('ok'), refused: workload.count('refused'), unknown: workload.count('unknown') }
    await this.settle()
    options.say('everything is settled')
    this.amiss.push(...(await judge(this.desk, workload.history, this.followers)))
    for (const gateway of this.gateways) {
      const code = await gateway.end('SIGTERM')
      if (code !== 0) this.amiss.push(`a gateway that was asked to stop exited with ${String(code)}: ${gateway.log}`)
    }
    const struck = {
      cuts: this.commits.made,
      drops: this.answers.reduce((sum, { dropped }) => sum + dropped, 0),
      doubles: this.payer.doubled,
      payments: this.payer.paid.size,
    }
    return { seed: options.seed, faults: played, counts, struck, recoveredMs, amiss: this.amiss }
  }

  async close(): Promise<void> {
    this.over = true
    for (const gateway of this.gateways) {
      gateway.resume()
      await gateway.end('SIGKILL')
    }
    await Promise.all(this.followers.map((follower) => follower.stop()))
    for (const proxy of this.answers) await proxy.close()
    await this.commits.close()
    await this.double.close()
    await this.desk.close()
    await this.server.dropDatabase(this.url)
  }

  /** The faults are over: every client is served again, by every gateway, within the time that is promised. */
  private async recover(): Promise<number> {
    const { workload, options } = this
    this.commits.relent()
    for (const proxy of this.answers) proxy.relent()
    const since = performance.now()
    const done = workload.count('ok')
    await workload.makeProgress(options.clients, PATIENCE_MS)
    for (const gateway of this.gateways) while (!(await gateway.isReady())) await delay(20)
    const recoveredMs = Math.round(performance.now() - since)
    options.say(`served again after ${recoveredMs} ms (${workload.count('ok') - done} were acknowledged)`)
    if (recoveredMs > options.recoverWithinMs) this.amiss.push(`it took ${recoveredMs} ms to serve everybody again`)
    return recoveredMs
  }

  private async settle(): Promise<void> {
    const { workload, desk } = this
    this.amiss.push(...badlyTold(workload.history), ...(await doneTwice(desk, workload.history)))
    await workload.retryUnknown()
    await this.payer.stop(PATIENCE_MS)
    await workload.retryUnknown()
    await this.seePaymentsApplied()
    this.amiss.push(...(await workload.replaySome(100)))
    // Whatever the clock has brought is in the book with this, whoever was to see to it.
    for (const partner of workload.partners) {
      const { answer } = await workload.ask('adjust', partner, { accountId: partner.accountId, days: 1 })
      if (answer.outcome !== 'ok') this.amiss.push(`the last day was not granted: ${JSON.stringify(answer)}`)
    }
    for (const follower of this.followers) {
      const last = await lastSequence(desk.database.sql, follower.partner.accountId)
      await follower.hasSeen(last ?? NaN, PATIENCE_MS).catch((error: unknown) => this.amiss.push(String(error)))
      await follower.stop()
    }
    this.amiss.push(...(await leftOpen(this.url)).map((transaction) => `a transaction was left open: ${transaction}`))
  }

  /** What was paid at the provider is in the books, once it was told of; what is tried again later is tried now. */
  private async seePaymentsApplied(): Promise<void> {
    const paid = [...this.payer.paid]
    const giveUpAt = performance.now() + PATIENCE_MS
    for (;;) {
      const rows = await this.desk.rows<{ id: string }>(
        `SELECT id FROM invoice WHERE id = ANY ($1) AND status <> 'PAID'`,
        [paid],
      )
      if (rows.length === 0) return
      if (performance.now() > giveUpAt) {
        this.amiss.push(`paid by card and not in the books: ${rows.map(({ id }) => id).join(', ')}`)
        return
      }
      await this.desk.rows(`UPDATE provider_event SET next_attempt_at = daybook_now() WHERE state = 'PENDING'`)
      await delay(500)
    }
  }

  /** The invariants hold at every commit, not only at the end. */
  private async auditAgainAndAgain(): Promise<void> {
    while (!this.over) {
      try {
        this.amiss.push(...(await brokenInvariants(this.desk.database)))
      } catch (error) {
        if (!isDatabaseAway(error)) throw error
      }
      await delay(200)
    }
  }
}
