import { randomUUID } from 'node:crypto'
import type { Actor } from '../auth/actor'
import type { Tx } from '../database'
import { ConflictError } from '../errors'
import { openBook } from '../ledger/account-book'
import type { SealedSecrets } from './sealed-secrets'
import type { Sending, WebhookSender } from './send-webhook'
import type { WebhookEndpoint } from './webhook-endpoint.entity'

/** The type of what is sent for a test; no event of an account has it. */
export const TEST_TYPE = 'webhook.test'

/** Throws ACCOUNT_SUSPENDED, ACCOUNT_CLOSED. */
export async function requireMayTest(tx: Tx, actor: Actor, accountId: string): Promise<void> {
  const book = await openBook(tx, { accountId }, { asItStands: true })
  if (actor.accountId !== null) book.requireActive()
}

/** Sends tests, one at a time to an endpoint. They are no events: they have no place in the stream, and are not retried. */
export class TestWebhooks {
  private readonly underWay = new Set<string>()

  constructor(
    private readonly sender: WebhookSender,
    private readonly secrets: SealedSecrets,
  ) {}

  /** Throws CONFLICT where one is under way. */
  async send({ id, accountId, url, secret }: WebhookEndpoint): Promise<Sending> {
    if (this.underWay.has(id)) throw new ConflictError('A test of the endpoint is under way.')
    this.underWay.add(id)
    try {
      const data = { kind: 'WebhookTest', account: accountId, subject: id, sequence: null }
      const body = JSON.stringify({ type: TEST_TYPE, timestamp: new Date().toISOString(), data })
      const message = { id: `msg_test_${randomUUID()}`, body }
      return await this.sender.send(url, message, [await this.secrets.open(id, secret)])
    } finally {
      this.underWay.delete(id)
    }
  }
}
