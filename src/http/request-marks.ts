/** By what the lines of the log that tell of one request are found. */
export interface RequestMarks {
  readonly requestId: string
  /** Of whoever has called, by W3C's Trace Context, or our own where traces are sent. */
  traceId?: string
  /** Left out for strangers; staff have none. */
  accountId?: string
}

const known = new WeakMap<object, RequestMarks>()

export function markRequest(request: object, marks: RequestMarks): void {
  known.set(request, marks)
}

export function marksOf(request: object & { readonly id: string }): RequestMarks {
  return known.get(request) ?? { requestId: request.id }
}
