import type { CreditNote } from '../credit-notes/credit-note.entity'
import { InvoiceStatus, type Invoice } from '../invoices/invoice.entity'
import { invoicePagePath } from '../invoices/read-invoice-page'
import { DocumentKind } from './document.entity'

/** The document that fits the state of an invoice. */
export const INVOICE_FILE = 'invoice.pdf'
/** The document as it was issued, whatever has become of the invoice. */
export const ISSUED_FILE = 'issued.pdf'

const MAX_NAME_LENGTH = 100

type Documented = Pick<Invoice, 'paymentToken' | 'number' | 'particulars'>

/** Where the document of an invoice is, below the gateway's address; null where it has none. */
export function invoiceFilePath(invoice: Documented): string | null {
  return hasDocument(invoice) ? `${invoicePagePath(invoice)}/${INVOICE_FILE}` : null
}

/** Of a credit note of the invoice: who may see the one may see the other. */
export function creditNoteFilePath({ id }: Pick<CreditNote, 'id'>, invoice: Documented): string | null {
  return hasDocument(invoice) ? `${invoicePagePath(invoice)}/${id}.pdf` : null
}

/** A paper without a sender is no invoice: those that opened before there were particulars have none. */
export function hasDocument({ number, particulars }: Pick<Invoice, 'number' | 'particulars'>): boolean {
  return number !== null && particulars !== null
}

/** Which document fits the state of an invoice. One of zero has said that it is paid from the beginning. */
export function kindFor({ status, totalMinor }: Pick<Invoice, 'status' | 'totalMinor'>): DocumentKind {
  if (status === InvoiceStatus.VOID) return DocumentKind.INVOICE_VOID
  return status === InvoiceStatus.PAID && totalMinor > 0 ? DocumentKind.INVOICE_PAID : DocumentKind.INVOICE
}

/** A name for any file system and any header, whatever the series was made of. */
export function fileNameOf(number: string, kind: DocumentKind): string {
  const safe = number.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^[-_]+|[-_]+$/g, '')
  return `${safe.slice(0, MAX_NAME_LENGTH) || 'document'}${ENDINGS[kind]}.pdf`
}

const ENDINGS: Record<DocumentKind, string> = {
  INVOICE: '',
  INVOICE_PAID: '-paid',
  INVOICE_VOID: '-void',
  CREDIT_NOTE: '',
}
