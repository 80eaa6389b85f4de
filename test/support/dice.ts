/**
 * Seed of a run, in the names of the tests that draw. The same each time, so that a run that passed passes again;
 * `random` explores, a number repeats what was found.
 */
export function seedOf(variable = 'DAYBOOK_TEST_SEED'): number {
  const seed = process.env[variable] ?? '20261124'
  return seed === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(seed)
}

/** Numbers from a seed (mulberry32, https://github.com/bryc/code/blob/master/jshash/PRNGs.md): the same ones each time. */
export class Dice {
  constructor(private state: number) {}

  /** 0 up to, and without, `end`. */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end)
  }

  between(first: number, last: number): number {
    return first + this.below(last - first + 1)
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
}
