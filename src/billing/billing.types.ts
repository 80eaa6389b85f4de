import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { DateTime, Days, SafeInt } from '../graphql/scalars'
import { BillingScheduleKind } from './billing-schedule.entity'
import type { TopUpRead } from './read-auto-top-ups'
import type { ScheduleRead } from './read-billing-schedules'

registerEnumType(BillingScheduleKind, {
  name: 'BillingScheduleKind',
  valuesConfig: {
    ON_REQUEST: { description: 'Invoices are asked for one by one.' },
    MONTHLY_MANAGED: {
      description:
        'At the start of each UTC month, for the channels that the account manages then: not deleted, and running or within 30 days of their end.',
    },
    MONTHLY_FIXED: { description: 'At the start of each UTC month, for a number of channels.' },
  },
})

@ObjectType('BillingSchedule', { description: 'When the invoices of a prepaid account are requested.' })
export class BillingScheduleType {
  @Field(() => BillingScheduleKind)
  kind: BillingScheduleKind

  @Field(() => Int, { nullable: true, description: 'Of MONTHLY_FIXED.' })
  channels: number | null

  @Field(() => DateTime, { nullable: true, description: 'When the next invoice is requested; null on request.' })
  nextAt: Date | null
}

/** Holds what is read to its face. */
export const scheduleFace = (schedule: ScheduleRead): BillingScheduleType => schedule

@ObjectType('AutoTopUp', { description: 'How the balance is topped up by itself.' })
export class AutoTopUpType {
  @Field(() => Days, { description: 'An invoice is requested when fewer days than these are available.' })
  belowDays: number

  @Field(() => Days, { description: 'What the balance is brought to.' })
  targetDays: number

  @Field(() => Int, {
    nullable: true,
    description: 'Channels that top-ups request in a UTC month at the most; null for as many as it takes.',
  })
  monthlyCapChannels: number | null

  @Field(() => Int, { description: 'Between two requests at the least.' })
  coolDownHours: number

  @Field(() => Boolean, { description: 'After three failures in a row it switches itself off.' })
  enabled: boolean

  @Field(() => Int, {
    description:
      'In a row: invoices that the saved card did not pay, voided or not paid in time, and requests that could not be made.',
  })
  failures: number

  @Field(() => SafeInt, { description: 'Channels that top-ups have requested in this UTC month, voided ones too.' })
  requestedThisMonth: number

  @Field(() => Boolean, {
    description:
      'Whether an invoice is requested as soon as the balance is low: not while one is unpaid, cooling down, or past the cap.',
  })
  armed: boolean

  @Field(() => DateTime, { nullable: true, description: 'When the clock has it looked at next.' })
  nextLookAt: Date | null
}

/** Holds what is read to its face. */
export const topUpFace = (topUp: TopUpRead): AutoTopUpType => topUp

@InputType('SetBillingScheduleInput')
export class SetBillingScheduleInput {
  @Field(() => ID, { nullable: true, description: 'Staff name the account; a partner’s token implies it.' })
  accountId?: string | null

  @Field(() => BillingScheduleKind)
  kind: BillingScheduleKind

  @Field(() => Int, { nullable: true, description: 'Of MONTHLY_FIXED, and only of it: 1 to 1,000,000.' })
  channels?: number | null
}

@InputType('SetAutoTopUpInput', { description: 'Without belowDays and targetDays it is turned off.' })
export class SetAutoTopUpInput {
  @Field(() => ID, { nullable: true, description: 'Staff name the account; a partner’s token implies it.' })
  accountId?: string | null

  @Field(() => Days, { nullable: true, description: '1 to 29,999,999.' })
  belowDays?: number | null

  @Field(() => Days, { nullable: true, description: 'More than belowDays, and at most 30,000,000.' })
  targetDays?: number | null

  @Field(() => Int, { nullable: true, description: '1 to 1,000,000; as many as it takes, unless given.' })
  monthlyCapChannels?: number | null

  @Field(() => Int, { defaultValue: 24, description: '1 to 744.' })
  coolDownHours: number
}
