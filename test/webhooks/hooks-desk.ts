import { Role, Scope, type Actor } from '../../src/auth/actor'
import { openWebhooks, type WebhookOptions, type Webhooks } from '../../src/webhooks/start-webhooks'
import {
  CreateWebhookEndpoint,
  createWebhookEndpoint,
  type CreatedEndpoint,
} from '../../src/webhooks/create-webhook-endpoint'
import { createLog } from '../../src/log'
import { parseInput } from '../../src/input'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, TestClock } from '../support/desk'
import { TEST_CONFIG } from '../support/gateway'

const log = createLog({ logLevel: 'silent' })

export const PARTNER_ACTOR = (accountId: string): Actor => ({
  role: Role.PARTNER,
  scopes: new Set(Object.values(Scope)),
  accountId,
  tokenId: 'token_test',
  expiresAt: null,
})

/** Gateways' worth of webhooks on one database, whose clock the test has in its hands. */
export class HooksDesk {
  private constructor(
    readonly desk: Desk,
    readonly clock: TestClock,
    private readonly database: TestDatabase,
    readonly gateways: Webhooks[],
    private readonly options: WebhookOptions,
  ) {}

  /** Failures are retried at once, unless the options say otherwise. */
  static async open(gateways = 1, options: WebhookOptions = { retryDelayMs: () => 0 }): Promise<HooksDesk> {
    const database = await createTestDatabase()
    const clock = await TestClock.install(database.url)
    const hints: Webhooks[] = []
    const desk = await Desk.open(database.url, (accountIds) => {
      for (const webhooks of hints) webhooks.hint(accountIds)
    })
    const hooks = new HooksDesk(desk, clock, database, hints, options)
    for (let count = 0; count < gateways; count += 1) await hooks.startGateway()
    return hooks
  }

  get url(): string {
    return this.database.url
  }

  async startGateway(): Promise<Webhooks> {
    const config = { ...TEST_CONFIG, databaseUrl: this.database.url }
    const hint = (accountIds: string[]) => {
      for (const one of this.gateways) one.hint(accountIds)
    }
    const webhooks = await openWebhooks(config, this.database.url, this.desk.database, hint, log, this.options)
    webhooks.start()
    this.gateways.push(webhooks)
    return webhooks
  }

  async stopGateway(webhooks: Webhooks): Promise<void> {
    this.gateways.splice(this.gateways.indexOf(webhooks), 1)
    await webhooks.close()
  }

  async endpoint(accountId: string, input: Partial<CreateWebhookEndpoint>): Promise<CreatedEndpoint> {
    const command = parseInput(CreateWebhookEndpoint, { accountId, after: 0, ...input })
    const [webhooks] = this.gateways
    if (webhooks === undefined) throw new Error('no gateway is open')
    const made = await this.desk.database.inTransaction((tx) =>
      createWebhookEndpoint(tx, PARTNER_ACTOR(accountId), command, webhooks),
    )
    this.hint(accountId)
    return made
  }

  /** The account has so many more events, in one statement: their worth is their numbers. */
  async events(accountId: string, count: number, type = 'channel.updated'): Promise<void> {
    await this.desk.rows(
      `WITH taken AS (UPDATE account SET sequence = sequence + $2 WHERE id = $1 RETURNING sequence - $2 AS before)
       INSERT INTO event (account_id, sequence, type, subject, data, actor, occurred_at)
       SELECT $1, taken.before + n, $3, 'channel_01jd0000000000000000000000', jsonb_build_object('n', n), 'token_test', daybook_now()
       FROM taken, generate_series(1, $2::int) AS n`,
      [accountId, count, type],
    )
    this.hint(accountId)
  }

  hint(accountId: string): void {
    for (const webhooks of this.gateways) webhooks.hint([accountId])
  }

  async state(endpointId: string): Promise<Record<string, unknown>> {
    const [row] = await this.desk.rows<Record<string, unknown>>('SELECT * FROM webhook_endpoint WHERE id = $1', [
      endpointId,
    ])
    return row ?? {}
  }

  /** Resolves when the endpoint is as it is to be: what is written comes after what is received. */
  async untilState(endpointId: string, holds: (row: Record<string, unknown>) => boolean): Promise<void> {
    while (!holds(await this.state(endpointId))) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  async close(): Promise<void> {
    for (const webhooks of this.gateways) await webhooks.close()
    await this.desk.close()
    await this.clock.close()
    await this.database.drop()
  }
}
