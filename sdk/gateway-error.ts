import type { ErrorCode } from './generated/operations'

/** One entry of an answer's `errors`, as the gateway wrote it. */
export interface ErrorEntry {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** Codes of refusals that say "not now": whoever waits a little may send the same again. */
const RETRYABLE = new Set<string>(['UNAVAILABLE', 'RATE_LIMITED'])

/**
 * A request that the gateway refused, or that didn't reach it: that too is UNAVAILABLE, with what happened as its
 * `cause`. The code, details and message are those of the first entry of `errors`.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  /** A newer gateway may know codes that this SDK doesn't list. */
  readonly code: ErrorCode
  /** The figures that belong to the code, such as `available` and `requested` of INSUFFICIENT_DAYS. */
  readonly details: Readonly<Record<string, unknown>>
  /** Whether the same request, with the same idempotency key, may succeed later. */
  readonly retryable: boolean
  readonly errors: readonly ErrorEntry[]
  /**
   * The key under which a mutation was sent, given or made up; null where its document takes none. Whoever can't tell
   * whether the mutation happened sends it again under this key: it happens once.
   */
  idempotencyKey: string | null = null

  constructor(errors: readonly ErrorEntry[], cause?: unknown) {
    const [first] = errors
    super(first?.message ?? 'The gateway gave no reason.', { cause })
    const { code = 'INTERNAL', ...details } = first?.extensions ?? {}
    this.code = code as ErrorCode
    this.details = details
    this.retryable = RETRYABLE.has(this.code) || details.retryable === true
    this.errors = errors
  }

  /** An error that the SDK notices itself. */
  static of(code: ErrorCode, message: string, cause?: unknown): GatewayError {
    return new GatewayError([{ message, extensions: { code } }], cause)
  }
}
