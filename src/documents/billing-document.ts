import type { QuoteLine } from '../pricing/quote'

/**
 * All that the paper of an invoice or a credit note says. It is a plain value: whoever renders it looks nothing up, so
 * that the same value gives the same bytes for ever. What an invoice owes later (that it is overdue) is not part of it.
 */
export type BillingDocument = InvoiceDocument | CreditNoteDocument

/** A party as the law wants it named. */
export interface DocumentParty {
  legalName: string
  /** Street and the like, from the top. */
  addressLines: string[]
  postcode: string | null
  city: string | null
  /** The country as it is to be printed. */
  country: string | null
  /** ISO 3166-1 alpha-2. Decides only whether Han characters are drawn the Japanese or the Korean way; else the Chinese. */
  countryCode: string | null
  email: string | null
  /** Such as `{ label: 'VAT ID', value: 'DE123456789' }`. */
  taxIds: { label: string; value: string }[]
}

export interface BankAccount {
  holder: string
  iban: string | null
  bic: string | null
  /** What an account without an IBAN needs, or whatever else a payer has to know. */
  instructions: string | null
}

interface DocumentFigures {
  /** Such as "DB-2026-000001". */
  number: string
  issuedAt: Date
  /** ISO 4217. */
  currency: string
  provider: DocumentParty
  partner: DocumentParty
  purchaseOrder: string | null
  /** Amounts are not negative, also on a credit note, which prints them with a minus sign. */
  subtotalMinor: number
  taxMinor: number
  totalMinor: number
  /** The name of the tax, such as "VAT". */
  taxName: string
  taxPartsPerMillion: number
  /** The sentence that the law wants where the partner owes the tax. The document has no tax then. */
  reverseCharge: string | null
  /** What the movement of days comes to: credited by an invoice, taken back by a credit note. */
  days: number
  /** Of a sandbox account: no money is meant. */
  sandbox: boolean
  /** The provider's small print, on each page. */
  footer: string | null
}

export interface InvoiceDocument extends DocumentFigures {
  kind: 'INVOICE'
  state: 'OPEN' | 'PAID' | 'VOID'
  lines: Omit<QuoteLine, 'kind'>[]
  dueAt: Date
  /** The days that a usage invoice bills; `end` is the first instant that it doesn't. */
  period: { start: Date; end: Date } | null
  paidMinor: number
  /** When it was paid or voided. */
  closedAt: Date | null
  bankAccount: BankAccount | null
  /** Where it is paid online. http and https only; anything else is left out. */
  paymentUrl: string | null
}

export interface CreditNoteDocument extends DocumentFigures {
  kind: 'CREDIT_NOTE'
  /** The invoice that it corrects. */
  corrects: { number: string; issuedAt: Date }
  reason: string
  /** What is taken back of each line of the invoice. */
  lines: { description: string; days: number; amountMinor: number }[]
  /** How the amounts come about, as sentences. */
  explanations: string[]
}
