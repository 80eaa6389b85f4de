import { moneyText, minorUnits, money, portion } from '../money'
import { CHANNEL_MONTH_DAYS, counted } from '../pricing/quote'
import type { ChannelPrice } from './channel-price.entity'
import type { CostedDays } from './read-channel-costs'

/** What a partner earned by a channel's used days, less what they cost; in minor units of its price's currency. */
export interface ChannelMargin {
  currency: string
  usedDays: number
  revenueMinor: number
  /** Without tax. Null where it is not known, or not all in this currency. */
  costMinor: number | null
  marginMinor: number | null
  explanation: string
}

/**
 * The margin of a channel by the price that the partner asks now. Revenue and cost are each rounded once, half up; the margin is the
 * one less the other, so that what is shown adds up. Tax is no cost: whoever sells on gets it back.
 */
export function channelMargin({ currency, amountMinor }: PriceAsked, used: CostedDays): ChannelMargin {
  const revenueMinor = minorUnits(portion(money(amountMinor, currency), used.days, CHANNEL_MONTH_DAYS), 'amount')
  const others = used.costs.filter((cost) => cost.currency !== currency)
  const isKnown = others.length === 0 && used.uncoveredDays === 0
  const costMinor = isKnown ? used.costs.reduce((sum, cost) => sum + cost.netMinor, 0) : null
  const text = (minor: number, of = currency) => moneyText(BigInt(minor), 1n, of)
  const sentences = [
    `${counted(used.days, 'used day')} at ${text(amountMinor)} for ${CHANNEL_MONTH_DAYS} days: ${text(revenueMinor)}.`,
    ...used.costs.map((cost) => `${counted(cost.days, 'day')} cost ${text(cost.netMinor, cost.currency)} without tax.`),
    ...(used.freeDays > 0 ? [`${counted(used.freeDays, 'day')} cost nothing.`] : []),
    ...(used.uncoveredDays > 0
      ? [`What ${counted(used.uncoveredDays, 'day')} cost is known once a purchase covers them.`]
      : []),
    ...(others.length > 0 ? ['Amounts of different currencies are not taken from each other.'] : []),
  ]
  return {
    currency,
    usedDays: used.days,
    revenueMinor,
    costMinor,
    marginMinor: costMinor === null ? null : revenueMinor - costMinor,
    explanation: sentences.join(' '),
  }
}

export type PriceAsked = Pick<ChannelPrice, 'currency' | 'amountMinor'>
