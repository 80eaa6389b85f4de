export type Attributes = Readonly<Record<string, string | number | boolean>>

/** Something that takes time, as a trace shows it. */
export interface Span {
  /** 32 hexadecimal digits: that of the caller where it has sent one. */
  readonly traceId: string
  rename(name: string): void
  set(attributes: Attributes): void
  /** It came to nothing; `why` is a word of ours, such as an error code. */
  fail(why: string): void
  /** Once; a second time does nothing. */
  end(): void
}

export interface SpanOptions {
  readonly attributes?: Attributes
  /** A request that comes from outside, below the span of `traceparent` where there is one. */
  readonly server?: { readonly traceparent: TraceParent | null }
  /** Whose work it does: of one it is a part, of several it is a trace of its own that points to them. */
  readonly callers?: readonly Span[]
}

/** Where traces are wanted. Where they are not, there is none of it: null. */
export interface Tracing {
  begin(name: string, options?: SpanOptions): Span
  /** What is done in `work`, and all that it awaits, is below the span. */
  run<T>(span: Span, work: () => T): T
  /** Does work in a span of its own, below the one that is current. */
  within<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T>
  current(): Span | null
  /** Sends what is left. */
  close(): Promise<void>
}

/** Of W3C's Trace Context. */
export interface TraceParent {
  readonly traceId: string
  readonly spanId: string
  readonly flags: number
}

const TRACE_PARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** Null for a header that is not there, or is none: hexadecimal digits and nothing else get into a log. */
export function readTraceParent(header: string | string[] | undefined): TraceParent | null {
  if (typeof header !== 'string' || header.length > 256) return null
  const [, traceId, spanId, flags, more] = TRACE_PARENT.exec(header) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return null
  // The first version ends here; later ones may go on.
  if (header.startsWith('00') && more !== undefined) return null
  return { traceId, spanId, flags: Number.parseInt(flags, 16) }
}
