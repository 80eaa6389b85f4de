import { BillingMode } from './accounts/account.entity'
import { CreateAccount, createAccount } from './accounts/create-account'
import { actorName, Scope } from './auth/actor'
import { ApiToken } from './auth/api-token.entity'
import { createToken } from './auth/create-token'
import { FOUNDER, keptToken } from './auth/first-staff-token'
import { Channel } from './channels/channel.entity'
import { CreateChannel, createChannel, enterChannel, newChannel } from './channels/create-channel'
import type { Config } from './config'
import type { Database, Statement, Tx } from './database'
import { PaymentMethod } from './invoices/payment.entity'
import { recordPayment } from './invoices/record-payment'
import { requestInvoice } from './invoices/request-invoice'
import { inBook, openBook } from './ledger/account-book'
import { adjustBalance } from './ledger/adjust-balance'
import { PersonRole } from './people/person-role'
import { SetPriceAgreement, setPriceAgreement } from './pricing/set-price-agreement'
import { newId } from './typed-id'

/** 75 channels at 12.00 EUR with 20 % tax: what the demo partner has bought, 2250 days. */
const DEMO_PRICE = { currency: 'EUR', channelMonthAmount: 1200, taxPartsPerMillion: 200_000 }
const DEMO_ORDER = { channels: 75 }
const DEMO_TOTAL_MINOR = 108_000

const DEMO_CHANNELS = [
  { name: 'Bakery Rosewood', externalId: 'customer-1', days: 30 },
  { name: 'Harbour Dental', externalId: 'customer-2', days: 365 },
  { name: 'Green Bikes', externalId: 'customer-3', days: null },
]

/** Seeds a partner to play with, once. Answers its token, which in development is kept and shown at every start. */
export async function seedDemo(database: Database, config: Config): Promise<string | null> {
  const accountId = await database.inTransaction(seedPartner)
  if (!config.production) await database.inTransaction((tx) => seedPeople(tx, accountId))
  return keptToken(database, config, 'demo-token', async () => {
    if (config.production && (await hasToken(database, accountId))) return null
    const scopes = [Scope.READ, Scope.CHANNELS, Scope.BILLING, Scope.TOKENS]
    const { secret } = await database.inTransaction((tx) =>
      createToken(tx, FOUNDER, { accountId, name: 'Demo', scopes }),
    )
    return secret
  })
}

/** Two who sign in with one click: nobody can as them in any other way, nor where the demo is off. */
async function seedPeople(tx: Tx, accountId: string): Promise<void> {
  const people = [
    { accountId, email: 'olivia@demo-partner.example', name: 'Olivia Owner', role: PersonRole.OWNER },
    { accountId: null, email: 'adam@daybook.example', name: 'Adam Admin', role: PersonRole.ADMIN },
  ]
  for (const person of people) {
    await tx.query(SEED_PERSON, [newId('person'), person.accountId, person.email, person.name, person.role])
  }
}

const SEED_PERSON: Statement = {
  name: 'seed-demo-person',
  text: `
    INSERT INTO person (id, account_id, email, name, role, demo, created_at)
    VALUES ($1, $2, $3, $4, $5, true, daybook_now())
    ON CONFLICT (email) WHERE removed_at IS NULL DO NOTHING`,
}

async function hasToken(database: Database, accountId: string): Promise<boolean> {
  return database.dataSource.manager.existsBy(ApiToken, { accountId })
}

async function seedPartner(tx: Tx): Promise<string> {
  const actor = actorName(FOUNDER)
  const { accountId } = await createAccount(tx, actor, {
    name: 'Demo partner',
    email: 'billing@demo-partner.example',
    billingMode: BillingMode.PREPAID,
    creditLimit: 0,
    sandbox: false,
    trialDays: 5,
    maxTrials: 3,
    idempotencyKey: 'demo',
  })
  // More than its creation has happened to it: it was seeded at an earlier start.
  if ((await openBook(tx, { accountId })).sequence > 1) return accountId
  await setPriceAgreement(tx, actor, SetPriceAgreement.parse({ accountId, ...DEMO_PRICE }))
  const { outcome } = await requestInvoice(tx, actor, accountId, DEMO_ORDER)
  await recordPayment(tx, actor, accountId, {
    invoiceId: outcome.invoiceId,
    method: PaymentMethod.BANK_TRANSFER,
    amount: DEMO_TOTAL_MINOR,
    reference: 'Demo payment',
    idempotencyKey: 'demo-payment',
  })
  for (const channel of DEMO_CHANNELS) await createChannel(tx, actor, accountId, { ...channel, trial: false })
  return accountId
}

/** Channels that are made in one transaction. */
const CHANNELS_A_BATCH = 500
/** Days that a seeded account keeps for each channel. */
const SPARE_DAYS = 30

export interface SeedProgress {
  /** Ends the work between two batches. */
  signal: AbortSignal
  onChannels: (made: number) => void
}

/**
 * Opens a sandbox account with so many channels, for trying things out at size. Every tenth channel has no days; the
 * others have 7 to 84. What was made stays where the work ends early.
 */
export async function seedSandboxAccount(
  database: Database,
  name: string,
  channels: number,
  { signal, onChannels }: SeedProgress,
): Promise<string> {
  const actor = actorName(FOUNDER)
  let days = SPARE_DAYS
  for (let index = 0; index < channels; index += 1) days += SPARE_DAYS + (seededDays(index) ?? 0)
  const accountId = await database.inTransaction(async (tx) => {
    const opened = await createAccount(tx, actor, CreateAccount.parse({ name, sandbox: true }))
    await adjustBalance(tx, actor, { accountId: opened.accountId, days, comment: 'Seeded', idempotencyKey: 'seed' })
    return opened.accountId
  })
  for (let from = 0; from < channels; from += CHANNELS_A_BATCH) {
    signal.throwIfAborted()
    const to = Math.min(from + CHANNELS_A_BATCH, channels)
    await database.inTransaction((tx) => seedChannels(tx, actor, accountId, from, to))
    onChannels(to)
  }
  return accountId
}

async function seedChannels(tx: Tx, actor: string, accountId: string, from: number, to: number): Promise<void> {
  await inBook(tx, { accountId }, async (book) => {
    const wanted: { channel: Channel; input: CreateChannel }[] = []
    for (let index = from; index < to; index += 1) {
      const input = { name: `Channel ${index + 1}`, days: seededDays(index), trial: false }
      wanted.push({ channel: await newChannel(tx, book, input), input })
    }
    await tx.manager.insert(
      Channel,
      wanted.map(({ channel }) => channel),
    )
    for (const { channel, input } of wanted) enterChannel(book, actor, channel, input)
    return null
  })
}

function seededDays(index: number): number | null {
  return index % 10 === 9 ? null : 7 + ((index * 7) % 78)
}
