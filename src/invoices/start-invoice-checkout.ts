import { z } from 'zod'
import { readClock } from '../clock'
import type { Tx } from '../database'
import { id } from '../input'
import { inBook } from '../ledger/account-book'
import { planProviderCall } from '../payments/plan-provider-call'
import { CheckoutState, ProviderCallKind } from '../payments/provider-call.entity'
import { invoiceOf } from './change-invoice'
import { endInvoiceCheckouts, findInvoiceCheckouts, type InvoiceCheckout } from './invoice-checkouts'
import { outstandingMinor } from './invoice-state'

/** How long the provider's page can be paid: Stripe takes 30 minutes to 24 hours. */
const CHECKOUT_MS = 60 * 60_000
/** What is left of it at least where it is given again. */
const REUSED_WITH_MS = 10 * 60_000

export const StartInvoiceCheckout = z.object({
  invoiceId: id(),
  /** Whose page it will be. */
  provider: z.string(),
  /** Where the payer comes back to. */
  successUrl: z.string(),
  cancelUrl: z.string(),
})
export type StartInvoiceCheckout = z.infer<typeof StartInvoiceCheckout>

/**
 * Stores that a page shall be opened at the provider for exactly what is outstanding of an invoice, and answers that call;
 * the one that is open where it asks for the same. Any other one is closed before it is opened: two pages could be paid twice.
 *
 * Null where there is nothing to pay: it is paid, void or not open yet, or its money is under way by a slow method. Whatever the
 * account's status: what is owed may be paid. Throws NOT_FOUND.
 */
export async function startInvoiceCheckout(
  tx: Tx,
  accountId: string,
  input: StartInvoiceCheckout,
): Promise<string | null> {
  const { invoiceId, provider, successUrl, cancelUrl } = input
  const { outcome } = await inBook(tx, { accountId }, async (book) => {
    const invoice = await invoiceOf(tx, book, invoiceId)
    const amountMinor = String(outstandingMinor(invoice))
    const checkouts = await findInvoiceCheckouts(tx, invoice)
    if (amountMinor === '0' || checkouts.some(({ checkout }) => checkout === CheckoutState.PENDING)) return null
    const now = await readClock(tx)
    const request = { amountMinor, currency: invoice.currency, provider, successUrl, cancelUrl }
    const open = checkouts.find((checkout) => isSame(checkout, request, now))
    if (open !== undefined) return open.id
    await endInvoiceCheckouts(tx, book, invoice)
    return planProviderCall(tx, book, {
      kind: ProviderCallKind.PAY_INVOICE,
      invoiceId,
      request: { ...request, description: `Invoice ${invoice.number ?? invoice.id}` },
      expiresAt: new Date(now.getTime() + CHECKOUT_MS),
    })
  })
  return outcome
}

function isSame(
  { request, expiresAt, isEnding }: InvoiceCheckout,
  { amountMinor, currency, provider }: Record<'amountMinor' | 'currency' | 'provider', string>,
  now: Date,
): boolean {
  return (
    !isEnding &&
    request.amountMinor === amountMinor &&
    request.currency === currency &&
    request.provider === provider &&
    expiresAt !== null &&
    expiresAt.getTime() > now.getTime() + REUSED_WITH_MS
  )
}
