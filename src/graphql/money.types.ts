import { Field, ObjectType } from 'type-graphql'
import { MinorUnits } from './scalars'

@ObjectType('Money')
export class MoneyType {
  @Field(() => MinorUnits)
  amount: number

  @Field(() => String, { description: 'ISO 4217.' })
  currency: string
}
