/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access -- an answer has the shape of its query */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, type GraphQLSchema } from 'graphql'
import { escapeLiteral } from 'pg'
import { newId } from '../../src/typed-id'
import type { Config } from '../../src/config'
import { createGateway, type Gateway } from '../../src/gateway'
import { Client } from '../http/doors'
import { startTestGateway, TEST_CONFIG, type TestGateway } from '../support/gateway'

/** The schema as it is committed: what a stranger to the code would test by. */
export const SCHEMA: GraphQLSchema = buildSchema(readFileSync(join(__dirname, '../../schema.graphql'), 'utf8'))

export interface Refusal {
  message: string
  path?: (string | number)[]
  extensions: { code: string; field?: string } & Record<string, unknown>
}

export interface Answer<Data = unknown> {
  status: number
  data: Data | null
  errors: Refusal[]
  /** As it came. */
  text: string
}

export interface Partner {
  accountId: string
  token: string
  tokenId: string
}

export type Order = Record<string, unknown>

/** What staff were refused is told, and is no change. */
const DEEDS = `(SELECT * FROM audit_entry WHERE outcome = 'DONE')`

const DEFAULT_SCOPES = ['READ', 'CHANNELS', 'BILLING', 'TOKENS']

/** A gateway on a database of its own, talked to as anybody's program would: plain HTTP and sockets, hostile or not. */
export class Api {
  private readonly more: Gateway[] = []
  private readonly sockets: Client[] = []

  private constructor(private readonly gateway: TestGateway) {}

  static async open(config: Partial<Config> = {}): Promise<Api> {
    return new Api(await startTestGateway({ config }))
  }

  /** One more on the same database. Answers its address. */
  async startGateway(): Promise<string> {
    const config: Config = {
      ...TEST_CONFIG,
      databaseUrl: this.gateway.databaseUrl,
      databasePoolSize: 4,
      staffToken: this.staffToken,
    }
    const gateway = await createGateway(config)
    this.more.push(gateway)
    return gateway.url
  }

  async close(): Promise<void> {
    for (const { socket } of this.sockets) socket.terminate()
    for (const gateway of this.more) await gateway.close()
    await this.gateway.stop()
  }

  get staffToken(): string {
    return this.gateway.staffToken
  }

  get url(): string {
    return this.gateway.url
  }

  async ask<Data = unknown>(
    token: string | null,
    query: string,
    variables: object = {},
    url = this.url,
  ): Promise<Answer<Data>> {
    return this.post<Data>(token === null ? {} : { authorization: `Bearer ${token}` }, { query, variables }, url)
  }

  async post<Data = unknown>(headers: Record<string, string>, body: unknown, url = this.url): Promise<Answer<Data>> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    const { data = null, errors = [] } = JSON.parse(text) as { data?: Data; errors?: Refusal[] }
    return { status: response.status, data, errors, text }
  }

  /** The data of an answer that has no errors. */
  async told(token: string, query: string, variables: object = {}): Promise<any> {
    const { data, errors } = await this.ask(token, query, variables)
    expect(errors).toEqual([])
    return data
  }

  /** The extensions of the one error of an answer. */
  async refused(token: string, query: string, variables: object = {}): Promise<Refusal['extensions']> {
    const { errors, text } = await this.ask(token, query, variables)
    const [error] = errors
    if (error === undefined || errors.length > 1) throw new Error(`it was not refused once: ${text}`)
    return error.extensions
  }

  /** What staff are told. */
  staff(query: string, variables: object = {}): Promise<any> {
    return this.told(this.staffToken, query, variables)
  }

  /** An account with a token, and days if it is to have some. */
  async partner({ days = 0, scopes = DEFAULT_SCOPES, ...account }: Order = {}): Promise<Partner> {
    const { createAccount } = await this.staff(
      'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { id } }',
      { input: { name: 'Partner', ...account } },
    )
    const accountId = String(createAccount.id)
    if (days !== 0) await this.grant(accountId, Number(days))
    return { accountId, ...(await this.token({ accountId, scopes })) }
  }

  async token(input: Order, maker = this.staffToken): Promise<{ token: string; tokenId: string }> {
    const { createToken } = await this.told(
      maker,
      'mutation ($input: CreateTokenInput!) { createToken(input: $input) { secret token { id } } }',
      { input: { name: 'Token', scopes: DEFAULT_SCOPES, ...input } },
    )
    return { token: String(createToken.secret), tokenId: String(createToken.token.id) }
  }

  async grant(accountId: string, days: number): Promise<void> {
    await this.staff(
      `mutation ($id: ID!, $days: Days!, $key: String!) {
        adjustBalance(accountId: $id, days: $days, comment: "granted", idempotencyKey: $key) { available }
      }`,
      { id: accountId, days, key: randomUUID() },
    )
  }

  /** Somebody of an account, invited or come already; `mark` stands in all of its texts. */
  async person(accountId: string, mark: string, role = 'VIEWER'): Promise<string> {
    const id = newId('person')
    await this.sql(
      'INSERT INTO person (id, account_id, email, name, role, created_at) VALUES ($1, $2, $3, $4, $5, now())',
      [id, accountId, `${mark}-${randomUUID()}@people.example`, `${mark} person`, role],
    )
    return id
  }

  async invitation(accountId: string, mark: string): Promise<string> {
    const id = newId('invitation')
    await this.sql(
      `INSERT INTO invitation (id, account_id, email, name, role, invited_by, created_at, expires_at)
       VALUES ($1, $2, $3, $4, 'VIEWER', $5, now(), now() + interval '7 days')`,
      [id, accountId, `${mark}-${randomUUID()}@invited.example`, `${mark} invited`, 'staff:test'],
    )
    return id
  }

  /** A mail that was sent to an account; `mark` stands in all of its texts. */
  async mail(accountId: string, mark = 'mail'): Promise<string> {
    const id = newId('mail')
    await this.sql(`UPDATE account SET email = 'somebody@partner.example' WHERE id = $1 AND email IS NULL`, [accountId])
    await this.sql(
      `INSERT INTO mail (id, account_id, cause, sequence, template, kind, recipient, subject, text_body, html_body, state, created_at, sent_at)
       VALUES ($1, $2, $1, 1, 'invoice.opened', 'INVOICE', $3, $4, $4, $4, 'SENT', now(), now())`,
      [id, accountId, 'somebody@partner.example', `${mark} says`],
    )
    return id
  }

  /** 10.00 EUR a channel-month, opened at once, unless other terms are given. */
  async agree(accountId: string, terms: Order = {}): Promise<string> {
    const { setPriceAgreement } = await this.staff(
      'mutation ($input: SetPriceAgreementInput!) { setPriceAgreement(input: $input) { priceAgreements { id } } }',
      { input: { accountId, currency: 'EUR', channelMonthAmount: 1000, ...terms } },
    )
    return String(setPriceAgreement.priceAgreements[0].id)
  }

  /** A channel of the token's account. */
  async channel(token: string, input: Order = {}): Promise<string> {
    const { createChannel } = await this.told(
      token,
      'mutation ($input: CreateChannelInput!) { createChannel(input: $input) { channel { id } } }',
      { input: { name: 'Channel', ...input } },
    )
    return String(createChannel.channel.id)
  }

  /** An invoice of the token's account. */
  async invoice(token: string, input: Order = { channels: 1 }): Promise<string> {
    const { requestInvoice } = await this.told(
      token,
      'mutation ($input: RequestInvoiceInput!) { requestInvoice(input: $input) { invoice { id } } }',
      { input },
    )
    return String(requestInvoice.invoice.id)
  }

  async pay(invoiceId: string, amount: number, more: Order = {}): Promise<void> {
    await this.staff('mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { invoice { id } } }', {
      input: { invoiceId, amount, method: 'BANK_TRANSFER', idempotencyKey: randomUUID(), ...more },
    })
  }

  /** A socket that a token has opened. */
  async connect(token: string, url = this.url): Promise<Client> {
    const client = new Client(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {})
    this.sockets.push(client)
    return client.init(token)
  }

  /** A socket that nobody has opened yet. */
  socket(url = this.url): Client {
    const client = new Client(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {})
    this.sockets.push(client)
    return client
  }

  sql<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.gateway.sql<Row>(text, values)
  }

  /** Stops the one clock there is, the database's, at an instant; null lets it run again. */
  setClock(instant: Date | string | null): Promise<void> {
    return this.gateway.setClock(instant)
  }

  /** Moves the clock forward, in milliseconds; then it stands still. */
  advance(ms: number): Promise<void> {
    return this.gateway.advance(ms)
  }

  /** A checksum of each table's rows, all or one account's. When a token was last used doesn't count. */
  async checksums(accountId: string | null = null): Promise<Record<string, string>> {
    const tables = await this.sql<{ name: string; owner: string | null }>(`
      SELECT t.table_name AS name, c.column_name AS owner
      FROM information_schema.tables t
      LEFT JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
        AND c.column_name = CASE t.table_name
          WHEN 'account' THEN 'id' WHEN 'idempotency_key' THEN 'scope' ELSE 'account_id' END
      WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE'
        -- A projection of the ledger, which is brought up to date by whoever looks; and counts of what was tried.
        AND t.table_name NOT IN ('lot', 'lot_piece', 'lot_cover', 'lot_fold', 'throttle')`)
    const parts = tables
      .filter(({ owner }) => accountId === null || owner !== null)
      .map(({ name, owner }) => {
        const row = name === 'api_token' ? `(to_jsonb(r) - 'last_used_at')::text` : 'r::text'
        const wall = accountId === null ? '' : `WHERE r."${String(owner)}" = ${escapeLiteral(accountId)}`
        return `SELECT '${name}' AS name,
          count(*) || ' ' || coalesce(md5(string_agg(md5(${row}), '' ORDER BY md5(${row}))), '') AS sum
          FROM ${name === 'audit_entry' ? DEEDS : `"${name}"`} r ${wall}`
      })
    const sums = await this.sql<{ name: string; sum: string }>(parts.join(' UNION ALL '))
    return Object.fromEntries(sums.map(({ name, sum }) => [name, sum]))
  }
}
