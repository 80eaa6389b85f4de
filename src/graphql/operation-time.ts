import { OperationTimeoutError, UnavailableError } from '../errors'

/**
 * How long an operation may take. Once its time is over, or its client has gone, the statements that it has sent are
 * cancelled in Postgres, and it sends no more. A change whose client has gone goes on: it is asked for again by its key.
 */
export class OperationTime {
  private readonly over = new AbortController()
  private timer: NodeJS.Timeout | undefined
  private isChange = false
  private isAnswered = false

  /** Aborted with what the operation is refused with. */
  get signal(): AbortSignal {
    return this.over.signal
  }

  begin(limitMs: number, isChange: boolean): void {
    this.isChange = isChange
    this.timer = setTimeout(() => {
      this.over.abort(new OperationTimeoutError(limitMs))
    }, limitMs)
  }

  /** It is answered. */
  end(): void {
    this.isAnswered = true
    clearTimeout(this.timer)
  }

  /** Nobody waits for the answer any more. */
  leave(): void {
    if (this.isChange || this.isAnswered) return
    this.end()
    this.over.abort(new UnavailableError())
  }

  /** Waits no longer than there is time. What is under way in a lane or at a provider goes on, and its key tells what came of it. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.over
    signal.throwIfAborted()
    let stop: (() => void) | undefined
    const tooLate = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason as Error)
      signal.addEventListener('abort', stop)
    })
    try {
      return await Promise.race([work(), tooLate])
    } finally {
      if (stop !== undefined) signal.removeEventListener('abort', stop)
    }
  }
}
