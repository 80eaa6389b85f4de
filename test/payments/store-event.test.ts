import type Stripe from 'stripe'
import { storeProviderEvents } from '../../src/payments/store-event'
import { eventOf } from '../../src/payments/stripe/stripe-events'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk } from '../support/desk'

let testDatabase: TestDatabase
let desk: Desk

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  desk = await Desk.open(testDatabase.url)
})

afterAll(async () => {
  await desk.close()
  await testDatabase.drop()
})

const paidInvoice = (invoice: object): Stripe.Event =>
  ({
    id: 'evt_1',
    object: 'event',
    type: 'invoice.paid',
    livemode: true,
    created: 1_800_000_000,
    api_version: '2024-06-20',
    data: { object: { object: 'invoice', id: 'in_1', ...invoice } },
  }) as unknown as Stripe.Event

describe('an event of the provider', () => {
  it.each([
    ['as it is now', { parent: { subscription_details: { subscription: 'sub_1' } } }],
    ['as it was before March 2025', { subscription: 'sub_1' }],
  ])('about the invoice of a subscription, %s, is about that subscription', (_, invoice) => {
    expect(eventOf(paidInvoice(invoice)).object).toEqual({ kind: 'SUBSCRIPTION', id: 'sub_1' })
  })

  it('W4: that said nothing in the form in which it first came is handled as it comes in another, and once', async () => {
    const source = { name: 'STRIPE', livemode: true } as const
    const [said, saidNothing] = [eventOf(paidInvoice({ subscription: 'sub_1' })), eventOf(paidInvoice({}))]
    const counts: number[] = []
    for (const event of [saidNothing, saidNothing, said, said, saidNothing]) {
      counts.push(await storeProviderEvents(desk.database.sql, source, [event]))
    }
    expect(counts).toEqual([0, 0, 1, 0, 0])
  })
})
