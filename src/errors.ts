/**
 * The whole catalogue of refusals. A verb throws one of these and the transaction around it rolls back, so a refusal
 * has changed nothing. Each carries the figures that a program needs; `graphql/present-error.ts` is the only place
 * that shows them, the same over HTTP and WebSocket. `docs/errors.md` is generated from this file.
 */
export enum ErrorCode {
  GRAPHQL_PARSE_FAILED = 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED = 'GRAPHQL_VALIDATION_FAILED',
  BAD_REQUEST = 'BAD_REQUEST',
  UNAUTHENTICATED = 'UNAUTHENTICATED',
  FORBIDDEN = 'FORBIDDEN',
  NOT_FOUND = 'NOT_FOUND',
  BAD_USER_INPUT = 'BAD_USER_INPUT',
  INSUFFICIENT_DAYS = 'INSUFFICIENT_DAYS',
  CHANNEL_DELETED = 'CHANNEL_DELETED',
  CHANNEL_ON_SUBSCRIPTION = 'CHANNEL_ON_SUBSCRIPTION',
  CHANNEL_NOT_ON_SUBSCRIPTION = 'CHANNEL_NOT_ON_SUBSCRIPTION',
  NOTHING_TO_RELEASE = 'NOTHING_TO_RELEASE',
  TRIAL_NOT_ALLOWED = 'TRIAL_NOT_ALLOWED',
  ACCOUNT_SUSPENDED = 'ACCOUNT_SUSPENDED',
  ACCOUNT_CLOSED = 'ACCOUNT_CLOSED',
  ACCOUNT_OVERDUE = 'ACCOUNT_OVERDUE',
  DAYS_OWED = 'DAYS_OWED',
  NO_PRICE_AGREEMENT = 'NO_PRICE_AGREEMENT',
  NO_PROVIDER_PROFILE = 'NO_PROVIDER_PROFILE',
  INVOICE_STATE = 'INVOICE_STATE',
  PAYMENT_AMOUNT = 'PAYMENT_AMOUNT',
  IDEMPOTENCY_CONFLICT = 'IDEMPOTENCY_CONFLICT',
  CONFLICT = 'CONFLICT',
  QUERY_TOO_EXPENSIVE = 'QUERY_TOO_EXPENSIVE',
  RATE_LIMITED = 'RATE_LIMITED',
  PAYMENT_PROVIDER = 'PAYMENT_PROVIDER',
  UNAVAILABLE = 'UNAVAILABLE',
  INTERNAL = 'INTERNAL',
}

/** Figures beside a code: plain JSON, never a row, never another account's. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode

  constructor(
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message)
    this.name = new.target.name
  }
}

/** No token or session, or a token that is malformed, unknown, expired or revoked: which of these is not told. Where one signs in: what was given is not right. */
export class UnauthenticatedError extends DomainError {
  readonly code = ErrorCode.UNAUTHENTICATED
  constructor(message = 'A valid token is needed: "Authorization: Bearer <token>".') {
    super(message)
  }
}

/** The token is good but lacks a scope, or the deed is for staff. */
export class ForbiddenError extends DomainError {
  readonly code = ErrorCode.FORBIDDEN
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details)
  }
}

/** No id of ours is longer. What a caller names beyond it is not sent back: it may be a megabyte. */
const MAX_ID_SHOWN = 64

/** An id as it is sent back and kept: whatever a caller has put into it. */
export function shownId(id: string): string {
  return id.slice(0, MAX_ID_SHOWN).toWellFormed().replaceAll('\0', '\ufffd')
}

/** Not there, or not this caller's to see: the two can't be told apart. */
export class NotFoundError extends DomainError {
  readonly code = ErrorCode.NOT_FOUND
  constructor(what: string, id?: string) {
    super(`There is no such ${what}.`, id === undefined ? {} : { id: shownId(id) })
  }
}

/** An input that breaks a bound or a form. `field` names it by its path in the input, such as `items.3.days`. */
export class BadUserInputError extends DomainError {
  readonly code = ErrorCode.BAD_USER_INPUT
  constructor(field: string, message: string, details: ErrorDetails = {}) {
    super(message, { field, ...details })
  }
}

/** The balance, with its credit limit, or a channel's unused days don't cover what was asked for. */
export class InsufficientDaysError extends DomainError {
  readonly code = ErrorCode.INSUFFICIENT_DAYS
  constructor(available: number, requested: number, holder = 'balance', details: ErrorDetails = {}) {
    super(`The ${holder} holds ${available} days; ${requested} were asked for.`, { available, requested, ...details })
  }
}

export class ChannelDeletedError extends DomainError {
  readonly code = ErrorCode.CHANNEL_DELETED
  constructor(channelId: string) {
    super('The channel is deleted.', { channelId })
  }
}

/** A subscription pays for the channel and renews, so that it takes no days. */
export class ChannelOnSubscriptionError extends DomainError {
  readonly code = ErrorCode.CHANNEL_ON_SUBSCRIPTION
  constructor(channelId: string) {
    super('The channel is paid by a subscription that renews: it takes no days.', { channelId })
  }
}

/** No subscription pays for the channel, or none of which that can be asked. */
export class ChannelNotOnSubscriptionError extends DomainError {
  readonly code = ErrorCode.CHANNEL_NOT_ON_SUBSCRIPTION
  constructor(channelId: string) {
    super('The channel is not paid by a subscription.', { channelId })
  }
}

/** Every paid day of the channel is used, a begun day included. */
export class NothingToReleaseError extends DomainError {
  readonly code = ErrorCode.NOTHING_TO_RELEASE
  constructor(channelId: string) {
    super('The channel has no unused days.', { channelId, unusedDays: 0 })
  }
}

/** The account has no trial left, or the externalId has had its one. */
export class TrialNotAllowedError extends DomainError {
  readonly code = ErrorCode.TRIAL_NOT_ALLOWED
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details)
  }
}

/** A suspended account can read and nothing else. */
export class AccountSuspendedError extends DomainError {
  readonly code = ErrorCode.ACCOUNT_SUSPENDED
  constructor() {
    super('The account is suspended: it can read, and nothing else.')
  }
}

/** A closed account can read and nothing else; it stays closed. */
export class AccountClosedError extends DomainError {
  readonly code = ErrorCode.ACCOUNT_CLOSED
  constructor() {
    super('The account is closed: it can read, and nothing else.')
  }
}

/** A usage invoice is unpaid past its due date: days can be given back, and none allocated, until it is paid or postponed. */
export class AccountOverdueError extends DomainError {
  readonly code = ErrorCode.ACCOUNT_OVERDUE
  constructor(since: Date) {
    super('A usage invoice is unpaid past its due date: no days can be allocated until it is paid.', {
      since: since.toISOString(),
    })
  }
}

/** A chargeback took days that were spent already: days can be given back, and none spent, until it has got them all. */
export class DaysOwedError extends DomainError {
  readonly code = ErrorCode.DAYS_OWED
  constructor(owed: number) {
    super(
      `The account owes ${owed} days since a chargeback: none can be allocated until they are returned or bought.`,
      {
        owed,
      },
    )
  }
}

export class NoPriceAgreementError extends DomainError {
  readonly code = ErrorCode.NO_PRICE_AGREEMENT
  constructor() {
    super('The account has no price agreement that is valid now.')
  }
}

/** Invoices need a sender: staff have to say who sends them (`setProviderProfile`) before one of a live account opens. */
export class NoProviderProfileError extends DomainError {
  readonly code = ErrorCode.NO_PROVIDER_PROFILE
  constructor() {
    super('No invoice can be opened before the provider’s profile is set.')
  }
}

/** The invoice is not in a state that allows the deed. */
export class InvoiceStateError extends DomainError {
  readonly code = ErrorCode.INVOICE_STATE
  constructor(status: string, deed: string, details: ErrorDetails = {}) {
    super(`An invoice that is ${status} can't be ${deed}.`, { status, ...details })
  }
}

/** A payment that isn't 1 to what is outstanding. Amounts are minor units of `currency`. */
export class PaymentAmountError extends DomainError {
  readonly code = ErrorCode.PAYMENT_AMOUNT
  constructor(outstanding: number, amount: number, currency: string) {
    super(
      `The invoice has ${outstanding} outstanding (minor units of ${currency}); a payment is of 1 to that, not of ${amount}.`,
      {
        outstanding,
        amount,
        currency,
      },
    )
  }
}

/** The key was used before with another operation or another input. */
export class IdempotencyConflictError extends DomainError {
  readonly code = ErrorCode.IDEMPOTENCY_CONFLICT
  constructor(field = 'idempotencyKey') {
    super('This idempotency key was used before with another input.', { field })
  }
}

/** What was asked for contradicts how things stand; the figures say how. */
export class ConflictError extends DomainError {
  readonly code = ErrorCode.CONFLICT
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details)
  }
}

/** A document over a limit of the gate: tokens, depth, aliases, root fields, subscriptions. */
export class QueryTooExpensiveError extends DomainError {
  readonly code = ErrorCode.QUERY_TOO_EXPENSIVE
  constructor(what: string, limit: number) {
    super(`The document has too many ${what}: at most ${limit}.`, { what, limit })
  }
}

/** More at once, or in a time, than one caller may have. It may be sent again after `retryAfterMs`. */
export class RateLimitedError extends DomainError {
  readonly code = ErrorCode.RATE_LIMITED
  constructor(what: string, limit: number, retryAfterMs: number) {
    super(`Too many ${what}: at most ${limit}.`, { what, limit, retryAfterMs, retryable: true })
  }
}

/**
 * Whoever takes the money refused, or is away. `retryable`: the same request may be sent again; `declined`: it is the card
 * that was refused. What the provider said is in the log only.
 */
export class PaymentProviderError extends DomainError {
  readonly code = ErrorCode.PAYMENT_PROVIDER
  constructor(
    message: string,
    { retryable = false, declined = false }: { retryable?: boolean; declined?: boolean } = {},
  ) {
    super(message, { retryable, ...(declined && { declined }) })
  }
}

/** The database is away or overtaxed. The same request, with the same key, may be sent again. */
export class UnavailableError extends DomainError {
  readonly code = ErrorCode.UNAVAILABLE
  constructor() {
    super('A part that is needed is away for the moment. Send the same request again, with the same idempotency key.', {
      retryable: true,
    })
  }
}

/**
 * The operation took longer than it may, and its statements were cut off. A query changed nothing; of a mutation that came to its
 * commit it isn't known: the same request with the same key finds out.
 */
export class OperationTimeoutError extends DomainError {
  readonly code = ErrorCode.UNAVAILABLE
  constructor(timeLimitMs: number) {
    super(
      `The operation took longer than ${timeLimitMs} ms. Ask for less at once; send a mutation again with the same idempotency key.`,
      { retryable: true, timeLimitMs },
    )
  }
}

/** The gateway has as much under way as it takes. Nothing was done: the same may be sent again after `retryAfterMs`. */
export class OverloadedError extends DomainError {
  readonly code = ErrorCode.UNAVAILABLE
  constructor(limit: number) {
    super(`The gateway has ${limit} requests under way, and takes no more at once.`, {
      limit,
      retryAfterMs: OVERLOADED_RETRY_MS,
      retryable: true,
    })
  }
}

/** A gateway works off all that it takes at once within a few of these. */
const OVERLOADED_RETRY_MS = 1_000
