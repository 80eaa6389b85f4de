import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client as PostgresClient } from 'pg'
import WebSocket from 'ws'
import {
  AdjustBalanceDocument,
  type Client,
  CreateAccountDocument,
  type CreateAccountMutation,
  type CreateAccountMutationVariables,
  createClient,
  type ClientOptions,
  CreateTokenDocument,
  type Scope,
} from '../../sdk'
import type { Config } from '../../src/config'
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway'
import { createTestDatabase } from './database'

export interface TestPartner {
  account: CreateAccountMutation['createAccount']
  token: string
  client: Client
}

/** What a new partner is: the variables of `createAccount`, days that it holds at once, and its token's scopes. */
export type NewPartner = Partial<CreateAccountMutationVariables> & { days?: number; scopes?: Scope[] }

export interface TestGateway {
  readonly url: string
  readonly databaseUrl: string
  readonly staffToken: string
  /** May do everything. */
  readonly staff: Client
  /** With a token for all but staff's deeds, unless `scopes` says otherwise. */
  newPartner(partner?: NewPartner): Promise<TestPartner>
  /** Closed by `stop`. */
  newClient(token: string, options?: Partial<ClientOptions>): Client
  sql<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** The clock stands still at an instant, or with null runs again. The database's clock: there is no other. */
  setClock(instant: Date | string | null): Promise<void>
  /** Moves the clock forward from where it stands or runs, in milliseconds; then it stands still. */
  advance(ms: number): Promise<void>
  /** Stops the gateway and starts another on the same database and port. */
  restart(): Promise<void>
  /** Ends clients and gateway, and drops the database. */
  stop(): Promise<void>
}

/** On any port, and without a database: to be filled. */
export const TEST_CONFIG: Config = {
  host: '127.0.0.1',
  port: 0,
  publicUrl: null,
  databaseUrl: null,
  databasePoolSize: 8,
  migrate: false,
  // Mails of tests are written there, and nothing else.
  home: join(tmpdir(), `daybook-tests-${process.pid}`),
  staffToken: null,
  demo: false,
  production: false,
  stripe: null,
  secretKeys: [Buffer.alloc(32, 'test')],
  smtp: null,
  mailFrom: { name: 'Daybook', address: 'billing@daybook.test' },
  openId: null,
  trustProxy: null,
  // The server of the tests need not survive a power cut.
  allowLossyDatabase: true,
  documents: { trustedOnly: false, files: [resolve('sdk/generated/documents.json')] },
  logLevel: 'fatal',
}

const PARTNER_SCOPES: Scope[] = ['READ', 'CHANNELS', 'BILLING', 'TOKENS']

/** A gateway in this process, with a database of its own. To be started once a file, in `beforeAll`. */
export async function startTestGateway(
  options: GatewayOptions & { config?: Partial<Config> } = {},
): Promise<TestGateway> {
  const database = await createTestDatabase()
  const postgres = new PostgresClient(database.url)
  await postgres.connect()
  const sql = async <Row>(text: string, values: readonly unknown[] = []) => {
    const { rows } = await postgres.query(text, [...values])
    return rows as Row[]
  }

  const staffToken = `test-${randomBytes(24).toString('hex')}`
  const config: Config = { ...TEST_CONFIG, databaseUrl: database.url, staffToken, ...options.config }
  // Whoever looks at every row wants none to move by itself.
  const parts = { sweeps: false, ...options }
  let gateway: Gateway = await createGateway(config, parts)
  const { url } = gateway

  const clients: Client[] = []
  const newClient = (token: string, more: Partial<ClientOptions> = {}) => {
    const client = createClient({ url, token, webSocket: WebSocket, ...more })
    clients.push(client)
    return client
  }
  const staff = newClient(staffToken)

  const [real] = await sql<{ definition: string }>("SELECT pg_get_functiondef('daybook_now'::regproc) AS definition")
  const setClock = async (instant: Date | string | null) => {
    const stopped = (at: string) => `
      CREATE OR REPLACE FUNCTION daybook_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
      BEGIN RETURN '${at}'::timestamptz; END $$`
    await sql(instant === null ? (real?.definition ?? '') : stopped(new Date(instant).toISOString()))
  }

  return {
    url,
    databaseUrl: database.url,
    staffToken,
    staff,
    newClient,
    sql,
    setClock,

    async newPartner({ days, scopes = PARTNER_SCOPES, ...account } = {}) {
      const { createAccount } = await staff.request(CreateAccountDocument, { name: 'A partner', ...account })
      const accountId = createAccount.id
      if (days !== undefined) await staff.request(AdjustBalanceDocument, { accountId, days, comment: 'To begin with' })
      const { createToken } = await staff.request(CreateTokenDocument, { accountId, name: 'A test', scopes })
      return { account: createAccount, token: createToken.secret, client: newClient(createToken.secret) }
    },

    async advance(ms) {
      const [row] = await sql<{ now: Date }>('SELECT daybook_now() AS now')
      await setClock(new Date((row?.now.getTime() ?? 0) + ms))
    },

    async restart() {
      await gateway.close()
      gateway = await createGateway({ ...config, port: Number(new URL(url).port) }, parts)
    },

    async stop() {
      for (const client of clients) await client.close()
      await gateway.close()
      await postgres.end()
      await database.drop()
      await rm(config.home, { recursive: true, force: true })
    },
  }
}
