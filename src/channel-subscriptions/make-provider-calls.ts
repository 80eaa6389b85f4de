import { Account } from '../accounts/account.entity'
import { failRefund } from '../credit-notes/apply-refund'
import type { Database, Statement } from '../database'
import { DomainError, PaymentProviderError } from '../errors'
import type { Log } from '../log'
import { PaymentCustomer, PaymentPrice } from '../payments/payment-customer.entity'
import type { PaymentProvider } from '../payments/payment-provider'
import type { PaymentProviders } from '../payments/payment-providers'
import { type ProviderChanges, refreshInTurn } from '../payments/provider-changes'
import { ProviderCall, ProviderCallKind, ProviderCallState } from '../payments/provider-call.entity'
import { Plan } from '../pricing/plan.entity'
import { newId } from '../typed-id'

export const PAID_PATH = '/payments/paid'
export const NOT_PAID_PATH = '/payments/not-paid'

/** Between two looks for calls that are due. */
const ROUND_MS = 1_000
const CALLS_A_ROUND = 20
/** A call that is under way is nobody else's for so long. */
const CLAIM_MS = 60_000
/** Until the next attempt, doubled with each: up to an hour. */
const FIRST_RETRY_MS = 2_000
const LAST_RETRY_MS = 3_600_000

/**
 * Makes the calls that are stored: at once for whoever waits for it, and again by a loop until the provider has answered.
 * It also finds what has to be cancelled because its channel was deleted or its account closed: that the channel is deleted
 * is itself the stored intent.
 */
export class ProviderCalls {
  private timer: NodeJS.Timeout | null = null
  private working: Promise<void> = Promise.resolve()
  private closed = false

  constructor(
    private readonly database: Database,
    private readonly providers: PaymentProviders,
    private readonly changes: (provider: string) => ProviderChanges,
    private readonly publicUrl: () => string,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.working = this.round().catch((error: unknown) => {
        this.log.warn(
          { err: error },
          'calls to the payment provider could not be made; they are made with the next round',
        )
      })
      void this.working.then(() => {
        if (!this.closed) this.start()
      })
    }, ROUND_MS)
  }

  async close(): Promise<void> {
    this.closed = true
    if (this.timer !== null) clearTimeout(this.timer)
    await this.working
  }

  /** One round: cancellations that are owed, and all calls that are due. */
  async round(): Promise<void> {
    const { sql } = this.database
    const owed = await sql.query<OwedCancellation>(OWED_CANCELLATIONS, [CALLS_A_ROUND])
    for (const { accountId, channelId, subscriptionId } of owed) {
      const request = JSON.stringify({ subscriptionId })
      await sql.query(OWE, [newId('providerCall'), accountId, channelId, ProviderCallKind.CANCEL_NOW, request])
    }
    const due = await sql.query<{ id: string }>(DUE_CALLS, [CALLS_A_ROUND])
    for (const { id } of due) {
      if (this.closed) return
      await this.attempt(id)
    }
  }

  /**
   * Makes a call now, unless it was made, and answers what came of it. Throws PAYMENT_PROVIDER: what was refused for good
   * stays refused, and what is retryable is made again, by the loop and by whoever asks again.
   */
  async make(callId: string): Promise<Record<string, string>> {
    const call = await this.attempt(callId)
    if (call.state === ProviderCallState.DONE) return call.answer ?? {}
    const isRefused = call.state === ProviderCallState.REFUSED
    throw new PaymentProviderError(call.error ?? 'The payment provider has not answered yet.', {
      retryable: !isRefused,
    })
  }

  private async attempt(callId: string): Promise<ProviderCall> {
    const { manager } = this.database.dataSource
    const claimed = await this.database.sql.query(CLAIM, [callId, CLAIM_MS])
    const call = await manager.findOneByOrFail(ProviderCall, { id: callId })
    if (claimed.length === 0) return call
    try {
      const answer = await this.send(call)
      return await this.settle(call, { state: ProviderCallState.DONE, answer, error: null, nextAttemptAt: null })
    } catch (error) {
      const isRefused = error instanceof DomainError && error.details.retryable === false
      const message = error instanceof DomainError ? error.message : 'The payment provider could not be reached.'
      this.log.warn({ err: error, callId, kind: call.kind }, 'a call to the payment provider failed')
      if (isRefused && call.kind === ProviderCallKind.REFUND) return await this.refuseRefund(call, message)
      if (isRefused) {
        return this.settle(call, { state: ProviderCallState.REFUSED, error: message, nextAttemptAt: null })
      }
      const delay = Math.min(FIRST_RETRY_MS * 2 ** Math.min(call.attempts, 20), LAST_RETRY_MS)
      await this.database.sql.query(RETRY, [callId, message, delay])
      return { ...call, error: message }
    }
  }

  private async settle(call: ProviderCall, changes: Partial<ProviderCall>): Promise<ProviderCall> {
    await this.database.dataSource.manager.update(ProviderCall, { id: call.id }, changes)
    return Object.assign(call, changes)
  }

  /** What the money was for hears of it with the refusal itself. */
  private async refuseRefund(call: ProviderCall, error: string): Promise<ProviderCall> {
    const changes = { state: ProviderCallState.REFUSED, error, nextAttemptAt: null }
    await this.database.inTransaction(async (tx) => {
      await tx.manager.update(ProviderCall, { id: call.id }, changes)
      await failRefund(tx, call.id, error)
    })
    return Object.assign(call, changes)
  }

  private async send(call: ProviderCall): Promise<Record<string, string>> {
    const { manager } = this.database.dataSource
    const account = await manager.findOneByOrFail(Account, { id: call.accountId })
    const provider = this.providers.of(account)
    const { request, id: idempotencyKey } = call
    const subscriptionId = request.subscriptionId ?? ''
    switch (call.kind) {
      case ProviderCallKind.SUBSCRIBE:
        return this.subscribe(provider, account, call)
      case ProviderCallKind.CHANGE_PLAN: {
        const priceId = await this.priceOf(provider, request.planId ?? '')
        const prorationAt = new Date(request.prorationAt ?? call.createdAt)
        await provider.changePlan({ subscriptionId, priceId, prorationAt, idempotencyKey })
        break
      }
      case ProviderCallKind.CANCEL_AT_PERIOD_END:
      case ProviderCallKind.RESUME: {
        const cancel = call.kind === ProviderCallKind.CANCEL_AT_PERIOD_END
        await provider.setCancelAtPeriodEnd({ subscriptionId, cancel, idempotencyKey })
        break
      }
      case ProviderCallKind.CANCEL_NOW:
        await provider.cancelNow({ subscriptionId, idempotencyKey })
        break
      case ProviderCallKind.REFUND: {
        const refund = { paymentId: request.paymentId ?? '', amountMinor: Number(request.amountMinor), idempotencyKey }
        const { refundId } = await provider.refund(refund)
        const changed = { kind: 'REFUND', id: refundId } as const
        await refreshInTurn(this.database, provider, this.changes(provider.name), changed)
        return { refundId }
      }
    }
    // What a call has done is seen at once, without waiting for the news of it.
    const changed = { kind: 'SUBSCRIPTION', id: subscriptionId } as const
    await refreshInTurn(this.database, provider, this.changes(provider.name), changed)
    return {}
  }

  private async subscribe(
    provider: PaymentProvider,
    account: Account,
    { id, request, channelId, expiresAt, createdAt }: ProviderCall,
  ): Promise<Record<string, string>> {
    const customerId = await this.customerOf(provider, account)
    const priceId = await this.priceOf(provider, request.planId ?? '')
    if (request.replaces != null) await provider.expireCheckout(request.replaces)
    const { sessionId, url } = await provider.startSubscriptionCheckout({
      idempotencyKey: id,
      accountId: account.id,
      channelId: channelId ?? '',
      planId: request.planId ?? '',
      customerId,
      priceId,
      successUrl: request.successUrl ?? `${this.publicUrl()}${PAID_PATH}`,
      cancelUrl: request.cancelUrl ?? `${this.publicUrl()}${NOT_PAID_PATH}`,
      expiresAt: expiresAt ?? createdAt,
    })
    return { sessionId, url }
  }

  /** The account's one customer. */
  async customerOf(provider: PaymentProvider, { id: accountId, name, email }: Account): Promise<string> {
    const { manager } = this.database.dataSource
    const known = await manager.findOneBy(PaymentCustomer, { accountId, provider: provider.name })
    if (known !== null) return known.customerId
    const { customerId } = await provider.ensureCustomer({
      idempotencyKey: `customer:${accountId}`,
      ...{ accountId, name, email },
    })
    await manager.query('INSERT INTO payment_customer VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      ...[accountId, provider.name, customerId],
    ])
    return customerId
  }

  /** The provider's price of a plan. */
  async priceOf(provider: PaymentProvider, planId: string): Promise<string> {
    const { manager } = this.database.dataSource
    const known = await manager.findOneBy(PaymentPrice, { planId, provider: provider.name })
    if (known !== null) return known.priceId
    const { accountId, interval, amountMinor, currency } = await manager.findOneByOrFail(Plan, { id: planId })
    const { priceId } = await provider.ensurePrice({
      idempotencyKey: `price:${planId}`,
      ...{ planId, accountId, interval, amountMinor, currency },
    })
    await manager.query('INSERT INTO payment_price VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      ...[planId, provider.name, priceId],
    ])
    return priceId
  }
}

interface OwedCancellation {
  accountId: string
  channelId: string
  subscriptionId: string
}

const CLAIM: Statement = {
  name: 'claim-provider-call',
  text: `
    UPDATE provider_call
    SET attempts = attempts + 1, next_attempt_at = daybook_now() + $2 * interval '1 millisecond'
    WHERE id = $1 AND state = 'PENDING' AND (attempts = 0 OR next_attempt_at <= daybook_now() + interval '50 seconds')
    RETURNING id`,
}

const RETRY: Statement = {
  name: 'retry-provider-call',
  text: `
    UPDATE provider_call SET error = $2, next_attempt_at = daybook_now() + $3 * interval '1 millisecond'
    WHERE id = $1 AND state = 'PENDING'`,
}

const DUE_CALLS: Statement = {
  name: 'due-provider-calls',
  text: `
    SELECT id FROM provider_call
    WHERE state = 'PENDING' AND next_attempt_at <= daybook_now() ORDER BY next_attempt_at LIMIT $1`,
}

const OWED_CANCELLATIONS: Statement = {
  name: 'owed-cancellations',
  text: `
    SELECT s.account_id AS "accountId", s.channel_id AS "channelId", s.provider_id AS "subscriptionId"
    FROM channel_subscription s
    JOIN channel c ON c.id = s.channel_id
    JOIN account a ON a.id = s.account_id
    WHERE s.status IN ('ACTIVE', 'PAST_DUE') AND (c.deleted_at IS NOT NULL OR a.status = 'CLOSED')
      AND NOT EXISTS (
        SELECT FROM provider_call p
        WHERE p.account_id = s.account_id AND p.channel_id = s.channel_id AND p.kind = 'CANCEL_NOW' AND p.state = 'PENDING'
      )
    LIMIT $1`,
}

// Two loops may find the same at once: the second call finds it cancelled, which is no error.
const OWE: Statement = {
  name: 'owe-cancellation',
  text: `
    INSERT INTO provider_call (id, account_id, channel_id, kind, request, state, next_attempt_at, created_at)
    VALUES ($1, $2, $3, $4, $5, 'PENDING', daybook_now(), daybook_now())`,
}
