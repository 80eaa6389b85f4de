import { Account } from '../accounts/account.entity'
import { CreditNote } from '../credit-notes/credit-note.entity'
import type { Database } from '../database'
import { Invoice, InvoiceLine, InvoiceStatus } from '../invoices/invoice.entity'
import { invoicePagePath } from '../invoices/read-invoice-page'
import { isId } from '../typed-id'
import type { BillingDocument } from './billing-document'
import { creditNoteDocument } from './credit-note-document'
import { DocumentKind } from './document.entity'
import { type IssuedInvoice, invoiceDocument } from './invoice-document'

/** Lines of one document at the most: drawing 1,000 takes 250 ms. */
export const MAX_DOCUMENT_LINES = 5_000

/**
 * What the paper of an invoice or a credit note says; null where it has none: it is not there, never opened, opened without
 * particulars, or is not in the state that the kind names.
 */
export async function readIssued(
  database: Database,
  accountId: string,
  kind: DocumentKind,
  subjectId: string,
  publicUrl: string,
): Promise<BillingDocument | null> {
  if (kind === DocumentKind.CREDIT_NOTE) return readCreditNote(database, accountId, subjectId)
  const issued = await readInvoice(database, accountId, subjectId)
  if (issued === null || !fits(issued.invoice, kind)) return null
  return invoiceDocument(issued, kind, `${publicUrl}${invoicePagePath(issued.invoice)}`)
}

function fits({ status }: Invoice, kind: DocumentKind): boolean {
  if (kind === DocumentKind.INVOICE_PAID) return status === InvoiceStatus.PAID
  return kind === DocumentKind.INVOICE_VOID ? status === InvoiceStatus.VOID : true
}

async function readCreditNote(database: Database, accountId: string, id: string): Promise<BillingDocument | null> {
  const { manager } = database.dataSource
  const note = isId('creditNote', id) ? await manager.findOneBy(CreditNote, { id, accountId }) : null
  if (note === null) return null
  const corrected = await readInvoice(database, accountId, note.invoiceId)
  if (corrected === null) return null
  // They are issued one after the other, and none of them ever changes.
  const notes = await manager.findBy(CreditNote, { accountId, invoiceId: note.invoiceId })
  const before = notes.filter((other) => comesBefore(other, note)).reduce((sum, { days }) => sum + days, 0)
  return creditNoteDocument(note, corrected, before)
}

function comesBefore(one: CreditNote, other: CreditNote): boolean {
  const apart = one.issuedAt.getTime() - other.issuedAt.getTime()
  return apart < 0 || (apart === 0 && one.id < other.id)
}

async function readInvoice({ dataSource }: Database, accountId: string, id: string): Promise<IssuedInvoice | null> {
  const { manager } = dataSource
  const invoice = isId('invoice', id) ? await manager.findOneBy(Invoice, { id, accountId }) : null
  if (invoice === null) return null
  const { number, openedAt, dueAt, particulars } = invoice
  if (number === null || openedAt === null || dueAt === null || particulars === null) return null
  const lines = await manager.find(InvoiceLine, {
    where: { accountId, invoiceId: id },
    order: { position: 'ASC' },
    take: MAX_DOCUMENT_LINES + 1,
  })
  if (lines.length > MAX_DOCUMENT_LINES) throw new Error(`more lines than ${MAX_DOCUMENT_LINES} of one invoice`)
  const { sandbox } = await manager.findOneByOrFail(Account, { id: accountId })
  return { invoice, number, openedAt, dueAt, particulars, lines, sandbox }
}
