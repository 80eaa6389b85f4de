import { z } from 'zod'
import { readClock, utcMidnight } from '../clock'
import type { Statement, Tx } from '../database'
import { BadUserInputError } from '../errors'
import { replayedOutcome, requestKey, PROVIDER_SCOPE, type RememberedRequest, type RequestKey } from '../idempotency'
import { idempotencyKey, MAX_CHANNEL_DAYS, text } from '../input'
import { inBook } from '../ledger/account-book'
import { newId } from '../typed-id'
import { Account, AccountStatus, BillingMode } from './account.entity'
import { setMonthCloses } from './set-due'

/** Trials at once at the most. */
export const MAX_TRIALS = 1_000_000

export const email = () => z.email().max(255)
/** Days of credit at the most: with them no sum of an account's days leaves the safe integers. */
export const MAX_CREDIT_LIMIT = 1_000_000_000_000

export const creditLimit = () => z.int().min(0).max(MAX_CREDIT_LIMIT)
export const trialDays = () => z.int().min(1).max(MAX_CHANNEL_DAYS)
export const maxTrials = () => z.int().min(0).max(MAX_TRIALS)

export const CreateAccount = z.object({
  name: text(),
  email: email().nullish(),
  billingMode: z.enum(BillingMode).default(BillingMode.PREPAID),
  creditLimit: creditLimit().default(0),
  /** A test account: a clock of its own, no real money. */
  sandbox: z.boolean().default(false),
  trialDays: trialDays().default(5),
  maxTrials: maxTrials().default(0),
  idempotencyKey: idempotencyKey(),
})
export type CreateAccount = z.infer<typeof CreateAccount>

/** Opens an account with an empty book. Throws BAD_USER_INPUT for a prepaid account with a credit limit. */
export async function createAccount(
  tx: Tx,
  actor: string,
  input: CreateAccount,
): Promise<{ accountId: string; replayed: boolean }> {
  refusePrepaidCredit(input.billingMode, input.creditLimit)
  const accountId = newId('account')
  const key = requestKey(PROVIDER_SCOPE, 'createAccount', input)
  if (key !== null) {
    const remembered = await claimKey(tx, key, { accountId })
    if (remembered !== null) {
      return { ...(replayedOutcome(key, remembered) as { accountId: string }), replayed: true }
    }
  }
  const now = await readClock(tx)
  await tx.manager.insert(Account, {
    id: accountId,
    name: input.name,
    email: input.email ?? null,
    status: AccountStatus.ACTIVE,
    billingMode: input.billingMode,
    creditLimit: input.creditLimit,
    sandbox: input.sandbox,
    clock: input.sandbox ? now : null,
    trialDays: input.trialDays,
    maxTrials: input.maxTrials,
    changedAt: now,
    burntUntil: utcMidnight(now),
    createdAt: now,
  })
  await inBook(tx, { accountId }, async (book) => {
    book.record({ type: 'account.created', subject: accountId, actor, data: { name: input.name } })
    if (input.billingMode === BillingMode.POSTPAID) await setMonthCloses(tx, book, true)
    return null
  })
  return { accountId, replayed: false }
}

export function refusePrepaidCredit(billingMode: BillingMode, creditLimit: number): void {
  if (billingMode === BillingMode.PREPAID && creditLimit > 0) {
    throw new BadUserInputError('creditLimit', 'A prepaid account has no credit limit.', { billingMode, creditLimit })
  }
}

/**
 * Takes a key where no account is there to be locked. A call under the same key that is under way holds the row, and
 * this one waits for it. Answers null where the key is ours now, or what is remembered of it.
 */
async function claimKey(tx: Tx, key: RequestKey, outcome: object): Promise<RememberedRequest | null> {
  const values = [key.scope, key.digest, key.inputDigest, JSON.stringify(outcome)]
  const claimed = await tx.query(CLAIM_KEY, values)
  if (claimed.length > 0) return null
  const [remembered] = await tx.query<RememberedRequest>(REMEMBERED_KEY, [key.scope, key.digest])
  if (remembered === undefined) throw new Error('a key that is neither ours nor remembered')
  return remembered
}

const CLAIM_KEY: Statement = {
  name: 'claim-key',
  text: `
    INSERT INTO idempotency_key (scope, digest, input_digest, outcome)
    VALUES ($1, decode($2, 'hex'), decode($3, 'hex'), $4)
    ON CONFLICT DO NOTHING RETURNING scope`,
}

const REMEMBERED_KEY: Statement = {
  name: 'remembered-key',
  text: `
    SELECT encode(input_digest, 'hex') AS "inputDigest", outcome
    FROM idempotency_key WHERE scope = $1 AND digest = decode($2, 'hex')`,
}
