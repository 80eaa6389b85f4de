import { DAY_MS, LAST_INSTANT } from '../clock'

/** Channels that a what-if adds or leaves out at the most. */
export const MAX_EXTRA_CHANNELS = 100_000
/** Days of a series at the most: a leap year. */
export const MAX_SERIES_DAYS = 366

/**
 * What a forecast goes by: the days of an account, and when the time of each running channel ends, as epoch
 * milliseconds in ascending order. The forecast is that every one of them goes on, renewed by one day of the balance at
 * its own end and again every 24 hours.
 */
export interface Runway {
  /** By the account's clock. No end is earlier. */
  readonly at: Date
  /** Days that can leave the balance: what is available, and the credit beyond it. */
  readonly spendable: number
  /** Days that are taken out of what is bought before any of it can be spent. */
  readonly owed?: number
  /** Of the channels whose paid days burn. */
  readonly burning: Float64Array
  /** Of the channels in their trial, paid days that wait for its end included. */
  readonly onTrial: Float64Array
}

/** A day of 24 hours, from the forecast's instant on. */
export interface ForecastDay {
  startsAt: Date
  /** Renewals that fall due in it, each of one day. */
  renewals: number
  /** Days that can still be spent at its end. */
  daysLeft: number
  /** Renewals of it for which no day was left. */
  unpaid: number
}

export function runningChannels({ burning, onTrial }: Runway): number {
  return burning.length + onTrial.length
}

/** The same account with channels that start now, or with a negative number without those whose time ends first. */
export function withExtraChannels(runway: Runway, extra: number): Runway {
  if (extra < 0) return withoutFirst(runway, -extra)
  const burning = new Float64Array(extra + runway.burning.length).fill(runway.at.getTime(), 0, extra)
  burning.set(runway.burning, extra)
  return { ...runway, burning }
}

function withoutFirst(runway: Runway, count: number): Runway {
  const { burning, onTrial } = runway
  let burningLeftOut = 0
  let onTrialLeftOut = 0
  for (let left = Math.min(count, runningChannels(runway)); left > 0; left -= 1) {
    if ((burning[burningLeftOut] ?? Infinity) <= (onTrial[onTrialLeftOut] ?? Infinity)) burningLeftOut += 1
    else onTrialLeftOut += 1
  }
  return { ...runway, burning: burning.subarray(burningLeftOut), onTrial: onTrial.subarray(onTrialLeftOut) }
}

/**
 * The instant of the first renewal that can't be paid, exact to the millisecond; null where nothing runs. One past the
 * year 9999 is told as its last instant.
 */
export function runsOutAt(runway: Runway): Date | null {
  const { at, spendable, burning, onTrial } = runway
  const running = runningChannels(runway)
  if (running === 0) return null
  // However the ends lie, each channel is renewed this often before any of them lacks a day: were all to end with the
  // first, the days would run out so many days after it. From there it is at most as far as from the first end to the last.
  const rounds = Math.floor(spendable / running)
  const first = Math.min(burning[0] ?? Infinity, onTrial[0] ?? Infinity)
  let startsAt = at.getTime() + (Math.floor((first - at.getTime()) / DAY_MS) + rounds) * DAY_MS
  let daysLeft = spendable - renewalsBefore(runway, startsAt)
  for (; startsAt <= LAST_INSTANT; startsAt += DAY_MS) {
    const renewals = renewalsOfDay(runway, startsAt)
    if (renewals > daysLeft) break
    daysLeft -= renewals
  }
  return new Date(Math.min(startsAt + (timesOfDay(runway, startsAt)[daysLeft] ?? 0), LAST_INSTANT))
}

/** The coming days, as many as are asked for. */
export function forecastDays(runway: Runway, days: number): ForecastDay[] {
  let daysLeft = runway.spendable
  return Array.from({ length: days }, (_, day) => {
    const startsAt = runway.at.getTime() + day * DAY_MS
    const renewals = renewalsOfDay(runway, startsAt)
    const unpaid = Math.max(renewals - daysLeft, 0)
    daysLeft -= renewals - unpaid
    return { startsAt: new Date(startsAt), renewals, daysLeft, unpaid }
  })
}

/** Days that are missing for every running channel to last until an instant; 0 where there are enough. */
export function daysToBuyUntil(runway: Runway, until: Date): number {
  return Math.max(renewalsBefore(runway, until.getTime()) - runway.spendable, 0) + (runway.owed ?? 0)
}

/** Renewals that fall due before an instant. */
function renewalsBefore({ burning, onTrial }: Runway, instant: number): number {
  let renewals = 0
  for (const ends of [burning, onTrial]) {
    for (const end of ends) {
      if (end >= instant) break
      renewals += Math.ceil((instant - end) / DAY_MS)
    }
  }
  return renewals
}

/** Renewals in the 24 hours from an instant on: one of each channel whose time has ended by then. */
function renewalsOfDay({ burning, onTrial }: Runway, startsAt: number): number {
  return endingBefore(burning, startsAt + DAY_MS) + endingBefore(onTrial, startsAt + DAY_MS)
}

/** When these renewals are, in milliseconds from the start of a day, which is whole days after the forecast's instant. */
function timesOfDay({ at, burning, onTrial }: Runway, startsAt: number): Float64Array {
  const renewed = [burning, onTrial].map((ends) => ends.subarray(0, endingBefore(ends, startsAt + DAY_MS)))
  const times = new Float64Array(renewed.reduce((sum, { length }) => sum + length, 0))
  let filled = 0
  for (const ends of renewed) for (const end of ends) times[filled++] = (end - at.getTime()) % DAY_MS
  return times.sort()
}

/** How many of the ends, which ascend, lie before an instant. */
function endingBefore(ends: Float64Array, instant: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] ?? Infinity) < instant) low = middle + 1
    else high = middle
  }
  return low
}
