import { randomUUID } from 'node:crypto'
import { applyProviderChanges } from '../../src/channel-subscriptions/apply-provider-changes'
import { ProviderCalls } from '../../src/channel-subscriptions/make-provider-calls'
import { Chargeback } from '../../src/chargebacks/chargeback.entity'
import { issueCreditNote } from '../../src/credit-notes/issue-credit-note'
import { Refund } from '../../src/credit-notes/refund.entity'
import { requestInvoice } from '../../src/invoices/request-invoice'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { PaymentProviders } from '../../src/payments/payment-providers'
import { refreshProviderObject } from '../../src/payments/provider-changes'
import { setPriceAgreement, SetPriceAgreement } from '../../src/pricing/set-price-agreement'
import { parseInput } from '../../src/input'
import { payByCard } from '../support/pay-by-card'
import { silent } from '../payments/stripe-bench'
import { BASE, CARDS, Till } from '../payments/sandbox/till'

const STAFF = 'staff:test'

describe('money that goes back through the built-in provider', () => {
  let till: Till
  beforeAll(async () => {
    till = await Till.open()
    const terms = { accountId: till.accountId, currency: 'EUR', channelMonthAmount: 1000 }
    const command = parseInput(SetPriceAgreement, terms)
    await till.database.inTransaction((tx) => setPriceAgreement(tx, STAFF, command))
  })
  afterEach(async () => {
    expect((await auditLedger(till.database, null)).violations).toEqual([])
  })
  afterAll(() => till.close())

  /** An invoice of one channel that a card has paid. */
  async function bought(card: string): Promise<{ invoiceId: string; paymentId: string }> {
    const { accountId, database } = till
    const sessionId = await till.paying(1000)
    await till.provider.submitCard(sessionId, card)
    const paymentId = (await till.provider.fetchCheckout(sessionId))?.payment?.paymentId ?? ''
    const { outcome } = await database.inTransaction((tx) => requestInvoice(tx, STAFF, accountId, { channels: 1 }))
    const { invoiceId } = outcome
    await payByCard(database, 'SANDBOX', { id: invoiceId, accountId }, paymentId)
    return { invoiceId, paymentId }
  }

  const changes = () => applyProviderChanges(till.database, 'SANDBOX', () => undefined)

  const credit = (invoiceId: string, days: number) => {
    const command = { invoiceId, days, reason: 'r', refundCards: true, idempotencyKey: randomUUID() }
    return till.database.inTransaction((tx) => issueCreditNote(tx, STAFF, till.accountId, command))
  }

  it('is refunded to the card once, and what the provider refuses is told as failed', async () => {
    const { invoiceId, paymentId } = await bought(CARDS.pays)
    const calls = new ProviderCalls(
      till.database,
      new PaymentProviders(null, till.provider),
      changes,
      () => BASE,
      silent,
    )
    await credit(invoiceId, 15)
    for (let round = 0; round < 2; round += 1) await calls.round()
    const { manager } = till.database.dataSource
    expect(await manager.findBy(Refund, { invoiceId })).toMatchObject([{ status: 'SUCCEEDED', amountMinor: 500 }])
    expect(await till.rows('SELECT refunded_minor AS minor FROM sandbox_payment')).toEqual([{ minor: 500 }])
    // Somebody refunds the rest by hand: then the next one can't be made.
    await till.provider.refund({ paymentId, amountMinor: 500, currency: 'EUR', idempotencyKey: 'by hand' })
    await credit(invoiceId, 15)
    await calls.round()
    const statuses = (await manager.find(Refund, { where: { invoiceId }, order: { id: 'ASC' } })).map(
      (one) => one.status,
    )
    expect(statuses).toEqual(['SUCCEEDED', 'FAILED'])
  })

  it('is charged back by the card that disputes, and given back where that is won', async () => {
    const { invoiceId } = await bought('4000 0000 0000 0259')
    const [dispute] = await till.rows<{ id: string }>('SELECT id FROM sandbox_dispute')
    const object = { kind: 'DISPUTE', id: dispute?.id ?? '' } as const
    const refresh = () => refreshProviderObject(till.database, till.provider, changes(), object)
    for (let times = 0; times < 2; times += 1) expect(await refresh()).toBe('APPLIED')
    const { manager } = till.database.dataSource
    expect(await manager.findBy(Chargeback, { invoiceId })).toMatchObject([{ status: 'OPEN', days: 30 }])
    await till.provider.closeDispute(object.id, true)
    await refresh()
    expect(await manager.findBy(Chargeback, { invoiceId })).toMatchObject([{ status: 'WON' }])
    expect((await till.types(object.id)).sort()).toEqual(['charge.dispute.closed', 'charge.dispute.created'])
  })
})
