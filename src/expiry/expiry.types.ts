import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { DateTime, Days } from '../graphql/scalars'

@ObjectType('AutoRenew')
export class AutoRenewType {
  @Field(() => Days, { description: 'Of each renewal; a renewal takes as many of them as the lead needs.' })
  days: number

  @Field(() => Int, { description: 'It renews when less than this is left.' })
  leadHours: number
}

@ObjectType('ClockHealth', { description: 'How far what the clock brings about is behind it, over all live accounts.' })
export class ClockHealthType {
  @Field(() => DateTime)
  now: Date

  @Field(() => DateTime, {
    nullable: true,
    description: 'The oldest instant of a channel that has come and isn’t done; null where all is done.',
  })
  oldestDueAt: Date | null

  @Field(() => Int, {
    description: 'Whole seconds since then. More than one or two for long: the sweep is stuck or overrun.',
  })
  secondsBehind: number
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
