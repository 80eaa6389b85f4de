import { Client } from 'pg'
import { createAccount, CreateAccount } from '../../src/accounts/create-account'
import { UpdateAccount, updateAccount } from '../../src/accounts/update-account'
import { AllocateDays, allocateDays } from '../../src/channels/allocate-days'
import { AllocateDaysInBulk, allocateDaysInBulk, type BulkOutcome } from '../../src/channels/allocate-days-in-bulk'
import { keepUpToDate } from '../../src/billing/keep-up-to-date'
import { CreateChannel, createChannel, type CreatedChannel } from '../../src/channels/create-channel'
import { DeleteChannel, deleteChannel, type DeletedChannel } from '../../src/channels/delete-channel'
import { MovementBatcher, type MovementCommand } from '../../src/channels/movement-batcher'
import { ReleaseDays, releaseDays } from '../../src/channels/release-days'
import { TransferDays, transferDays } from '../../src/channels/transfer-days'
import { openDatabase, type Database, type Tx } from '../../src/database'
import { DomainError, type ErrorCode, type ErrorDetails } from '../../src/errors'
import { requestKey } from '../../src/idempotency'
import { parseInput } from '../../src/input'
import { inBook, type AccountBook, type Decided } from '../../src/ledger/account-book'
import { AdjustBalance, adjustBalance } from '../../src/ledger/adjust-balance'
import { newId } from '../../src/typed-id'

export const STAFF = 'staff:test'
export const PARTNER = 'token_test'

/** A field that is left out, as a caller may leave it out. */
type Input<Command> = Partial<Record<keyof Command, unknown>>

/**
 * The verbs behind one gateway's doors, without the doors: a database handle, and a batcher of its own. Two desks on one
 * database are two gateways.
 */
export class Desk {
  readonly movements: MovementBatcher
  private closed: Promise<void> | undefined

  private constructor(
    readonly database: Database,
    onCommitted: (accountIds: string[]) => void,
  ) {
    this.movements = new MovementBatcher(database, onCommitted)
  }

  static async open(url: string, onCommitted: (accountIds: string[]) => void = () => undefined): Promise<Desk> {
    return new Desk(keepUpToDate(await openDatabase(url, 8), onCommitted), onCommitted)
  }

  /** Also a second time. */
  close(): Promise<void> {
    this.closed ??= this.movements.drained().then(() => this.database.close())
    return this.closed
  }

  async createAccount(input: Input<CreateAccount> = {}): Promise<string> {
    const command = parseInput(CreateAccount, { name: 'Partner', ...input })
    const { accountId } = await this.database.inTransaction((tx) => createAccount(tx, STAFF, command))
    return accountId
  }

  updateAccount(input: Input<UpdateAccount>): Promise<void> {
    const command = parseInput(UpdateAccount, input)
    return this.database.inTransaction((tx) => updateAccount(tx, STAFF, command))
  }

  adjust(accountId: string, input: Input<AdjustBalance>): Promise<Decided<{ transactionId: string }>> {
    const command = parseInput(AdjustBalance, { accountId, comment: 'test', ...input })
    return this.database.inTransaction((tx) => adjustBalance(tx, STAFF, command))
  }

  async grant(accountId: string, days: number): Promise<void> {
    await this.adjust(accountId, { days, idempotencyKey: `grant ${Math.random()}` })
  }

  /** What a chargeback does to a book. Its row names an invoice and a payment that are not there. */
  async chargeBack(accountId: string, days: number): Promise<string> {
    const id = newId('chargeback')
    await this.inBook(accountId, 'test.charged_back', async (book, tx) => {
      book.chargeBack({ days, actor: STAFF })
      await tx.manager.query(`SET LOCAL session_replication_role = replica`)
      await tx.manager.query(
        `INSERT INTO chargeback VALUES ($1, $2, 'invoice', 'payment', 'TEST', $1, 1, 'EUR', $3, 'OPEN', now(), NULL)`,
        [id, accountId, days],
      )
      await tx.manager.query(`SET LOCAL session_replication_role = origin`)
    })
    return id
  }

  /** What a dispute that is won does to a book. */
  async reverse(accountId: string, id: string, days: number): Promise<void> {
    await this.inBook(accountId, 'test.reversed', async (book, tx) => {
      book.reverseChargeback({ days, actor: STAFF })
      await tx.manager.query(`UPDATE chargeback SET status = 'WON', closed_at = now() WHERE id = $1`, [id])
    })
  }

  createChannel(accountId: string, input: Input<CreateChannel> = {}): Promise<Decided<CreatedChannel>> {
    const command = parseInput(CreateChannel, { name: 'Channel', ...input })
    return this.database.inTransaction((tx) => createChannel(tx, PARTNER, accountId, command))
  }

  async channels(accountId: string, count: number): Promise<string[]> {
    const ids: string[] = []
    for (let made = 0; made < count; made += 1) ids.push((await this.createChannel(accountId)).outcome.channelId)
    return ids
  }

  allocate(accountId: string, input: Input<AllocateDays>): Promise<Decided<string>> {
    const command = parseInput(AllocateDays, input)
    return this.move({
      accountId,
      channelIds: [command.channelId],
      key: requestKey(accountId, 'allocateDays', command),
      decide: (book) => allocateDays(book, PARTNER, command).id,
    })
  }

  allocateInBulk(accountId: string, input: Input<AllocateDaysInBulk>): Promise<Decided<BulkOutcome>> {
    const command = parseInput(AllocateDaysInBulk, input)
    return this.move({
      accountId,
      channelIds: command.items.map((item) => item.channelId),
      key: requestKey(accountId, 'allocateDaysInBulk', command),
      decide: (book) => allocateDaysInBulk(book, PARTNER, command),
    })
  }

  release(accountId: string, input: Input<ReleaseDays>): Promise<Decided<string>> {
    const command = parseInput(ReleaseDays, input)
    return this.move({
      accountId,
      channelIds: [command.channelId],
      key: requestKey(accountId, 'releaseDays', command),
      decide: (book) => releaseDays(book, PARTNER, command).id,
    })
  }

  transfer(accountId: string, input: Input<TransferDays>): Promise<Decided<string>> {
    const command = parseInput(TransferDays, input)
    return this.move({
      accountId,
      channelIds: [command.fromChannelId, command.toChannelId],
      key: requestKey(accountId, 'transferDays', command),
      decide: (book) => transferDays(book, PARTNER, command).id,
    })
  }

  deleteChannel(accountId: string, input: Input<DeleteChannel>): Promise<Decided<DeletedChannel>> {
    const command = parseInput(DeleteChannel, input)
    return this.move({
      accountId,
      channelIds: [command.channelId],
      key: requestKey(accountId, 'deleteChannel', command),
      decide: (book) => deleteChannel(book, PARTNER, command),
    })
  }

  /** The outcome alone: what an answer is told from besides is none of the ledger's tests. */
  private async move<Outcome>(command: MovementCommand<Outcome>): Promise<Decided<Outcome>> {
    const { outcome, replayed } = await this.movements.submit(command)
    return { outcome, replayed }
  }

  private async inBook(
    accountId: string,
    type: string,
    deed: (book: AccountBook, tx: Tx) => Promise<void>,
  ): Promise<void> {
    await this.database.inTransaction((tx) =>
      inBook(tx, { accountId }, async (book) => {
        await deed(book, tx)
        book.record({ type, subject: accountId, actor: STAFF })
        return null
      }),
    )
  }

  /** Rows of a statement of the test's own. */
  async rows<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    return this.database.dataSource.query(text, values)
  }
}

export interface Refusal {
  code: ErrorCode
  details: ErrorDetails
}

/** What a call is refused with. Anything else that it throws, or that it succeeds, fails the test. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  let answer: unknown
  try {
    answer = await call
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, details: error.details }
    throw error
  }
  throw new Error(`not refused: ${JSON.stringify(answer)}`)
}

/** The database's clock in the hands of a test: it stands still until it is set. */
export class TestClock {
  private constructor(private readonly client: Client) {}

  static async install(url: string): Promise<TestClock> {
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query(`
      CREATE TABLE test_clock (at timestamptz(3) NOT NULL);
      INSERT INTO test_clock VALUES (now());
      CREATE OR REPLACE FUNCTION daybook_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        RETURN (SELECT at FROM test_clock);
      END
      $$;
    `)
    return new TestClock(client)
  }

  async set(at: Date | number): Promise<void> {
    await this.client.query('UPDATE test_clock SET at = $1', [new Date(at).toISOString()])
  }

  async close(): Promise<void> {
    await this.client.end()
  }
}

/** A statement on a connection of its own, as whoever has the database's password could send it. */
export async function onDatabase<Row>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text, values)).rows as Row[]
  } finally {
    await client.end()
  }
}
