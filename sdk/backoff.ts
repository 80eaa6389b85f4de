const FIRST_MS = 200
const LONGEST_MS = 5_000

/**
 * Milliseconds to wait after so many failures in a row: doubled each time up to 5 s, and somewhere in the upper half of
 * that, so that clients which failed together don't come back together.
 */
export function backoffMs(failures: number): number {
  const longest = Math.min(FIRST_MS * 2 ** failures, LONGEST_MS)
  return longest / 2 + (Math.random() * longest) / 2
}

/** Resolves after a time, or at once when the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve()
      return
    }
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
}
