import { Field, ID, InputType, ObjectType } from 'type-graphql'
import { connectionType } from '../graphql/connection'
import { MoneyType } from '../graphql/money.types'
import { DateTime, Days, MinorUnits, Sequence } from '../graphql/scalars'
import { LedgerTransactionKind } from '../ledger/ledger-transaction.entity'
import { moneyText } from '../money'
import type { ChannelMargin } from './channel-margin'
import type { DayCost } from './cost-of-days'
import type { Lot } from './lot.entity'
import type { ChannelCost, CostedDays } from './read-channel-costs'

@ObjectType('DayPrice', {
  description: 'What days cost together: one of them costs its part, which need not be whole.',
})
export class DayPriceType {
  @Field(() => MoneyType, { description: 'Without tax.' })
  net: MoneyType

  @Field(() => MoneyType, { description: 'With tax.' })
  total: MoneyType

  @Field(() => Days, { description: 'How many days the amounts are for.' })
  days: number

  @Field(() => String, { description: 'What one day costs without tax, such as “0.333… EUR a day”.' })
  text: string
}

@ObjectType('Lot', {
  description:
    'Days that came to an account together, by a purchase or a grant. Allocations draw from the oldest lot, and days that are released go back to theirs.',
})
export class LotType {
  @Field(() => ID)
  accountId: string

  @Field(() => Sequence, { description: 'Of the movement by which its days came.' })
  sequence: number

  @Field(() => LedgerTransactionKind)
  kind: LedgerTransactionKind

  @Field(() => DateTime)
  receivedAt: Date

  @Field(() => Days)
  days: number

  @Field(() => Days, {
    description:
      'Days of it in the balance. Over all lots they come to the available balance, or to 0 where that is negative.',
  })
  daysLeft: number

  @Field(() => DayPriceType, {
    nullable: true,
    description: 'What its days cost; null for a grant, which costs nothing.',
  })
  price: DayPriceType | null

  invoiceId: string | null
}

export function lotFace(lot: Lot): LotType {
  return { ...lot, price: dayPriceFace(lot) }
}

function dayPriceFace({ days, currency, netMinor, totalMinor }: Lot): DayPriceType | null {
  if (currency === null || netMinor === null || totalMinor === null) return null
  return {
    net: { amount: netMinor, currency },
    total: { amount: totalMinor, currency },
    days,
    text: `${moneyText(BigInt(netMinor), BigInt(days), currency)} a day`,
  }
}

export const LotConnection = connectionType('Lot', () => LotType)

@InputType('LotFilter')
export class LotFilter {
  @Field(() => Boolean, { nullable: true, description: 'Whether days of it are left.' })
  open?: boolean | null
}

@ObjectType('DayCost', {
  description: 'What days cost in one currency: their parts of their lots, summed, and rounded half up once.',
})
export class DayCostType {
  @Field(() => Days)
  days: number

  @Field(() => MoneyType, { description: 'Without tax.' })
  net: MoneyType

  @Field(() => MoneyType, { description: 'With tax.' })
  total: MoneyType
}

@ObjectType('CostedDays', { description: 'Days, and what they cost.' })
export class CostedDaysType {
  @Field(() => Days)
  days: number

  @Field(() => Days, { description: 'Those of them that were granted: they cost nothing.' })
  freeDays: number

  @Field(() => Days, {
    description:
      'Those of them that a postpaid account drew beyond what it had: what they cost is known once a purchase has covered them.',
  })
  uncoveredDays: number

  @Field(() => [DayCostType], { description: 'For each currency in which days were bought.' })
  costs: DayCostType[]
}

@ObjectType('ChannelCost', { description: 'What the days of a channel cost, by the lots from which they were drawn.' })
export class ChannelCostType {
  @Field(() => CostedDaysType, {
    description: 'Days used so far, a begun day counted: those that came to the channel first.',
  })
  used: CostedDaysType

  @Field(() => CostedDaysType, { description: 'Days that it still holds.' })
  unused: CostedDaysType
}

export const channelCostFace = ({ used, unused }: ChannelCost): ChannelCostType => ({
  used: costedDaysFace(used),
  unused: costedDaysFace(unused),
})

const costedDaysFace = ({ costs, ...days }: CostedDays): CostedDaysType => ({ ...days, costs: costs.map(dayCostFace) })

const dayCostFace = ({ days, currency, netMinor, totalMinor }: DayCost): DayCostType => ({
  days,
  net: { amount: netMinor, currency },
  total: { amount: totalMinor, currency },
})

@ObjectType('ChannelMargin', {
  description:
    'What a channel’s used days earn by the partner’s own price, as it is now, less what they cost. Only the partner and staff see it.',
})
export class ChannelMarginType {
  @Field(() => Days, { description: 'A begun day counted.' })
  usedDays: number

  @Field(() => MoneyType, { description: 'usedDays × price / 30, rounded half up.' })
  revenue: MoneyType

  @Field(() => MoneyType, {
    nullable: true,
    description: 'Without tax. Null where some of it is in another currency, or not yet known.',
  })
  cost: MoneyType | null

  @Field(() => MoneyType, {
    nullable: true,
    description: 'The revenue less the cost, which may be negative; null where the cost is.',
  })
  margin: MoneyType | null

  @Field(() => String, { description: 'Where each figure comes from, in sentences.' })
  explanation: string

  channelId: string
}

export function channelMarginFace(channelId: string, margin: ChannelMargin): ChannelMarginType {
  const { currency, usedDays, revenueMinor, costMinor, marginMinor, explanation } = margin
  return {
    channelId,
    usedDays,
    revenue: { amount: revenueMinor, currency },
    cost: costMinor === null ? null : { amount: costMinor, currency },
    margin: marginMinor === null ? null : { amount: marginMinor, currency },
    explanation,
  }
}

export const ChannelMarginConnection = connectionType('ChannelMargin', () => ChannelMarginType)

@InputType('SetChannelPriceInput')
export class SetChannelPriceInput {
  @Field(() => ID)
  channelId: string

  @Field(() => MinorUnits, {
    nullable: true,
    description: 'Minor units that you ask for 30 days, up to 1,000,000,000. Null, with the currency, takes it away.',
  })
  amount?: number | null

  @Field(() => String, { nullable: true, description: 'ISO 4217.' })
  currency?: string | null
}

@ObjectType('LotRebuild')
export class LotRebuildType {
  @Field(() => ID)
  accountId: string

  @Field(() => [String], { description: 'A sentence for each difference from the ledger. Empty where there is none.' })
  violations: string[]
}
