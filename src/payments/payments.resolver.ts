import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { Role, Scope } from '../auth/actor'
import { NotFoundError } from '../errors'
import { connectionOf, type ConnectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { countProviderEvents, findProviderEvent, findProviderEvents, providerEventCursor } from './find-provider-events'
import { ProviderEventConnection, providerEventFace, ProviderEventType } from './payments.types'
import { ProviderEventState } from './provider-event.entity'
import { replayProviderEvent } from './replay-provider-event'

@Resolver()
export class PaymentsResolver {
  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Query(() => ProviderEventConnection, {
    description:
      'Staff only: what the payment provider has told, newest first. PARKED is what somebody has to look at.',
  })
  async providerEvents(
    @Ctx() { visible }: Context,
    @Arg('state', () => ProviderEventState, { nullable: true }) state: ProviderEventState | null,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
  ): Promise<ConnectionOf<ProviderEventType>> {
    return connectionOf(
      await findProviderEvents(visible, state, { first, after }),
      providerEventFace,
      providerEventCursor,
      () => countProviderEvents(visible, state),
    )
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => ProviderEventType, {
    description:
      'Staff only: what the event is about is fetched and applied once more. It can be done any number of times.',
  })
  async replayProviderEvent(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<ProviderEventType> {
    await context.database.inTransaction((tx) => replayProviderEvent(tx, id))
    const event = await findProviderEvent(context.visible, id)
    if (event === null) throw new NotFoundError('provider event', id)
    return event
  }
}

@Resolver(() => ProviderEventConnection)
export class ProviderEventConnectionResolver {
  @FieldResolver(() => Int)
  totalCount(@Root() connection: ConnectionOf<ProviderEventType>): Promise<number> | undefined {
    return connection.count?.()
  }
}
