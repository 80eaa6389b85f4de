import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres'
import { MUTANTS, type Mutant } from './mutants'

const ROOT = resolve(__dirname, '..', '..')
/** Not needed, or not to be copied. */
const LEFT = new Set(['node_modules', '.git', 'dist', 'coverage', '.daybook'])
/** A mutant that makes a test wait for ever is noticed all the same. */
const GIVE_UP_MS = 600_000

/** Enough to see whether a mutant was noticed for itself, and not by chance. */
const MESSAGE_LENGTH = 240

/** What a shell answers of a program that Ctrl-C has ended. */
const INTERRUPTED = 130

const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '300' }
const quiet = { info: () => undefined, warn: () => undefined }

/**
 * Shows that the tests can fail. For each mutant its guard is taken out of a copy of the sources, and the test that it names,
 * which has to pass as things are, has to fail. `npm run mutants -- L3 W` takes those of a promise, or of all that begin so.
 */
async function main(): Promise<number> {
  const wanted = process.argv.slice(2)
  const mutants = MUTANTS.filter(({ promise }) => wanted.length === 0 || wanted.some((prefix) => isOf(promise, prefix)))
  if (mutants.length === 0) throw new Error(`no mutant of ${wanted.join(', ')}`)
  const interruption = new AbortController()
  // Postgres is no child of this process, and would be left behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort())
  const home = await mkdtemp(join(tmpdir(), 'daybook-mutants-'))
  // As root, Postgres runs as another user and must come in.
  await chmod(home, 0o711)
  const postgres = await startEmbeddedPostgres({ home, log: quiet, settings: SETTINGS })
  try {
    const copy = join(home, 'copy')
    await copySources(copy)
    const bench = new Bench(copy, postgres.url, interruption.signal)
    let amiss = 0
    for (const mutant of mutants) {
      const { verdict, by } = await bench.judge(mutant)
      if (interruption.signal.aborted) return INTERRUPTED
      print(
        `${verdict.padEnd(8)}  ${mutant.promise.padEnd(3)} ${mutant.breaks}${by.map((line) => `\n              ${line}`).join('')}`,
      )
      if (verdict !== 'noticed') amiss += 1
    }
    print(amiss === 0 ? 'every mutant was noticed' : `${amiss} of ${mutants.length} were not noticed`)
    return amiss === 0 ? 0 : 1
  } finally {
    await postgres.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** `L1` is itself, and not L12; `L` is all of them. */
function isOf(promise: string, prefix: string): boolean {
  return promise === prefix || (/^[A-Z]+$/.test(prefix) && promise.replace(/\d+$/, '') === prefix)
}

async function copySources(to: string): Promise<void> {
  for (const name of await readdir(ROOT)) {
    if (!LEFT.has(name)) await cp(join(ROOT, name), join(to, name), { recursive: true })
  }
  await symlink(join(ROOT, 'node_modules'), join(to, 'node_modules'))
}

interface Failure {
  name: string
  /** The beginning of its message. */
  why: string
}

interface Outcome {
  passed: number
  failed: Failure[]
  /** Test files that did not get as far as their tests. */
  broken: number
  output: string
}

interface Verdict {
  /** `UNJUDGED`: its test fails without it too, or could not be run with it. */
  verdict: 'noticed' | 'SURVIVED' | 'UNJUDGED'
  /** The first test that noticed it, with what it says of it; or why there is no verdict. */
  by: string[]
}

class Bench {
  private readonly asItIs = new Map<string, Promise<Outcome>>()

  constructor(
    private readonly copy: string,
    private readonly url: string,
    private readonly interruption: AbortSignal,
  ) {}

  async judge({ file, replace, with: instead, test, name }: Mutant): Promise<Verdict> {
    const tests = `${test} ${name ?? ''}`
    const before = await (this.asItIs.get(tests) ?? this.run(test, name))
    this.asItIs.set(tests, Promise.resolve(before))
    if (before.failed.length > 0 || before.passed === 0) {
      const names = before.failed.map(({ name: failing }) => failing)
      const fails = names.length > 0 ? `without it fails ${names.join(', ')}` : before.output
      return { verdict: 'UNJUDGED', by: [fails] }
    }
    const path = join(this.copy, file)
    const source = await readFile(path, 'utf8')
    if (source.split(replace).length !== 2) throw new Error(`not once in ${file}: ${replace}`)
    await writeFile(
      path,
      source.replace(replace, () => instead),
    )
    try {
      const { failed, broken, output } = await this.run(test, name)
      // A test file that could not even be loaded has not judged anything.
      if (broken > 0) return { verdict: 'UNJUDGED', by: [output] }
      const [first] = failed
      return first === undefined ? { verdict: 'SURVIVED', by: [] } : { verdict: 'noticed', by: [first.name, first.why] }
    } finally {
      await writeFile(path, source)
    }
  }

  private async run(test: string, name: string | undefined): Promise<Outcome> {
    const report = join(this.copy, 'report.json')
    await rm(report, { force: true })
    const jest = join('node_modules', 'jest', 'bin', 'jest.js')
    const options = ['--json', `--outputFile=${report}`, '--forceExit', '--runInBand']
    const named = name === undefined ? [] : ['-t', name]
    const child = spawn(process.execPath, [jest, ...options, ...named, test], {
      cwd: this.copy,
      env: { ...environment(), DAYBOOK_TEST_DATABASE_URL: this.url },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own, which ends as a whole: gateways that a test has started outlive it otherwise.
      detached: true,
    })
    const end = () => endGroup(child)
    this.interruption.addEventListener('abort', end)
    if (this.interruption.aborted) end()
    let output = ''
    child.stderr.on('data', (chunk: Buffer) => (output = `${output}${chunk.toString()}`.slice(-4_000)))
    const timer = setTimeout(end, GIVE_UP_MS)
    await once(child, 'exit')
    clearTimeout(timer)
    this.interruption.removeEventListener('abort', end)
    const written = await readFile(report, 'utf8').catch(() => null)
    if (written === null) return { passed: 0, failed: [{ name: 'all', why: 'it did not end' }], broken: 0, output }
    const { numPassedTests, numRuntimeErrorTestSuites, testResults } = JSON.parse(written) as Report
    const failed = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({ name: fullName, why: beginningOf(failureMessages[0] ?? '') }))
    return { passed: numPassedTests, failed, broken: numRuntimeErrorTestSuites, output }
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

/** What jest writes, as far as it is read here. */
interface Report {
  numPassedTests: number
  numRuntimeErrorTestSuites: number
  testResults: { assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }[]
}

/** A line of what a test says of its failure: without colours, and without where it stands. */
function beginningOf(message: string): string {
  const [said = ''] = stripVTControlCharacters(message).split(/\n\s+at /)
  return said.replace(/\s+/g, ' ').slice(0, MESSAGE_LENGTH)
}

/** Nothing of whoever runs this but where programs and folders are. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env
  return { PATH, HOME, TMPDIR }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  },
)
