import type { Ending } from '../database'
import { OperationTimeoutError, UnavailableError } from '../errors'

/**
 * How long an operation may take. Once its time is over, or its client has gone, the statements that it has sent are
 * cancelled in Postgres, and it sends no more. A change whose client has gone goes on: it is asked for again by its key.
 * No AbortSignal: listeners are added and removed with each statement, and those of Node's cost twenty times as much.
 */
export class OperationTime implements Ending {
  private readonly watchers = new Set<() => void>()
  private timer: NodeJS.Timeout | undefined
  private over: Error | null = null
  private isChange = false
  private isAnswered = false

  /** What the operation is refused with, once its time is over. */
  get reason(): Error | null {
    return this.over
  }

  begin(limitMs: number, isChange: boolean): void {
    this.isChange = isChange
    this.timer = setTimeout(() => {
      this.finish(new OperationTimeoutError(limitMs))
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
    this.finish(new UnavailableError())
  }

  watch(cancel: () => void): void {
    this.watchers.add(cancel)
  }

  unwatch(cancel: () => void): void {
    this.watchers.delete(cancel)
  }

  throwIfOver(): void {
    if (this.over !== null) throw this.over
  }

  /** Waits no longer than there is time. What is under way in a lane or at a provider goes on, and its key tells what came of it. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    this.throwIfOver()
    let stop: (() => void) | undefined
    const tooLate = new Promise<never>((_, reject) => {
      stop = () => reject(this.over ?? new UnavailableError())
      this.watchers.add(stop)
    })
    try {
      return await Promise.race([work(), tooLate])
    } finally {
      if (stop !== undefined) this.watchers.delete(stop)
    }
  }

  private finish(reason: Error): void {
    if (this.over !== null) return
    this.over = reason
    for (const cancel of [...this.watchers]) cancel()
  }
}
