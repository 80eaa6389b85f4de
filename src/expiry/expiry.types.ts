import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { Days } from '../graphql/scalars'

@ObjectType('AutoRenew')
export class AutoRenewType {
  @Field(() => Days, { description: 'Of each renewal; a renewal takes as many of them as the lead needs.' })
  days: number

  @Field(() => Int, { description: 'It renews when less than this is left.' })
  leadHours: number
}

@InputType('SetAutoRenewInput')
export class SetAutoRenewInput {
  @Field(() => ID)
  channelId: string

  @Field(() => Days, { nullable: true, description: 'Off, unless given. 1 to 36,500.' })
  days?: number | null

  @Field(() => Int, { defaultValue: 24, description: '1 to 8,760.' })
  leadHours: number
}
