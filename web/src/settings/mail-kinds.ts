import type { MailKind } from '../schema.generated'

/** What each kind of mail tells of; three of them can't be switched off. */
export const MAIL_KINDS: Record<MailKind, { label: string; text: string; isAlways?: boolean }> = {
  INVOICE: { label: 'Invoices', text: 'An invoice was opened.', isAlways: true },
  RECEIPT: { label: 'Receipts', text: 'A payment was received.' },
  DUE_SOON: { label: 'Due soon', text: 'An invoice will soon be due.' },
  OVERDUE: { label: 'Overdue', text: 'An invoice is overdue, and reminders of it.', isAlways: true },
  CREDIT_NOTE: { label: 'Credit notes', text: 'A credit note was issued.', isAlways: true },
  LOW_BALANCE: { label: 'Low balance', text: 'A threshold of the balance was crossed downwards.' },
  RENEWAL: { label: 'Renewals', text: 'A channel could not be renewed by itself.' },
  TOP_UP: { label: 'Top-ups', text: 'An automatic top-up failed, met its cap, or was switched off.' },
  WEBHOOK: { label: 'Webhooks', text: 'A webhook endpoint was switched off.' },
}
