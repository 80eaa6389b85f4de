import { moneyText } from '../money'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const MINUS = '−'

/** A UTC date such as "24 November 2026". Not by Intl, whose data change with Node. */
export function dateText(at: Date): string {
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`
}

/** The days of a period whose `end` is the first instant that is no part of it. */
export function periodText({ start, end }: { start: Date; end: Date }): string {
  const last = new Date(end.getTime() - 1)
  const [from, to] = [dateText(start), dateText(last)]
  if (from === to) return from
  const withinMonth = from.slice(from.indexOf(' ')) === to.slice(to.indexOf(' '))
  return `${withinMonth ? start.getUTCDate() : from} – ${to}`
}

/** An amount with its currency, such as "1,234.50 EUR". */
export function amountText(minor: number, currency: string): string {
  const [digits = '', ...unit] = moneyText(BigInt(Math.abs(minor)), 1n, currency).split(' ')
  return [signed(minor, grouped(digits)), ...unit].join(' ')
}

/** The same without its currency, for a column that names it. */
export function figureText(minor: number, currency: string): string {
  return amountText(minor, currency).split(' ')[0] ?? ''
}

/** The unit of an amount, such as "EUR". */
export function unitText(currency: string): string {
  return amountText(0, currency).split(' ').slice(1).join(' ')
}

export function countText(count: number): string {
  return signed(count, grouped(String(Math.abs(count))))
}

export function daysText(days: number): string {
  return `${countText(days)} ${days === 1 ? 'day' : 'days'}`
}

/** A rate such as "19 %" or "8.1 %". */
export function rateText(partsPerMillion: number): string {
  return `${partsPerMillion / 10_000} %`
}

/** An IBAN in groups of four, as ISO 13616 prints it. */
export function ibanText(iban: string): string {
  return iban.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ')
}

function grouped(digits: string): string {
  const [whole = '', ...fraction] = digits.split('.')
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.')
}

function signed(value: number, text: string): string {
  return value < 0 ? `${MINUS}${text}` : text
}
