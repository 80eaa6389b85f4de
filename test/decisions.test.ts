import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(__dirname, '..', 'docs', 'adr')
const pages = readdirSync(FOLDER)
  .sort()
  .map((name) => ({ name, number: name.slice(0, 4), text: readFileSync(join(FOLDER, name), 'utf8') }))

describe('the decisions', () => {
  it('are numbered without a gap', () => {
    expect(pages.map(({ number }) => Number(number))).toEqual(pages.map((_, index) => index + 1))
  })

  it.each(pages)('$name bears its number, and says what was weighed, decided and what follows', ({ number, text }) => {
    expect(text).toMatch(new RegExp(`^# ${number}: \\S`))
    const parts = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)
    expect(parts.slice(0, 2)).toEqual(['Context', 'Decision'])
    expect(parts).toContain('Consequences')
  })

  it('name each other where a later one goes against an earlier one', () => {
    const silent = pages.flatMap(({ name, number, text }) =>
      [...text.matchAll(/\bsince\s+\[(\d{4})\]/gi)]
        .map(([, later]) => pages.find((page) => page.number === later))
        .filter((later) => !new RegExp(`\\b${number}\\b`).test(later?.text ?? ''))
        .map((later) => `${later?.name ?? 'nothing'} says nothing of ${name}`),
    )
    expect(silent).toEqual([])
  })

  it('lead to pages that there are', () => {
    const names = new Set(pages.map(({ name }) => name))
    const lost = pages.flatMap(({ name, text }) =>
      [...text.matchAll(/\]\((?:adr\/)?(\d{4}-[a-z0-9-]+\.md)\)/g)]
        .filter(([, target = '']) => !names.has(target))
        .map(([, target]) => `${name} -> ${target ?? ''}`),
    )
    expect(lost).toEqual([])
  })
})
