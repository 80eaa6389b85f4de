import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode } from 'graphql'
import { type Actor, actorName, Role } from '../auth/actor'
import type { LimitsConfig } from '../config'
import { DomainError, OverloadedError, QueryTooExpensiveError } from '../errors'
import type { Budgets, Reservation, ThrottleStatus } from '../rate-limits/budgets'
import { type OperationPrice, priceOf } from './operation-cost'
import type { OperationTime } from './operation-time'

/** In the shape that Shopify made known. */
export interface CostShown {
  requestedQueryCost: number
  /** Null where the operation was refused. */
  actualQueryCost: number | null
  /** Null where nobody is limited. */
  throttleStatus: ThrottleStatus | null
}

/** What is said of an operation beside its data. */
export interface OperationExtensions {
  cost: CostShown
  /** Where mutations bore an idempotency key. */
  idempotency?: IdempotencyShown
}

export interface IdempotencyShown {
  /** All of them answered what they had answered before: nothing was done anew. */
  replayed: boolean
  /** Each of them, by its name in `data`. One that was refused is not among them. */
  fields: Record<string, boolean>
}

/** Whose operation it is, and what it has come to. */
export interface OperationContext {
  readonly caller: Actor | null
  readonly time: OperationTime
  readonly idempotency: IdempotencyShown | undefined
}

/** An operation that is let in, or refused. */
export type Begun =
  | { readonly refusal: DomainError; readonly extensions: OperationExtensions }
  | { readonly refusal?: undefined; readonly running: RunningOperation }

export interface RunningOperation {
  /** To be called once, with what is answered. */
  finish(data: unknown): OperationExtensions
  /** What an event of a subscription costs, by its answer: the same for all who ask alike. */
  pointsOf(data: unknown): number
  /** Of an event that is sent. */
  charge(points: number): OperationExtensions
}

export interface OperationAsked {
  document: DocumentNode
  operation: OperationDefinitionNode
  variables: Readonly<Record<string, unknown>>
}

/** What operations are held to once they are found to be valid: how many at once, what they cost, how long they take. Before both transports. */
export class OperationLimits {
  private underWay = 0

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly budgets: Budgets,
    private readonly settings: Pick<LimitsConfig, 'operationCost' | 'requests' | 'operationMs' | 'staffOperationMs'>,
  ) {}

  /** Rejects only where the bucket can't be asked. A subscription takes as long as it likes. */
  begin(context: OperationContext, asked: OperationAsked): Begun | Promise<Begun> {
    const { caller } = context
    const time = asked.operation.operation === OperationTypeNode.SUBSCRIPTION ? null : context.time
    const price = priceOf(this.schema, asked.document, asked.operation)
    const requested = price.requested(asked.variables)
    const key = budgetKey(caller)
    const refused = (refusal: DomainError): Begun => ({
      refusal,
      extensions: { cost: this.shown(key, requested, null) },
    })
    const { operationCost } = this.settings
    // Whoever has no token hears that first.
    if (caller !== null && requested > operationCost)
      return refused(new QueryTooExpensiveError('points of cost', operationCost))
    if (time !== null && this.underWay >= this.settings.requests)
      return refused(new OverloadedError(this.settings.requests))
    const run = (reservation: Reservation): Begun => ({
      running: this.run(context, key, { price, requested, reservation, asked, time }),
    })
    if (key === null) return run(UNCHARGED)
    try {
      const reservation = this.budgets.reserve(key, requested)
      if (!(reservation instanceof Promise)) return run(reservation)
      return reservation.then(run, (error: unknown) => refused(asRefusal(error)))
    } catch (error) {
      return refused(asRefusal(error))
    }
  }

  private run(
    context: OperationContext,
    key: string | null,
    { price, requested, reservation, asked, time }: Priced,
  ): RunningOperation {
    const { operation } = asked.operation
    const limitMs = context.caller?.role === Role.STAFF ? this.settings.staffOperationMs : this.settings.operationMs
    time?.begin(limitMs, operation === OperationTypeNode.MUTATION)
    if (time !== null) this.underWay += 1
    let isOver = false
    return {
      finish: (data) => {
        const actual = operation === OperationTypeNode.SUBSCRIPTION ? requested : price.actual(data, asked.variables)
        if (!isOver) {
          isOver = true
          reservation.settle(actual)
          time?.end()
          if (time !== null) this.underWay -= 1
        }
        const { idempotency } = context
        return { cost: this.shown(key, requested, actual), ...(idempotency !== undefined && { idempotency }) }
      },
      pointsOf: (data) => price.actual(data, asked.variables),
      charge: (points) => {
        if (key !== null) this.budgets.debit(key, points)
        return { cost: this.shown(key, requested, points) }
      },
    }
  }

  private shown(key: string | null, requestedQueryCost: number, actualQueryCost: number | null): CostShown {
    return { requestedQueryCost, actualQueryCost, throttleStatus: key === null ? null : this.budgets.status(key) }
  }
}

interface Priced {
  price: OperationPrice
  requested: number
  reservation: Reservation
  asked: OperationAsked
  time: OperationTime | null
}

const UNCHARGED: Reservation = { settle: () => undefined }

/** Of whom budget is counted together: an account's tokens, and each of staff. Whoever has no token is answered nothing that costs. */
function budgetKey(caller: Actor | null): string | null {
  return caller === null ? null : (caller.accountId ?? actorName(caller))
}

function asRefusal(error: unknown): DomainError {
  if (error instanceof DomainError) return error
  throw error
}
