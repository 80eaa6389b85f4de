import type { Invoice } from '../invoices/invoice.entity'
import { dateText } from '../documents/document-words'
import { outstandingMinor } from '../invoices/invoice-state'
import { moneyText } from '../money'
import type { Letter } from './mail-letter'
import { MailKind } from './mail.entity'

/** An event of the log that may be mailed. */
export interface MailedEvent {
  readonly sequence: number
  readonly type: string
  readonly subject: string | null
  readonly data: Record<string, unknown> | null
  readonly occurredAt: Date
}

export type MailedInvoice = Pick<
  Invoice,
  | 'id'
  | 'number'
  | 'status'
  | 'currency'
  | 'totalMinor'
  | 'paidMinor'
  | 'days'
  | 'dueAt'
  | 'postponedUntil'
  | 'periodStart'
>

/** What a template knows. */
export interface MailFacts {
  readonly event: MailedEvent
  readonly accountName: string
  /** What its people call what the event is about, such as a channel's name; else its id. */
  readonly subjectName: string
  /** That the event is about, if it is about one. */
  readonly invoice: MailedInvoice | null
  /** The page on which the invoice is paid; null where nothing is outstanding. */
  readonly paymentUrl: string | null
}

export interface MailTemplate {
  readonly kind: MailKind
  /** Two events with one cause are one mail. Null for an event that is not mailed. */
  readonly cause: (event: MailedEvent) => string | null
  readonly write: (facts: MailFacts) => Letter
}

/** What an account can't switch off: it is owed to whoever owes. */
export const ALWAYS_WANTED: readonly MailKind[] = [MailKind.INVOICE, MailKind.OVERDUE, MailKind.CREDIT_NOTE]

/** Those of one invoice of which only the newest is sent, and none once it is paid, void or written off. */
export const DUNNING_TEMPLATES: readonly string[] = [
  'invoice.due_soon',
  'invoice.overdue',
  'invoice.reminder_due',
  'invoice.uncollectible_proposed',
]

const bySubject = ({ type, subject }: MailedEvent) => `${type}:${subject ?? ''}`
const bySequence = ({ type, sequence }: MailedEvent) => `${type}:${sequence}`
const once = ({ type, subject, sequence }: MailedEvent) => `${type}:${subject ?? ''}:${sequence}`
const onceADay = ({ type, occurredAt }: MailedEvent) => `${type}:${occurredAt.toISOString().slice(0, 10)}`

/** By the type of the event. A trigger of the database names the same types; a test holds the two together. */
export const MAIL_TEMPLATES: Readonly<Record<string, MailTemplate>> = {
  'invoice.opened': { kind: MailKind.INVOICE, cause: bySubject, write: invoiceOpened },
  'invoice.payment_recorded': { kind: MailKind.RECEIPT, cause: once, write: paymentReceived },
  'invoice.due_soon': { kind: MailKind.DUE_SOON, cause: once, write: dueSoon },
  'invoice.overdue': { kind: MailKind.OVERDUE, cause: once, write: overdue },
  'invoice.reminder_due': { kind: MailKind.OVERDUE, cause: once, write: reminder },
  'invoice.uncollectible_proposed': { kind: MailKind.OVERDUE, cause: once, write: lastReminder },
  'credit_note.issued': { kind: MailKind.CREDIT_NOTE, cause: bySubject, write: creditNote },
  // A balance that goes up and down around its threshold is told once a day.
  'balance.low': {
    kind: MailKind.LOW_BALANCE,
    cause: (event) => `${onceADay(event)}:${word(event, 'measure')}:${word(event, 'threshold')}`,
    write: lowBalance,
  },
  // Thousands of channels may be due to be renewed in one hour.
  'channel.day_expiry_changed': {
    kind: MailKind.RENEWAL,
    cause: (event) => (event.data?.reason === 'RENEWAL_FAILED' ? onceADay(event) : null),
    write: renewalFailed,
  },
  'auto_top_up.failed': { kind: MailKind.TOP_UP, cause: onceADay, write: topUpFailed },
  'auto_top_up.disabled': { kind: MailKind.TOP_UP, cause: bySequence, write: topUpDisabled },
  'auto_top_up.cap_reached': { kind: MailKind.TOP_UP, cause: onceADay, write: topUpCapped },
  'webhook_endpoint.disabled': {
    kind: MailKind.WEBHOOK,
    // Who asked for it knows.
    cause: (event) => (event.data?.reason === 'REQUESTED' ? null : bySequence(event)),
    write: webhookDisabled,
  },
}

const NO_CARE = 'If you have paid in the meantime, there is nothing left to do.'
const PREFERENCES = 'You can switch mails of this kind off in the settings of your account.'

function invoiceOpened(facts: MailFacts): Letter {
  const { number, days, total } = invoiceOf(facts)
  const due = dueText(facts)
  return {
    subject: `Invoice ${number}: ${total}${due === null ? '' : `, due ${due}`}`,
    preheader: `${days} for ${facts.accountName}.`,
    heading: `Invoice ${number}`,
    paragraphs: [
      `This is the invoice for ${days} of ${facts.accountName}.`,
      ...(facts.paymentUrl === null ? ['There is nothing to pay.'] : []),
    ],
    figures: invoiceFigures(facts),
    button: payButton(facts, 'See and pay the invoice'),
    closing: facts.paymentUrl === null ? [] : ['The days are credited as soon as the payment has arrived.'],
  }
}

function paymentReceived(facts: MailFacts): Letter {
  const { number, outstanding } = invoiceOf(facts)
  const received = amountOf(facts.event)
  const isPaid = facts.paymentUrl === null
  return {
    subject: `Received: ${received} for invoice ${number}`,
    preheader: isPaid ? `Invoice ${number} is paid.` : `${outstanding} are still outstanding.`,
    heading: 'Thank you for your payment',
    paragraphs: [
      `We have received ${received} for invoice ${number}.`,
      isPaid ? 'It is paid, and its days are on your balance.' : `${outstanding} are still outstanding.`,
    ],
    figures: [['Received', received], ['On', dateText(facts.event.occurredAt)], ...invoiceFigures(facts)],
    button: payButton(facts, 'Pay the rest'),
    closing: [PREFERENCES],
  }
}

function dueSoon(facts: MailFacts): Letter {
  const { number, outstanding } = invoiceOf(facts)
  const due = dueText(facts) ?? 'soon'
  return {
    subject: `Invoice ${number} is due on ${due}`,
    preheader: `${outstanding} are outstanding.`,
    heading: `Invoice ${number} is due on ${due}`,
    paragraphs: [`A word in advance: ${outstanding} are outstanding.`],
    figures: invoiceFigures(facts),
    button: payButton(facts, 'See and pay the invoice'),
    closing: [NO_CARE, PREFERENCES],
  }
}

function overdue(facts: MailFacts): Letter {
  const { number, outstanding } = invoiceOf(facts)
  return {
    subject: `Overdue: invoice ${number}`,
    preheader: `${outstanding} were due on ${dueText(facts) ?? ''}.`,
    heading: `Invoice ${number} is overdue`,
    paragraphs: [
      `${outstanding} were due on ${dueText(facts) ?? ''}, and no payment has arrived.`,
      ...(facts.invoice?.periodStart == null
        ? []
        : ['Until it is paid, no further days can be allocated. Channels that run go on.']),
    ],
    figures: invoiceFigures(facts),
    button: payButton(facts, 'Pay the invoice'),
    closing: [NO_CARE],
  }
}

function reminder(facts: MailFacts): Letter {
  const { number, outstanding } = invoiceOf(facts)
  const late = lateText(facts.event)
  return {
    subject: `Reminder: invoice ${number} is ${late} overdue`,
    preheader: `${outstanding} are outstanding.`,
    heading: `Invoice ${number} is ${late} overdue`,
    paragraphs: [
      `${outstanding} were due on ${dueText(facts) ?? ''}, and no payment has arrived.`,
      'If something about the invoice is not right, please answer and say so.',
    ],
    figures: invoiceFigures(facts),
    button: payButton(facts, 'Pay the invoice'),
    closing: [NO_CARE],
  }
}

function lastReminder(facts: MailFacts): Letter {
  const { number, outstanding } = invoiceOf(facts)
  const late = lateText(facts.event)
  return {
    subject: `Last reminder: invoice ${number} is ${late} overdue`,
    preheader: `${outstanding} are outstanding. We now look at what to do.`,
    heading: `Invoice ${number} is ${late} overdue`,
    paragraphs: [
      `${outstanding} were due on ${dueText(facts) ?? ''}. This is the last reminder that comes by itself: from here on, people of ours look after it.`,
      'If you can’t pay it now, please answer: there may be a way.',
    ],
    figures: invoiceFigures(facts),
    button: payButton(facts, 'Pay the invoice'),
    closing: [NO_CARE],
  }
}

function creditNote({ event, accountName }: MailFacts): Letter {
  const [number, days] = [word(event, 'number'), countOfDays(Number(event.data?.days))]
  return {
    subject: `Credit note ${number}: ${amountOf(event)}`,
    preheader: `${days} were taken back.`,
    heading: `Credit note ${number}`,
    paragraphs: [`${days} of ${accountName} were taken back, and ${amountOf(event)} are credited for them.`],
    figures: [
      ['Amount', amountOf(event)],
      ['Days', String(Number(event.data?.days))],
    ],
    button: null,
    closing: [],
  }
}

function lowBalance({ event, accountName }: MailFacts): Letter {
  const left = countOfDays(Number(event.data?.available))
  const runsOutAt = event.data?.runsOutAt
  return {
    subject: `Low balance: ${left} left`,
    preheader: `The balance of ${accountName} is running low.`,
    heading: `${left} left`,
    paragraphs: [
      `The balance of ${accountName} has fallen below a threshold of yours.`,
      ...(typeof runsOutAt === 'string'
        ? [`If every channel that runs is renewed, it runs out on ${dateText(new Date(runsOutAt))}.`]
        : []),
    ],
    figures: [
      ['Available', left],
      [
        'Threshold',
        event.data?.measure === 'RUNWAY_DAYS'
          ? `${word(event, 'threshold')} days of runway`
          : countOfDays(Number(event.data?.threshold)),
      ],
    ],
    button: null,
    closing: [PREFERENCES],
  }
}

function renewalFailed({ event, accountName, subjectName }: MailFacts): Letter {
  const [available, requested] = [Number(event.data?.available), Number(event.data?.requested)]
  return {
    subject: 'A channel could not be renewed',
    preheader: `The balance of ${accountName} holds ${countOfDays(available)}.`,
    heading: 'A channel could not be renewed',
    paragraphs: [
      `A channel of ${accountName} was to be renewed by itself, and could not be.`,
      'It is tried again as soon as there are days. If more channels fail today, no further mail comes.',
    ],
    figures: [
      ['Channel', subjectName],
      ['It takes', countOfDays(requested)],
      ['Available', countOfDays(available)],
    ],
    button: null,
    closing: [PREFERENCES],
  }
}

function topUpFailed({ event, accountName }: MailFacts): Letter {
  return {
    subject: 'Your automatic top-up has failed',
    preheader: `The balance of ${accountName} was not topped up.`,
    heading: 'Your automatic top-up has failed',
    paragraphs: [`The balance of ${accountName} was to be topped up by itself, and was not: ${reasonOf(event)}`],
    figures: [['Failures in a row', word(event, 'failures')]],
    button: null,
    closing: [PREFERENCES],
  }
}

function topUpDisabled({ event, accountName }: MailFacts): Letter {
  return {
    subject: 'Your automatic top-up is switched off',
    preheader: `It has failed ${word(event, 'failures')} times in a row.`,
    heading: 'Your automatic top-up is switched off',
    paragraphs: [
      `The balance of ${accountName} is no longer topped up by itself, because that has failed ${word(event, 'failures')} times in a row: ${reasonOf(event)}`,
      'You can switch it on again in the settings of your account.',
    ],
    figures: [],
    button: null,
    closing: [PREFERENCES],
  }
}

function topUpCapped({ accountName }: MailFacts): Letter {
  return {
    subject: 'Your automatic top-up has reached its cap',
    preheader: `The balance of ${accountName} was not topped up.`,
    heading: 'Your automatic top-up has reached its cap',
    paragraphs: [
      `The balance of ${accountName} was to be topped up by itself. That would have gone beyond your cap of this month, so it was not.`,
    ],
    figures: [],
    button: null,
    closing: [PREFERENCES],
  }
}

function webhookDisabled({ event, subjectName }: MailFacts): Letter {
  const gone = event.data?.reason === 'GONE'
  return {
    subject: 'A webhook endpoint is switched off',
    preheader: 'No more events are sent to it.',
    heading: 'A webhook endpoint is switched off',
    paragraphs: [
      gone
        ? 'It answered that it is gone for good (410). No more events are sent to it.'
        : 'It has not taken an event for three days. No more events are sent to it.',
      'Nothing is lost: once you enable it again, it goes on where it stopped.',
    ],
    figures: [
      ['Endpoint', subjectName],
      ['First event that it lacks', word(event, 'undelivered')],
    ],
    button: null,
    closing: [PREFERENCES],
  }
}

function reasonOf({ data }: MailedEvent): string {
  return data?.reason === 'OVERDUE'
    ? 'the invoice of the last one is not paid.'
    : 'the invoice could not be requested or paid.'
}

function invoiceOf({ invoice }: MailFacts): { number: string; days: string; total: string; outstanding: string } {
  if (invoice === null) throw new Error('a mail about an invoice without one')
  return {
    number: invoice.number ?? '',
    days: countOfDays(invoice.days),
    total: money(invoice.totalMinor, invoice.currency),
    outstanding: money(outstandingMinor(invoice), invoice.currency),
  }
}

function invoiceFigures(facts: MailFacts): [string, string][] {
  const { invoice } = facts
  if (invoice === null) return []
  const { currency, totalMinor, paidMinor } = invoice
  const due = dueText(facts)
  return [
    ['Invoice', invoice.number ?? ''],
    ['Total', money(totalMinor, currency)],
    ...(paidMinor > 0 ? [['Paid', money(paidMinor, currency)] as [string, string]] : []),
    ['Outstanding', money(outstandingMinor(invoice), currency)],
    ...(due === null ? [] : [['Due', due] as [string, string]]),
  ]
}

function payButton({ paymentUrl }: MailFacts, label: string): Letter['button'] {
  return paymentUrl === null ? null : { label, url: paymentUrl }
}

function dueText({ invoice }: MailFacts): string | null {
  if (invoice?.dueAt == null) return null
  const { dueAt, postponedUntil } = invoice
  return dateText(postponedUntil !== null && postponedUntil > dueAt ? postponedUntil : dueAt)
}

function lateText({ data }: MailedEvent): string {
  return countOfDays(Number(data?.days))
}

function amountOf({ data }: MailedEvent): string {
  return money(Number(data?.amount), String(data?.currency))
}

function word({ data }: MailedEvent, key: string): string {
  const value = data?.[key]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function money(amountMinor: number, currency: string): string {
  return moneyText(BigInt(amountMinor), 1n, currency)
}

function countOfDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`
}
