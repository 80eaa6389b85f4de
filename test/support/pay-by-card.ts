import type { Database } from '../../src/database'
import { invoiceOf } from '../../src/invoices/change-invoice'
import { PaymentMethod } from '../../src/invoices/payment.entity'
import { takePayment } from '../../src/invoices/take-payment'
import { inBook } from '../../src/ledger/account-book'
import { PROVIDER_ACTOR } from '../../src/payments/provider-changes'

/** What a completed checkout brings: the money of a card, under the provider's own id of the payment. All that is outstanding, unless said. */
export async function payByCard(
  database: Database,
  provider: 'STRIPE' | 'SANDBOX',
  { id, accountId }: { id: string; accountId: string },
  providerPaymentId: string,
  amount?: number,
): Promise<void> {
  await database.inTransaction((tx) =>
    inBook(tx, { accountId }, async (book) => {
      const invoice = await invoiceOf(tx, book, id)
      const amountMinor = amount ?? invoice.totalMinor - invoice.paidMinor
      const { currency } = invoice
      const money = { method: PaymentMethod.CARD, amountMinor, currency, reference: null, receivedAt: book.now }
      await takePayment(tx, book, PROVIDER_ACTOR, invoice, { ...money, provider, providerPaymentId })
      return null
    }),
  )
}
