import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useAccountPath } from '../account/account-context'
import { formatDate, formatDays, formatMoney, formatNumber, formatWord } from '../parts/format'
import { WhenInRow } from '../parts/when'
import type { ActivityEventFragment } from './activity.generated'

type Movement = Extract<ActivityEventFragment, { transaction: unknown }>
type End = Extract<ActivityEventFragment, { reason: unknown }>
type InvoiceMoved = Extract<ActivityEventFragment, { invoice: unknown }>
type Low = Extract<ActivityEventFragment, { measure: unknown }>
type Other = Extract<ActivityEventFragment, { subject: unknown }>

/** What happened, in one sentence, with links to what it happened to. */
export function EventSentence({ event }: { event: ActivityEventFragment }) {
  if ('transaction' in event) return <MovementSentence event={event} />
  if ('reason' in event) return <EndSentence event={event} />
  if ('invoice' in event) return <InvoiceSentence event={event} />
  if ('measure' in event) return <LowSentence event={event} />
  return <OtherSentence event={event} />
}

function To({ to, children }: { to: string; children: ReactNode }) {
  const path = useAccountPath()
  return <Link to={path(to)}>{children}</Link>
}

function MovementSentence({ event: { transaction, available } }: { event: Movement }) {
  const { kind, channel, toChannel, invoice, comment, entries } = transaction
  const days = formatDays(entries.reduce((sum, entry) => sum + Math.max(entry.days, 0), 0))
  const one = channel === null ? 'a channel' : <To to={`channels/${channel.id}`}>{channel.name}</To>
  const other = toChannel === null ? 'another' : <To to={`channels/${toChannel.id}`}>{toChannel.name}</To>
  const bill = invoice === null ? 'an invoice' : <To to={`invoices/${invoice.id}`}>{invoice.number ?? 'an invoice'}</To>
  const SENTENCES: Record<typeof kind, ReactNode> = {
    ALLOCATION: (
      <>
        {days} allocated to {one}
      </>
    ),
    RELEASE: (
      <>
        {days} released from {one}
      </>
    ),
    TRANSFER: (
      <>
        {days} transferred from {one} to {other}
      </>
    ),
    PURCHASE: (
      <>
        {days} bought with {bill}
      </>
    ),
    BURN: <>{days} used on channels were booked</>,
    GRANT: <>{days} granted</>,
    CORRECTION: <>{days} taken back by a correction</>,
    CREDIT_NOTE: (
      <>
        {days} of {bill} taken back by a credit note
      </>
    ),
    CHARGEBACK: (
      <>
        {days} taken back: the payment of {bill} was charged back
      </>
    ),
    CHARGEBACK_REVERSAL: (
      <>
        {days} are back: the chargeback of {bill} was won
      </>
    ),
  }
  return (
    <>
      {SENTENCES[kind]}; {formatDays(available)} available
      {comment === null ? '.' : `: “${comment}”.`}
    </>
  )
}

function EndSentence({ event: { reason, channel, paidUntil, unusedDays } }: { event: End }) {
  const one = <To to={`channels/${channel.id}`}>{channel.name}</To>
  const end = paidUntil === null ? <>has no paid time</> : <WhenInRow at={paidUntil} />
  switch (reason) {
    case 'NEAR':
      return (
        <>
          {one} ends soon: it is paid until {end}, with {formatDays(unusedDays)} unused.
        </>
      )
    case 'EXPIRED':
      return <>{one} has expired: its time is over.</>
    case 'RENEWAL_FAILED':
      return <>{one} could not be renewed: the balance has too few days.</>
    case 'DELETED':
      return <>{one} stopped, since it was deleted.</>
    default:
      return paidUntil === null ? (
        <>
          {one} has no paid time now ({formatWord(reason).toLowerCase()}).
        </>
      ) : (
        <>
          {one} is paid until {end} now ({formatWord(reason).toLowerCase()}), with {formatDays(unusedDays)} unused.
        </>
      )
  }
}

const INVOICES: Record<string, string> = {
  'invoice.authentication_needed': 'waits for its card’s holder to confirm the payment',
  'invoice.charge_failed': 'could not be paid with the saved card',
  'invoice.chargeback_closed': 'has a chargeback that was decided',
  'invoice.charged_back': 'was charged back: its payment is disputed',
  'invoice.credited': 'was credited by a credit note',
  'invoice.due_soon': 'is due soon',
  'invoice.dunning_resumed': 'is reminded of again',
  'invoice.dunning_stopped': 'is reminded of no more',
  'invoice.opened': 'is open: it was sent, and waits for its payment',
  'invoice.overdue': 'is overdue',
  'invoice.paid': 'is paid',
  'invoice.payment_recorded': 'had a payment recorded',
  'invoice.payment_returned': 'had a payment returned',
  'invoice.payment_unapplied': 'had a payment for which nothing was outstanding',
  'invoice.postponed': 'was given more time',
  'invoice.reminder_due': 'was reminded of',
  'invoice.requested': 'was requested',
  'invoice.unapplied_payment_returned': 'had money returned for which nothing was outstanding',
  'invoice.uncollectible_proposed': 'was proposed to be written off',
  'invoice.voided': 'was made void',
  'invoice.written_off': 'was written off; it can still be paid',
}

function InvoiceSentence({ event: { type, invoice } }: { event: InvoiceMoved }) {
  return (
    <>
      Invoice <To to={`invoices/${invoice.id}`}>{invoice.number ?? `of ${formatDays(invoice.days)}`}</To>{' '}
      {INVOICES[type] ?? formatWord(type.replace('invoice.', '')).toLowerCase()}.
    </>
  )
}

function LowSentence({ event: { measure, threshold, available, runsOutAt } }: { event: Low }) {
  return (
    <>
      {measure === 'DAYS'
        ? `Fewer than ${formatDays(threshold)} are available: ${formatDays(available)}.`
        : `The balance lasts less than ${formatDays(threshold)}: ${formatDays(available)} are available`}
      {measure === 'RUNWAY_DAYS' && runsOutAt !== null && (
        <>
          , and run out on <WhenInRow at={runsOutAt} />
        </>
      )}
      {measure === 'RUNWAY_DAYS' && '.'} <To to="alerts">Alerts</To>
    </>
  )
}

type Data = Record<string, unknown>
type Tell = (data: Data, subject: string | null) => ReactNode

const number = (data: Data, name: string): number => Number(data[name] ?? 0)
const text = (data: Data, name: string): string => (typeof data[name] === 'string' ? data[name] : '')
const channelOf = (subject: string | null, name = 'A channel') =>
  subject === null ? name : <To to={`channels/${subject}`}>{name}</To>
const invoiceOf = (data: Data) =>
  text(data, 'invoiceId') === '' ? 'an invoice' : <To to={`invoices/${text(data, 'invoiceId')}`}>an invoice</To>
const money = (data: Data) =>
  text(data, 'currency') === ''
    ? 'Money'
    : formatMoney({ amount: number(data, 'amount'), currency: text(data, 'currency') })
const says =
  (sentence: string, to?: string): Tell =>
  () =>
    to === undefined ? sentence : <To to={to}>{sentence}</To>

const OTHERS: Record<string, Tell> = {
  'account.alerts_set': says('The alerts were changed.', 'alerts'),
  'account.billing_details_set': says('The billing details were changed.', 'settings'),
  'account.card_removed': says('The saved card was removed.', 'settings'),
  'account.card_saved': says('A card was saved.', 'settings'),
  'account.clock_advanced': (data) => (
    <>
      The clock was moved to <WhenInRow at={text(data, 'to')} />.
    </>
  ),
  'account.created': says('The account was created.'),
  'account.dunning_schedule_set': says('The schedule of reminders was changed.'),
  'account.mail_preferences_set': says('What is told by mail was changed.', 'settings'),
  'account.month_closed': (data) =>
    `The month was closed: ${formatDays(number(data, 'billedDays'))} of it are invoiced.`,
  'account.overdue': says('An invoice is overdue: no days are allocated until it is paid.', 'invoices'),
  'account.overdue_ended': says('No invoice is overdue any more: days can be allocated again.'),
  'account.tax_id_looked_up': says('The tax ID was looked up.', 'settings'),
  'account.updated': says('The account’s terms were changed.'),
  'auto_top_up.cap_reached': says('The top-up has reached its cap of this month.', 'automation'),
  'auto_top_up.disabled': says('The top-up has switched itself off, after failures.', 'automation'),
  'auto_top_up.failed': says('A top-up was not paid.', 'automation'),
  'auto_top_up.requested': (data) => (
    <>
      The top-up requested {invoiceOf(data)} for {formatNumber(number(data, 'channels'))} channels:{' '}
      {formatDays(number(data, 'available'))} were available.
    </>
  ),
  'auto_top_up.set': says('The top-up was changed.', 'automation'),
  'billing_schedule.set': says('When invoices are requested was changed.', 'automation'),
  'billing_schedule.skipped': says('No invoice was requested for this month.', 'automation'),
  'channel.auto_renew_set': (data, subject) => (
    <>
      {channelOf(subject)}{' '}
      {data.days == null ? 'no longer renews by itself' : `renews by ${formatDays(number(data, 'days'))}`}.
    </>
  ),
  'channel.created': (data, subject) => <>{channelOf(subject, text(data, 'name'))} was created.</>,
  'channel.deleted': (data, subject) => (
    <>
      {channelOf(subject)} was deleted; {formatDays(number(data, 'returnedDays'))} returned.
    </>
  ),
  'channel.price_set': (data, subject) => (
    <>
      {channelOf(subject)} {data.amount == null ? 'has no price of yours any more' : `has your price of ${money(data)}`}
      .
    </>
  ),
  'channel.updated': (_data, subject) => <>{channelOf(subject)} was changed.</>,
  'credit_note.issued': (data) => <>A credit note was issued for {invoiceOf(data)}.</>,
  'invoice_request.due_soon': says('A requested invoice is to be prepared soon.', 'invoices'),
  'invoice_request.late': says('A requested invoice is late.', 'invoices'),
  'keep_alive.set': says('Keep-alive was changed.', 'automation'),
  'keep_alive.short': says('Keep-alive could not serve all channels.', 'automation'),
  'keep_alive.short_ended': says('Keep-alive serves all channels again.', 'automation'),
  'mail.resent': says('A mail was sent once more.'),
  'price_agreement.set': (data) =>
    `A price agreement was entered${text(data, 'validFrom') === '' ? '' : `, which holds from ${formatDate(text(data, 'validFrom'))}`}.`,
  'refund.failed': (data) => (
    <>
      {money(data)} of {invoiceOf(data)} could not go back.
    </>
  ),
  'refund.recorded': (data) => (
    <>
      {money(data)} of {invoiceOf(data)} went back.
    </>
  ),
  'refund.requested': (data) => (
    <>
      {money(data)} of {invoiceOf(data)} is on its way back.
    </>
  ),
  'refund.unapplied': (data) => (
    <>
      {money(data)} of {invoiceOf(data)} went back without a credit note.
    </>
  ),
  'token.created': (data) => <To to="tokens">A token was made: {text(data, 'name')}</To>,
  'token.revoked': says('A token was revoked.', 'tokens'),
  'webhook_endpoint.created': says('A webhook was added.', 'webhooks'),
  'webhook_endpoint.deleted': says('A webhook was deleted.', 'webhooks'),
  'webhook_endpoint.disabled': says('A webhook was disabled.', 'webhooks'),
  'webhook_endpoint.enabled': says('A webhook was enabled.', 'webhooks'),
  'webhook_endpoint.secret_rotated': says('A webhook has a new secret.', 'webhooks'),
  'webhook_endpoint.updated': says('A webhook was changed.', 'webhooks'),
}

function OtherSentence({ event: { type, subject, data } }: { event: Other }) {
  return <>{OTHERS[type]?.(data ?? {}, subject) ?? `${formatWord(type.replace('.', ': '))}.`}</>
}
