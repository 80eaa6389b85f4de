import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandHelps } from '../../src/commands/program'

const helps = commandHelps()
const page = readFileSync(join(__dirname, '..', '..', 'docs', 'command-line.md'), 'utf8')

describe('the help', () => {
  it('names every command', () => {
    expect(helps.map(({ name }) => name)).toEqual([
      ...['daybook', 'daybook serve', 'daybook migrate', 'daybook seed'],
      ...['daybook token create', 'daybook token list', 'daybook token revoke', 'daybook invite'],
      ...['daybook audit', 'daybook export', 'daybook replay event', 'daybook replay webhooks', 'daybook doctor'],
    ])
  })

  it.each(helps)('of $name stands in docs/command-line.md', ({ help }) => {
    expect(page).toContain(help.trimEnd())
  })

  it.each(helps.slice(1))('of $name says what each option is, and shows an example that names it', ({ name, help }) => {
    const [, options = '', shown = ''] = /\nOptions:\n([^]*)\nExamples:\n([^]*)/.exec(help) ?? []
    for (const line of options.split('\n').filter((text) => /^ {2}-/.test(text))) {
      expect(line).toMatch(/^ {2}-\S.* {2,}\S|^ {2}-[^ ]+( <\S+>)?$/)
    }
    expect(shown).toContain(name)
  })
})
