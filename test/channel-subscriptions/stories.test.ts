import {
  AdvanceClockDocument,
  AllocateDaysDocument,
  BillingPortalDocument,
  CancelChannelSubscriptionDocument,
  ChangeChannelPlanDocument,
  ChannelDocument,
  ChannelsDocument,
  CreateChannelDocument,
  DeleteChannelDocument,
  EventsDocument,
  LedgerAuditDocument,
  PlansDocument,
  PreviewPlanChangeDocument,
  ResumeChannelSubscriptionDocument,
  SetPriceAgreementDocument,
  SubscribeChannelDocument,
} from '../../sdk'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'

const PAYS = '4242 4242 4242 4242'
const DECLINED = '4000 0000 0000 0002'
const FAILS_LATER = '4000 0000 0000 0341'

/** A channel that is paid by a subscription of its own, on the pages and through the webhooks of the sandbox. */
describe('a channel’s own subscription', () => {
  let gateway: TestGateway
  let partner: TestPartner
  let channelId: string
  let month: string
  let year: string

  beforeAll(async () => {
    gateway = await startTestGateway({ sweeps: true })
  }, 60_000)
  afterAll(async () => {
    const { ledgerAudit } = await gateway.staff.request(LedgerAuditDocument, {})
    expect(ledgerAudit.violations).toEqual([])
    await gateway.stop()
  })

  beforeEach(async () => {
    partner = await gateway.newPartner({ sandbox: true, days: 100 })
    const accountId = partner.account.id
    const terms = { accountId, currency: 'EUR', channelMonthAmount: 1_250, yearlyDiscountBasisPoints: 2_000 }
    await gateway.staff.request(SetPriceAgreementDocument, terms)
    const { createChannel } = await partner.client.request(CreateChannelDocument, { name: 'Shop', days: 10 })
    channelId = createChannel.channel.id
    const { plans } = await partner.client.request(PlansDocument, {})
    ;[month = '', year = ''] = plans.map(({ id }) => id)
    expect(plans).toMatchObject([
      { interval: 'MONTH', price: { amount: 1_250, currency: 'EUR' }, undiscounted: { amount: 1_250 } },
      { interval: 'YEAR', price: { amount: 12_000, currency: 'EUR' }, undiscounted: { amount: 15_000 } },
    ])
  })

  const channel = async () => (await partner.client.request(ChannelDocument, { id: channelId })).channel
  const now = async () => new Date((await channel())?.createdAt ?? 0)

  const subscribe = async (planId: string, card: string) => {
    const { subscribeChannel } = await partner.client.request(SubscribeChannelDocument, { channelId, planId })
    await pay(subscribeChannel.checkoutUrl, card)
    return subscribeChannel.checkoutUrl
  }

  /** What a person does on the page. */
  async function pay(url: string, card: string): Promise<string> {
    const response = await fetch(url)
    const cookie = response.headers
      .getSetCookie()
      .map((set) => set.split(';')[0])
      .join('; ')
    const page = await response.text()
    const fields = new URLSearchParams()
    for (const [input] of page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      fields.set(/name="([^"]*)"/.exec(input)?.[1] ?? '', /value="([^"]*)"/.exec(input)?.[1] ?? '')
    }
    fields.set('card', card)
    const action = /<form[^>]*action="([^"]*)"/.exec(page)?.[1] ?? url
    const answer = await fetch(new URL(action, url), {
      method: 'POST',
      headers: { cookie },
      body: fields,
      redirect: 'manual',
    })
    return answer.text()
  }

  async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
    for (;;) {
      const seen = await look()
      if (holds(seen)) return seen
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const subscribed = () => until(channel, (seen) => seen?.billing === 'SUBSCRIPTION')
  const advance = (days: number) => async () => {
    const from = await now()
    await partner.client.request(AdvanceClockDocument, {
      to: new Date(from.getTime() + days * 86_400_000).toISOString(),
    })
  }

  it('begins once its page is paid: its days return, and it is paid until the period’s end', async () => {
    await subscribe(month, PAYS)
    const seen = await subscribed()
    expect(seen).toMatchObject({
      status: 'ACTIVE',
      unusedDays: 0,
      subscription: { status: 'ACTIVE', plan: { id: month } },
    })
    expect(seen?.paidUntil).toBe(seen?.subscription?.currentPeriodEnd)
    const { events } = await partner.client.request(EventsDocument, { first: 100 })
    expect(events.nodes).toContainEqual(
      expect.objectContaining({ __typename: 'DayExpiryChange', reason: 'SUBSCRIPTION' }),
    )
    await expect(partner.client.request(AllocateDaysDocument, { channelId, days: 1 })).rejects.toMatchObject({
      code: 'CHANNEL_ON_SUBSCRIPTION',
    })
    await expect(partner.client.request(SubscribeChannelDocument, { channelId, planId: month })).rejects.toMatchObject({
      code: 'CHANNEL_ON_SUBSCRIPTION',
    })
  })

  it('does not begin with a card that is declined, and can be paid with another', async () => {
    const { subscribeChannel } = await partner.client.request(SubscribeChannelDocument, { channelId, planId: month })
    const { checkoutUrl } = subscribeChannel
    expect(await pay(checkoutUrl, DECLINED)).toMatch(/declined/i)
    expect(await channel()).toMatchObject({ billing: 'BALANCE', subscription: null })
    // The same checkout, as long as it can be paid.
    const again = await partner.client.request(SubscribeChannelDocument, { channelId, planId: month })
    expect(again.subscribeChannel.checkoutUrl).toBe(checkoutUrl)
    await pay(checkoutUrl, PAYS)
    await subscribed()
  })

  it('renews with each period that is paid', async () => {
    await subscribe(month, PAYS)
    const first = await subscribed()
    await advance(65)()
    const seen = await channel()
    expect(seen).toMatchObject({ status: 'ACTIVE', billing: 'SUBSCRIPTION', subscription: { status: 'ACTIVE' } })
    expect(new Date(seen?.paidUntil ?? 0).getTime()).toBeGreaterThan(
      new Date(first?.paidUntil ?? 0).getTime() + 50 * 86_400_000,
    )
  })

  it('runs on for three days where a period is not paid, and then expires', async () => {
    await subscribe(month, FAILS_LATER)
    const { paidUntil } = (await subscribed()) ?? {}
    const end = new Date(paidUntil ?? 0).getTime()
    const to = (days: number) => ({ to: new Date(end + days * 86_400_000).toISOString() })
    await partner.client.request(AdvanceClockDocument, to(2.9))
    expect(await channel()).toMatchObject({ status: 'ACTIVE', paidUntil, subscription: { status: 'PAST_DUE' } })
    await partner.client.request(AdvanceClockDocument, to(3.1))
    expect(await channel()).toMatchObject({ status: 'EXPIRED', paidUntil })
  })

  it('changes to the yearly plan, is cancelled, and goes on', async () => {
    await subscribe(month, PAYS)
    await subscribed()
    const { previewPlanChange } = await partner.client.request(PreviewPlanChangeDocument, { channelId, planId: year })
    const { amountDue, lines } = previewPlanChange
    // The month was paid this instant: nearly all of it is set off.
    expect(amountDue).toBe(lines.reduce((sum, { amount }) => sum + amount, 0))
    expect(amountDue).toBeGreaterThanOrEqual(12_000 - 1_250)
    expect(amountDue).toBeLessThan(12_000 - 1_200)
    const changed = await partner.client.request(ChangeChannelPlanDocument, { channelId, planId: year })
    expect(changed.changeChannelPlan.channel.subscription).toMatchObject({ status: 'ACTIVE', plan: { id: year } })
    const cancelled = await partner.client.request(CancelChannelSubscriptionDocument, { channelId })
    expect(cancelled.cancelChannelSubscription.channel.subscription).toMatchObject({ cancelAtPeriodEnd: true })
    // It is ending: days may wait for its end.
    const { allocateDays } = await partner.client.request(AllocateDaysDocument, { channelId, days: 5 })
    expect(allocateDays.channel).toMatchObject({ unusedDays: 5, billing: 'BALANCE' })
    const resumed = await partner.client.request(ResumeChannelSubscriptionDocument, { channelId })
    expect(resumed.resumeChannelSubscription.channel).toMatchObject({
      billing: 'SUBSCRIPTION',
      unusedDays: 0,
      subscription: { cancelAtPeriodEnd: false },
    })
  })

  it('ends at once where it is cancelled now, and nothing returns', async () => {
    await subscribe(month, PAYS)
    await subscribed()
    const { cancelChannelSubscription } = await partner.client.request(CancelChannelSubscriptionDocument, {
      channelId,
      atPeriodEnd: false,
    })
    expect(cancelChannelSubscription.channel).toMatchObject({ status: 'EXPIRED', subscription: { status: 'CANCELED' } })
    await expect(partner.client.request(CancelChannelSubscriptionDocument, { channelId })).rejects.toMatchObject({
      code: 'CHANNEL_NOT_ON_SUBSCRIPTION',
    })
    // The page that was paid isn't given again.
    await subscribe(month, PAYS)
    expect(await subscribed()).toBeDefined()
  })

  it('has its channel found for as long as it lives, cancelled at the period’s end too', async () => {
    const { createChannel } = await partner.client.request(CreateChannelDocument, { name: 'By days', days: 10 })
    const found = async (subscribedOnes: boolean) => {
      const { channels } = await partner.client.request(ChannelsDocument, { filter: { subscribed: subscribedOnes } })
      expect(channels.totalCount).toBe(channels.nodes.length)
      return channels.nodes.map(({ id }) => id)
    }
    expect(await found(true)).toEqual([])
    await subscribe(month, PAYS)
    await subscribed()
    await partner.client.request(CancelChannelSubscriptionDocument, { channelId })
    expect(await found(true)).toEqual([channelId])
    expect(await found(false)).toEqual([createChannel.channel.id])
    await partner.client.request(CancelChannelSubscriptionDocument, { channelId, atPeriodEnd: false })
    expect(await found(true)).toEqual([])
  })

  it('is cancelled at the provider as its channel is deleted', async () => {
    await subscribe(month, PAYS)
    await subscribed()
    await partner.client.request(DeleteChannelDocument, { channelId })
    await until(channel, (seen) => seen?.subscription?.status === 'CANCELED')
  })

  it('is begun, changed and cancelled once for each key, and never for another input under it', async () => {
    const begin = { channelId, planId: month, idempotencyKey: 'begin' }
    const first = await partner.client.request(SubscribeChannelDocument, begin)
    const again = await partner.client.request(SubscribeChannelDocument, begin)
    expect(again).toEqual(first)
    await expect(partner.client.request(SubscribeChannelDocument, { ...begin, planId: year })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    })
    await pay(first.subscribeChannel.checkoutUrl, PAYS)
    await subscribed()
    for (let times = 0; times < 2; times += 1) {
      await partner.client.request(ChangeChannelPlanDocument, { channelId, planId: year, idempotencyKey: 'change' })
      await partner.client.request(CancelChannelSubscriptionDocument, { channelId, idempotencyKey: 'cancel' })
    }
    await expect(
      partner.client.request(ResumeChannelSubscriptionDocument, { channelId, idempotencyKey: 'cancel' }),
    ).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' })
    const calls = await gateway.sql<{ kind: string }>(
      'SELECT kind FROM provider_call WHERE channel_id = $1 ORDER BY id',
      [channelId],
    )
    expect(calls.map(({ kind }) => kind)).toEqual(['SUBSCRIBE', 'CHANGE_PLAN', 'CANCEL_AT_PERIOD_END'])
  })

  it('is refused for what is not there, not the account’s own, or not offered any longer', async () => {
    const stranger = await gateway.newPartner({ sandbox: true })
    const ask = (variables: object) =>
      partner.client.request(SubscribeChannelDocument, { channelId, planId: month, ...variables })
    const unknown = channelId.slice(0, -8) + '00000000'
    for (const id of [unknown, 'x', '', `${channelId}'`, '\u0000']) {
      await expect(ask({ channelId: id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(ask({ planId: id.replace('channel', 'plan') })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
    await expect(stranger.client.request(SubscribeChannelDocument, { channelId, planId: month })).rejects.toMatchObject(
      { code: 'NOT_FOUND' },
    )
    for (const url of [
      'javascript:alert(1)',
      'not a url',
      'ftp://example.com',
      `https://example.com/${'x'.repeat(3_000)}`,
    ]) {
      await expect(ask({ successUrl: url })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
      await expect(partner.client.request(BillingPortalDocument, { returnUrl: url })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      })
    }
    const notSubscribed = { code: 'CHANNEL_NOT_ON_SUBSCRIPTION' }
    await expect(partner.client.request(CancelChannelSubscriptionDocument, { channelId })).rejects.toMatchObject(
      notSubscribed,
    )
    await expect(partner.client.request(ResumeChannelSubscriptionDocument, { channelId })).rejects.toMatchObject(
      notSubscribed,
    )
    await gateway.staff.request(SetPriceAgreementDocument, {
      accountId: partner.account.id,
      currency: 'EUR',
      channelMonthAmount: 1_300,
    })
    await expect(ask({})).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await gateway.sql('SELECT FROM provider_call WHERE channel_id = $1', [channelId])).toEqual([])
  })

  it('is seen on the provider’s own page', async () => {
    const { billingPortal } = await partner.client.request(BillingPortalDocument, { returnUrl: 'https://example.com/' })
    expect((await fetch(billingPortal.url)).status).toBe(200)
  })
})
