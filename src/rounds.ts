import type { Log } from './log'

export interface RoundsOptions {
  /** From the end of a round to the next one. */
  readonly pauseMs: number
  /** What is logged where a round fails, such as `the watch over runways failed`. */
  readonly failure: string
  readonly log: Pick<Log, 'warn'>
  /** Hears of each round that is over. */
  readonly onRound?: (seconds: number, isWhole: boolean) => void
}

/**
 * Work that is done again and again, one round after the other, until it is closed. A round that fails is logged, and the
 * next one comes after the same pause.
 */
export class Rounds {
  private timer: NodeJS.Timeout | null = null
  private underWay: Promise<void> = Promise.resolve()
  private started = false
  private readonly closing = new AbortController()

  constructor(
    /** Is told by the signal that no more than what it has in hand is to be done. */
    private readonly round: (closing: AbortSignal) => Promise<unknown>,
    private readonly options: RoundsOptions,
  ) {}

  /** The first round comes after a pause. */
  start(): void {
    this.started = true
    this.plan(this.options.pauseMs)
  }

  /** There is something to do now: the next round doesn't wait. */
  hint(): void {
    if (this.started) this.plan(0)
  }

  get closed(): boolean {
    return this.closing.signal.aborted
  }

  /** Resolves when the round that is under way is done. */
  async close(): Promise<void> {
    this.closing.abort()
    if (this.timer !== null) clearTimeout(this.timer)
    await this.underWay
  }

  private plan(delayMs: number): void {
    if (this.closed) return
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      // A hint may come while a round is under way: its round comes after that one.
      this.underWay = this.underWay.then(() => this.once())
      void this.underWay.then(() => {
        this.plan(this.options.pauseMs)
      })
    }, delayMs)
  }

  private async once(): Promise<void> {
    if (this.closed) return
    const begunAt = performance.now()
    const tell = (isWhole: boolean) => this.options.onRound?.((performance.now() - begunAt) / 1000, isWhole)
    try {
      await this.round(this.closing.signal)
      tell(true)
    } catch (error) {
      tell(false)
      this.options.log.warn({ err: error }, `${this.options.failure}; it goes on with the next round`)
    }
  }
}
