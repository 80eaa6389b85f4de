import type { ErrorFigures, OpenFigures } from './generated/errors'
import type { ErrorCode } from './generated/operations'

/** One entry of an answer's `errors`, as the gateway wrote it. */
export interface ErrorEntry {
  readonly message: string
  /** Where in the answer it arose, such as `['allocateDays']`. */
  readonly path?: readonly (string | number)[]
  /** The code, and the figures beside it. */
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** A refusal of one code, with its figures: `GatewayErrorOf<'INSUFFICIENT_DAYS'>`. */
export interface GatewayErrorOf<Code extends ErrorCode> extends Error {
  readonly name: 'GatewayError'
  /** What to branch on. All codes, and when they come, are in the gateway's docs/errors.md. */
  readonly code: Code
  /** The figures that belong to the code, such as `available` and `requested` of INSUFFICIENT_DAYS. */
  readonly details: ErrorFigures[Code]
  /** Whether the same request, with the same idempotency key, may succeed later. */
  readonly retryable: boolean
  /** All that the answer listed. Code, details and message are those of the first. */
  readonly errors: readonly ErrorEntry[]
  /**
   * The key under which a mutation was sent, given or made up; null where its document takes none. Whoever can't tell
   * whether the mutation happened sends it again under this key: it happens once.
   */
  idempotencyKey: string | null
}

/**
 * A request that the gateway refused, or that didn't reach it: that too is UNAVAILABLE, with what happened as its
 * `cause`. `code` tells which figures there are:
 *
 *     if (error instanceof GatewayError && error.code === 'INSUFFICIENT_DAYS') error.details.available // a number
 *
 * A newer gateway may know codes that this version doesn't list: leave a way for them.
 */
export type GatewayError = { [Code in ErrorCode]: GatewayErrorOf<Code> }[ErrorCode]

/** Codes whose figures may all be missing. */
type CodeWithoutFigures = {
  [Code in ErrorCode]: OpenFigures extends ErrorFigures[Code] ? Code : never
}[ErrorCode]

export interface GatewayErrorConstructor {
  /** From the entries of an answer, of which there may be none. */
  new (errors: readonly ErrorEntry[], cause?: unknown): GatewayError
  readonly prototype: GatewayError
  /** An error that the SDK notices itself. */
  of(code: CodeWithoutFigures, message: string, cause?: unknown): GatewayError
}

/** Codes of refusals that say "not now": whoever waits a little may send the same again. */
const RETRYABLE = new Set<string>(['UNAVAILABLE', 'RATE_LIMITED'])

/** The same in each copy of the SDK: a program may have it both as an ES module and as CommonJS. */
const BRAND = Symbol.for('@daybook/sdk.GatewayError')

// The code and its figures are what the gateway sent: no constructor could hold the two together.
export const GatewayError = class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>
  readonly retryable: boolean
  idempotencyKey: string | null = null

  constructor(
    readonly errors: readonly ErrorEntry[],
    cause?: unknown,
  ) {
    const [first] = errors
    super(first?.message ?? 'The gateway gave no reason.', { cause })
    const { code = 'INTERNAL', ...details } = first?.extensions ?? {}
    this.code = code as ErrorCode
    this.details = details
    this.retryable = RETRYABLE.has(this.code) || details.retryable === true
    Object.defineProperty(this, BRAND, { value: true })
  }

  static of(code: ErrorCode, message: string, cause?: unknown): GatewayError {
    return new GatewayError([{ message, extensions: { code } }], cause)
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value
  }
} as unknown as GatewayErrorConstructor
