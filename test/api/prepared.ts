import type { Api, Order } from './api'
import { documentOf } from './documents'
import type { Side } from './prober'

/** What has to be there before the deed, where it isn’t in a world that was just seeded. */
export async function prepared(api: Api, side: Side, name: string, args: Order): Promise<Order> {
  const input = args.input as Order | undefined
  const [channel, other] = [await api.channel(side.token, { days: 9 }), await api.channel(side.token, { days: 9 })]
  const invoice = await api.invoice(side.token, { channels: 1 })
  const withChannel = (order: Order) => ({
    ...order,
    ...('channelId' in order && { channelId: channel }),
    ...('fromChannelId' in order && { fromChannelId: channel, toChannelId: other }),
    ...('invoiceId' in order && name !== 'recordRefund' && { invoiceId: invoice }),
  })
  if (['recordPayment', 'postponeInvoice', 'writeOffInvoice', 'issueCreditNote', 'resumeDunning'].includes(name))
    await api.ask(api.staffToken, documentOf('mutation', 'prepareInvoice'), { invoiceId: invoice })
  if (name === 'issueCreditNote') {
    const [row] = await api.sql<{ total: string }>('SELECT total_minor AS total FROM invoice WHERE id = $1', [invoice])
    await api.pay(invoice, Number(row?.total))
  }
  if (name === 'resumeDunning')
    await api.ask(api.staffToken, documentOf('mutation', 'stopDunning'), { invoiceId: invoice, reason: 'They asked.' })
  if (name === 'setChannelPrice') Object.assign(input ?? {}, { amount: 1500, currency: 'EUR' })
  if (name === 'setMailPreferences') Object.assign(input ?? {}, { unwanted: ['LOW_BALANCE'] })
  if (name === 'recordRefund') Object.assign(input ?? {}, { invoiceId: await creditedInvoice(api, side) })
  if (name === 'runJob') return { name: 'audit-ledgers' }
  if (name === 'postponeInvoice') return { ...withChannel(args), until: new Date(Date.now() + 60 * 86_400_000) }
  if (name === 'setAlerts') Object.assign(input ?? {}, { lowBalanceDays: [7] })
  if (name === 'setAutoTopUp') Object.assign(input ?? {}, { belowDays: 2, targetDays: 30 })
  if (name === 'setKeepAlive') Object.assign(input ?? {}, { minDays: 2 })
  if (name === 'setAutoRenew') Object.assign(input ?? {}, { days: 3 })
  if (name === 'updateAccount' || name === 'updateChannel') Object.assign(input ?? {}, { name: 'Another name' })
  if (name === 'updateWebhookEndpoint') Object.assign(input ?? {}, { description: 'another' })
  if (name === 'setBillingDetails') Object.assign(input ?? {}, { legalName: 'Magpie Limited' })
  if (name === 'enableWebhookEndpoint')
    await api.ask(side.token, documentOf('mutation', 'disableWebhookEndpoint'), { id: side.own.webhook })
  if (name === 'sendTestWebhook' || name.startsWith('replayWebhook') || name === 'rotateWebhookSecret')
    await api.ask(side.token, documentOf('mutation', 'enableWebhookEndpoint'), { id: side.own.webhook })
  if (name === 'createWebhookEndpoint') Object.assign(input ?? {}, { url: 'http://127.0.0.1:9/x?key=whsec_hidden' })
  if (['revokeToken'].includes(name)) return { id: (await api.token({ accountId: side.accountId })).tokenId }
  if (name === 'changePersonRole') return { id: await api.person(side.accountId, 'magpie'), role: 'BILLING' }
  if (name === 'removePerson') return { id: await api.person(side.accountId, 'magpie') }
  if (name === 'revokeInvitation') return { id: await api.invitation(side.accountId, 'magpie') }
  if (name === 'deleteWebhookEndpoint') return { id: await newEndpoint(api, side) }
  return input === undefined ? withChannel(args) : { ...args, input: withChannel(input) }
}

async function creditedInvoice(api: Api, side: Side): Promise<string | undefined> {
  const [row] = await api.sql<{ id: string }>('SELECT invoice_id AS id FROM credit_note WHERE id = $1', [
    side.ids.creditNote[0],
  ])
  return row?.id
}

async function newEndpoint(api: Api, side: Side): Promise<string> {
  const { createWebhookEndpoint } = (await api.told(
    side.token,
    'mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { endpoint { id } } }',
    { input: { url: 'http://127.0.0.1:9/y' } },
  )) as { createWebhookEndpoint: { endpoint: { id: string } } }
  return createWebhookEndpoint.endpoint.id
}

/** What the world of this test can’t have done: a live subscription, a card, an event of a provider. Refusals are told. */
export const NOT_DONE_HERE = [
  'advanceClock',
  'billingPortal',
  'cancelChannelSubscription',
  'changeChannelPlan',
  'replayProviderEvent',
  'resumeChannelSubscription',
  'returnPayment',
  'returnUnappliedPayment',
  'subscribeChannel',
]
