import type { InvoiceParticulars } from '../invoices/invoice-particulars'
import type { Invoice, InvoiceLine } from '../invoices/invoice.entity'
import type { InvoiceDocument } from './billing-document'
import { DocumentKind } from './document.entity'
import { bankAccountOf, customerParty, providerParty, taxName } from './document-parties'

/** An invoice that has opened, with what a document says of it. */
export interface IssuedInvoice {
  readonly invoice: Invoice
  readonly number: string
  readonly openedAt: Date
  readonly dueAt: Date
  readonly particulars: InvoiceParticulars
  readonly lines: readonly InvoiceLine[]
  readonly sandbox: boolean
}

/**
 * What the paper of an invoice says. As it was issued nothing is paid of it, whatever has happened since; one of zero was
 * paid as it opened. What was written off is no state of the paper's: it can still be paid.
 */
export function invoiceDocument(
  { invoice, number, openedAt, dueAt, particulars, lines, sandbox }: IssuedInvoice,
  kind: DocumentKind.INVOICE | DocumentKind.INVOICE_PAID | DocumentKind.INVOICE_VOID,
  paymentUrl: string,
): InvoiceDocument {
  const { currency, subtotalMinor, taxMinor, totalMinor, days, periodStart, periodEnd, paidAt } = invoice
  const { provider, customer, tax } = particulars
  const state = totalMinor === 0 && kind === DocumentKind.INVOICE ? 'PAID' : STATES[kind]
  return {
    kind: 'INVOICE',
    state,
    number,
    issuedAt: openedAt,
    dueAt,
    closedAt: state === 'PAID' ? paidAt : null,
    period: periodStart === null || periodEnd === null ? null : { start: periodStart, end: periodEnd },
    currency,
    provider: providerParty(provider),
    partner: customerParty(customer),
    purchaseOrder: customer.purchaseOrder,
    lines: lines.map(({ description, quantity, unitPriceMinor, per, amountMinor, days: ofLine }) => ({
      ...{ description, quantity, unitPriceMinor, per, amountMinor, days: ofLine },
    })),
    subtotalMinor,
    taxMinor,
    totalMinor,
    taxName: taxName(provider),
    taxPartsPerMillion: tax.partsPerMillion,
    reverseCharge: tax.reverseCharge ? (tax.sentence ?? 'Reverse charge') : null,
    days,
    paidMinor: state === 'PAID' ? totalMinor : 0,
    sandbox,
    footer: provider.footer,
    bankAccount: bankAccountOf(provider),
    paymentUrl,
  }
}

const STATES = { INVOICE: 'OPEN', INVOICE_PAID: 'PAID', INVOICE_VOID: 'VOID' } as const
