import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../graphql/scalars'
import type { InvoiceDunning } from './dunning.entity'

@ObjectType('DunningSchedule', {
  description: 'When an account is reminded of unpaid invoices, in days of 24 hours from the due date.',
})
export class DunningScheduleType {
  @Field(() => ID)
  accountId: string

  @Field(() => Int, { nullable: true, description: 'Before an invoice is due; null for no word before.' })
  beforeDays: number | null

  @Field(() => [Int], { description: 'Reminders after the one that it is overdue.' })
  afterDays: number[]

  @Field(() => Int, { nullable: true, description: 'When staff are asked to write it off; null for never.' })
  uncollectibleAfterDays: number | null
}

@InputType()
export class SetDunningScheduleInput {
  @Field(() => ID)
  accountId: string

  @Field(() => Int, { nullable: true, description: '1 to 365; null takes the step away.' })
  beforeDays?: number | null

  @Field(() => [Int], { nullable: true, description: 'At most 10, each 1 to 365.' })
  afterDays?: number[] | null

  @Field(() => Int, { nullable: true, description: '1 to 365; null takes the step away.' })
  uncollectibleAfterDays?: number | null
}

@ObjectType('InvoiceDunning', { description: 'How an open invoice is reminded of.' })
export class InvoiceDunningType {
  @Field(() => DateTime, { nullable: true, description: 'When the next step is due; null where none is left.' })
  nextAt: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Since when staff have it reminded of no more.' })
  stoppedAt: Date | null

  @Field(() => DateTime, { nullable: true, description: 'When it was proposed to write it off.' })
  uncollectibleProposedAt: Date | null
}

/** A row is what its GraphQL type shows; the compiler holds the two together. */
export const dunningFace = (dunning: InvoiceDunning): InvoiceDunningType => dunning
