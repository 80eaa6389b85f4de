import { Field, Int, ObjectType } from 'type-graphql'
import { DateTime, Days } from '../graphql/scalars'
import type { Runway } from './forecast'

@ObjectType('ForecastDay', { description: 'A day of 24 hours, counted from the instant of the forecast.' })
export class ForecastDayType {
  @Field(() => DateTime)
  startsAt: Date

  @Field(() => Days, { description: 'Renewals that fall due in it, each of one day of the balance.' })
  renewals: number

  @Field(() => Days, { description: 'Days that can still be spent at its end, those of a credit limit included.' })
  daysLeft: number

  @Field(() => Days, { description: 'Renewals of it for which no day was left.' })
  unpaid: number
}

@ObjectType('Forecast', {
  description:
    'How long the days last if every running channel goes on: each is renewed by one day of the balance at the end of its own time, and again every 24 hours.',
})
export class ForecastType {
  runway: Runway

  @Field(() => DateTime, { description: 'The instant that it goes by, on the account’s clock.' })
  at: Date

  @Field(() => Int, { description: 'Channels whose paid or trial time has not ended.' })
  runningChannels: number

  @Field(() => Days, {
    description: 'Paid days that burn in 24 hours now: one of each running channel but those in their trial.',
  })
  daysPerDay: number
}
