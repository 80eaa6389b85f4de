/**
 * A day is written 2026-01-31, as a date input writes it, and means that day of UTC wherever the person is: the gateway's months,
 * files and bank days are those of UTC too.
 */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && dayOf(Date.parse(text)) === text
}

/** The instant at which a day begins, or so many days later; null where the text is no day. */
export function dayStart(day: string, later = 0): string | null {
  if (!isDay(day)) return null
  const date = new Date(day)
  date.setUTCDate(date.getUTCDate() + later)
  return date.toISOString()
}

/** The day in which an instant lies; empty for none. */
export function dayOf(at: string | number): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10)
}

/** Whether an instant is the start of a day: so a day is kept that somebody typed. */
export function isDayStart(at: string): boolean {
  const date = new Date(at)
  return date.getTime() === Date.parse(dayOf(at))
}

/** The same day so many months later, or the last of a month that has no such day: three months after 31 January it is 30 April. */
export function monthsLater(at: string, months: number): string {
  const date = new Date(at)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months + 1, 0)
  date.setUTCDate(Math.min(day, date.getUTCDate()))
  return date.toISOString()
}
