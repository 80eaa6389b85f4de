import type { Account } from '../accounts/account.entity'
import type { VisibleRows } from '../auth/visible-rows'
import { readAutoTopUps, type TopUpRead } from '../billing/read-auto-top-ups'
import { readBillingSchedules, type ScheduleRead } from '../billing/read-billing-schedules'
import { ChannelSubscription } from '../channel-subscriptions/channel-subscription.entity'
import { findSubscriptionsOfChannels } from '../channel-subscriptions/find-channel-subscriptions'
import { Chargeback } from '../chargebacks/chargeback.entity'
import { Channel } from '../channels/channel.entity'
import type { Moved } from '../channels/movement-batcher'
import { readAccountClocks } from '../clock'
import { CreditNote } from '../credit-notes/credit-note.entity'
import { PaymentReturn } from '../credit-notes/payment-return.entity'
import { Refund } from '../credit-notes/refund.entity'
import type { Database } from '../database'
import { InvoiceDunning } from '../dunning/dunning.entity'
import type { Runway } from '../forecast/forecast'
import { readRunways, type RunwayBalance } from '../forecast/read-runways'
import { Invoice, InvoiceLine } from '../invoices/invoice.entity'
import { Payment } from '../invoices/payment.entity'
import { KeepAlivePolicy } from '../keep-alive/keep-alive-policy.entity'
import { LedgerTransaction } from '../ledger/ledger-transaction.entity'
import { readBalancesNow, readPostedBalances, type BalanceNow, type PostedBalance } from '../ledger/read-balance'
import type { ChannelPrice } from '../lots/channel-price.entity'
import { findPricesOfChannels } from '../lots/find-channel-prices'
import { readChannelCosts, type ChannelCost } from '../lots/read-channel-costs'
import { BillingDetails } from '../particulars/billing-details.entity'
import { findPriceAgreements } from '../pricing/find-price-agreements'
import { SavedCard } from '../saved-cards/saved-card.entity'
import { hasIdForm } from '../typed-id'
import { Plan } from '../pricing/plan.entity'
import { PriceAgreement } from '../pricing/price-agreement.entity'
import { Loader } from './loader'

/** A field of a balance: as posted; by the clock, which costs a look at the account's channels; or a forecast. */
interface BalanceKey {
  accountId: string
  reading: 'POSTED' | 'NOW' | 'RUNWAY'
}

/** A row on which others hang. */
interface Owner {
  accountId: string
  id: string
}

/** Of rows that have been found before, with the caller's eyes. */
type OwnRows<Value> = Loader<Owner, Value, string>

type LoadedBalance = PostedBalance | BalanceNow | RunwayBalance

/**
 * What one operation has loaded: each thing once, all that are asked for in one turn in one statement. Made anew for
 * every operation and every event, with its caller's eyes, so that nothing loaded can reach another caller.
 */
export class Loaders {
  readonly account: Loader<string, Account | null>
  readonly channel: Loader<string, Channel | null>
  readonly invoice: Loader<string, Invoice | null>
  readonly invoiceLines: OwnRows<InvoiceLine[]>
  readonly payments: OwnRows<Payment[]>
  readonly creditNote: Loader<string, CreditNote | null>
  /** Of invoices. */
  readonly creditNotes: OwnRows<CreditNote[]>
  readonly paymentReturns: OwnRows<PaymentReturn[]>
  /** Of payments. */
  readonly returnsOfPayment: OwnRows<PaymentReturn[]>
  readonly refunds: OwnRows<Refund[]>
  readonly chargebacks: OwnRows<Chargeback[]>
  readonly invoiceDunning: OwnRows<InvoiceDunning | null>
  readonly ledgerTransaction: Loader<string, LedgerTransaction | null>
  readonly channelSubscription: Loader<string, ChannelSubscription | null>
  /** Of channels: the subscription that lives, or the last one that did. */
  readonly subscriptionOfChannel: OwnRows<ChannelSubscription | null>
  readonly plan: Loader<string, Plan | null>
  /** Of price agreements. */
  readonly plansOfAgreement: OwnRows<Plan[]>
  readonly priceAgreement: Loader<string, PriceAgreement | null>
  readonly keepAlivePolicy: Loader<string, KeepAlivePolicy | null>
  readonly priceAgreements: Loader<string, PriceAgreement[]>
  readonly billingDetails: Loader<string, BillingDetails | null>
  readonly billingSchedule: Loader<string, ScheduleRead>
  readonly autoTopUp: Loader<string, TopUpRead | null>
  readonly savedCard: Loader<string, SavedCard | null>
  /** Of channels. */
  readonly channelCost: OwnRows<ChannelCost>
  readonly channelPrice: OwnRows<ChannelPrice | null>
  /** What an account's clock says: once an operation, so that every status in an answer is of one moment. */
  readonly clock: Loader<string, Date>
  private readonly balances: Loader<BalanceKey, LoadedBalance, string>
  /** Balances that a movement of this operation left behind. */
  private readonly leftBehind = new Map<string, PostedBalance>()

  constructor(database: Database, walls: VisibleRows) {
    const { sql, quick } = database
    const visible = walls.quickly
    this.account = byId((ids) => {
      const query = visible.accounts()
      query.andWhere('account.id = ANY (:ids)', { ids })
      return query.getMany()
    })
    this.channel = byId((ids) => rowsById(visible, Channel, ids))
    this.invoice = byId((ids) => rowsById(visible, Invoice, ids))
    this.ledgerTransaction = byId((ids) => rowsById(visible, LedgerTransaction, ids))
    this.channelSubscription = byId((ids) => rowsById(visible, ChannelSubscription, ids))
    this.subscriptionOfChannel = new Loader((channels) => findSubscriptionsOfChannels(visible, channels), ownerKey)
    this.plan = byId((ids) => rowsById(visible, Plan, ids))
    this.plansOfAgreement = ownRows(visible, Plan, 'priceAgreementId', 'interval')
    this.priceAgreement = byId((ids) => rowsById(visible, PriceAgreement, ids))
    this.keepAlivePolicy = new Loader(async (ids) => {
      const policies = await rowsOf(visible, KeepAlivePolicy, 'accountId', [...ids], 'accountId')
      return ids.map((id) => policies.find(({ accountId }) => accountId === id) ?? null)
    })
    this.billingDetails = new Loader(async (ids) => {
      const details = byAccount(await rowsOf(visible, BillingDetails, 'accountId', [...ids], 'accountId'))
      return ids.map((id) => details.get(id) ?? null)
    })
    this.savedCard = new Loader(async (ids) => {
      const cards = byAccount(await rowsOf(visible, SavedCard, 'accountId', [...ids], 'accountId'))
      return ids.map((id) => cards.get(id) ?? null)
    })
    this.invoiceLines = ownRows(visible, InvoiceLine, 'invoiceId', 'position')
    this.payments = ownRows(visible, Payment, 'invoiceId', 'id')
    this.creditNote = byId((ids) => rowsById(visible, CreditNote, ids))
    this.creditNotes = ownRows(visible, CreditNote, 'invoiceId', 'id')
    this.paymentReturns = ownRows(visible, PaymentReturn, 'invoiceId', 'id')
    this.returnsOfPayment = ownRows(visible, PaymentReturn, 'paymentId', 'id')
    this.refunds = ownRows(visible, Refund, 'invoiceId', 'id')
    this.chargebacks = ownRows(visible, Chargeback, 'invoiceId', 'id')
    this.invoiceDunning = new Loader(async (invoices) => {
      const dunnings = await rowsOfOwners(visible, InvoiceDunning, 'invoiceId', invoices, 'invoiceId')
      return invoices.map(({ id }) => dunnings.find(({ invoiceId }) => invoiceId === id) ?? null)
    }, ownerKey)
    this.priceAgreements = grouped(
      (ids) => findPriceAgreements(visible.of(PriceAgreement, 'agreement'), ids),
      (agreement) => agreement.accountId,
    )
    // Of accounts that have been found before, with the caller's eyes.
    this.billingSchedule = new Loader(async (ids) => {
      const schedules = byAccount(await readBillingSchedules(sql, ids))
      return ids.map((id) => schedules.get(id) ?? new Error('a schedule of an account that is not there'))
    })
    this.autoTopUp = new Loader(async (ids) => {
      const topUps = byAccount(await readAutoTopUps(sql, ids))
      return ids.map((id) => topUps.get(id) ?? null)
    })
    this.channelCost = new Loader((channels) => loadChannelCosts(database, channels), ownerKey)
    this.channelPrice = new Loader((channels) => findPricesOfChannels(visible, channels), ownerKey)
    this.clock = new Loader(async (ids) => {
      const clocks = await readAccountClocks(quick, ids)
      return ids.map((id) => clocks.get(id) ?? new Error('a clock of an account that is not there'))
    })
    this.balances = new Loader(
      (keys) => loadBalances({ sql, quick }, keys, this.leftBehind),
      ({ accountId, reading }) => `${accountId} ${reading}`,
    )
  }

  /** What a movement came to, once it is committed: an answer tells it as it was then, and reads nothing for it. */
  knowMovement({ balance, transactions }: Pick<Moved<unknown>, 'balance' | 'transactions'>): void {
    if (balance !== null) this.leftBehind.set(balance.accountId, balance)
    for (const transaction of transactions) this.ledgerTransaction.know(transaction.id, transaction)
  }

  /** A field of an account's balance as posted. The account has been found before, with the caller's eyes. */
  postedBalance(accountId: string): Promise<PostedBalance> {
    return this.balances.load({ accountId, reading: 'POSTED' })
  }

  /** A field of an account's balance by the clock. */
  balanceNow(accountId: string): Promise<BalanceNow> {
    return this.balances.load({ accountId, reading: 'NOW' }) as Promise<BalanceNow>
  }

  /** What a forecast of an account's balance goes by. */
  async runway(accountId: string): Promise<Runway> {
    const balance = (await this.balances.load({ accountId, reading: 'RUNWAY' })) as RunwayBalance
    return balance.runway
  }
}

/**
 * The fields of one balance are asked for in the same turn. Where one of them goes by the clock or is a forecast, all of
 * them are read with it, so that the figures of an answer belong together.
 */
async function loadBalances(
  { sql, quick }: Pick<Database, 'sql' | 'quick'>,
  keys: readonly BalanceKey[],
  leftBehind: ReadonlyMap<string, PostedBalance>,
): Promise<(LoadedBalance | Error)[]> {
  const askedFor = (wanted: BalanceKey['reading']) =>
    keys.flatMap(({ accountId, reading }) => (reading === wanted ? [accountId] : []))
  const runways = new Set(askedFor('RUNWAY'))
  const byClock = new Set(askedFor('NOW'))
  const asPosted = new Set(askedFor('POSTED').filter((id) => !runways.has(id) && !byClock.has(id)))
  const known = [...asPosted].flatMap((id) => leftBehind.get(id) ?? [])
  for (const { accountId } of known) asPosted.delete(accountId)
  const allocatedToo = [...runways].filter((id) => byClock.delete(id)).length > 0
  const rows = await Promise.all([
    runways.size === 0 ? [] : readRunways(sql, [...runways], { allocatedToo }),
    byClock.size === 0 ? [] : readBalancesNow(sql, [...byClock]),
    asPosted.size === 0 ? [] : readPostedBalances(quick, [...asPosted]),
  ])
  const found = new Map([...known, ...rows.flat()].map((row) => [row.accountId, row]))
  return keys.map(({ accountId }) => found.get(accountId) ?? new Error('a balance of an account that is not there'))
}

/** Account by account: the lots of each are brought up to date first. */
async function loadChannelCosts(database: Database, channels: readonly Owner[]): Promise<(ChannelCost | Error)[]> {
  const costs = new Map<string, ChannelCost>()
  for (const accountId of new Set(channels.map((channel) => channel.accountId))) {
    const ids = channels.filter((channel) => channel.accountId === accountId).map(({ id }) => id)
    for (const [id, cost] of await readChannelCosts(database, accountId, ids)) costs.set(id, cost)
  }
  return channels.map(({ id }) => costs.get(id) ?? new Error('a cost of a channel that is not there'))
}

function byAccount<Row extends { accountId: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.accountId, row]))
}

function byId<Row extends { id: string }>(find: (ids: string[]) => Promise<Row[]>): Loader<string, Row | null> {
  return new Loader(async (ids) => {
    const rows = await find(ids.filter(hasIdForm))
    const found = new Map(rows.map((row) => [row.id, row]))
    return ids.map((id) => found.get(id) ?? null)
  })
}

function grouped<Row>(find: (keys: string[]) => Promise<Row[]>, keyOf: (row: Row) => string): Loader<string, Row[]> {
  return new Loader(async (keys) => {
    const groups = new Map<string, Row[]>(keys.map((key) => [key, []]))
    for (const row of await find([...keys])) groups.get(keyOf(row))?.push(row)
    return keys.map((key) => groups.get(key) ?? [])
  })
}

/** A loader of what hangs on rows: it is asked for by the row, whose account is in every key. */
function ownRows<Row extends { accountId: string }>(
  visible: VisibleRows,
  entity: new () => Row,
  column: keyof Row & string,
  order: keyof Row & string,
): OwnRows<Row[]> {
  return new Loader(async (owners) => {
    const groups = new Map<unknown, Row[]>(owners.map(({ id }) => [id, []]))
    for (const row of await rowsOfOwners(visible, entity, column, owners, order)) groups.get(row[column])?.push(row)
    return owners.map(({ id }) => groups.get(id) ?? [])
  }, ownerKey)
}

function rowsOfOwners<Row extends { accountId: string }>(
  visible: VisibleRows,
  entity: new () => Row,
  column: keyof Row & string,
  owners: readonly Owner[],
  order: keyof Row & string,
): Promise<Row[]> {
  const query = visible.of(entity, 'row')
  query.andWhere('row.accountId = ANY (:accountIds)', {
    accountIds: [...new Set(owners.map(({ accountId }) => accountId))],
  })
  query.andWhere(`row.${column} = ANY (:keys)`, { keys: owners.map(({ id }) => id) })
  query.addOrderBy(`row.${order}`, 'ASC')
  return query.getMany()
}

function ownerKey({ accountId, id }: Owner): string {
  return `${accountId} ${id}`
}

function rowsById<Row extends { id: string; accountId: string }>(
  visible: VisibleRows,
  entity: new () => Row,
  ids: string[],
): Promise<Row[]> {
  return rowsOf(visible, entity, 'id', ids, 'id')
}

function rowsOf<Row extends { accountId: string }>(
  visible: VisibleRows,
  entity: new () => Row,
  column: keyof Row & string,
  keys: string[],
  order: keyof Row & string,
): Promise<Row[]> {
  const query = visible.of(entity, 'row')
  query.andWhere(`row.${column} = ANY (:keys)`, { keys })
  query.addOrderBy(`row.${order}`, 'ASC')
  return query.getMany()
}
