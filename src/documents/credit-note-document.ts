import type { CreditNote } from '../credit-notes/credit-note.entity'
import { explainCredit } from '../credit-notes/explain-credit'
import { priceCredit } from '../credit-notes/price-credit'
import { moneyText } from '../money'
import type { CreditNoteDocument } from './billing-document'
import { customerParty, providerParty, taxName } from './document-parties'
import type { IssuedInvoice } from './invoice-document'

/** What the paper of a credit note says: both sides are as on the invoice that it corrects. */
export function creditNoteDocument(
  note: CreditNote,
  corrected: IssuedInvoice,
  /** Days that earlier credit notes had taken back of the invoice. */
  daysBefore: number,
): CreditNoteDocument {
  const { provider, customer, tax } = corrected.particulars
  return {
    kind: 'CREDIT_NOTE',
    number: note.number,
    issuedAt: note.issuedAt,
    corrects: { number: corrected.number, issuedAt: corrected.openedAt },
    reason: note.reason,
    currency: note.currency,
    provider: providerParty(provider),
    partner: customerParty(customer),
    purchaseOrder: customer.purchaseOrder,
    lines: note.lines.map(({ description, days, netMinor }) => ({ description, days, amountMinor: netMinor })),
    explanations: explanationsOf(note, corrected, daysBefore),
    subtotalMinor: note.netMinor,
    taxMinor: note.taxMinor,
    totalMinor: note.totalMinor,
    taxName: taxName(provider),
    taxPartsPerMillion: tax.partsPerMillion,
    reverseCharge: tax.reverseCharge ? (tax.sentence ?? 'Reverse charge') : null,
    days: note.days,
    sandbox: corrected.sandbox,
    footer: provider.footer,
  }
}

/** How its parts were rounded; of one for less than the price of its days, that it is. */
function explanationsOf(note: CreditNote, { invoice, lines }: IssuedInvoice, daysBefore: number): string[] {
  const { days, totalMinor, currency } = note
  const price = priceCredit(invoice, lines, daysBefore, days)
  if (price.totalMinor === totalMinor) return explainCredit(invoice, lines, daysBefore, days).map(capitalised)
  const [credited, whole] = [totalMinor, price.totalMinor].map((minor) => moneyText(BigInt(minor), 1n, currency))
  return [`Credited are ${credited} of the ${whole} that these days come to.`]
}

function capitalised(sentence: string): string {
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`
}
