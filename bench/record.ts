import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../src/database'

const RESULTS = join(__dirname, 'results')
/** Whose versions tell something about the figures. */
const TELLING = ['@apollo/server', 'fastify', 'graphql', 'pg', 'type-graphql', 'typeorm', 'undici', 'graphql-ws']

/** One line of a comparison. */
export interface Row {
  name: string
  /** Calls, requests or events a second: the median of the rounds, the least and the most. */
  rate: number
  least: number
  most: number
  /** To the last row of its table. */
  ratio: number
  p50Ms?: number
  p99Ms?: number
  /** CPU of the serving process, microseconds a call. */
  cpuUs?: number
}

interface Table {
  title: string
  rows: Row[]
}

let tables: Table[] = []
let lines: string[] = []
let notes: Record<string, string> = {}

/** Prints a line, and keeps it for the results of the bench that runs. */
export function say(line: string): void {
  console.log(line)
  lines.push(line)
}

/** Something that the figures depend on, such as a peer's version. */
export function note(name: string, value: string): void {
  notes[name] = value
}

/** Prints one comparison; the last row is what the others are measured by. */
export function sayTable(title: string, rows: readonly Row[]): void {
  const base = rows.at(-1)
  if (base === undefined) return
  tables.push({ title, rows: [...rows] })
  const withCpu = rows.some(({ cpuUs }) => cpuUs !== undefined)
  say(`\n${title}\n`)
  say(
    `| ${'contender'.padEnd(36)} | a second | spread | x ${base.name} | p50 ms | p99 ms |${withCpu ? ' CPU µs |' : ''}`,
  )
  say(`| --- | ---: | --- | ---: | ---: | ---: |${withCpu ? ' ---: |' : ''}`)
  for (const { name, rate, least, most, ratio, p50Ms, p99Ms, cpuUs } of rows) {
    const cpu = withCpu ? ` ${shown(cpuUs, 0)} |` : ''
    say(
      `| ${name.padEnd(36)} | ${shown(rate, 0)} | ${shown(least, 0)} to ${shown(most, 0)} | ${shown(ratio, 2)} | ${shown(p50Ms, 1)} | ${shown(p99Ms, 1)} |${cpu}`,
    )
  }
}

function shown(value: number | undefined, places: number): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(places)
}

/** Begins the record of a bench. */
export function beginRecord(): void {
  tables = []
  lines = []
  notes = {}
}

/** Writes `bench/results/<bench>.json` and `.md`: figures with what they were taken on, and nothing that names the machine. */
export async function writeRecord(bench: string, database: Database | null, settings: object): Promise<void> {
  const surroundings = {
    commit: commit(),
    takenAt: new Date().toISOString(),
    machine: {
      cores: cpus().length,
      processor: cpus()[0]?.model ?? 'unknown',
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
    versions: { node: process.version, postgres: await postgresVersion(database), ...packages('.'), ...peers() },
    settings,
    notes,
  }
  await mkdir(RESULTS, { recursive: true })
  const json = JSON.stringify({ bench, ...surroundings, tables, text: lines }, null, 2)
  await writeFile(join(RESULTS, `${bench}.json`), `${json}\n`)
  const { machine, versions } = surroundings
  const head = [
    `# ${bench}`,
    '',
    `Commit ${surroundings.commit}, ${surroundings.takenAt}. ${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB.`,
    Object.entries({ ...versions, ...notes })
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    `\`npm run bench -- ${bench}\` with ${JSON.stringify(settings)}.`,
  ]
  await writeFile(join(RESULTS, `${bench}.md`), `${[...head, ...lines].join('\n')}\n`)
}

function commit(): string {
  try {
    const git = (...words: string[]) => execFileSync('git', words, { cwd: __dirname, encoding: 'utf8' }).trim()
    const isChanged = git('status', '--porcelain', '--', '../src', '../migrations') !== ''
    return `${git('rev-parse', '--short=12', 'HEAD')}${isChanged ? ', with changes' : ''}`
  } catch {
    return 'unknown'
  }
}

async function postgresVersion(database: Database | null): Promise<string> {
  const [row] =
    (await database?.sql.query<{ version: string }>({
      name: 'server-version',
      text: `SELECT current_setting('server_version') AS version`,
    })) ?? []
  return row?.version ?? 'none'
}

function packages(of: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of TELLING) {
    const file = join(__dirname, '..', of, 'node_modules', name, 'package.json')
    if (existsSync(file)) found[name] = (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
  }
  return found
}

function peers(): Record<string, string> {
  const found = ['peers/package.json', 'peers/postgraphile/package.json'].map((file) => {
    const { dependencies } = JSON.parse(readFileSync(join(__dirname, file), 'utf8')) as {
      dependencies: Record<string, string>
    }
    return dependencies
  })
  const versions: Record<string, string> = Object.assign({}, ...found) as Record<string, string>
  return Object.fromEntries(
    ['graphql-yoga', 'mercurius', 'postgraphile'].map((name) => [name, versions[name] ?? 'none']),
  )
}
