import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/**
 * Who may import whom: a file imports from its own layer and from those below it. The first pattern that fits a file
 * gives its layer; a pattern that fits no file fails, so that this table can't rot.
 */
const LAYERS: readonly (readonly [layer: number, name: string, pattern: RegExp])[] = [
  [7, 'the start', /^src\/(main|daybook)\.ts$/],
  [7, 'commands', /^src\/commands\//],
  [6, 'the gateway', /^src\/(gateway|demo)\.ts$/],
  [5, 'the schema', /^src\/graphql\/schema\.ts$/],
  [0, 'by what the log finds a request', /^src\/http\/request-marks\.ts$/],
  [5, 'the doors', /^src\/http\//],
  [4, 'resolvers', /\.resolver\.ts$/],
  [4, 'GraphQL types', /\.types\.ts$/],
  [4, 'GraphQL', /^src\/graphql\//],
  [3, 'who is asking', /^src\/auth\/(admit|authenticate|first-staff-token)\.ts$/],
  [1, 'what a job may say', /^src\/jobs\/job-failure\.ts$/],
  [3, 'the feed', /^src\/events\/event-feed\.ts$/],
  [0, 'traces', /^src\/tracing\//],
  [0, 'what is measured', /^src\/metrics\/metrics\.ts$/],
  [3, 'what waits, for the metrics', /^src\/metrics\//],
  [2, 'columns', /\.entity\.ts$/],
  [3, 'the jobs', /^src\/jobs\//],
  [0, 'channel time', /^src\/channels\/channel-(time|dues)\.ts$/],
  [1, 'what an event is', /^src\/events\/(record-event|account-event|event-types|read-events)\.ts$/],
  [1, 'actors', /^src\/auth\/(actor|token-text|visible-rows)\.ts$/],
  [
    2,
    'features',
    /^src\/(accounts|audit|ledger|channels|expiry|forecast|pricing|invoices|previews|auth|events|exports|billing|keep-alive|payments|channel-subscriptions|chargebacks|credit-notes|documents|dunning|lots|mail|particulars|people|rate-limits|saved-cards|sessions|webhooks)\//,
  ],
  [1, 'the database', /^src\/(database|migrate|prepared-query)\.ts$/],
  [1, 'its replicas', /^src\/replicas\//],
  [0, 'ground', /^src\/[a-z-]+\.ts$/],
  [0, 'the embedded Postgres', /^src\/embedded-postgres\//],
]

/** Features that others stand on; nothing but what is named may be imported from a feature to the right of it. */
const FEATURES = ['accounts', 'ledger', 'channels', 'forecast']

const root = resolve(__dirname, '..')
const files = sourceFiles(join(root, 'src'))

describe('the architecture', () => {
  it('has a layer for every file, and a file for every layer', () => {
    for (const file of files) expect([file, layerOf(file)?.[1]]).not.toEqual([file, undefined])
    for (const layer of LAYERS) expect(files.filter((file) => layerOf(file) === layer)).not.toEqual([])
  })

  it('is drawn whole: every folder and file at the top of src stands in ARCHITECTURE.md', () => {
    const map = read('ARCHITECTURE.md').split('```')[1] ?? ''
    const parts = readdirSync(join(root, 'src'), { withFileTypes: true }).map((entry) =>
      entry.isDirectory() ? `${entry.name}/` : entry.name,
    )
    const drawn = new Set(map.split(/[\s·]+/))
    expect(parts.filter((part) => !drawn.has(part) && !part.endsWith('.entity.ts'))).toEqual([])
    expect([...drawn].filter((word) => /^[a-z-]+\/$/.test(word) && map.split(`\n  ${word} `).length > 2)).toEqual([])
  })

  it('has its features, and no others, in the row of their layer in ARCHITECTURE.md', () => {
    const row = /^\| 2 +\|.*$/m.exec(read('ARCHITECTURE.md'))?.[0] ?? ''
    const pattern = LAYERS.find(([, name]) => name === 'features')?.[2].source ?? ''
    const features = /\(([a-z|-]+)\)/.exec(pattern)?.[1]?.split('|') ?? []
    const told = [...row.matchAll(/`([a-z-]+)`/g)].map(([, feature]) => feature)
    expect(told.sort()).toEqual(features.sort())
  })

  it('imports downward only', () => {
    const upward = imports()
      // An entity names the rows that it points to, and a type costs nothing at run time.
      .filter(({ isType }) => !isType)
      .filter(({ from, to }) => (layerOf(to)?.[0] ?? 0) > (layerOf(from)?.[0] ?? 0))
      // The database knows its tables.
      .filter(({ from, to }) => !(from === 'src/database.ts' && to.endsWith('.entity.ts')))
      .filter(({ from, to }) => !(from === 'src/auth/visible-rows.ts' && to.endsWith('.entity.ts')))
      .filter(({ from, to }) => !(from === 'src/events/read-events.ts' && to.endsWith('.entity.ts')))
    expect(upward.map(({ from, to }) => `${from} -> ${to}`)).toEqual([])
  })

  it('names GraphQL in its faces only', () => {
    const naming = files.filter(
      (file) =>
        /from '(graphql|type-graphql|graphql-scalars|@apollo\/[^']+)'/.test(read(file)) &&
        (layerOf(file)?.[0] ?? 0) < 4,
    )
    expect(naming).toEqual([])
  })

  it('reads for resolvers through the wall between tenants only', () => {
    const around = files
      .filter(
        (file) => file.endsWith('.resolver.ts') || file.startsWith('src/graphql/') || /\/find-[a-z-]+\.ts$/.test(file),
      )
      .filter((file) => /\b(createQueryBuilder|getRepository|\.manager\b)/.test(read(file)))
      // The context hands the wall its manager.
      .filter((file) => file !== 'src/graphql/context.ts')
    expect(around).toEqual([])
  })

  it('lets accounts stand under the ledger, and the ledger under channels', () => {
    const rising = imports().filter(({ from, to, isType }) => {
      if (isType || [from, to].some((file) => /\.(resolver|types|entity)\.ts$|channel-(time|dues)\.ts$/.test(file)))
        return false
      return rank(from) >= 0 && rank(to) > rank(from)
    })
    // Opening an account and changing it are movements of its book.
    const allowed = rising.filter(({ from, to }) => !(rank(from) === 0 && to === 'src/ledger/account-book.ts'))
    expect(allowed.map(({ from, to }) => `${from} -> ${to}`)).toEqual([])
  })

  it('never imports tests, the SDK, the dashboard or benchmarks', () => {
    for (const file of files)
      expect([file, /from '[^']*\/(test|sdk|web|bench)\//.test(read(file))]).toEqual([file, false])
  })

  it('has no room for what belongs nowhere', () => {
    const generic = /(^|\/)(utils?|common|helpers?|lib|services?|managers?|index)(\/|\.ts$)/
    expect(files.filter((file) => generic.test(file))).toEqual([])
  })

  it('reads the environment in one place', () => {
    const readers = files.filter((file) => read(file).includes('process.env') && file !== 'src/config.ts')
    expect(readers).toEqual([])
  })
})

function rank(file: string): number {
  return FEATURES.indexOf(file.split('/')[1] ?? '')
}

function layerOf(file: string) {
  return LAYERS.find(([, , pattern]) => pattern.test(file))
}

function imports(): { from: string; to: string; isType: boolean }[] {
  return files.flatMap((from) =>
    [...read(from).matchAll(/^import (type )?([^;]*?) ?from '(\.[^']+)'/gms)].map(
      ([, type, names = '', path = '']) => ({
        from,
        to: toFile(from, path),
        isType:
          type !== undefined ||
          (names.startsWith('{') &&
            names
              .replace(/[{}]/g, '')
              .split(',')
              .filter((name) => name.trim() !== '')
              .every((name) => name.trim().startsWith('type '))),
      }),
    ),
  )
}

function toFile(from: string, path: string): string {
  const file = relative(root, resolve(root, dirname(from), path))
  return existsSync(join(root, `${file}.ts`)) ? `${file}.ts` : file
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return sourceFiles(path)
    return path.endsWith('.ts') ? [relative(root, path)] : []
  })
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
