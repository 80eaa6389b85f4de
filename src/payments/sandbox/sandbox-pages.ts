import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../../database'
import { isDatabaseAway } from '../../database-errors'
import { PaymentProviderError } from '../../errors'
import { moneyText } from '../../money'
import { html, page, pagePolicy, TEST_NOTE, type Html } from '../page-html'
import { findCheckout } from './pay-checkout'
import { readCard, TEST_CARDS } from './sandbox-cards'
import { isSandboxId } from './sandbox-id'
import { cancelInPortal, changeCardInPortal, viewPortal, type PortalView } from './sandbox-portal'
import type { SandboxProvider } from './sandbox-provider'
import { SandboxCustomer, type SandboxCheckout } from './sandbox.entity'

/** An honest form has some hundred bytes. */
const MAX_FORM_BYTES = 4096
const FORM_TYPE = 'application/x-www-form-urlencoded'
const COOKIE = 'daybook_sandbox'

export interface SandboxPagesOptions {
  readonly database: Pick<Database, 'inTransaction'>
  readonly provider: SandboxProvider
  /** Signs the forms. */
  readonly secret: string
}

interface Shown {
  status: number
  title: string
  content: Html
  leadsTo?: string | null
}

interface Visit {
  request: FastifyRequest
  reply: FastifyReply
  id: string
  /** The hidden field that each form of this page bears. */
  token: Html
}

/**
 * The pages of the sandbox: `/sandbox/pay/:id` and `/sandbox/portal/:id`. The id can't be guessed and is all that a caller
 * must have. Forms only, in and out: no script runs on them and none is needed.
 */
export function registerSandboxPages(app: FastifyInstance, options: SandboxPagesOptions): void {
  // In a scope of its own: nothing but these pages takes forms, and they take nothing else.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(FORM_TYPE, { parseAs: 'string', bodyLimit: MAX_FORM_BYTES }, (_request, body, parsed) =>
      parsed(null, new URLSearchParams(String(body))),
    )
    scope.setErrorHandler((error, request, reply) => {
      const shown = failure(error)
      if (shown.status >= 500) request.log.error({ err: error }, 'a page of the sandbox failed')
      return send(reply, shown)
    })
    const pages = new SandboxPages(options)
    serve(scope, '/sandbox/pay/:id', options.secret, {
      show: (visit) => pages.showCheckout(visit),
      take: (visit, form) => pages.takePayment(visit, form),
    })
    serve(scope, '/sandbox/portal/:id', options.secret, {
      show: (visit) => pages.showPortal(visit),
      take: (visit, form) => pages.takePortal(visit, form),
    })
    done()
  })
}

interface PageHandlers {
  show: (visit: Visit) => Promise<FastifyReply>
  take: (visit: Visit, form: URLSearchParams) => Promise<FastifyReply>
}

function serve(scope: FastifyInstance, url: string, secret: string, { show, take }: PageHandlers): void {
  const visit = (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Visit & { isOurs: (form: URLSearchParams) => boolean } => {
    const { id } = request.params as { id: string }
    const known = cookieOf(request)
    const session = known ?? randomBytes(20).toString('hex')
    if (known === null) {
      const secure = request.protocol === 'https' ? '; Secure' : ''
      void reply.header('set-cookie', `${COOKIE}=${session}; Path=/sandbox; HttpOnly; SameSite=Lax${secure}`)
    }
    const sign = createHmac('sha256', secret).update(`form ${session} ${id}`).digest()
    const isOurs = (form: URLSearchParams) => {
      const given = Buffer.from(form.get('token') ?? '', 'hex')
      return known !== null && !isForeign(request) && given.length === sign.length && timingSafeEqual(given, sign)
    }
    return {
      request,
      reply,
      id,
      token: html`<input type="hidden" name="token" value="${sign.toString('hex')}" />`,
      isOurs,
    }
  }
  scope.route({
    method: 'GET',
    url,
    handler: (request, reply) => show(visit(request, reply)),
  })
  scope.route({
    method: 'POST',
    url,
    handler: (request, reply) => {
      const visited = visit(request, reply)
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
      if (!visited.isOurs(form)) return send(reply, NOT_FROM_HERE)
      return take(visited, form)
    },
  })
  scope.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url,
    // Whatever its body is: the method is refused before it is read.
    onRequest: (_request, reply, _done) => {
      void send(reply.header('allow', 'GET, HEAD, POST'), WRONG_METHOD)
    },
    handler: (_request, reply) => send(reply, WRONG_METHOD),
  })
}

/** Browsers say where a form was sent from; the token holds for those that don't. */
function isForeign(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  return site !== undefined && site !== 'same-origin'
}

function cookieOf(request: FastifyRequest): string | null {
  const pattern = new RegExp(`(?:^|; ?)${COOKIE}=([0-9a-f]{40})(?:;|$)`)
  return pattern.exec(request.headers.cookie ?? '')?.[1] ?? null
}

class SandboxPages {
  constructor(private readonly options: SandboxPagesOptions) {}

  async showCheckout(visit: Visit): Promise<FastifyReply> {
    const found = await this.findCheckout(visit.id)
    return send(visit.reply, found === null ? NOT_FOUND : checkoutPage(visit, found, null))
  }

  async takePayment(visit: Visit, form: URLSearchParams): Promise<FastifyReply> {
    const { provider } = this.options
    const found = await this.findCheckout(visit.id)
    if (found === null) return send(visit.reply, NOT_FOUND)
    const confirms = form.get('confirm')
    const result =
      confirms === null
        ? await provider.submitCard(visit.id, form.get('card') ?? '')
        : await provider.confirm(visit.id, confirms === 'yes')
    switch (result) {
      case 'PAID':
        return redirect(visit.reply, found.checkout.successUrl)
      case 'ASKS':
        // The page itself asks, so that reloading it sends no card again.
        return redirect(visit.reply, visit.id)
      case 'DECLINED':
        return send(
          visit.reply,
          checkoutPage(visit, found, 'The card was declined. Nothing was paid. Try another one.'),
        )
      case 'UNCONFIRMED':
        return send(
          visit.reply,
          checkoutPage(visit, await this.again(visit, found), 'The payment was not confirmed. Nothing was paid.'),
        )
      case 'CLOSED':
        return send(visit.reply, checkoutPage(visit, await this.again(visit, found), null))
      case null:
        return send(
          visit.reply,
          checkoutPage(
            visit,
            found,
            'That is none of the test cards. Take one of the numbers below; never a real card.',
          ),
        )
    }
  }

  async showPortal(visit: Visit): Promise<FastifyReply> {
    const view = await this.findPortal(visit.id)
    return send(visit.reply, view === null ? NOT_FOUND : portalPage(visit, view, null))
  }

  async takePortal(visit: Visit, form: URLSearchParams): Promise<FastifyReply> {
    const view = await this.findPortal(visit.id)
    if (view === null) return send(visit.reply, NOT_FOUND)
    if (view.isExpired) return send(visit.reply, portalPage(visit, view, null))
    const { inTransaction } = this.options.database
    const subscriptionId = form.get('subscription')
    if (subscriptionId !== null) {
      const cancel = form.get('cancel') === 'yes'
      const isOurs =
        isSandboxId(subscriptionId) &&
        (await inTransaction((tx) => cancelInPortal(tx, view.customer.id, subscriptionId, cancel)))
      if (!isOurs) return send(visit.reply, NOT_FOUND)
    } else {
      const card = readCard(form.get('card') ?? '')
      const isKept = card !== null && (await inTransaction((tx) => changeCardInPortal(tx, view.customer, card)))
      if (!isKept) {
        const why = card === null ? 'That is none of the test cards.' : 'The card was declined.'
        return send(visit.reply, portalPage(visit, view, `${why} The card stays as it is.`))
      }
    }
    return redirect(visit.reply, visit.id)
  }

  private findPortal(id: string): Promise<PortalView | null> {
    if (!isSandboxId(id)) return Promise.resolve(null)
    return this.options.database.inTransaction((tx) => viewPortal(tx, id))
  }

  private async findCheckout(id: string): Promise<FoundCheckout | null> {
    if (!isSandboxId(id)) return null
    return this.options.database.inTransaction(async (tx) => {
      const checkout = await findCheckout(tx, id)
      if (checkout === null) return null
      const customer = await tx.manager.findOneByOrFail(SandboxCustomer, { id: checkout.customerId })
      return { checkout, customer }
    })
  }

  private async again({ id }: Visit, found: FoundCheckout): Promise<FoundCheckout> {
    return (await this.findCheckout(id)) ?? found
  }
}

interface FoundCheckout {
  checkout: SandboxCheckout
  customer: SandboxCustomer
}

function checkoutPage(visit: Visit, { checkout, customer }: FoundCheckout, problem: string | null): Shown {
  const { status, successUrl, cancelUrl, confirming } = checkout
  const isForMoney = checkout.intent === null
  if (status === 'COMPLETE') {
    if (!isForMoney) {
      const content = html`<p class="done">It is charged for what you have agreed to. Nothing was paid now.</p>
        <p><a href="${successUrl}">Go on</a></p>`
      return { status: 200, title: 'Thank you, the card is saved', content }
    }
    return {
      status: 200,
      title: 'Thank you, this is paid',
      content: html`<p class="done">${checkout.description}: ${amountOf(checkout)}</p>
        <p><a href="${successUrl}">Go on</a></p>`,
    }
  }
  if (status === 'EXPIRED') {
    return {
      status: 410,
      title: 'This page has expired',
      content: html`<p>Nothing was paid. Go back and start again to get a new page.</p>
        <p><a href="${cancelUrl}">Go back</a></p>`,
    }
  }
  const bought = html`${warning(problem)}
    <p>${customer.name}</p>
    <p>${checkout.description}</p>
    ${isForMoney ? html`<p class="amount">${amountOf(checkout)}</p>` : null}`
  if (confirming !== null) {
    return {
      status: 200,
      title: isForMoney ? 'Confirm this payment' : 'Confirm this card',
      leadsTo: successUrl,
      content: html`${bought}
        <p>The bank of the card that ends in ${confirming} asks whether it is you.</p>
        <form method="post">
          ${visit.token}
          <button name="confirm" value="yes">${isForMoney ? 'Confirm the payment' : 'Confirm the card'}</button>
          <button class="quiet" name="confirm" value="no">${isForMoney ? 'Do not pay' : 'Do not save it'}</button>
        </form>`,
    }
  }
  return {
    status: problem === null ? 200 : 402,
    title: isForMoney ? 'Pay by card' : 'Save a card',
    leadsTo: successUrl,
    content: html`${bought}
      <form method="post">
        ${visit.token} ${cardField(problem)}
        <button>${isForMoney ? html`Pay ${amountOf(checkout)}` : 'Save this card'}</button>
      </form>
      <p><a href="${cancelUrl}">Cancel and go back</a></p>
      ${testCards()}`,
  }
}

function portalPage(visit: Visit, view: PortalView, problem: string | null): Shown {
  const back = html`<p><a href="${view.returnUrl}">Go back</a></p>`
  if (view.isExpired) {
    const content = html`<p>Go back and open it again to get a new page.</p>
      ${back}`
    return { status: 410, title: 'This page has expired', content }
  }
  const isRunning = view.subscriptions.some(({ subscription }) => subscription.status !== 'CANCELED')
  return {
    status: problem === null ? 200 : 402,
    title: 'Subscriptions and payments',
    content: html`${warning(problem)}
      <p>${view.customer.name}</p>
      <h2>Subscriptions</h2>
      ${view.subscriptions.length === 0 ? html`<p>There are none.</p>` : view.subscriptions.map((row) => subscriptionItem(visit, row))}
      ${
        isRunning
          ? html`<h2>Change the card</h2>
              <form method="post">
                ${visit.token} ${cardField(problem)}
                <button>Use this card</button>
              </form>
              ${testCards()}`
          : null
      }
      <h2>Payments</h2>
      ${view.payments.length === 0 ? html`<p>There are none.</p>` : paymentsTable(view.payments)} ${back}`,
  }
}

function subscriptionItem({ token }: Visit, { subscription, price }: PortalView['subscriptions'][number]): Html {
  const { id, channelId, status, cancelAtPeriodEnd, periodEnd, endedAt, cardEnding } = subscription
  const state =
    status === 'CANCELED'
      ? 'ended'
      : cancelAtPeriodEnd
        ? 'ends with its period'
        : status === 'PAST_DUE'
          ? 'not paid: the card failed'
          : 'runs'
  const change = html`<form method="post">
    ${token}
    <input type="hidden" name="subscription" value="${id}" />
    ${
      cancelAtPeriodEnd
        ? html`<button name="cancel" value="no">Let ${channelId} go on</button>`
        : html`<button class="quiet" name="cancel" value="yes">End ${channelId} with its period</button>`
    }
  </form>`
  return html`<section class="item">
    <dl>
      <dt>Channel</dt>
      <dd>${channelId}</dd>
      <dt>Price</dt>
      <dd>${amountOf(price)} each ${price.planInterval === 'YEAR' ? 'year' : 'month'}</dd>
      <dt>State</dt>
      <dd>${state}</dd>
      <dt>${status === 'CANCELED' ? 'Ended' : 'Period ends'}</dt>
      <dd>${instant(endedAt ?? periodEnd)}</dd>
      <dt>Card</dt>
      <dd>ends in ${cardEnding}</dd>
    </dl>
    ${status === 'CANCELED' ? null : change}
  </section>`
}

function paymentsTable(payments: PortalView['payments']): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Paid</th>
        <th scope="col">For</th>
        <th scope="col">Amount</th>
      </tr>
    </thead>
    <tbody>
      ${payments.map(
        (payment) =>
          html`<tr>
            <td>${instant(payment.paidAt)}</td>
            <td>${payment.description}</td>
            <td>
              ${amountOf(payment)}${
                payment.refundedMinor === 0
                  ? null
                  : `, ${amountOf({ ...payment, amountMinor: payment.refundedMinor })} paid back`
              }
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

function cardField(problem: string | null): Html {
  const described = problem === null ? 'card-hint' : 'problem card-hint'
  return html`<label for="card">Card number</label>
    <input
      id="card"
      name="card"
      inputmode="numeric"
      autocomplete="off"
      required
      maxlength="32"
      aria-describedby="${described}"
    />
    <p class="hint" id="card-hint">A test card only: no real card, and no date or code is asked for.</p>`
}

function testCards(): Html {
  const rows = TEST_CARDS.map(
    ({ number, meaning }) =>
      html`<tr>
        <td>${number}</td>
        <td>${meaning}</td>
      </tr>`,
  )
  return html`<h2>Test cards</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Number</th>
          <th scope="col">What it does</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`
}

function warning(problem: string | null): Html | null {
  return problem === null ? null : html`<p class="failed" role="alert" id="problem">${problem}</p>`
}

function amountOf({ amountMinor, currency }: { amountMinor: number; currency: string }): string {
  return moneyText(BigInt(amountMinor), 1n, currency)
}

function instant(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** To an address that was stored, or to the page itself by its id. */
function redirect(reply: FastifyReply, to: string): FastifyReply {
  return reply.redirect(to, 303)
}

function send(reply: FastifyReply, { status, title, content, leadsTo = null }: Shown): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-security-policy': pagePolicy(leadsTo === null ? [] : [new URL(leadsTo).origin]),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    .type('text/html; charset=utf-8')
    .send(page(title, content, TEST_NOTE))
}

const NOT_FOUND: Shown = {
  status: 404,
  title: 'There is no such page',
  content: html`<p>The address is not whole, or was never one. Go back to where you came from and start again.</p>`,
}

const NOT_FROM_HERE: Shown = {
  status: 403,
  title: 'This form can’t be taken',
  content: html`<p>It was not sent from this page, or your browser keeps no cookies. Nothing was changed.</p>
    <p><a href="">Open the page anew</a></p>`,
}

const WRONG_METHOD: Shown = {
  status: 405,
  title: 'That can’t be done here',
  content: html`<p>This page is read, and its forms are sent by POST.</p>`,
}

function failure(error: unknown): Shown {
  if (error instanceof PaymentProviderError) {
    return { status: 409, title: 'That can’t be done', content: html`<p>${error.message}</p>` }
  }
  const status = (error as { statusCode?: unknown }).statusCode
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const content = html`<p>
      This page takes the forms that it shows, of ${String(MAX_FORM_BYTES)} bytes at the most. Nothing was changed.
    </p>`
    return { status, title: 'This request can’t be taken', content }
  }
  return {
    status: isDatabaseAway(error) ? 503 : 500,
    title: 'Something went wrong',
    content: html`<p>Nothing was changed. Try again in a moment.</p>`,
  }
}
