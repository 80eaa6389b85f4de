import {
  AccountDocument,
  AdvanceClockDocument,
  CreateChannelDocument,
  InvoicesDocument,
  LedgerAuditDocument,
  SaveCardDocument,
  SavedCardDocument,
  SetAutoRenewDocument,
  SetAutoTopUpDocument,
  SetPriceAgreementDocument,
  VoidInvoiceDocument,
} from '../../sdk'
import { CARDS, look, payAt, payByCard, until } from '../invoices/payer'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'

const DAY_MS = 86_400_000
const FAILS_LATER = '4000 0000 0000 0341'

/** On the pages of the built-in provider, by a clock of its own: what time brings is charged in its order. */
describe('a card that is saved by a sandbox', () => {
  let gateway: TestGateway
  let partner: TestPartner
  let accountId: string

  beforeAll(async () => {
    gateway = await startTestGateway({ sweeps: true })
  }, 60_000)
  afterAll(async () => {
    const { ledgerAudit } = await gateway.staff.request(LedgerAuditDocument, {})
    expect(ledgerAudit.violations).toEqual([])
    await gateway.stop()
  })
  beforeEach(async () => {
    partner = await gateway.newPartner({ sandbox: true })
    accountId = partner.account.id
    await gateway.staff.request(SetPriceAgreementDocument, { accountId, currency: 'EUR', channelMonthAmount: 1_000 })
  })

  const saved = async () => (await partner.client.request(SavedCardDocument, {})).account.savedCard
  const openPage = async () => (await partner.client.request(SaveCardDocument, {})).saveCard.url
  const save = async (card: string) => {
    const page = await payAt(await openPage(), card)
    expect(page.status).toBe(303)
    return until(saved, (seen) => seen !== null)
  }
  const account = async () => (await partner.client.request(AccountDocument, {})).account
  const invoices = async () => (await partner.client.request(InvoicesDocument, { first: 50 })).invoices.nodes
  const newest = async () => {
    const [invoice] = await invoices()
    if (invoice === undefined) throw new Error('nothing was requested')
    return invoice
  }
  const topUp = () => partner.client.request(SetAutoTopUpDocument, { belowDays: 10, targetDays: 30, coolDownHours: 1 })
  const advance = async (days: number) => {
    const to = new Date(Date.parse((await account()).now) + days * DAY_MS).toISOString()
    await partner.client.request(AdvanceClockDocument, { to })
  }
  const events = (type: string) =>
    gateway.sql<{ data: Record<string, unknown> }>('SELECT data FROM event WHERE account_id = $1 AND type = $2', [
      accountId,
      type,
    ])

  it('is put in on a page that takes no money, and is declined there where it is no good', async () => {
    const url = await openPage()
    expect((await look(url)).text).toContain('Save this card')
    expect((await payAt(url, CARDS.declined)).status).toBe(402)
    expect(await saved()).toBeNull()
    expect(await save(CARDS.pays)).toMatchObject({ brand: 'visa', lastFour: '4242', expiryMonth: 12 })
    expect((await look(url)).text).toContain('the card is saved')
  })

  it('pays for a top-up right after what requested it', async () => {
    await save(CARDS.pays)
    await topUp()
    await until(newest, ({ status }) => status === 'PAID')
    expect((await account()).balance.available).toBe(30)
  })

  it('pays for each top-up that time brings, each before what comes after it', async () => {
    await save(CARDS.pays)
    await topUp()
    await until(newest, ({ status }) => status === 'PAID')
    const { createChannel } = await partner.client.request(CreateChannelDocument, { name: 'runs' })
    await partner.client.request(SetAutoRenewDocument, { channelId: createChannel.channel.id, days: 5, leadHours: 24 })
    await advance(90)
    const all = await invoices()
    expect(all.length).toBeGreaterThan(2)
    for (const { status, paidAt, requestedAt } of all) {
      expect(status).toBe('PAID')
      // In time of its own, not at the end of what was advanced in one go.
      expect(Date.parse(paidAt ?? '') - Date.parse(requestedAt)).toBeLessThanOrEqual(DAY_MS)
    }
    const { balance } = await account()
    expect(balance.available + balance.allocated + balance.used).toBe(30 * all.length)
    expect(balance.used).toBeGreaterThanOrEqual(89)
    expect(await events('auto_top_up.failed')).toEqual([])
  })

  it('is declined three times in a row, which switches the top-up off; each invoice keeps its page', async () => {
    await save(FAILS_LATER)
    await topUp()
    for (let failures = 1; failures <= 3; failures += 1) {
      if (failures > 1) await advance(1)
      await until(account, ({ autoTopUp }) => autoTopUp?.failures === failures)
      const { id, status, paymentUrl } = await newest()
      expect([status, paymentUrl === null]).toEqual(['OPEN', false])
      await gateway.staff.request(VoidInvoiceDocument, { invoiceId: id, comment: 'declined' })
    }
    expect((await account()).autoTopUp).toMatchObject({ enabled: false, failures: 3 })
    expect(await events('invoice.charge_failed')).toHaveLength(3)
    expect(await events('auto_top_up.disabled')).toHaveLength(1)
  })

  it('asks for its holder, who pays on the page that was told', async () => {
    await save(CARDS.asks)
    await topUp()
    const [told] = await until(
      () => events('invoice.authentication_needed'),
      (found) => found.length > 0,
    )
    await payByCard(`${gateway.url}${String(told?.data.paymentPath)}`, CARDS.asks)
    await until(newest, ({ status }) => status === 'PAID')
    expect((await account()).balance.available).toBe(30)
    expect((await account()).autoTopUp).toMatchObject({ failures: 0 })
  })
})
