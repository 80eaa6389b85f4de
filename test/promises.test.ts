import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { MUTANTS } from './mutants/mutants'

const ROOT = resolve(__dirname, '..')

/** How many promises of each kind there are. */
const KINDS = { L: 13, I: 8, W: 9, T: 7, X: 6, R: 9, C: 4, V: 2 }
const IDS = Object.entries(KINDS).flatMap(([kind, count]) =>
  Array.from({ length: count }, (_, at) => `${kind}${at + 1}`),
)

interface Row {
  id: string
  promise: string
  tests: { words: string; path: string }[]
  mutants: string
}

const rows = readFileSync(join(ROOT, 'docs', 'promises.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-Z]\d+ /.test(line))
  .map((line): Row => {
    const [, id = '', promise = '', tests = '', , mutants = ''] = line.split('|').map((cell) => cell.trim())
    const links = [...tests.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+)\)/g)]
    return { id, promise, tests: links.map(([, words = '', path = '']) => ({ words, path })), mutants }
  })

/** Titles of tests, as far as they begin with the promises that they hold. */
const bearing = (id: string) => new RegExp(`['"\`](?:[A-Z]\\d+, )*${id}(?:, [A-Z]\\d+)*: `)

describe('V2: every promise', () => {
  it('has a row, and no other has one', () => {
    expect(rows.map(({ id }) => id)).toEqual(IDS)
    expect(rows.filter(({ promise }) => promise === '')).toEqual([])
  })

  it.each(rows.map((row) => [row.id, row] as const))(
    '%s has tests that are there, and bear its name',
    (id, { tests }) => {
      expect(tests.length).toBeGreaterThan(0)
      for (const { words, path } of tests) {
        const source = readFileSync(join(ROOT, path), 'utf8')
        expect([path, words, source.includes(words)]).toEqual([path, words, true])
        expect([path, id, bearing(id).test(source)]).toEqual([path, id, true])
      }
    },
  )

  it.each(rows.map((row) => [row.id, row] as const))('%s has a mutant, or says why it has none', (id, { mutants }) => {
    const named = MUTANTS.filter(({ promise }) => promise === id).map(({ breaks }) => breaks)
    if (named.length === 0) expect(mutants).toMatch(/^none: \S/)
    else expect(mutants.split('; ')).toEqual(named)
  })
})

describe('every mutant', () => {
  it('is of a promise that there is', () => {
    expect(MUTANTS.filter(({ promise }) => !IDS.includes(promise))).toEqual([])
  })

  it.each(MUTANTS.map((mutant) => [mutant.promise, mutant.breaks, mutant] as const))(
    'of %s has its guard once, and its test: %s',
    (promise, _, { file, replace, with: instead, test }) => {
      expect(readFileSync(join(ROOT, file), 'utf8').split(replace)).toHaveLength(2)
      expect(instead).not.toBe(replace)
      expect(existsSync(join(ROOT, test))).toBe(true)
      // What notices it is among what the promise is held by.
      const held = rows.find(({ id }) => id === promise)?.tests.map(({ path }) => path)
      expect(held).toContain(test)
    },
  )
})
