/** Events that are there at once, in their order. */
export interface Page<Event> {
  readonly events: readonly Event[]
  /** How far the log was known as the page was made: what is read for one of its events is at least of then. */
  readonly asOf: number
  /** How far it was as the reader began: what it is answered may not be of before. */
  readonly atLeast: number
  /** Whether other readers are given the very same objects. */
  readonly shared: boolean
}

/** A source of events that can hand over all that it has. */
export interface PagedSource<Event> {
  /** Null once it has ended. */
  nextPage(): Promise<Page<Event> | null>
  return(): unknown
}

/** Any source, as one of pages: of one event each, where it knows of none. */
export function paged<Event>(source: AsyncIterable<Event>): PagedSource<Event> {
  if (isPaged(source)) return source
  const events = source[Symbol.asyncIterator]()
  return {
    async nextPage() {
      const next = await events.next()
      return next.done === true ? null : { events: [next.value], asOf: 0, atLeast: 0, shared: false }
    },
    return: () => events.return?.(),
  }
}

function isPaged<Event>(source: AsyncIterable<Event>): source is AsyncIterable<Event> & PagedSource<Event> {
  return 'nextPage' in source
}

/**
 * A stream of answers that sends them by itself, a page at a time, and tells its reader nothing but that it is over. Unlike an
 * async generator it can be ended in the middle of `next()`: the one who waits is told at once, and the source is returned, or
 * woken by `signal`, without being waited for. `sendPage` asks `isOver` before each thing that it sends.
 */
export function sendingStream<Event>(
  source: PagedSource<Event>,
  signal: AbortSignal,
  sendPage: (page: Page<Event>, isOver: () => boolean) => Promise<void>,
): AsyncIterableIterator<never> {
  const over: IteratorReturnResult<undefined> = { done: true, value: undefined }
  let ended = false
  let endWait: (() => void) | undefined
  const isOver = (): boolean => ended

  const stop = (): void => {
    if (ended) return
    ended = true
    signal.removeEventListener('abort', stop)
    endWait?.()
    // Whatever a source that nobody listens to says as it ends.
    Promise.resolve(source.return()).catch(() => undefined)
  }
  const run = async (): Promise<void> => {
    try {
      while (!isOver()) {
        const page = await source.nextPage()
        if (isOver()) return
        if (page === null) break
        await sendPage(page, isOver)
      }
      stop()
    } catch (error) {
      endWait = undefined // the one who waits is told of the error
      stop()
      throw error
    }
  }
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()

  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (ended) {
          resolve(over)
          return
        }
        endWait = () => resolve(over)
        run().then(() => resolve(over), reject)
      }),
    return() {
      stop()
      return Promise.resolve(over)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
