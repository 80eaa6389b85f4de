import { setTimeout as delay } from 'node:timers/promises'
import { Account } from '../accounts/account.entity'
import { readClock } from '../clock'
import { failRefund } from '../credit-notes/apply-refund'
import type { Database, Statement } from '../database'
import { DomainError, PaymentProviderError } from '../errors'
import type { Log } from '../log'
import { readCustomer } from '../particulars/read-customer'
import { PaymentCustomer, PaymentPrice } from '../payments/payment-customer.entity'
import type { PaymentProvider } from '../payments/payment-provider'
import type { PaymentProviders } from '../payments/payment-providers'
import { type ProviderChanges, refreshInTurn } from '../payments/provider-changes'
import { CheckoutState, ProviderCall, ProviderCallKind, ProviderCallState } from '../payments/provider-call.entity'
import { Plan } from '../pricing/plan.entity'
import { Rounds } from '../rounds'
import { failCharge } from '../saved-cards/apply-charge'
import { closeCharge, decideCharge } from '../saved-cards/charge-saved-card'
import { newId } from '../typed-id'

export const PAID_PATH = '/payments/paid'
export const NOT_PAID_PATH = '/payments/not-paid'
export const CARD_SAVED_PATH = '/payments/card-saved'

/** Between two looks for calls that are due. */
const ROUND_MS = 1_000
const CALLS_A_ROUND = 20
/** A call that is under way is nobody else's for so long. */
const CLAIM_MS = 60_000
/** Until the next attempt, doubled with each: up to an hour. */
const FIRST_RETRY_MS = 2_000
const LAST_RETRY_MS = 3_600_000
/** The same of a page of an invoice: somebody may wait for it, and a claim then never waits longer than this. */
const LAST_RETRY_OF_PAGES_MS = 30_000
/** How long one waits for whoever makes a call of a page at the moment, and how often one looks. */
const PATIENCE_MS = 10_000
const LOOK_AGAIN_MS = 100

/**
 * Makes the calls that are stored: at once for whoever waits for it, and again by a loop until the provider has answered.
 * It also finds what has to be cancelled because its channel was deleted or its account closed: that the channel is deleted
 * is itself the stored intent.
 */
export class ProviderCalls {
  private readonly rounds: Rounds

  constructor(
    private readonly database: Database,
    private readonly providers: PaymentProviders,
    private readonly changes: (provider: string) => ProviderChanges,
    private readonly publicUrl: () => string,
    private readonly log: Log,
  ) {
    const failure = 'calls to the payment provider could not be made'
    this.rounds = new Rounds(() => this.round(), { pauseMs: ROUND_MS, failure, log })
  }

  start(): void {
    this.rounds.start()
  }

  async close(): Promise<void> {
    await this.rounds.close()
  }

  /** One round: cancellations that are owed, and all calls that are due. */
  async round(): Promise<void> {
    const { sql } = this.database
    const owed = await sql.query<OwedCancellation>(OWED_CANCELLATIONS, [CALLS_A_ROUND])
    for (const { accountId, channelId, subscriptionId } of owed) {
      const request = JSON.stringify({ subscriptionId })
      await sql.query(OWE, [newId('providerCall'), accountId, channelId, ProviderCallKind.CANCEL_NOW, request])
    }
    const due = await sql.query<CallKey>(DUE_CALLS, [CALLS_A_ROUND])
    for (const key of due) {
      if (this.rounds.closed) return
      await this.attempt(key)
    }
  }

  /**
   * Makes a call now, unless it was made, and answers what came of it. Throws PAYMENT_PROVIDER: what was refused for good
   * stays refused, and what is retryable is made again, by the loop and by whoever asks again.
   */
  async make(key: CallKey): Promise<Record<string, string>> {
    const call = await this.attemptInTurn(key)
    if (call.state === ProviderCallState.DONE) return call.answer ?? {}
    const isRefused = call.state === ProviderCallState.REFUSED
    throw new PaymentProviderError(call.error ?? 'The payment provider has not answered yet.', {
      retryable: !isRefused,
    })
  }

  /** Makes the charges of an account that are due, now. What fails is made again by the loop. */
  async chargeCards(accountId: string): Promise<void> {
    const due = await this.database.sql.query<CallKey>(DUE_CHARGES, [accountId])
    for (const key of due) await this.attempt(key)
  }

  /** The same as `attempt`; of a page it waits for whoever is at it. */
  private async attemptInTurn(key: CallKey): Promise<ProviderCall> {
    const { manager } = this.database.dataSource
    let call = await this.attempt(key)
    const isPage = call.invoiceId !== null || call.checkout !== null
    for (let waited = 0; isPage && isUnderWay(call) && waited < PATIENCE_MS; waited += LOOK_AGAIN_MS) {
      await delay(LOOK_AGAIN_MS)
      call = await manager.findOneByOrFail(ProviderCall, { ...key })
    }
    return call
  }

  private async attempt({ accountId, id: callId }: CallKey): Promise<ProviderCall> {
    const { manager } = this.database.dataSource
    const claimed = await this.database.sql.query(CLAIM, [callId, CLAIM_MS, accountId])
    const call = await manager.findOneByOrFail(ProviderCall, { accountId, id: callId })
    if (claimed.length === 0) return call
    try {
      const answer = await this.send(call)
      return await this.settle(call, { state: ProviderCallState.DONE, answer, error: null, nextAttemptAt: null })
    } catch (error) {
      const isSaidNo = error instanceof DomainError && error.details.retryable === false
      // A page that may be paid is closed for certain, whatever is said in between.
      const isRefused = isSaidNo && call.kind !== ProviderCallKind.EXPIRE_CHECKOUT
      const message = error instanceof DomainError ? error.message : 'The payment provider could not be reached.'
      this.log.warn({ err: error, callId, kind: call.kind }, 'a call to the payment provider failed')
      if (isRefused && call.kind === ProviderCallKind.REFUND) return await this.refuse(call, message)
      if (isRefused && call.kind === ProviderCallKind.CHARGE_CARD) return await this.refuse(call, message)
      if (isRefused) {
        const checkout = call.checkout === null ? null : CheckoutState.CLOSED
        return this.settle(call, { state: ProviderCallState.REFUSED, error: message, nextAttemptAt: null, checkout })
      }
      const last = call.invoiceId === null || isSaidNo ? LAST_RETRY_MS : LAST_RETRY_OF_PAGES_MS
      const pause = Math.min(FIRST_RETRY_MS * 2 ** Math.min(call.attempts, 20), last)
      await this.database.sql.query(RETRY, [callId, message, pause, accountId])
      return { ...call, error: message }
    }
  }

  private async settle(call: ProviderCall, changes: Partial<ProviderCall>): Promise<ProviderCall> {
    await this.database.dataSource.manager.update(ProviderCall, keyOf(call), changes)
    return Object.assign(call, changes)
  }

  /** What the money was for hears of it with the refusal itself. */
  private async refuse(call: ProviderCall, error: string): Promise<ProviderCall> {
    const changes = { state: ProviderCallState.REFUSED, error, nextAttemptAt: null }
    await this.database.inTransaction(async (tx) => {
      await tx.manager.update(ProviderCall, keyOf(call), changes)
      if (call.kind === ProviderCallKind.CHARGE_CARD) await failCharge(tx, call)
      else await failRefund(tx, call, error)
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
      case ProviderCallKind.PAY_INVOICE:
        return this.openInvoicePage(provider, account, call)
      case ProviderCallKind.EXPIRE_CHECKOUT:
        return this.closeInvoicePage(call)
      case ProviderCallKind.SAVE_CARD:
        return this.openCardPage(provider, account, call)
      case ProviderCallKind.REMOVE_CARD: {
        const whose = this.providers.all.find(({ name }) => name === request.provider)
        if (whose === undefined) throw new PaymentProviderError('The provider of this card is not set up any longer.')
        await whose.removeCard({ cardId: request.cardId ?? '', idempotencyKey })
        return {}
      }
      case ProviderCallKind.CHARGE_CARD:
        return this.chargeCard(provider, account, call)
      case ProviderCallKind.CHANGE_PLAN: {
        const priceId = await this.priceOf(provider, account.id, request.planId ?? '')
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
      case ProviderCallKind.UPDATE_CUSTOMER:
        return this.updateCustomer(provider, account, call)
      case ProviderCallKind.REFUND: {
        const { refundId } = await provider.refund({
          paymentId: request.paymentId ?? '',
          amountMinor: Number(request.amountMinor),
          currency: request.currency ?? '',
          idempotencyKey,
        })
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
    const priceId = await this.priceOf(provider, account.id, request.planId ?? '')
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

  /** Tells the provider what stands now: of two that tell, the later one has read the later state. */
  private async updateCustomer(
    provider: PaymentProvider,
    { id: accountId }: Account,
    { id: idempotencyKey }: ProviderCall,
  ): Promise<Record<string, string>> {
    const { manager } = this.database.dataSource
    const known = await manager.findOneBy(PaymentCustomer, { accountId, provider: provider.name })
    if (known === null) return {}
    const { customerId } = known
    const told = await this.database.underLock(`${provider.name} CUSTOMER ${customerId}`, async () => {
      const facts = await readCustomer(this.database.sql, accountId)
      await provider.updateCustomer({ ...facts, customerId, idempotencyKey })
      return true
    })
    if (told === null)
      throw new PaymentProviderError('The customer is being changed by somebody else.', { retryable: true })
    const changed = { kind: 'CUSTOMER', id: customerId } as const
    await refreshInTurn(this.database, provider, this.changes(provider.name), changed)
    return {}
  }

  /** Opens a page, once the older ones of the invoice are closed. */
  private async openInvoicePage(
    provider: PaymentProvider,
    account: Account,
    { id, request, accountId, invoiceId, expiresAt, createdAt }: ProviderCall,
  ): Promise<Record<string, string>> {
    const { kind, state } = { kind: ProviderCallKind.EXPIRE_CHECKOUT, state: ProviderCallState.PENDING }
    const closings = await this.database.dataSource.manager.findBy(ProviderCall, {
      ...{ accountId, kind, state, invoiceId: invoiceId ?? '' },
    })
    for (const closing of closings) {
      if ((closing.request.callId ?? '') >= id) continue
      const { state } = await this.attemptInTurn(closing)
      if (state === ProviderCallState.PENDING) {
        throw new PaymentProviderError('An earlier page of the payment provider’s is still being closed.', {
          retryable: true,
        })
      }
    }
    const customerId = await this.customerOf(provider, account)
    const { sessionId, url } = await provider.startPaymentCheckout({
      idempotencyKey: id,
      accountId,
      customerId,
      invoiceId: invoiceId ?? '',
      description: request.description ?? '',
      amountMinor: Number(request.amountMinor),
      currency: request.currency ?? '',
      successUrl: request.successUrl ?? '',
      cancelUrl: request.cancelUrl ?? '',
      expiresAt: expiresAt ?? createdAt,
    })
    return { sessionId, url, provider: provider.name }
  }

  private async openCardPage(
    provider: PaymentProvider,
    account: Account,
    { id, request, accountId, expiresAt, createdAt }: ProviderCall,
  ): Promise<Record<string, string>> {
    const customerId = await this.customerOf(provider, account)
    const { sessionId, url } = await provider.startCardCheckout({
      idempotencyKey: id,
      accountId,
      customerId,
      successUrl: request.successUrl ?? `${this.publicUrl()}${CARD_SAVED_PATH}`,
      cancelUrl: request.cancelUrl ?? `${this.publicUrl()}${NOT_PAID_PATH}`,
      expiresAt: expiresAt ?? createdAt,
    })
    return { sessionId, url, provider: provider.name }
  }

  /**
   * Charges the saved card, or finds the charge that was made: what was paid in another way meanwhile is charged no more. What
   * came of it is fetched and applied, as its news will be.
   */
  private async chargeCard(
    provider: PaymentProvider,
    account: Account,
    call: ProviderCall,
  ): Promise<Record<string, string>> {
    const decided = await this.database.inTransaction((tx) => decideCharge(tx, provider.name, call))
    if (decided === null) return {}
    const { id: idempotencyKey, accountId, invoiceId, createdAt: since } = call
    const customerId = await this.customerOf(provider, account)
    const request = { ...decided.order, accountId, customerId, invoiceId: invoiceId ?? '', since, idempotencyKey }
    const charge = decided.isWanted ? await provider.chargeCard(request) : await provider.findCharge(request)
    if (charge === null) {
      await this.database.inTransaction((tx) => closeCharge(tx, call))
      return {}
    }
    const { chargeId } = charge
    const changed = { kind: 'CHARGE', id: chargeId } as const
    await refreshInTurn(this.database, provider, this.changes(provider.name), changed)
    return { chargeId, provider: provider.name }
  }

  /** One that was never asked for is not opened; of one that may be open the provider is asked first which it is. */
  private async closeInvoicePage({ accountId, request }: ProviderCall): Promise<Record<string, string>> {
    const pageId = request.callId ?? ''
    await this.database.sql.query(DROP_UNSENT, [pageId, accountId])
    const page = await this.attemptInTurn({ accountId, id: pageId })
    if (page.state === ProviderCallState.REFUSED) return {}
    if (page.state === ProviderCallState.PENDING) {
      throw new PaymentProviderError('The page that is to be closed is still being opened.', { retryable: true })
    }
    const provider = this.providerOf(page)
    if (provider === null && page.expiresAt !== null && page.expiresAt <= (await readClock(this.database.sql))) {
      await this.settle(page, { checkout: CheckoutState.CLOSED })
      return {}
    }
    await provider?.expireCheckout(page.answer?.sessionId ?? '')
    await this.refreshCheckout(page)
    return {}
  }

  /**
   * Whether a page of an invoice can still be paid. Nobody else waits for this look, however slow the provider is; only a page
   * that is found closed is looked at once more, to be applied. Throws PAYMENT_PROVIDER.
   */
  async isOpenStill(page: ProviderCall): Promise<boolean> {
    const found = await this.providerOf(page)?.fetchCheckout(page.answer?.sessionId ?? '')
    if (found?.status === 'OPEN') return true
    await this.refreshCheckout(page)
    return false
  }

  /** Sees how a page of an invoice stands, and applies it. One that the provider doesn't know is closed. Throws PAYMENT_PROVIDER. */
  private async refreshCheckout(page: ProviderCall): Promise<void> {
    const provider = this.providerOf(page)
    if (provider === null) throw new PaymentProviderError('The provider of this page is not set up any longer.')
    const checkout = { kind: 'CHECKOUT', id: page.answer?.sessionId ?? '' } as const
    const refreshed = await refreshInTurn(this.database, provider, this.changes(provider.name), checkout)
    if (refreshed === 'FOREIGN') await this.settle(page, { checkout: CheckoutState.CLOSED })
  }

  /** Whose page it is: an account's provider may be another one by now. */
  private providerOf({ answer }: ProviderCall): PaymentProvider | null {
    return this.providers.all.find(({ name }) => name === answer?.provider) ?? null
  }

  /** The account's one customer. It is told the rest of what is known of the account by a call of its own. */
  async customerOf(provider: PaymentProvider, { id: accountId, name, email }: Account): Promise<string> {
    const { manager } = this.database.dataSource
    const known = await manager.findOneBy(PaymentCustomer, { accountId, provider: provider.name })
    if (known !== null) return known.customerId
    const { customerId } = await provider.ensureCustomer({
      idempotencyKey: `customer:${accountId}`,
      ...{ accountId, name, email },
    })
    await this.database.sql.query(KEEP_CUSTOMER, [accountId, provider.name, customerId, newId('providerCall')])
    return customerId
  }

  /** The provider's price of a plan. */
  async priceOf(provider: PaymentProvider, accountId: string, planId: string): Promise<string> {
    const { manager } = this.database.dataSource
    const known = await manager.findOneBy(PaymentPrice, { planId, provider: provider.name })
    if (known !== null) return known.priceId
    const { interval, amountMinor, currency } = await manager.findOneByOrFail(Plan, { accountId, id: planId })
    const { priceId } = await provider.ensurePrice({
      idempotencyKey: `price:${planId}`,
      ...{ planId, accountId, interval, amountMinor, currency },
    })
    await this.database.sql.query(KEEP_PRICE, [planId, provider.name, priceId])
    return priceId
  }
}

// Stored with its customer, so that none is left untold.
const KEEP_CUSTOMER: Statement = {
  name: 'keep-payment-customer',
  text: `
    WITH kept AS (
      INSERT INTO payment_customer (account_id, provider, customer_id) VALUES ($1, $2, $3)
      ON CONFLICT DO NOTHING RETURNING account_id
    )
    INSERT INTO provider_call (id, account_id, kind, request, state, next_attempt_at, created_at)
    SELECT $4, account_id, 'UPDATE_CUSTOMER', '{}', 'PENDING', daybook_now(), daybook_now() FROM kept`,
}

const KEEP_PRICE: Statement = {
  name: 'keep-payment-price',
  text: `
    INSERT INTO payment_price (plan_id, provider, price_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
}

type CallKey = Pick<ProviderCall, 'accountId' | 'id'>

function keyOf({ accountId, id }: CallKey): CallKey {
  return { accountId, id }
}

/** Somebody has claimed it and not come back yet. */
function isUnderWay({ state, error, attempts }: ProviderCall): boolean {
  return state === ProviderCallState.PENDING && attempts > 0 && error === null
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
    SET attempts = attempts + 1, error = NULL, next_attempt_at = daybook_now() + $2 * interval '1 millisecond'
    WHERE account_id = $3 AND id = $1 AND state = 'PENDING'
      AND (attempts = 0 OR next_attempt_at <= daybook_now() + interval '50 seconds')
    RETURNING id`,
}

const RETRY: Statement = {
  name: 'retry-provider-call',
  text: `
    UPDATE provider_call SET error = $2, next_attempt_at = daybook_now() + $3 * interval '1 millisecond'
    WHERE account_id = $4 AND id = $1 AND state = 'PENDING'`,
}

const DROP_UNSENT: Statement = {
  name: 'drop-unsent-call',
  text: `
    UPDATE provider_call SET state = 'REFUSED', checkout = 'CLOSED', next_attempt_at = NULL, error = 'It was not wanted any longer.'
    WHERE account_id = $2 AND id = $1 AND state = 'PENDING' AND attempts = 0`,
}

const DUE_CALLS: Statement = {
  name: 'due-provider-calls',
  text: `
    SELECT account_id AS "accountId", id FROM provider_call
    WHERE state = 'PENDING' AND next_attempt_at <= daybook_now() ORDER BY next_attempt_at LIMIT $1`,
}

const DUE_CHARGES: Statement = {
  name: 'due-card-charges',
  text: `
    SELECT account_id AS "accountId", id FROM provider_call
    WHERE account_id = $1 AND kind = 'CHARGE_CARD' AND state = 'PENDING' AND next_attempt_at <= daybook_now() ORDER BY id`,
}

const OWED_CANCELLATIONS: Statement = {
  name: 'owed-cancellations',
  text: `
    SELECT s.account_id AS "accountId", s.channel_id AS "channelId", s.provider_id AS "subscriptionId"
    FROM channel_subscription s
    JOIN channel c ON c.account_id = s.account_id AND c.id = s.channel_id
    JOIN account a ON a.id = s.account_id
    WHERE s.status IN ('ACTIVE', 'PAST_DUE') AND (c.deleted_at IS NOT NULL OR a.status = 'CLOSED')
      AND NOT EXISTS (
        SELECT FROM provider_call p
        WHERE p.account_id = s.account_id AND p.channel_id = s.channel_id AND p.kind = 'CANCEL_NOW'
          -- One that changed nothing, since the provider has no such thing or refuses it, is sent again in an hour and not at once.
          AND (p.state = 'PENDING' OR p.request ->> 'subscriptionId' = s.provider_id AND p.created_at > daybook_now() - interval '1 hour')
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
