import { backoffMs, pause } from './backoff'
import { GatewayError } from './gateway-error'

/** An event has a number of its own within its account, and these have no gaps: that is what a stream resumes by. */
export interface Sequenced {
  readonly sequence: number
}

export interface EventSource<Event> {
  /** The sequence after which to start. Rejects where there is no starting. */
  start(signal: AbortSignal): Promise<number>
  /**
   * Hands over the events after a sequence. Resolves once `take` answered false or the signal aborted; rejects with a
   * GatewayError when the events end otherwise.
   */
  open(after: number, take: (event: Event) => boolean, signal: AbortSignal): Promise<void>
  /** Whether to open again after so many failures in a row. */
  mayReopen(error: GatewayError, failures: number): boolean
  /** Told of each interruption that is to be mended. */
  onInterruption?: (error: GatewayError) => void
  onEnd: () => void
}

/** Events that wait for a caller who is slow. Past it the operation is ended, and opened again once they are read. */
const MAX_WAITING = 1_000
/** A connection that held for so long was a good one: the next failure is a first one. */
const STEADY_MS = 10_000

const OVER: IteratorReturnResult<undefined> = { done: true, value: undefined }

interface Reader<Event> {
  resolve: (result: IteratorResult<Event>) => void
  reject: (error: unknown) => void
}

/**
 * Events of an account, each once and in order, from one connection to the next: after an interruption it opens again
 * after the last event that it took. It starts at once, not at the first `next()`.
 *
 * An iterator of its own and no async generator: the `return()` of a generator waits for the `next()` that is under way,
 * and so for an event that may never come.
 */
export class EventStream<Event extends Sequenced> implements AsyncIterableIterator<Event, undefined> {
  private readonly waiting: Event[] = []
  private readonly readers: Reader<Event>[] = []
  private readonly ended = new AbortController()
  private failure: unknown
  private onDrained: (() => void) | undefined

  constructor(private readonly source: EventSource<Event>) {
    this.run().catch((error: unknown) => this.end(error))
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    const event = this.waiting.shift()
    if (event !== undefined) {
      if (this.waiting.length === 0) this.onDrained?.()
      return Promise.resolve({ done: false, value: event })
    }
    const { failure } = this
    this.failure = undefined
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever it was that ended the stream
    if (failure !== undefined) return Promise.reject(failure)
    if (this.ended.signal.aborted) return Promise.resolve(OVER)
    return new Promise((resolve, reject) => this.readers.push({ resolve, reject }))
  }

  /** Ends the operation on the server too. Whoever waits in `next()` is told at once. */
  return(): Promise<IteratorReturnResult<undefined>> {
    this.waiting.length = 0
    this.failure = undefined
    this.end()
    return Promise.resolve(OVER)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  private async run(): Promise<void> {
    const { signal } = this.ended
    let after = await this.source.start(signal)
    let failures = 0
    const take = (event: Event): boolean => {
      if (signal.aborted) return false
      // A connection may repeat what the one before it had still brought.
      if (event.sequence > after) {
        after = event.sequence
        failures = 0
        this.deliver(event)
      }
      return this.waiting.length < MAX_WAITING
    }
    while (!signal.aborted) {
      const opened = Date.now()
      try {
        await this.source.open(after, take, signal)
        await this.drained()
      } catch (error) {
        if (Date.now() - opened >= STEADY_MS) failures = 0
        if (!(error instanceof GatewayError) || !this.source.mayReopen(error, failures)) throw error
        this.source.onInterruption?.(error)
        await pause(backoffMs(failures), signal)
        failures += 1
      }
    }
  }

  private deliver(event: Event): void {
    const reader = this.readers.shift()
    if (reader === undefined) this.waiting.push(event)
    else reader.resolve({ done: false, value: event })
  }

  private drained(): Promise<void> {
    if (this.waiting.length === 0 || this.ended.signal.aborted) return Promise.resolve()
    return new Promise((resolve) => (this.onDrained = resolve))
  }

  private end(failure?: unknown): void {
    if (this.ended.signal.aborted) return
    this.ended.abort()
    this.source.onEnd()
    this.onDrained?.()
    const [first, ...others] = this.readers.splice(0)
    if (failure === undefined) first?.resolve(OVER)
    else if (first === undefined) this.failure = failure
    else first.reject(failure)
    for (const reader of others) reader.resolve(OVER)
  }
}
