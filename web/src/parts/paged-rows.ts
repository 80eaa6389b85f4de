export interface RowsPage<Row> {
  rows: readonly Row[]
  /** What the page after this one is read by. */
  endCursor: string | null
  hasNextPage: boolean
  totalCount?: number
}

export interface RowsSource<Row> {
  /** The page after a cursor; the first one after null. */
  read: (after: string | null) => Promise<RowsPage<Row>>
  /** By which the rows are ordered, the largest first. It never changes for a row. */
  keyOf: (row: Row) => RowKey
}

export type RowKey = string | number

export interface RowsSeen<Row> {
  /** From the first one on, without a gap. */
  rows: readonly Row[]
  /** Null where the list doesn't tell. */
  totalCount: number | null
  hasMore: boolean
  /** The rows are those of a source before this one, which has not answered yet. */
  isOld: boolean
  error: unknown
}

/** Touched rows are read anew at once, and during a burst of events only this often. */
const TOUCH_PAUSE_MS = 400

/**
 * A long list, newest first, of which pages are read as far as it is looked at. What events touch is read anew: what is
 * in view at once, all else when it comes into view. It is kept outside of Apollo's cache, which would go through
 * thousands of rows at each change.
 */
export class PagedRows<Row> {
  private seen: RowsSeen<Row> = { rows: [], totalCount: null, hasMore: true, isOld: true, error: null }
  private source: RowsSource<Row> | null = null
  private endCursor: string | null = null
  /** Where pages ended, so that the page around a row can be read again. */
  private ends: { key: RowKey; cursor: string }[] = []
  private readonly stale = new Set<RowKey>()
  private headIsStale = false
  private view = { first: 0, last: 0 }
  private reading = false
  private resting = false
  private readonly watchers = new Set<() => void>()

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => void this.watchers.delete(watcher)
  }

  readonly look = (): RowsSeen<Row> => this.seen

  /** Turns to another list. The rows of the one before stay until it answers. */
  ask(source: RowsSource<Row>): void {
    this.source = source
    this.endCursor = null
    this.ends = []
    this.stale.clear()
    this.headIsStale = false
    this.reading = false
    this.view = { first: 0, last: 0 }
    this.show({ isOld: true, error: null })
    void this.work()
  }

  /** Rows that are in view: all up to them are read. */
  reach(first: number, last: number): void {
    this.view = { first, last }
    void this.work()
  }

  /** A row may be another now, or be there no more. */
  touch(key: RowKey): void {
    this.stale.add(key)
    this.workSoon()
  }

  /** What is in view may be another: rows may have come to it or left it. */
  touchView(): void {
    const { keyOf } = this.source ?? {}
    if (keyOf === undefined) return
    const inView = this.seen.rows.slice(this.view.first, this.view.last + 1)
    if (inView.length === 0) this.headIsStale = true
    for (const row of inView) this.stale.add(keyOf(row))
    this.workSoon()
  }

  /** There may be newer rows. */
  touchHead(): void {
    this.headIsStale = true
    this.workSoon()
  }

  retry(): void {
    this.show({ error: null })
    void this.work()
  }

  private workSoon(): void {
    if (this.resting) return
    this.resting = true
    window.setTimeout(() => {
      this.resting = false
      void this.work()
    }, TOUCH_PAUSE_MS)
    // The first of a burst waits for whatever else comes in the same moment, and no longer.
    queueMicrotask(() => void this.work())
  }

  private async work(): Promise<void> {
    const { source } = this
    if (source === null || this.reading || this.seen.error !== null) return
    const next = this.nextCursor(source)
    if (next === undefined) return
    this.reading = true
    try {
      const page = await source.read(next)
      if (this.source !== source) return
      this.take(source, next, page)
    } catch (error) {
      if (this.source !== source) return
      this.show({ error })
    } finally {
      if (this.source === source) this.reading = false
    }
    if (!this.resting || this.lacksRows()) void this.work()
  }

  private lacksRows(): boolean {
    const { rows, hasMore, isOld } = this.seen
    return isOld || (hasMore && this.view.last >= rows.length)
  }

  /** After which cursor is to be read now; undefined where all that is in view is there. */
  private nextCursor({ keyOf }: RowsSource<Row>): string | null | undefined {
    const { rows, isOld } = this.seen
    if (isOld || this.headIsStale) return null
    if (this.stale.size > 0) {
      const row = rows.slice(this.view.first, this.view.last + 1).find((each) => this.stale.has(keyOf(each)))
      if (row !== undefined) return this.cursorBefore(keyOf(row))
    }
    return this.lacksRows() ? this.endCursor : undefined
  }

  private cursorBefore(key: RowKey): string | null {
    return this.ends.findLast((end) => end.key > key)?.cursor ?? null
  }

  private take({ keyOf }: RowsSource<Row>, after: string | null, page: RowsPage<Row>): void {
    const before = this.seen.isOld ? [] : this.seen.rows
    const afterKey = after === null ? null : this.ends.find(({ cursor }) => cursor === after)?.key
    const isBelow = (row: Row) => afterKey == null || keyOf(row) < afterKey
    const last = page.hasNextPage ? page.rows.at(-1) : undefined
    const start = indexFrom(before, isBelow)
    const end = last === undefined ? before.length : indexFrom(before, (row) => keyOf(row) < keyOf(last))
    for (const row of before.slice(start, end)) this.stale.delete(keyOf(row))
    // So many are new that the page doesn't reach what is there: between the two, rows are not known.
    const isCutOff = last !== undefined && end === start && start < before.length
    const rest = isCutOff ? [] : before.slice(end)
    const rows = [...before.slice(0, start), ...page.rows, ...rest]
    if (after === null) this.headIsStale = false
    if (last !== undefined && page.endCursor !== null) this.noteEnd(keyOf(last), page.endCursor)
    const isLast = rest.length === 0
    if (isLast) this.endCursor = page.endCursor
    this.show({
      rows,
      isOld: false,
      hasMore: isLast ? page.hasNextPage : this.seen.hasMore,
      totalCount: page.totalCount ?? null,
    })
  }

  private noteEnd(key: RowKey, cursor: string): void {
    if (this.ends.some((end) => end.key === key)) return
    this.ends.push({ key, cursor })
    this.ends.sort((a, b) => (a.key > b.key ? -1 : 1))
  }

  private show(changes: Partial<RowsSeen<Row>>): void {
    this.seen = { ...this.seen, ...changes }
    for (const watcher of this.watchers) watcher()
  }
}

/** The first index from which on it holds, of rows of which it holds from somewhere on. */
function indexFrom<Row>(rows: readonly Row[], holds: (row: Row) => boolean): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    const row = rows[middle]
    if (row !== undefined && holds(row)) high = middle
    else low = middle + 1
  }
  return low
}
