import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Between two changes of the progress line: on a terminal, and elsewhere, where each is a line of its own. */
const REDRAWN_MS = 100
const REPEATED_MS = 1_000

/** Whoever read the output has gone, as `head` does: no more is wanted. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError'
}

/**
 * What a command says. Its answer goes to standard output and nothing else does, so that it can be piped; explanations,
 * warnings and progress go to standard error.
 */
export class Terminal {
  /** Progress is shown. */
  shows: boolean
  private line = ''
  private told = ''
  private shownAt = 0
  private closed = false

  constructor(
    private readonly out: Writable & { isTTY?: boolean },
    private readonly err: Writable & { isTTY?: boolean; columns?: number },
  ) {
    this.shows = err.isTTY === true
    out.on('error', () => (this.closed = true))
    err.on('error', () => undefined)
  }

  /** Resolves when there is room for more. Throws OutputClosedError. */
  async print(text: string): Promise<void> {
    this.requireReader()
    // On a terminal both go to the same screen.
    if (this.out.isTTY === true) this.clear()
    if (this.out.write(text)) return
    await Promise.race([once(this.out, 'drain'), once(this.out, 'close')]).catch(() => undefined)
    this.requireReader()
  }

  /** What is short enough to wait for nobody. */
  write(text: string): void {
    this.out.write(text)
  }

  say(line: string): void {
    this.clear()
    this.err.write(`${line}\n`)
  }

  /** How far the work is, in place of what was said of it before. */
  progress(line: string): void {
    this.line = line
    const now = Date.now()
    if (!this.shows || now - this.shownAt < (this.err.isTTY === true ? REDRAWN_MS : REPEATED_MS)) return
    this.shownAt = now
    this.draw()
  }

  /** The work is over: how far it came stays to be read. */
  endProgress(): void {
    if (this.shows && this.line !== '') {
      if (this.line !== this.told || this.err.isTTY === true) this.draw()
      if (this.err.isTTY === true) this.err.write('\n')
    }
    this.line = this.told = ''
    this.shownAt = 0
  }

  /** Resolves when all of it has left the process, or can't any more. */
  async flush(): Promise<void> {
    this.clear()
    for (const stream of [this.out, this.err]) {
      if (!stream.destroyed) await new Promise((resolve) => stream.write('', resolve))
    }
  }

  private requireReader(): void {
    if (this.closed) throw new OutputClosedError()
  }

  private draw(): void {
    this.told = this.line
    if (this.err.isTTY === true) this.err.write(`\r\x1b[2K${this.line.slice(0, (this.err.columns ?? 80) - 1)}`)
    else this.err.write(`${this.line}\n`)
  }

  private clear(): void {
    if (this.err.isTTY === true && this.told !== '') this.err.write('\r\x1b[2K')
    this.told = ''
  }
}

/** Rows in columns that are as wide as their widest cell. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** `1 account`, `2,000 accounts`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
