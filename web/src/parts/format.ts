/**
 * In the person's own languages, as the browser tells them. Some tell a name of the system's, such as en-US@posix, at which
 * Intl throws.
 */
export const LOCALES = navigator.languages.filter(isLanguageTag)

const wholeNumber = new Intl.NumberFormat(LOCALES, { maximumFractionDigits: 0 })
const dateTime = new Intl.DateTimeFormat(LOCALES, { dateStyle: 'medium', timeStyle: 'short' })
const dateOnly = new Intl.DateTimeFormat(LOCALES, { dateStyle: 'medium' })
const utcDay = new Intl.DateTimeFormat(LOCALES, { dateStyle: 'medium', timeZone: 'UTC' })
const exactTime = new Intl.DateTimeFormat(LOCALES, { dateStyle: 'full', timeStyle: 'long' })
const relative = new Intl.RelativeTimeFormat(LOCALES, { numeric: 'auto' })

export function formatNumber(value: number): string {
  return wholeNumber.format(value)
}

/** "1 day", "2,250 days": a day is whole. */
export function formatDays(days: number): string {
  return `${wholeNumber.format(days)} ${Math.abs(days) === 1 ? 'day' : 'days'}`
}

/** "+30 days", "−30 days", for movements. */
export function formatChange(days: number): string {
  return days === 0 ? formatDays(0) : `${days > 0 ? '+' : '−'}${formatDays(Math.abs(days))}`
}

/** "1 channel", "75 channels". */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${wholeNumber.format(count)} ${count === 1 ? one : many}`
}

export interface MoneyAmount {
  /** In the currency's smallest unit. */
  amount: number
  currency: string
}

/** In the currency's own decimals, of which the browser knows how many there are. */
export function formatMoney({ amount, currency }: MoneyAmount): string {
  const format = new Intl.NumberFormat(LOCALES, { style: 'currency', currency })
  return format.format(decimalText(amount, digitsOf(currency)) as unknown as number)
}

function digitsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

/** Text and no division: Intl formats decimal text exactly. */
function decimalText(amount: number, digits: number): string {
  const text = String(Math.abs(amount)).padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  return `${amount < 0 ? '-' : ''}${whole}${digits === 0 ? '' : `.${text.slice(-digits)}`}`
}

/** As parseMoney takes it: what stands in a form before somebody changes it. */
export function typedMoney({ amount, currency }: MoneyAmount): string {
  return decimalText(amount, digitsOf(currency))
}

/** Minor units out of what a person typed, such as 12.50; null where it is no amount of that currency. */
export function parseMoney(text: string, currency: string): number | null {
  const digits = digitsOf(currency)
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim())
  if (match === null) return null
  const [, whole = '0', fraction = ''] = match
  if (fraction.length > digits) return null
  return Number(`${whole}${fraction.padEnd(digits, '0')}`)
}

export function formatTime(at: string): string {
  return dateTime.format(new Date(at))
}

export function formatDate(at: string): string {
  return dateOnly.format(new Date(at))
}

/** The day of UTC in which an instant lies, as it was typed. */
export function formatUtcDay(at: string): string {
  return utcDay.format(new Date(at))
}

/** With seconds and zone, for who looks closer. */
export function formatExactTime(at: string): string {
  return exactTime.format(new Date(at))
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "in 3 days", "2 hours ago". */
export function formatRelative(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000)
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  }
  return relative.format(seconds, 'second')
}

/** CHANNEL_ON_SUBSCRIPTION and the like, as a person would write them. */
export function formatWord(word: string): string {
  const text = word.replaceAll('_', ' ').toLowerCase()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length > 0
  } catch {
    return false
  }
}
