import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql'
import { z } from 'zod'
import { BadUserInputError } from '../errors'
import type { Context } from '../graphql/context'
import { DateTime, Days } from '../graphql/scalars'
import { parseInput } from '../input'
import { BalanceType } from '../ledger/ledger.types'
import {
  daysToBuyUntil,
  forecastDays,
  MAX_EXTRA_CHANNELS,
  MAX_SERIES_DAYS,
  runningChannels,
  runsOutAt,
  withExtraChannels,
} from './forecast'
import { ForecastDayType, ForecastType } from './forecast.types'

const WhatIf = z.object({ extraChannels: z.int().min(-MAX_EXTRA_CHANNELS).max(MAX_EXTRA_CHANNELS) })
const Series = z.object({ days: z.int().min(1).max(MAX_SERIES_DAYS) })

@Resolver(() => BalanceType)
export class BalanceForecastResolver {
  @FieldResolver(() => ForecastType)
  async forecast(
    @Root() { accountId }: BalanceType,
    @Arg('extraChannels', () => Int, {
      nullable: true,
      defaultValue: 0,
      description:
        'What if: this many channels more, which start now, or with a negative number fewer, without those that end first. 100,000 at the most, either way.',
    })
    extraChannels: number | null,
    @Ctx() { loaders }: Context,
  ): Promise<ForecastType> {
    const whatIf = parseInput(WhatIf, { extraChannels: extraChannels ?? 0 })
    const runway = withExtraChannels(await loaders.runway(accountId), whatIf.extraChannels)
    return {
      runway,
      at: runway.at,
      runningChannels: runningChannels(runway),
      daysPerDay: runway.burning.length,
    }
  }
}

@Resolver(() => ForecastType)
export class ForecastResolver {
  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When the balance can no longer renew every running channel: the first renewal for which no day is left. Null if nothing runs; the last instant of the year 9999 if it is later.',
  })
  runsOutAt(@Root() { runway }: ForecastType): Date | null {
    return runsOutAt(runway)
  }

  @FieldResolver(() => [ForecastDayType], { description: 'The coming days, 1 to 366.' })
  series(
    @Root() { runway }: ForecastType,
    @Arg('days', () => Int, { defaultValue: 30 }) days: number,
  ): ForecastDayType[] {
    return forecastDays(runway, parseInput(Series, { days }).days)
  }

  @FieldResolver(() => Days, {
    description: 'Days to buy for every running channel to last until then; 0 where the balance does.',
  })
  daysToBuyUntil(
    @Root() { runway }: ForecastType,
    @Arg('date', () => DateTime, { description: 'Later than the account’s clock.' })
    date: Date,
  ): number {
    const { at } = runway
    if (date <= at) {
      const now = at.toISOString()
      throw new BadUserInputError('date', `date must be after ${now}, the account’s clock.`, { now })
    }
    return daysToBuyUntil(runway, date)
  }
}
