import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Environment, readConfig } from '../src/config'

const read = (...path: string[]) => readFileSync(join(__dirname, '..', ...path), 'utf8')

const SETTINGS = Object.keys(Environment.shape).sort()

/** What a setting is where nobody sets it, as far as it is the same for everybody. */
const FALLBACKS = Object.entries(Environment.parse({}))
  .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : `${value as string | number}`] as const)
  .filter(([, text]) => text !== '')

/** Rows of `variable | meaning | default`: the variables, and the default. */
const rowsOf = (text: string) =>
  [...text.matchAll(/^\| (`[A-Z].*?) \| .* \| (.*?) *\|$/gm)].map(([, names = '', fallback = '']) => ({
    names: [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    fallback,
  }))

const rows = rowsOf(read('docs', 'settings.md'))
const fallbackOf = (name: string) => rows.find(({ names }) => names.includes(name))?.fallback

describe('the settings', () => {
  it('stand in docs/settings.md, each once, and no other does', () => {
    expect(rows.flatMap(({ names }) => names).sort()).toEqual(SETTINGS)
  })

  it('stand in .env.example, each once, and no other does', () => {
    const named = [...read('.env.example').matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name)
    expect(named.sort()).toEqual(SETTINGS)
  })

  it('are in the README by names that there are', () => {
    const named = rowsOf(read('README.md').split('## Settings')[1] ?? '').flatMap(({ names }) => names)
    expect(named).toContain('DATABASE_URL')
    expect(named.filter((name) => !SETTINGS.includes(name))).toEqual([])
  })

  it.each(FALLBACKS)('%s is %s where it is not set, as docs/settings.md says', (name, fallback) => {
    expect([name, fallbackOf(name)?.replace(/[`,]/g, '')]).toEqual([name, fallback])
  })

  it('have the limits of production and of development that docs/settings.md says', () => {
    const limits = (environment: NodeJS.ProcessEnv) =>
      readConfig({ DATABASE_URL: 'postgres://localhost/daybook', ...environment })
    const [production, development] = [limits({ NODE_ENV: 'production' }), limits({})]
    const said = (name: string) => [...(fallbackOf(name) ?? '').matchAll(/\d[\d,.]*/g)].map(([text]) => number(text))
    const both = (pick: (config: typeof production) => number | undefined) => [pick(production), pick(development)]
    expect({
      RATE_LIMIT_BUCKET: said('RATE_LIMIT_BUCKET'),
      RATE_LIMIT_RESTORE_PER_SECOND: said('RATE_LIMIT_RESTORE_PER_SECOND'),
      MAX_OPERATION_COST: said('MAX_OPERATION_COST'),
      DRAIN_NOTICE_SECONDS: said('DRAIN_NOTICE_SECONDS').map((seconds) => seconds * 1000),
    }).toEqual({
      RATE_LIMIT_BUCKET: both((config) => config.limits?.rate?.bucket),
      RATE_LIMIT_RESTORE_PER_SECOND: both((config) => config.limits?.rate?.restorePerSecond),
      MAX_OPERATION_COST: both((config) => config.limits?.operationCost),
      DRAIN_NOTICE_SECONDS: both((config) => config.drainNoticeMs),
    })
  })
})

describe('the variables that tests and tools read', () => {
  /** What processes are handed by those that start them, and what is not ours. */
  const HANDED_ON = ['PATH', 'HOME', 'TMPDIR', 'AWS_LAMBDA_JS_RUNTIME', 'BENCH_STAFF_TOKEN', 'BENCH_HOME', 'BENCH_JIT']

  it('stand in CONTRIBUTING.md, each once, and no other does', () => {
    const sources = ['test', 'bench', 'web', 'scripts']
      .flatMap((folder) =>
        readdirSync(join(__dirname, '..', folder), { recursive: true }).map((name) => join(folder, String(name))),
      )
      .filter((name) => /\.(ts|mts|mjs)$/.test(name) && !name.includes('node_modules') && !name.includes('dist/'))
      .map((name) => read(name))
    const known = new Set([...SETTINGS, ...HANDED_ON])
    const named = sources.flatMap((source) =>
      [...source.matchAll(/process\.env\.([A-Z]\w+)|seedOf\((?:variable = )?'([A-Z]\w+)'/g)].map(
        ([, one, other]) => one ?? other ?? '',
      ),
    )
    const listed = [...read('CONTRIBUTING.md').matchAll(/^\| (`[A-Z_]{6,}`(?:, `[A-Z_]+`)*) /gm)].flatMap(
      ([, names = '']) => names.replace(/`/g, '').split(', '),
    )
    expect(listed.sort()).toEqual([...new Set(named)].filter((name) => !known.has(name)).sort())
  })
})

/** Such as 1,000. */
function number(text: string): number {
  return Number(text.replace(/,/g, ''))
}
