import {
  AdjustBalanceDocument,
  AllocateDaysDocument,
  type Client,
  CreateAccountDocument,
  CreateChannelDocument,
  createClient,
  CreateTokenDocument,
  GatewayError,
  LedgerAuditDocument,
  ReleaseDaysDocument,
  TransferDaysDocument,
} from '../../sdk'

/** What became of an operation, as far as its caller knows. `unknown` may have happened once or not at all. */
export interface Operation {
  key: string
  perform: (client: Client) => Promise<string>
  outcome: 'ok' | 'refused' | 'unknown'
  /** The ledger transaction of an `ok`. */
  transactionId?: string
  code?: string
}

export const STAFF_TOKEN = 'faults-staff-token-0123456789abcdefghij'

/** Codes that say: it was decided against, and nothing happened. */
const REFUSALS = new Set(['INSUFFICIENT_DAYS', 'NOTHING_TO_RELEASE'])
/** Codes that a gateway may answer while a part of it is away. */
const RETRYABLE = new Set(['UNAVAILABLE'])

/** A partner under load: what it asked for, what it was told, and whether the ledger agrees. */
export class History {
  readonly operations: Operation[] = []

  private constructor(
    readonly accountId: string,
    readonly token: string,
    private readonly channelIds: readonly string[],
    private readonly random: () => number,
  ) {}

  static async begin(url: string, seed: number, channels = 8): Promise<History> {
    const staff = createClient({ url, token: STAFF_TOKEN })
    const { createAccount } = await staff.request(CreateAccountDocument, { name: 'Under load' })
    const accountId = createAccount.id
    await staff.request(AdjustBalanceDocument, { accountId, days: 3_000, comment: 'To spend' })
    const channelIds: string[] = []
    for (let index = 0; index < channels; index += 1) {
      const { createChannel } = await staff.request(CreateChannelDocument, { accountId, name: `Channel ${index}` })
      channelIds.push(createChannel.channel.id)
    }
    const { createToken } = await staff.request(CreateTokenDocument, { accountId, name: 'Load', scopes: ['CHANNELS'] })
    return new History(accountId, createToken.secret, channelIds, generator(seed))
  }

  /** A client that never tries again by itself: the history must know each try. */
  client(url: string): Client {
    return createClient({ url, token: this.token, retries: 0, timeoutMs: 10_000 })
  }

  /** Callers that ask for one random movement after another, until `until` says so. */
  async load(clients: readonly Client[], callers: number, until: () => boolean): Promise<void> {
    await Promise.all(
      Array.from({ length: callers }, async (_, caller) => {
        const client = clients[caller % clients.length]
        if (client === undefined) throw new Error('no client')
        while (!until()) {
          const operation = this.next()
          await attempt(operation, client)
          if (operation.outcome === 'unknown') await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }),
    )
  }

  /** Sends every operation whose end is unknown again, under its key, until it is known. */
  async settleUnknown(client: Client): Promise<void> {
    await inParallel(this.operations, async (operation) => {
      for (let tries = 0; operation.outcome === 'unknown' && tries < 50; tries += 1) await attempt(operation, client)
    })
  }

  /** What the ledger has to say against this history. */
  async verdict(client: Client, url: string): Promise<string[]> {
    const { accountId } = this
    const staff = createClient({ url, token: STAFF_TOKEN })
    const { ledgerAudit } = await staff.request(LedgerAuditDocument, { accountId })
    const faults = [...ledgerAudit.violations]
    const transactions = new Set<string>()
    await inParallel(this.operations, async (operation) => {
      if (operation.outcome === 'unknown') faults.push(`${operation.key} is still unknown`)
      if (operation.outcome !== 'ok' || operation.transactionId === undefined) return
      if (transactions.has(operation.transactionId)) faults.push(`${operation.key} shares its transaction with another`)
      transactions.add(operation.transactionId)
      // The same key answers the same transaction: it is there, once.
      const repeated = await operation.perform(client)
      if (repeated !== operation.transactionId) faults.push(`${operation.key} happened twice`)
    })
    // The grant is a transaction too.
    const others = ledgerAudit.transactionsChecked - transactions.size - 1
    if (others !== 0) faults.push(`the ledger holds ${others} transactions that nobody was told of`)
    return faults
  }

  count(outcome: Operation['outcome']): number {
    return this.operations.filter((operation) => operation.outcome === outcome).length
  }

  private next(): Operation {
    const key = `operation ${this.operations.length}`
    const days = 1 + Math.floor(this.random() * 5)
    const channelId = this.anyChannel()
    const toChannelId = this.anyChannel()
    const kind = this.random()
    const operation: Operation = {
      key,
      outcome: 'unknown',
      perform: async (client) => {
        if (kind < 0.6) {
          const { allocateDays } = await client.request(AllocateDaysDocument, { channelId, days, idempotencyKey: key })
          return allocateDays.transaction?.id ?? ''
        }
        if (kind < 0.85 || channelId === toChannelId) {
          const { releaseDays } = await client.request(ReleaseDaysDocument, { channelId, days, idempotencyKey: key })
          return releaseDays.transaction?.id ?? ''
        }
        const { transferDays } = await client.request(TransferDaysDocument, {
          fromChannelId: channelId,
          toChannelId,
          days,
          idempotencyKey: key,
        })
        return transferDays.transaction.id
      },
    }
    this.operations.push(operation)
    return operation
  }

  private anyChannel(): string {
    return this.channelIds[Math.floor(this.random() * this.channelIds.length)] ?? ''
  }
}

/** Requests that check a history at once. */
const CHECKERS = 32

async function inParallel<T>(items: readonly T[], check: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const checker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await check(item)
  }
  await Promise.all(Array.from({ length: CHECKERS }, checker))
}

async function attempt(operation: Operation, client: Client): Promise<void> {
  try {
    operation.transactionId = await operation.perform(client)
    operation.outcome = 'ok'
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    operation.code = error.code
    if (REFUSALS.has(error.code)) operation.outcome = 'refused'
    else if (!RETRYABLE.has(error.code)) throw error
  }
}

/** mulberry32: numbers from 0 to 1 that a seed brings again. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
