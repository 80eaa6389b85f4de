import { createAccount } from './accounts/create-account'
import { BillingMode } from './accounts/account.entity'
import { actorName, Scope } from './auth/actor'
import { createToken } from './auth/create-token'
import { FOUNDER, keptToken } from './auth/first-staff-token'
import { createChannel } from './channels/create-channel'
import type { Config } from './config'
import type { Database } from './database'
import { adjustBalance } from './ledger/adjust-balance'

/** Days on each of the demo's channels: one runs, one runs for long, one is new. */
const DEMO_CHANNELS = [
  { name: 'Bakery Rosewood', externalId: 'customer-1', days: 30 },
  { name: 'Harbour Dental', externalId: 'customer-2', days: 365 },
  { name: 'Green Bikes', externalId: 'customer-3', days: null },
]

/**
 * Seeds a partner to play with, once: every step bears an idempotency key. Answers its token, which in development is
 * kept and shown at every start.
 */
export async function seedDemo(database: Database, config: Config): Promise<string | null> {
  const actor = actorName(FOUNDER)
  const { accountId } = await database.inTransaction((tx) =>
    createAccount(tx, actor, {
      name: 'Demo partner',
      billingMode: BillingMode.PREPAID,
      creditLimit: 0,
      trialDays: 5,
      maxTrials: 3,
      idempotencyKey: 'demo',
    }),
  )
  await database.inTransaction((tx) =>
    adjustBalance(tx, actor, { accountId, days: 2250, comment: 'To play with', idempotencyKey: 'demo-grant' }),
  )
  for (const channel of DEMO_CHANNELS) {
    await database.inTransaction((tx) =>
      createChannel(tx, actor, accountId, { ...channel, trial: false, idempotencyKey: `demo-${channel.externalId}` }),
    )
  }
  return keptToken(config, 'demo-token', async () => {
    const scopes = [Scope.READ, Scope.CHANNELS, Scope.BILLING, Scope.TOKENS]
    const { secret } = await database.inTransaction((tx) =>
      createToken(tx, FOUNDER, { accountId, name: 'Demo', scopes }),
    )
    return secret
  })
}
