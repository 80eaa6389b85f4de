import { ConfigError, type Config } from '../config'
import { openPool, sqlOn, type Database, type Statement } from '../database'
import type { Log } from '../log'
import type { WebhookTools } from './create-webhook-endpoint'
import { WebhookWorker, type DeliveryOptions } from './deliver-events'
import { EndpointLocks } from './endpoint-locks'
import { SealedSecrets } from './sealed-secrets'
import { TestWebhooks } from './send-test-webhook'
import { WebhookSender, type SendingOptions } from './send-webhook'

/** Connections for what is sent, so that it neither waits for requests nor keeps them waiting. */
const CONNECTIONS = 4

/** Webhooks, with what they need of a gateway. */
export interface Webhooks extends WebhookTools {
  readonly tests: TestWebhooks
  /** Sends what there is from now on, unless another gateway does. */
  start(): void
  /** These accounts may have new events. */
  hint(accountIds: Iterable<string>): void
  /** Resolves when what is under way is done, or cut off. */
  close(): Promise<void>
}

export type WebhookOptions = DeliveryOptions & SendingOptions

/** Throws a ConfigError in production where there are endpoints whose secrets can't be opened. */
export async function openWebhooks(
  config: Config,
  url: string,
  database: Database,
  onChanged: (accountIds: string[]) => void,
  log: Log,
  options: WebhookOptions = {},
): Promise<Webhooks> {
  const reach = config.production ? 'PUBLIC' : 'NEARBY'
  const secrets = new SealedSecrets(config)
  if (config.production) await requireKeys(database, secrets)
  const pool = openPool(url, 'daybook webhooks', { max: CONNECTIONS })
  const locks = new EndpointLocks(url)
  const sender = new WebhookSender(reach, options)
  const worker = new WebhookWorker(database, sqlOn(pool), locks, sender, secrets, onChanged, log, options)
  return {
    reach,
    secrets,
    tests: new TestWebhooks(sender, secrets),
    start: () => worker.start(),
    hint: (accountIds) => worker.hint(accountIds),
    close: async () => {
      await worker.close()
      await locks.close()
      await sender.close()
      await pool.end()
    },
  }
}

async function requireKeys({ sql }: Database, secrets: SealedSecrets): Promise<void> {
  const sealed = await sql.query<{ secret: Buffer }>(ONE_OF_EACH_KEY)
  for (const { secret } of sealed) {
    if (await secrets.opens(secret)) continue
    throw new ConfigError(
      'DAYBOOK_SECRET_KEY lacks a key with which secrets of webhooks were sealed. It is a list by comma: the first key seals, and those before it are kept beside it.',
    )
  }
}

// The bytes after the first name the key.
const ONE_OF_EACH_KEY: Statement = {
  name: 'webhook-secrets-of-each-key',
  text: `
    SELECT DISTINCT ON (substring(secret FROM 2 FOR 4)) secret FROM (
      SELECT secret FROM webhook_endpoint WHERE deleted_at IS NULL
      UNION ALL
      SELECT previous_secret FROM webhook_endpoint WHERE deleted_at IS NULL AND previous_secret_until > daybook_now()
    ) AS sealed`,
}
