import { add } from 'dinero.js/bigint'
import { z } from 'zod'
import { InvoiceLineKind } from '../invoices/invoice.entity'
import { minorUnits, money, portion } from '../money'
import type { PriceAgreement } from './price-agreement.entity'

/** Days that one channel-month credits. */
export const CHANNEL_MONTH_DAYS = 30
/** Channels of one invoice at the most. */
export const MAX_INVOICE_CHANNELS = 1_000_000
/** Loose days of one invoice at the most: a thousand channels for as long as a channel can hold. */
export const MAX_INVOICE_LOOSE_DAYS = 36_500_000

export const MILLION = 1_000_000

/** What is to be bought: channels for 30 days each, days that belong to no channel, or both. */
export const Order = z
  .object({
    channels: z.int().min(1).max(MAX_INVOICE_CHANNELS).nullish(),
    looseDays: z.int().min(1).max(MAX_INVOICE_LOOSE_DAYS).nullish(),
  })
  .refine(({ channels, looseDays }) => channels != null || looseDays != null, {
    path: ['channels'],
    message: 'is missing, and so is looseDays: at least one of them is needed',
  })
export type Order = z.infer<typeof Order>

export type PriceTerms = Pick<
  PriceAgreement,
  'currency' | 'channelMonthMinor' | 'looseDayMinor' | 'tiers' | 'taxPartsPerMillion' | 'reverseCharge'
>

export interface QuoteLine {
  kind: InvoiceLineKind
  description: string
  quantity: number
  unitPriceMinor: number
  /** How many of the quantity the unit price is for. */
  per: number
  amountMinor: number
  days: number
}

/** What an order costs: as the invoice will say it, to the minor unit. */
export interface Quote {
  currency: string
  lines: QuoteLine[]
  subtotalMinor: number
  taxMinor: number
  totalMinor: number
  days: number
}

/**
 * Prices an order by an agreement. Each line is rounded once, and the tax once, on their sum; under reverse charge the
 * customer owes the tax, so the invoice has none.
 *
 * Throws BAD_USER_INPUT where an amount would leave the safe integers.
 */
export function quote(terms: PriceTerms, { channels, looseDays }: Order): Quote {
  const lines: QuoteLine[] = []
  if (channels != null) lines.push(channelsLine(terms, channels))
  if (looseDays != null) lines.push(looseDaysLine(terms, looseDays))
  return summed(terms, lines, channels != null ? 'channels' : 'looseDays')
}

/** The quote of these lines. Throws BAD_USER_INPUT, for `field`, where an amount would leave the safe integers. */
export function summed(terms: PriceTerms, lines: QuoteLine[], field: string): Quote {
  const { currency } = terms
  const subtotal = lines.map((line) => money(line.amountMinor, currency)).reduce(add, money(0, currency))
  const tax = portion(subtotal, terms.reverseCharge ? 0 : terms.taxPartsPerMillion, MILLION)
  return {
    currency,
    lines,
    subtotalMinor: minorUnits(subtotal, field),
    taxMinor: minorUnits(tax, field),
    totalMinor: minorUnits(add(subtotal, tax), field),
    days: lines.reduce((sum, line) => sum + line.days, 0),
  }
}

/** The whole invoice has the price of the highest tier that its channels reach. */
function channelsLine(terms: PriceTerms, channels: number): QuoteLine {
  const tier = terms.tiers.findLast(({ fromChannels }) => fromChannels <= channels)
  return pricedLine(terms, 'channels', {
    kind: InvoiceLineKind.CHANNELS,
    description: `${counted(channels, 'channel')} for ${CHANNEL_MONTH_DAYS} days`,
    quantity: channels,
    unitPriceMinor: tier?.channelMonthMinor ?? terms.channelMonthMinor,
    per: 1,
    days: channels * CHANNEL_MONTH_DAYS,
  })
}

/** Without a price of its own, a loose day costs its part of the base price, whatever the tier. */
function looseDaysLine(terms: PriceTerms, looseDays: number): QuoteLine {
  return pricedLine(terms, 'looseDays', {
    kind: InvoiceLineKind.LOOSE_DAYS,
    description: counted(looseDays, 'loose day'),
    quantity: looseDays,
    ...dayPrice(terms),
    days: looseDays,
  })
}

/** What one day costs, and how many the price is for. */
export function dayPrice(terms: PriceTerms): Pick<QuoteLine, 'unitPriceMinor' | 'per'> {
  const { looseDayMinor, channelMonthMinor } = terms
  return looseDayMinor === null
    ? { unitPriceMinor: channelMonthMinor, per: CHANNEL_MONTH_DAYS }
    : { unitPriceMinor: looseDayMinor, per: 1 }
}

/** A line with its amount, rounded once. Throws BAD_USER_INPUT, for `field`, beyond the safe integers. */
export function pricedLine({ currency }: PriceTerms, field: string, line: Omit<QuoteLine, 'amountMinor'>): QuoteLine {
  const amount = portion(money(line.unitPriceMinor, currency), line.quantity, line.per)
  return { ...line, amountMinor: minorUnits(amount, field) }
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
