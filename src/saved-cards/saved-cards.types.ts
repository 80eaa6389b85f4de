import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../graphql/scalars'

@ObjectType('SavedCard', { description: 'The card that pays for automatic top-ups. Its number is not known here.' })
export class SavedCardType {
  @Field(() => String, { description: 'As the payment provider writes it, such as visa.' })
  brand: string

  @Field(() => String)
  lastFour: string

  @Field(() => Int)
  expiryMonth: number

  @Field(() => Int)
  expiryYear: number

  @Field(() => DateTime)
  savedAt: Date
}

@InputType('SaveCardInput')
export class SaveCardInput {
  @Field(() => ID, { nullable: true, description: 'Staff name the account; a partner’s token implies it.' })
  accountId?: string | null

  @Field(() => String, { nullable: true, description: 'Where the holder comes back to with the card saved.' })
  successUrl?: string | null

  @Field(() => String, { nullable: true, description: 'Where the holder comes back to without.' })
  cancelUrl?: string | null
}

@ObjectType('SaveCardPayload')
export class SaveCardPayload {
  @Field(() => String, { description: 'The page of the payment provider’s on which the card is put in.' })
  url: string
}
