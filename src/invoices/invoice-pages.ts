import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Payments } from '../channel-subscriptions/open-billing-portal'
import type { Database } from '../database'
import { isDatabaseAway } from '../database-errors'
import { PaymentProviderError } from '../errors'
import { moneyText } from '../money'
import { html, page, pagePolicy, TEST_NOTE, type Html } from '../payments/page-html'
import type { PaymentProvider } from '../payments/payment-provider'
import { outstandingMinor } from './invoice-state'
import { InvoiceStatus } from './invoice.entity'
import { openInvoicePage } from './open-invoice-page'
import { invoicePagePath, readInvoicePage, type InvoicePage } from './read-invoice-page'

/** The form has one button and no field. */
const MAX_FORM_BYTES = 1024
const FORM_TYPE = 'application/x-www-form-urlencoded'
/** How long a payer waits for the provider; what is not opened by then is opened by itself, and found by the next try. */
const PATIENCE_MS = 15_000
/** Times in a minute that one invoice's button can be pressed at a gateway: each may cost a call at the provider. */
const PRESSES_A_MINUTE = 12
const MINUTE_MS = 60_000
/** Who comes back from the provider sees the page anew so often, this far apart, until the money is here. */
const LOOKS = 20
const LOOK_SECONDS = 3

export interface InvoicePagesOptions {
  readonly database: Database
  readonly payments: Payments
}

interface Shown {
  status: number
  title: string
  content: Html
  note?: string | null
  head?: Html | null
  leadsTo?: readonly string[]
  retrySeconds?: number
}

/**
 * The page of each invoice, `/pay/:token`: what it is about, what is outstanding, and a button that opens the provider's page
 * for that. The token can't be guessed and is all that a caller must have. Looking at it asks the provider nothing and
 * changes nothing; only the button does.
 */
export function registerInvoicePages(app: FastifyInstance, options: InvoicePagesOptions): void {
  // In a scope of its own, as the pages of the sandbox: it takes its own form and nothing else.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(FORM_TYPE, { parseAs: 'string', bodyLimit: MAX_FORM_BYTES }, (_request, body, parsed) =>
      parsed(null, body),
    )
    scope.setErrorHandler((error, request, reply) => {
      const shown = failure(error)
      if (shown.status >= 500) request.log.error({ err: error }, 'the page of an invoice failed')
      return send(reply, shown)
    })
    const pages = new InvoicePages(options)
    const url = '/pay/:token'
    scope.route({ method: 'GET', url, handler: (request, reply) => pages.show(request, reply) })
    scope.route({
      method: 'POST',
      url,
      bodyLimit: MAX_FORM_BYTES,
      handler: (request, reply) => pages.pay(request, reply),
    })
    scope.route({
      method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url,
      onRequest: (_request, reply, _done) => {
        void send(reply.header('allow', 'GET, HEAD, POST'), WRONG_METHOD)
      },
      handler: (_request, reply) => send(reply, WRONG_METHOD),
    })
    done()
  })
}

class InvoicePages {
  /** Presses of this minute, by invoice. */
  private presses = new Map<string, number>()
  private minute = 0

  constructor(private readonly options: InvoicePagesOptions) {}

  async show(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const invoice = await this.find(request)
    if (invoice === null) return send(reply, NOT_FOUND)
    const { back } = request.query as { back?: unknown }
    const looks = typeof back === 'string' && /^\d{1,2}$/.test(back) ? Number(back) : 0
    return send(reply, this.invoicePage(invoice, looks))
  }

  async pay(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const invoice = await this.find(request)
    if (invoice === null) return send(reply, NOT_FOUND)
    if (!this.mayPress(invoice.id)) return send(reply, this.problem(invoice, 429, TOO_OFTEN, MINUTE_MS / 1000))
    const { database, payments } = this.options
    const here = `${payments.publicUrl()}${invoicePagePath(invoice)}`
    const waited = new AbortController()
    try {
      const opening = openInvoicePage(database, payments, invoice, { successUrl: `${here}?back=1`, cancelUrl: here })
      // Who has stopped waiting hears of no failure: the call is stored, and made again.
      opening.catch(() => undefined)
      const opened = await Promise.race([opening, delay(PATIENCE_MS, SLOW, { signal: waited.signal })])
      if (opened === SLOW) return await send(reply, this.problem(invoice, 503, AWAY, 5))
      // Nothing to pay: the page itself says why.
      return await reply.headers(PAGE_HEADERS).redirect(opened ?? invoice.paymentToken, 303)
    } catch (error) {
      if (!(error instanceof PaymentProviderError)) throw error
      if (error.details.retryable === true) return await send(reply, this.problem(invoice, 503, AWAY, 5))
      return await send(reply, this.problem(invoice, 409, error.message))
    } finally {
      waited.abort()
    }
  }

  private find(request: FastifyRequest): Promise<InvoicePage | null> {
    const { token } = request.params as { token: string }
    return readInvoicePage(this.options.database.sql, token)
  }

  private mayPress(invoiceId: string): boolean {
    const minute = Math.floor(Date.now() / MINUTE_MS)
    if (minute !== this.minute) this.presses = new Map()
    this.minute = minute
    const presses = (this.presses.get(invoiceId) ?? 0) + 1
    this.presses.set(invoiceId, presses)
    return presses <= PRESSES_A_MINUTE
  }

  private problem(invoice: InvoicePage, status: number, problem: string, retrySeconds?: number): Shown {
    return { ...this.invoicePage(invoice, 0, problem), status, ...(retrySeconds !== undefined && { retrySeconds }) }
  }

  private invoicePage(invoice: InvoicePage, looks: number, problem: string | null = null): Shown {
    const provider = this.providerOf(invoice)
    const isLookedAtAgain = problem === null && looks > 0 && looks < LOOKS && outstandingMinor(invoice) > 0
    const head = html`<meta http-equiv="refresh" content="${String(LOOK_SECONDS)};url=?back=${String(looks + 1)}" />`
    return {
      status: 200,
      title: `Invoice ${invoice.number ?? ''}`,
      content: html`${problem === null ? null : html`<p class="failed" role="alert" id="problem">${problem}</p>`}
      ${particulars(invoice)} ${download(invoice)} ${state(invoice, provider, looks)}`,
      note: provider?.livemode === false ? TEST_NOTE : null,
      head: isLookedAtAgain ? head : null,
      leadsTo: this.leadsTo(provider),
    }
  }

  private providerOf(invoice: InvoicePage): PaymentProvider | null {
    try {
      return this.options.payments.providers.of(invoice)
    } catch (error) {
      if (error instanceof PaymentProviderError) return null
      throw error
    }
  }

  /** The built-in provider's page is the gateway's own; another one may have a domain that we don't know. */
  private leadsTo(provider: PaymentProvider | null): readonly string[] {
    if (provider === null) return []
    return provider.name === 'SANDBOX' ? [new URL(this.options.payments.publicUrl()).origin] : ['https:']
  }
}

const SLOW = Symbol('slow')

function particulars(invoice: InvoicePage): Html {
  const { accountName, totalMinor, paidMinor, currency, days, openedAt, dueAt } = invoice
  const row = (name: string, text: string) =>
    html`<dt>${name}</dt>
      <dd>${text}</dd>`
  return html`<dl>
    ${row('For', accountName)} ${row('Days', String(days))}
    ${openedAt === null ? null : row('Issued', dateOf(openedAt))} ${dueAt === null ? null : row('Due', dateOf(dueAt))}
    ${row('Total', amount(totalMinor, currency))} ${row('Paid', amount(paidMinor, currency))}
    ${row('Outstanding', amount(outstandingMinor(invoice), currency))}
  </dl>`
}

function download({ paymentToken, hasDocument, status }: InvoicePage): Html | null {
  if (!hasDocument) return null
  const file = (name: string) => `${paymentToken}/${name}.pdf`
  const isClosed = status === InvoiceStatus.PAID || status === InvoiceStatus.VOID
  return html`<p>
    <a href="${file('invoice')}">Download the invoice</a>
    ${isClosed ? html`· <a href="${file('issued')}">as it was issued</a>` : null}
  </p>`
}

function state(invoice: InvoicePage, provider: PaymentProvider | null, looks: number): Html {
  const { status, paidAt, currency, isPaymentPending } = invoice
  const outstanding = outstandingMinor(invoice)
  if (status === InvoiceStatus.PAID) {
    return html`<p class="done" role="status">
      This invoice is paid${paidAt === null ? '' : `, since ${dateOf(paidAt)}`}.
    </p>`
  }
  if (outstanding === 0) return html`<p role="status">This invoice is void. There is nothing to pay.</p>`
  if (isPaymentPending) {
    return html`<p class="done" role="status">A payment is on its way. It takes the time that its method takes.</p>`
  }
  if (looks > 0) {
    const text =
      looks < LOOKS
        ? 'If you have paid, the payment is being confirmed: this page shows it in a moment.'
        : 'No payment has been confirmed yet. If you have paid, look again later: you need not pay again.'
    return html`<p role="status">${text}</p>
      <p><a href="?">Show the invoice</a></p>`
  }
  if (provider === null) {
    return html`<p>Card payments are not set up here. Pay by bank transfer, as the invoice says.</p>`
  }
  return html`<form method="post">
    <button>Pay ${amount(outstanding, currency)} by card</button>
  </form>`
}

function amount(amountMinor: number, currency: string): string {
  return moneyText(BigInt(amountMinor), 1n, currency)
}

function dateOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}

const PAGE_HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }

function send(
  reply: FastifyReply,
  { status, title, content, note = null, head = null, leadsTo = [], retrySeconds }: Shown,
): FastifyReply {
  if (retrySeconds !== undefined) void reply.header('retry-after', String(retrySeconds))
  return reply
    .code(status)
    .headers({ ...PAGE_HEADERS, 'content-security-policy': pagePolicy(leadsTo) })
    .type('text/html; charset=utf-8')
    .send(page(title, content, note, head))
}

const AWAY =
  'The payment provider is away for the moment. Nothing was paid. Press the button again in a little while: it can’t be paid twice.'
const TOO_OFTEN = 'The button was pressed too often. Nothing was paid. Wait a minute.'

const NOT_FOUND: Shown = {
  status: 404,
  title: 'There is no such page',
  content: html`<p>The address is not whole, or was never one. Take it from the invoice once more.</p>`,
}

const WRONG_METHOD: Shown = {
  status: 405,
  title: 'That can’t be done here',
  content: html`<p>This page is read, and its form is sent by POST.</p>`,
}

function failure(error: unknown): Shown {
  const status = (error as { statusCode?: unknown }).statusCode
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const content = html`<p>This page takes the form that it shows, and nothing else. Nothing was changed.</p>`
    return { status, title: 'This request can’t be taken', content }
  }
  return {
    status: isDatabaseAway(error) ? 503 : 500,
    title: 'Something went wrong',
    content: html`<p>Nothing was changed. Try again in a moment.</p>`,
  }
}
