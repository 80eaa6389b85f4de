import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { MoneyType } from '../graphql/money.types'
import { NodeType } from '../graphql/node.types'
import { DateTime, MinorUnits } from '../graphql/scalars'
import type { PriceAgreement } from './price-agreement.entity'

@ObjectType('PriceTier', { description: 'The price that holds for the whole invoice from this many channels on.' })
export class PriceTierType {
  @Field(() => Int)
  fromChannels: number

  @Field(() => MoneyType)
  channelMonth: MoneyType
}

/** Prices are columns of minor units beside one currency, so that every field of money is resolved. */
@ObjectType('PriceAgreement', {
  implements: NodeType,
  description: 'What an account pays, from an instant until the next agreement’s.',
})
export class PriceAgreementType extends NodeType {
  @Field(() => String, { description: 'ISO 4217.' })
  currency: string

  @Field(() => Int, { description: 'Discount of a yearly channel subscription, in hundredths of a percent.' })
  yearlyDiscountBasisPoints: number

  @Field(() => Int, { description: '100,000 is 10 %.' })
  taxPartsPerMillion: number

  @Field(() => String, { nullable: true })
  taxId: string | null

  @Field(() => Boolean, { description: 'The customer owes the tax: its invoices have none.' })
  reverseCharge: boolean

  @Field(() => Boolean, { description: 'An invoice opens as it is requested, without waiting for staff.' })
  autoPrepare: boolean

  @Field(() => Int)
  paymentTermDays: number

  @Field(() => DateTime)
  validFrom: Date
}

/** Holds the entity to its face. */
export const priceAgreementFace = (agreement: PriceAgreement): PriceAgreementType => agreement

@InputType('PriceTierInput')
export class PriceTierInput {
  @Field(() => Int, { description: '1 to 1,000,000, and more than the tier before it.' })
  fromChannels: number

  @Field(() => MinorUnits)
  channelMonthAmount: number
}

@InputType('SetPriceAgreementInput')
export class SetPriceAgreementInput {
  @Field(() => ID)
  accountId: string

  @Field(() => String, { description: 'ISO 4217.' })
  currency: string

  @Field(() => MinorUnits, { description: 'Price of one channel for 30 days.' })
  channelMonthAmount: number

  @Field(() => MinorUnits, {
    nullable: true,
    description: 'Price of one loose day. Without it, a thirtieth of the price of a channel for 30 days.',
  })
  looseDayAmount?: number | null

  @Field(() => [PriceTierInput], { defaultValue: [], description: 'At most 100, rising.' })
  tiers: PriceTierInput[]

  @Field(() => Int, { defaultValue: 0, description: '0 to 10,000.' })
  yearlyDiscountBasisPoints: number

  @Field(() => Int, { defaultValue: 0, description: '0 to 1,000,000.' })
  taxPartsPerMillion: number

  @Field(() => String, { nullable: true })
  taxId?: string | null

  @Field(() => Boolean, { defaultValue: false })
  reverseCharge: boolean

  @Field(() => DateTime, { nullable: true, description: 'Now, unless given; never in the past.' })
  validFrom?: Date | null

  @Field(() => Boolean, { defaultValue: true })
  autoPrepare: boolean

  @Field(() => Int, { defaultValue: 14, description: '0 to 365.' })
  paymentTermDays: number
}
