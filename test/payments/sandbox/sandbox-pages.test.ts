import { CANCEL, CARDS, openAccount, SUCCESS, Till, type Answer } from './till'

const EVIL = `<script>alert(1)</script>"'&<img src=x onerror=alert(2)>`
let till: Till

beforeAll(async () => {
  till = await Till.open({ start: '2030-01-31T10:00:00Z', name: EVIL })
})
afterAll(() => till.close())

const payPath = (sessionId: string) => `/sandbox/pay/${sessionId}`
const portalPath = async () => {
  const { url } = await till.provider.openPortal({ customerId: till.customerId, returnUrl: CANCEL })
  return new URL(url).pathname
}
const status = async (sessionId: string) => (await till.provider.fetchCheckout(sessionId))?.status
const text = ({ body }: Answer) =>
  body
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
const nobody = `sandbox_cs_${'0'.repeat(40)}`

/** What every page of the sandbox is. */
function expectPage(answer: Answer): void {
  expect(answer.header('content-type')).toBe('text/html; charset=utf-8')
  expect(answer.header('cache-control')).toBe('no-store')
  expect(answer.header('referrer-policy')).toBe('no-referrer')
  const policy = answer.header('content-security-policy')
  expect(policy).toMatch(
    /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'( https:\/\/partner\.test)?; base-uri 'none'; frame-ancestors 'none'$/,
  )
  expect(answer.body).toMatch(/^<!doctype html>\s*<html lang="en">/)
  expect(answer.body).toContain('name="viewport" content="width=device-width, initial-scale=1"')
  expect(answer.body.match(/<h1>/g)).toHaveLength(1)
  expect(answer.body.match(/<main>/g)).toHaveLength(1)
  expect(text(answer)).toContain('TEST MODE, no money')
  expect(answer.body).not.toMatch(/<script|<img/i)
  // Each field has a name that is read out, and each form its token.
  for (const [, id] of answer.body.matchAll(/<input\s+id="([^"]+)"/g))
    expect(answer.body).toContain(`<label for="${id}"`)
  expect(answer.body.match(/<form /g)?.length ?? 0).toBe(answer.body.match(/name="token"/g)?.length ?? 0)
  expect(answer.body.match(/<form /g)?.length ?? 0).toBe(answer.body.match(/<form method="post">/g)?.length ?? 0)
}

describe('the payment page', () => {
  it('says what is bought and for how much, and leads back', async () => {
    const answer = await till.browser().open(payPath(await till.paying(123_456, 'Invoice SBX-2030-000001')))
    expectPage(answer)
    expect(answer.status).toBe(200)
    expect(text(answer)).toContain('Invoice SBX-2030-000001')
    expect(text(answer)).toContain('1234.56 EUR')
    expect(answer.body).toContain(`href="${CANCEL}"`)
  })

  it('takes a card that pays, and leads to the address that was stored', async () => {
    const sessionId = await till.paying()
    const answer = await till.browser().fill(payPath(sessionId), { card: '4242-4242 42424242' })
    expect([answer.status, answer.location]).toEqual([303, SUCCESS])
    expect(await status(sessionId)).toBe('COMPLETE')
  })

  it('tells of a card that is declined, takes no money, and takes another', async () => {
    const sessionId = await till.subscribing()
    const browser = till.browser()
    const declined = await browser.fill(payPath(sessionId), { card: CARDS.declined })
    expectPage(declined)
    expect(declined.status).toBe(402)
    expect(declined.body).toMatch(/role="alert"[^>]*>\s*The card was declined/)
    expect(await status(sessionId)).toBe('OPEN')
    expect(await till.types(sessionId)).toEqual([])
    expect((await browser.fill(payPath(sessionId), { card: CARDS.pays })).status).toBe(303)
  })

  it('asks whether it is the holder who pays, and takes a no', async () => {
    const sessionId = await till.subscribing()
    const browser = till.browser()
    const asked = await browser.fill(payPath(sessionId), { card: CARDS.asks })
    expect([asked.status, new URL(asked.location ?? '', `http://x${payPath(sessionId)}`).pathname]).toEqual([
      303,
      payPath(sessionId),
    ])
    const page = await browser.open(payPath(sessionId))
    expectPage(page)
    expect(text(page)).toContain('Confirm this payment')
    expect(text(page)).toContain('ends in 3155')
    expect(await status(sessionId)).toBe('OPEN')

    const refused = await browser.fill(payPath(sessionId), { confirm: 'no' })
    expectPage(refused)
    expect(text(refused)).toContain('The payment was not confirmed')
    expect(await status(sessionId)).toBe('OPEN')

    await browser.fill(payPath(sessionId), { card: CARDS.asks })
    const paid = await browser.fill(payPath(sessionId), { confirm: 'yes' })
    expect([paid.status, paid.location]).toEqual([303, SUCCESS])
    expect(await status(sessionId)).toBe('COMPLETE')
  })

  it('takes no confirmation of what no card asked about', async () => {
    const sessionId = await till.paying()
    const answer = await till.browser().fill(payPath(sessionId), { confirm: 'yes' })
    expect(answer.status).toBe(402)
    expect(await status(sessionId)).toBe('OPEN')
  })

  it('takes a card that pays now and fails at renewal', async () => {
    const sessionId = await till.subscribing()
    expect((await till.browser().fill(payPath(sessionId), { card: CARDS.failsLater })).status).toBe(303)
    const subscriptionId = (await till.provider.fetchCheckout(sessionId))?.subscriptionId ?? ''
    expect((await till.subscription(subscriptionId)).status).toBe('ACTIVE')
  })

  it.each(['', '4111 1111 1111 1111', '42', EVIL, '4242 4242 4242 4242 4'])(
    'takes no other number, and doesn’t show it again: %s',
    async (card) => {
      const sessionId = await till.paying()
      const answer = await till.browser().fill(payPath(sessionId), { card })
      expectPage(answer)
      expect(answer.status).toBe(402)
      expect(text(answer)).toContain('none of the test cards')
      if (card.startsWith('4111')) expect(answer.body).not.toContain('4111')
      expect(await status(sessionId)).toBe('OPEN')
    },
  )

  it('thanks whoever comes again after paying, and pays nothing twice', async () => {
    const sessionId = await till.paying()
    const browser = till.browser()
    await browser.open(payPath(sessionId))
    const fields = { card: CARDS.pays }
    await browser.fill(payPath(sessionId), fields)
    const again = await browser.open(payPath(sessionId))
    expectPage(again)
    expect(text(again)).toContain('this is paid')
    expect(again.body).toContain('href="https://partner.test/paid?x=1&amp;y=2"')
    const before = await till.money()
    const other = await browser.fill(payPath(sessionId), fields)
    expect([other.status, other.location]).toEqual([303, SUCCESS])
    expect(await till.money()).toEqual(before)
  })

  it('has a friendly page for one that has expired, before and after its form was opened', async () => {
    const sessionId = await till.paying()
    const browser = till.browser()
    await browser.open(payPath(sessionId))
    await till.provider.expireCheckout(sessionId)
    for (const answer of [
      await browser.open(payPath(sessionId)),
      await browser.fill(payPath(sessionId), { card: CARDS.pays }),
    ]) {
      expectPage(answer)
      expect(answer.status).toBe(410)
      expect(text(answer)).toContain('This page has expired')
      expect(answer.body).toContain(`href="${CANCEL}"`)
    }
  })
})

describe('the portal', () => {
  it('shows subscriptions with the end of their period, and payments', async () => {
    const subscriptionId = await till.subscribed(await till.price('MONTH', 4321))
    const { channelId } = await till.subscription(subscriptionId)
    const answer = await till.browser().open(await portalPath())
    expectPage(answer)
    expect(answer.status).toBe(200)
    expect(text(answer)).toContain(channelId)
    expect(text(answer)).toContain('43.21 EUR each month')
    expect(text(answer)).toContain('2030-02-28 10:00 UTC')
    expect(answer.body).toContain(`href="${CANCEL}"`)
  })

  it('ends a subscription with its period, and takes that back', async () => {
    const subscription = await till.subscribed()
    const [browser, path] = [till.browser(), await portalPath()]
    const ended = await browser.fill(path, { subscription, cancel: 'yes' })
    expect([ended.status, new URL(ended.location ?? '', `http://x${path}`).pathname]).toEqual([303, path])
    expect((await till.subscription(subscription)).cancelAtPeriodEnd).toBe(true)
    expect(text(await browser.open(path))).toContain('ends with its period')
    await browser.fill(path, { subscription, cancel: 'no' })
    expect((await till.subscription(subscription)).cancelAtPeriodEnd).toBe(false)
  })

  it('changes the card, which pays at once what is past due; a declined one is not kept', async () => {
    const own = await Till.open({ start: '2030-01-31T10:00:00Z' })
    try {
      const subscriptionId = await own.subscribed(undefined, CARDS.failsLater)
      await own.advanceTo('2030-03-02T00:00:00Z')
      expect((await own.subscription(subscriptionId)).status).toBe('PAST_DUE')
      const { url } = await own.provider.openPortal({ customerId: own.customerId, returnUrl: CANCEL })
      const [browser, path] = [own.browser(), new URL(url).pathname]
      expect(text(await browser.open(path))).toContain('not paid: the card failed')
      const declined = await browser.fill(path, { card: CARDS.declined })
      expectPage(declined)
      expect(declined.status).toBe(402)
      expect((await own.subscription(subscriptionId)).status).toBe('PAST_DUE')
      await browser.fill(path, { card: CARDS.failsLater })
      expect((await own.subscription(subscriptionId)).status).toBe('PAST_DUE')
      expect((await browser.fill(path, { card: CARDS.pays })).status).toBe(303)
      expect(await own.subscription(subscriptionId)).toMatchObject({
        status: 'ACTIVE',
        paidThrough: new Date('2030-03-31T10:00:00Z'),
      })
      expect(text(await browser.open(path))).toContain('ends in 4242')
    } finally {
      await own.close()
    }
  })

  it('touches no subscription but those of its own customer', async () => {
    const foreign = await till.subscribed()
    const accountId = await openAccount(till.database, true, 'Another')
    const request = { accountId, name: 'Another', email: null, idempotencyKey: accountId }
    const { customerId } = await till.provider.ensureCustomer(request)
    const own = await till.provider.startSubscriptionCheckout({
      ...till.returning(accountId, customerId),
      channelId: 'channel_another',
      ...(await till.price('MONTH', 1000, accountId)),
    })
    await till.provider.submitCard(own.sessionId, CARDS.pays)
    const { url } = await till.provider.openPortal({ customerId, returnUrl: CANCEL })
    const path = new URL(url).pathname
    const page = await till.browser().open(path)
    expect([page.body.includes('channel_another'), page.body.includes(foreign)]).toEqual([true, false])
    const before = await till.types()
    for (const subscription of [foreign, 'x', `sandbox_sub_${'0'.repeat(40)}`, "' OR true --", '\0']) {
      expect((await till.browser().fill(path, { subscription, cancel: 'yes' })).status).toBe(404)
    }
    expect((await till.browser().fill(path, { card: CARDS.failsLater })).status).toBe(303)
    expect((await till.subscription(foreign)).cancelAtPeriodEnd).toBe(false)
    expect(await till.rows('SELECT card FROM sandbox_subscription WHERE id = $1', [foreign])).toEqual([
      { card: 'PAYS' },
    ])
    expect((await till.types()).length).toBe(before.length + 1)
  })

  it('says so when a subscription has ended meanwhile, and when the page has expired', async () => {
    const subscription = await till.subscribed()
    const [browser, path] = [till.browser(), await portalPath()]
    await browser.open(path)
    await till.provider.cancelNow({ subscriptionId: subscription, idempotencyKey: subscription })
    const late = await browser.fill(path, { subscription, cancel: 'yes' })
    expectPage(late)
    expect([late.status, text(late).includes('has ended')]).toEqual([409, true])
    await till.rows('UPDATE sandbox_portal SET expires_at = daybook_now()')
    for (const answer of [await browser.open(path), await browser.fill(path, { card: CARDS.pays })]) {
      expectPage(answer)
      expect([answer.status, answer.body.includes(subscription)]).toEqual([410, false])
    }
  })
})

describe('hostile input', () => {
  it('is shown as text wherever it comes from', async () => {
    const sessionId = await till.paying(100, EVIL)
    const channel = await till.subscribing(undefined, EVIL)
    const browser = till.browser()
    const pages = [await browser.open(payPath(sessionId)), await browser.open(payPath(channel))]
    await browser.fill(payPath(sessionId), { card: CARDS.pays })
    await browser.fill(payPath(channel), { card: CARDS.pays })
    pages.push(await browser.open(payPath(sessionId)), await browser.open(await portalPath()))
    for (const page of pages) {
      expectPage(page)
      expect(page.body).toContain(
        '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img src=x onerror=alert(2)&gt;',
      )
      expect(page.body).not.toMatch(/<script|<img/i)
    }
  })

  it.each([
    ['unknown', nobody],
    ['empty', '%20'],
    ['of SQL', encodeURIComponent("' OR 1=1 --")],
    ['with a NUL', 'sandbox_cs_%00'],
    ['of markup', encodeURIComponent(EVIL)],
    ['of another kind', `sandbox_sub_${'0'.repeat(40)}`],
  ])('an id that is %s finds nothing, on either page', async (_what, id) => {
    for (const path of [`/sandbox/pay/${id}`, `/sandbox/portal/${id}`]) {
      const opened = await till.browser().open(path)
      expectPage(opened)
      expect(opened.status).toBe(404)
      // A form there is none of is not from here either.
      expect([403, 404]).toContain((await till.browser().fill(path, { card: CARDS.pays })).status)
    }
  })

  it('a form that was not sent from the page changes nothing', async () => {
    const sessionId = await till.paying()
    const path = payPath(sessionId)
    const [mine, theirs] = [till.browser(), till.browser()]
    const tokenOf = ({ body }: Answer) => /name="token" value="([0-9a-f]+)"/.exec(body)?.[1] ?? ''
    const token = tokenOf(await mine.open(path))
    const foreignToken = tokenOf(await theirs.open(path))
    const otherPage = tokenOf(await mine.open(payPath(await till.paying())))
    const card = CARDS.pays
    const attempts = [
      await till.browser().post(path, { card }),
      await till.browser().post(path, { card, token }),
      await mine.post(path, { card }),
      await mine.post(path, { card, token: '' }),
      await mine.post(path, { card, token: 'zz' }),
      await mine.post(path, { card, token: foreignToken }),
      await mine.post(path, { card, token: otherPage }),
      await till.browser({ 'sec-fetch-site': 'cross-site' }).fill(path, { card }),
      await till.browser({ 'sec-fetch-site': 'same-site' }).fill(path, { card }),
    ]
    for (const answer of attempts) {
      expectPage(answer)
      expect(answer.status).toBe(403)
    }
    expect(await status(sessionId)).toBe('OPEN')
    expect((await mine.post(path, { card, token })).status).toBe(303)
  })

  it('the cookie is for these pages, and no script’s', async () => {
    const answer = await till.browser().open(payPath(await till.paying()))
    expect(answer.header('set-cookie')).toMatch(
      /^daybook_sandbox=[0-9a-f]{40}; Path=\/sandbox; HttpOnly; SameSite=Lax$/,
    )
  })

  it('other methods are refused, and other bodies, and large ones', async () => {
    const sessionId = await till.paying()
    for (const path of [payPath(sessionId), await portalPath()]) {
      const browser = till.browser()
      for (const method of ['PUT', 'DELETE', 'PATCH'] as const) {
        const answer = await browser.send(method, path, method === 'DELETE' ? undefined : 'card=4242')
        expectPage(answer)
        expect([answer.status, answer.header('allow')]).toEqual([405, 'GET, HEAD, POST'])
      }
      for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'text/xml']) {
        const answer = await browser.send('POST', path, '{"card":"4242"}', type)
        expectPage(answer)
        expect(answer.status).toBe(415)
      }
      const huge = await browser.fill(path, { card: '4'.repeat(5000) })
      expectPage(huge)
      expect(huge.status).toBe(413)
      const full = await browser.fill(path, { card: '4'.repeat(3900) })
      expect(full.status).toBe(402)
      expect((await browser.send('HEAD', path, undefined)).status).toBe(200)
    }
    expect(await status(sessionId)).toBe('OPEN')
  })

  it('no address in a form leads anywhere', async () => {
    const sessionId = await till.paying()
    const answer = await till.browser().fill(`${payPath(sessionId)}?successUrl=https://evil.test`, {
      card: CARDS.pays,
      successUrl: 'https://evil.test/',
      redirect: 'https://evil.test/',
    })
    expect([answer.status, answer.location]).toEqual([303, SUCCESS])
  })
})
