import {
  AdjustBalanceDocument,
  CreateChannelDocument,
  PreviewAdjustmentDocument,
  PreviewCreationDocument,
  PreviewPaymentDocument,
  RecordPaymentDocument,
  RequestInvoiceDocument,
  SetPriceAgreementDocument,
} from '../../sdk'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'

describe('a preview', () => {
  let gateway: TestGateway
  let partner: TestPartner
  beforeAll(async () => {
    gateway = await startTestGateway()
  })
  afterAll(() => gateway.stop())
  beforeEach(async () => {
    partner = await gateway.newPartner({ days: 40, maxTrials: 1, trialDays: 5 })
    await gateway.setClock('2027-01-01T12:00:00Z')
  })
  afterEach(() => gateway.setClock(null))

  const rows = () =>
    gateway.sql(`SELECT (SELECT count(*) FROM channel), (SELECT count(*) FROM event), (SELECT count(*) FROM payment),
                        (SELECT sum(sequence) FROM account)`)

  it('of a creation says what the channel would be, with its trial and its days, and makes none', async () => {
    const order = { trial: true, days: 10 }
    const before = await rows()
    const { previewCreation } = await partner.client.request(PreviewCreationDocument, order)
    expect(await rows()).toEqual(before)
    const { createChannel } = await partner.client.request(CreateChannelDocument, { name: 'Made', ...order })
    const { status, paidUntil, unusedDays } = createChannel.channel
    expect(previewCreation).toMatchObject({
      days: 10,
      balanceAfter: createChannel.balance.available,
      channel: { status, paidUntil, unusedDays },
    })
    await expect(partner.client.request(PreviewCreationDocument, order)).rejects.toMatchObject({
      code: 'TRIAL_NOT_ALLOWED',
    })
    await expect(partner.client.request(PreviewCreationDocument, { days: 31 })).rejects.toMatchObject({
      code: 'INSUFFICIENT_DAYS',
    })
  })

  it.each([7, -7])('of an adjustment by %d days says the balance after it, and moves nothing', async (days) => {
    const accountId = partner.account.id
    const before = await rows()
    const { previewAdjustment } = await gateway.staff.request(PreviewAdjustmentDocument, { accountId, days })
    expect(await rows()).toEqual(before)
    const { adjustBalance } = await gateway.staff.request(AdjustBalanceDocument, { accountId, days, comment: 'c' })
    expect(previewAdjustment.balanceAfter).toBe(adjustBalance.available)
    await expect(gateway.staff.request(PreviewAdjustmentDocument, { accountId, days: -100 })).rejects.toMatchObject({
      code: 'INSUFFICIENT_DAYS',
    })
  })

  it('of a payment says what would be outstanding, and the days that the last part credits', async () => {
    const accountId = partner.account.id
    await gateway.staff.request(SetPriceAgreementDocument, { accountId, currency: 'EUR', channelMonthAmount: 1_000 })
    const { requestInvoice } = await partner.client.request(RequestInvoiceDocument, { channels: 1 })
    const invoiceId = requestInvoice.invoice.id
    const ask = (amount: number) => gateway.staff.request(PreviewPaymentDocument, { invoiceId, amount })
    const before = await rows()
    expect((await ask(400)).previewPayment).toMatchObject({
      days: 0,
      balanceAfter: 40,
      paid: { amount: 400, currency: 'EUR' },
      outstanding: { amount: 600 },
    })
    expect(await rows()).toEqual(before)
    await gateway.staff.request(RecordPaymentDocument, { invoiceId, method: 'CARD', amount: 400 })
    expect((await ask(600)).previewPayment).toMatchObject({ days: 30, balanceAfter: 70, outstanding: { amount: 0 } })
    await expect(ask(601)).rejects.toMatchObject({ code: 'PAYMENT_AMOUNT' })
    await expect(partner.client.request(PreviewPaymentDocument, { invoiceId, amount: 1 })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })
})
