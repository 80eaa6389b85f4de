import {
  BillingDetailsDocument,
  BillingPortalDocument,
  InvoiceParticularsDocument,
  PrepareInvoiceDocument,
  ProviderProfileDocument,
  RequestInvoiceDocument,
  SetBillingDetailsDocument,
  SetPriceAgreementDocument,
  SetProviderProfileDocument,
} from '../../sdk'
import { createTestDatabase } from '../support/database'
import { onDatabase } from '../support/desk'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'
import { StripeDouble } from '../support/stripe-double'

const BERLIN = { lines: ['1 Street'], postcode: '10115', city: 'Berlin', region: null, country: 'DE' }
const GERMAN = { country: 'DE', value: 'DE 136 695 976' }
const PROFILE = {
  legalName: 'Provider AG',
  address: BERLIN,
  taxId: GERMAN,
  email: 'billing@example.com',
  bankAccount: { holder: 'Provider AG', iban: 'DE89 3704 0044 0532 0130 00', bic: 'COBADEFFXXX' },
  footer: 'Thank you',
}
const PARTNER = {
  legalName: 'Partner GmbH',
  address: { ...BERLIN, city: 'Wien', country: 'AT' },
  email: 'invoices@example.com',
  purchaseOrder: 'PO 7',
  taxIds: [{ country: 'AT', value: 'atu 13585627' }],
}

describe('the particulars of an invoice', () => {
  let double: StripeDouble
  let gateway: TestGateway
  let partner: TestPartner
  beforeAll(async () => {
    double = await StripeDouble.start()
    gateway = await startTestGateway({ sweeps: true, config: { stripe: double.config } })
  }, 60_000)
  afterAll(async () => {
    await gateway.stop()
    await double.close()
  })

  beforeEach(async () => {
    partner = await gateway.newPartner({ name: 'A partner', email: 'partner@example.com' })
    await agree({})
  })

  const agree = (more: object) =>
    gateway.staff.request(SetPriceAgreementDocument, {
      accountId: partner.account.id,
      currency: 'EUR',
      channelMonthAmount: 1000,
      taxPartsPerMillion: 190_000,
      ...more,
    })
  const detail = (input: object) => partner.client.request(SetBillingDetailsDocument, input)
  const details = async () => (await partner.client.request(BillingDetailsDocument, {})).account.billingDetails
  const invoice = async (id: string) =>
    (await partner.client.request(InvoiceParticularsDocument, { invoiceId: id })).invoice
  const buy = async (more: object = {}) => {
    const { requestInvoice } = await partner.client.request(RequestInvoiceDocument, { channels: 1, ...more })
    return requestInvoice.invoice.id
  }
  const until = async (isSo: () => boolean | Promise<boolean>) => {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50))
  }

  it('are of a sample until staff name the provider, and of the account until it says otherwise', async () => {
    const { particulars } = (await invoice(await buy({ purchaseOrder: 'own' }))) ?? {}
    expect(particulars).toMatchObject({
      provider: { sample: true, taxId: null },
      customer: {
        ...{ legalName: 'A partner', email: 'partner@example.com', address: null, taxIds: [] },
        purchaseOrder: 'own',
      },
      tax: { partsPerMillion: 190_000, reverseCharge: false, sentence: null },
    })
  })

  it('are copied as it opens, and stay whatever changes later', async () => {
    await agree({ autoPrepare: false })
    const waits = await buy()
    expect(await invoice(waits)).toMatchObject({ number: null, particulars: null })
    const { setProviderProfile } = await gateway.staff.request(SetProviderProfileDocument, PROFILE)
    expect(setProviderProfile).toMatchObject({
      ...{ legalName: 'Provider AG', series: 'DB', sandboxSeries: 'TEST', sample: false },
      taxId: { kind: 'EU_VAT', country: 'DE', value: 'DE136695976', verification: null },
      bankAccount: { iban: 'DE89370400440532013000', instructions: null },
    })
    await detail(PARTNER)
    await gateway.staff.request(PrepareInvoiceDocument, { invoiceId: waits })
    const opened = await invoice(waits)
    expect(opened?.particulars).toEqual({
      provider: {
        ...{
          legalName: 'Provider AG',
          address: BERLIN,
          email: 'billing@example.com',
          footer: 'Thank you',
          sample: false,
        },
        taxId: { kind: 'EU_VAT', country: 'DE', value: 'DE136695976', verification: null },
        bankAccount: {
          ...{ holder: 'Provider AG', iban: 'DE89370400440532013000', bic: 'COBADEFFXXX', instructions: null },
        },
      },
      customer: {
        ...{
          legalName: 'Partner GmbH',
          address: PARTNER.address,
          email: 'invoices@example.com',
          purchaseOrder: 'PO 7',
        },
        taxIds: [{ kind: 'EU_VAT', country: 'AT', value: 'ATU13585627', verification: null }],
      },
      tax: { partsPerMillion: 190_000, reverseCharge: false, sentence: null },
    })
    await gateway.staff.request(SetProviderProfileDocument, { ...PROFILE, legalName: 'Renamed AG' })
    await detail({ legalName: null, taxIds: [], address: null })
    expect(await invoice(waits)).toEqual(opened)
    for (const change of [`'{}'`, 'NULL']) {
      const kept = gateway.sql(`UPDATE invoice SET particulars = ${change} WHERE id = $1`, [waits])
      await expect(kept).rejects.toThrow('an invoice keeps its particulars')
    }
    await expect(gateway.sql('UPDATE provider_profile SET legal_name = legal_name')).rejects.toThrow()
    expect(await details()).toMatchObject({ legalName: null, email: 'invoices@example.com', taxIds: [] })
  })

  it('say why the customer owes the tax, which takes a tax id', async () => {
    await expect(agree({ reverseCharge: true })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field: 'reverseCharge' },
    })
    await detail(PARTNER)
    await agree({ reverseCharge: true })
    expect((await invoice(await buy()))?.particulars?.tax).toEqual({
      partsPerMillion: 0,
      reverseCharge: true,
      sentence:
        'Reverse charge: the tax is to be accounted for by the customer (Article 196 of Directive 2006/112/EC).',
    })
    await expect(detail({ taxIds: [] })).rejects.toMatchObject({ code: 'CONFLICT' })
    await agree({ reverseCharge: true, taxId: 'as agreed' })
    await detail({ taxIds: [] })
    expect((await invoice(await buy()))?.particulars?.customer.taxIds).toEqual([
      { kind: 'OTHER', country: null, value: 'as agreed', verification: null },
    ])
  })

  it('number with the series of the time, each without a gap', async () => {
    const numbers: string[] = []
    const open = async () => numbers.push((await invoice(await buy()))?.number ?? '')
    await open()
    await gateway.staff.request(SetProviderProfileDocument, { ...PROFILE, series: 'NEW' })
    await open()
    await open()
    await gateway.staff.request(SetProviderProfileDocument, { ...PROFILE, series: 'DB' })
    await open()
    const [first = 0, one, two, last] = numbers.map((number) => Number(number.split('-')[2]))
    expect(numbers.map((number) => number.split('-')[0])).toEqual(['DB', 'NEW', 'NEW', 'DB'])
    expect([one, two, last]).toEqual([1, 2, first + 1])
    expect((await gateway.staff.request(ProviderProfileDocument, {})).providerProfile?.series).toBe('DB')
  })

  it('are told to the payment provider, which tells whether the tax ids are good', async () => {
    await detail(PARTNER)
    await partner.client.request(BillingPortalDocument, { returnUrl: 'https://partner.example/' })
    const customer = () => [...double.customers.values()].find((one) => one.metadata.accountId === partner.account.id)
    await until(async () => (await details())?.taxIds[0]?.verification === 'PENDING')
    expect(customer()).toMatchObject({ name: 'Partner GmbH', email: 'invoices@example.com', taxExempt: 'none' })
    expect(customer()?.address).toMatchObject({ city: 'Wien', country: 'AT', line1: '1 Street' })
    expect(customer()?.taxIds).toMatchObject([{ type: 'eu_vat', value: 'ATU13585627' }])

    double.lookUpTaxId('ATU13585627', 'verified')
    expect(await double.deliver(`${gateway.url}/webhooks/stripe`)).toContain(200)
    await until(async () => (await details())?.taxIds[0]?.verification === 'VERIFIED')

    // The call is stored with the change, and made until it is answered.
    double.fail('POST /v1/customers/', 'UNAVAILABLE', 'UNAVAILABLE', 'UNAVAILABLE')
    await agree({ reverseCharge: true })
    await until(() => customer()?.taxExempt === 'reverse')
    await detail({ taxIds: [...PARTNER.taxIds, GERMAN] })
    await until(() => customer()?.taxIds.length === 2)
    expect((await details())?.taxIds[0]?.verification).toBe('VERIFIED')
  }, 60_000)
})

describe('without a profile', () => {
  it('an invoice of a live account waits for staff, is refused to them, and one of a sandbox opens', async () => {
    const test = await createTestDatabase()
    await onDatabase(test.url, 'ALTER TABLE provider_profile DISABLE TRIGGER ALL')
    await onDatabase(test.url, 'DELETE FROM provider_profile')
    const gateway = await startTestGateway({ config: { databaseUrl: test.url, production: true } })
    try {
      expect((await gateway.staff.request(ProviderProfileDocument, {})).providerProfile).toBeNull()
      for (const sandbox of [false, true]) {
        const { account, client } = await gateway.newPartner({ sandbox })
        const terms = { accountId: account.id, currency: 'EUR', channelMonthAmount: 1000 }
        await gateway.staff.request(SetPriceAgreementDocument, terms)
        const { requestInvoice } = await client.request(RequestInvoiceDocument, { channels: 1 })
        const { id, status } = requestInvoice.invoice
        expect(status).toBe(sandbox ? 'OPEN' : 'REQUESTED')
        if (sandbox) continue
        const prepare = () => gateway.staff.request(PrepareInvoiceDocument, { invoiceId: id })
        await expect(prepare()).rejects.toMatchObject({ code: 'NO_PROVIDER_PROFILE' })
        await gateway.staff.request(SetProviderProfileDocument, PROFILE)
        expect((await prepare()).prepareInvoice.invoice.status).toBe('OPEN')
        await onDatabase(test.url, 'DELETE FROM provider_profile')
      }
    } finally {
      await gateway.stop()
      await test.drop()
    }
  }, 60_000)
})
