/** Past this a stop is cut short: whoever stops us would soon kill us anyway. */
const STOP_DEADLINE_MS = 9_000
/**
 * npm hands on the signal that the terminal has sent to its whole group, so that one Ctrl-C comes twice. Within this time a
 * second one is the same one.
 */
const SAME_SIGNAL_MS = 500

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const

/** Why a command was stopped: the reason of its signal. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
  /** What a shell makes of a program that a signal ended. */
  readonly exitCode: number

  constructor(readonly signal: keyof typeof SIGNALS) {
    super(`It was stopped by ${signal}.`)
    this.exitCode = 128 + SIGNALS[signal]
  }
}

export interface Interruption {
  /** Aborted by Ctrl-C and by SIGTERM, with an InterruptedError. Another one, or nine seconds, end the process at once. */
  readonly signal: AbortSignal
  /** From now on signals do what they do by themselves. */
  end(): void
}

export function onInterruption(): Interruption {
  const stopping = new AbortController()
  let stoppedAt = 0
  const stop = (name: keyof typeof SIGNALS) => {
    if (stopping.signal.aborted) {
      // A second signal doesn't wait.
      if (performance.now() - stoppedAt > SAME_SIGNAL_MS) process.exit(1)
      return
    }
    stoppedAt = performance.now()
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref()
    stopping.abort(new InterruptedError(name))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    signal: stopping.signal,
    end: () => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}
