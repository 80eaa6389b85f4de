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
  const { spendable, burning, onTrial } = runway
  const running = runningChannels(runway)
  if (running === 0) return null
  // However the ends lie, each channel is renewed this often before any of them lacks a day. Were all to end with the
  // first, the days would run out that many days after it; were all to end with the last, that many after that.
  const rounds = Math.floor(spendable / running) * DAY_MS
  const first = Math.min(burning[0] ?? Infinity, onTrial[0] ?? Infinity)
  const last = Math.max(burning.at(-1) ?? 0, onTrial.at(-1) ?? 0)
  let earliest = Math.min(first + rounds, LAST_INSTANT)
  let latest = Math.min(last + rounds, LAST_INSTANT)
  while (earliest < latest) {
    const middle = Math.floor((earliest + latest) / 2)
    if (renewalsBefore(runway, middle + 1) > spendable) latest = middle
    else earliest = middle + 1
  }
  return new Date(latest)
}

/** The coming days, as many as are asked for. */
export function forecastDays({ at, spendable, burning, onTrial }: Runway, days: number): ForecastDay[] {
  let daysLeft = spendable
  return Array.from({ length: days }, (_, day) => {
    const startsAt = at.getTime() + day * DAY_MS
    // From its end on a channel is renewed once in every 24 hours.
    const renewals = endingBefore(burning, startsAt + DAY_MS) + endingBefore(onTrial, startsAt + DAY_MS)
    const unpaid = Math.max(renewals - daysLeft, 0)
    daysLeft -= renewals - unpaid
    return { startsAt: new Date(startsAt), renewals, daysLeft, unpaid }
  })
}

/** Days that are missing for every running channel to last until an instant; 0 where there are enough. */
export function daysToBuyUntil(runway: Runway, until: Date): number {
  return Math.max(renewalsBefore(runway, until.getTime()) - runway.spendable, 0)
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
