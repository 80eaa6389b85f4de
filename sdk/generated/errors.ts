/**
 * Generated from the gateway's sources by `npm run errors`. Figures are added as the gateway grows, and one that this version
 * doesn't know is `unknown`.
 */
export interface OpenFigures {
  readonly [figure: string]: unknown
}

/** The figures that stand beside each code. */
export interface ErrorFigures {
  /** No token or session, or a token that is malformed, unknown, expired or revoked: which of these is not told. Where one signs in: what was given is not right. */
  UNAUTHENTICATED: OpenFigures
  /** The token is good but lacks a scope, or the deed is for staff. */
  FORBIDDEN: OpenFigures & { readonly role?: string; readonly scope?: string }
  /** Not there, or not this caller's to see: the two can't be told apart. */
  NOT_FOUND: OpenFigures & { readonly id?: string }
  /** An input that breaks a bound or a form. `field` names it by its path in the input, such as `items.3.days`. */
  BAD_USER_INPUT: OpenFigures & { readonly after?: string; readonly billingMode?: string; readonly channelId?: string; readonly country?: string; readonly creditLimit?: number; readonly currency?: string; readonly days?: number; readonly field?: string; readonly from?: string; readonly held?: number; readonly kind?: string; readonly last?: number; readonly maximum?: number | string; readonly minimum?: number; readonly now?: string; readonly planId?: string; readonly received?: number | string; readonly requested?: number; readonly role?: string; readonly scope?: string; readonly series?: string; readonly taxId?: null }
  /** The balance, with its credit limit, or a channel's unused days don't cover what was asked for. */
  INSUFFICIENT_DAYS: OpenFigures & { readonly available: number; readonly channelId?: string; readonly requested: number }
  /** The channel is deleted. */
  CHANNEL_DELETED: OpenFigures & { readonly channelId: string }
  /** A subscription pays for the channel and renews, so that it takes no days. */
  CHANNEL_ON_SUBSCRIPTION: OpenFigures & { readonly channelId: string }
  /** No subscription pays for the channel, or none of which that can be asked. */
  CHANNEL_NOT_ON_SUBSCRIPTION: OpenFigures & { readonly channelId: string }
  /** Every paid day of the channel is used, a begun day included. */
  NOTHING_TO_RELEASE: OpenFigures & { readonly channelId: string; readonly unusedDays: number }
  /** The account has no trial left, or the externalId has had its one. */
  TRIAL_NOT_ALLOWED: OpenFigures & { readonly externalId?: string; readonly field?: string; readonly maxTrials?: number; readonly running?: number }
  /** A suspended account can read and nothing else. */
  ACCOUNT_SUSPENDED: OpenFigures
  /** A closed account can read and nothing else; it stays closed. */
  ACCOUNT_CLOSED: OpenFigures
  /** A usage invoice is unpaid past its due date: days can be given back, and none allocated, until it is paid or postponed. */
  ACCOUNT_OVERDUE: OpenFigures & { readonly since: string }
  /** A chargeback took days that were spent already: days can be given back, and none spent, until it has got them all. */
  DAYS_OWED: OpenFigures & { readonly owed: number }
  /** The account has no price agreement that is valid now. */
  NO_PRICE_AGREEMENT: OpenFigures
  /** Invoices need a sender: staff have to say who sends them (`setProviderProfile`) before one of a live account opens. */
  NO_PROVIDER_PROFILE: OpenFigures
  /** The invoice is not in a state that allows the deed. */
  INVOICE_STATE: OpenFigures & { readonly currency?: string; readonly paid?: number; readonly status: string; readonly total?: number }
  /** A payment that isn't 1 to what is outstanding. Amounts are minor units of `currency`. */
  PAYMENT_AMOUNT: OpenFigures & { readonly amount: number; readonly currency: string; readonly outstanding: number }
  /** The key was used before with another operation or another input. */
  IDEMPOTENCY_CONFLICT: OpenFigures & { readonly field: string }
  /** What was asked for contradicts how things stand; the figures say how. */
  CONFLICT: OpenFigures & { readonly billingMode?: string; readonly channelId?: string; readonly chargedBackDays?: number; readonly creditLimit?: number; readonly creditedDays?: number; readonly days?: number; readonly debt?: number; readonly externalId?: string; readonly field?: string; readonly maximum?: number; readonly object?: null | string; readonly owed?: number; readonly planId?: string; readonly priceAgreementId?: string; readonly reason?: null | string; readonly role?: string; readonly sandbox?: boolean; readonly setting?: string; readonly state?: string; readonly status?: string }
  /** A document over a limit of the gate: tokens, depth, aliases, root fields, subscriptions. */
  QUERY_TOO_EXPENSIVE: OpenFigures & { readonly limit: number; readonly what: string }
  /** More at once, or in a time, than one caller may have. It may be sent again after `retryAfterMs`. */
  RATE_LIMITED: OpenFigures & { readonly limit: number; readonly retryAfterMs: number; readonly retryable: boolean; readonly what: string }
  /** Whoever takes the money refused, or is away. `retryable`: the same request may be sent again; `declined`: it is the card that was refused. What the provider said is in the log only. */
  PAYMENT_PROVIDER: OpenFigures & { readonly declined?: boolean; readonly retryable: boolean }
  /** The database is away or overtaxed. The same request, with the same key, may be sent again. Or: The operation took longer than it may, and its statements were cut off. A query changed nothing; of a mutation that came to its commit it isn't known: the same request with the same key finds out. Or: The gateway has as much under way as it takes. Nothing was done: the same may be sent again after `retryAfterMs`. */
  UNAVAILABLE: OpenFigures & { readonly limit?: number; readonly retryAfterMs?: number; readonly retryable?: boolean; readonly timeLimitMs?: number }
  /** The document is no GraphQL. */
  GRAPHQL_PARSE_FAILED: OpenFigures
  /** The document doesn't fit the schema. */
  GRAPHQL_VALIDATION_FAILED: OpenFigures
  /** The request is no GraphQL request. */
  BAD_REQUEST: OpenFigures
  /** A fault of ours. `requestId` finds it in the log; nothing was changed. */
  INTERNAL: OpenFigures & { readonly requestId?: string }
}
