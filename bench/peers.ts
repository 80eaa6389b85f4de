import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender, Turn } from './compare'
import type { Load, LoadAnswer } from './load'

const PEERS = join(__dirname, 'peers')
const STARTS_WITHIN_MS = 60_000

/** The peers' packages are none of the gateway's: they are installed when somebody asks for them. */
export function installPeers(): void {
  for (const folder of [PEERS, join(PEERS, 'postgraphile')]) {
    if (existsSync(join(folder, 'node_modules'))) continue
    console.log('Installing the peers into bench/peers')
    execFileSync('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
}

/** As `npm start` has it, for peers too. */
export const YOUNG_SPACE = '--max-semi-space-size=32'

/** A server in a process of its own, so that its CPU can be told from the callers'. */
export class Served {
  private constructor(
    readonly name: string,
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(
    name: string,
    file: string,
    environment: NodeJS.ProcessEnv,
    words: string[] = [],
  ): Promise<Served> {
    const typescript = file.endsWith('.ts') ? ['-r', '@swc-node/register'] : []
    const child = fork(join(__dirname, file), [], {
      execArgv: [YOUNG_SPACE, ...typescript, ...words],
      env: { ...process.env, NODE_ENV: 'production', ...environment },
    })
    const { url } = (await answerOf(child, STARTS_WITHIN_MS)) as { url: string }
    return new Served(name, url, child)
  }

  /** Microseconds of CPU since its start. */
  async cpuUs(): Promise<number> {
    this.child.send('usage')
    const { usage } = (await answerOf(this.child, STARTS_WITHIN_MS)) as { usage: NodeJS.CpuUsage }
    return usage.user + usage.system
  }

  /** Of a server that tells its sockets when it is told to. */
  tell(): void {
    this.child.send('tell')
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.send('stop')
    await ended
  }
}

/** Sends requests from a process of its own. */
export class Caller {
  private readonly child = fork(join(__dirname, 'load.ts'), [], { execArgv: ['-r', '@swc-node/register'] })

  async send(load: Load): Promise<LoadAnswer> {
    this.child.send(load)
    return (await answerOf(this.child, load.forMs + STARTS_WITHIN_MS)) as LoadAnswer
  }

  stop(): void {
    this.child.disconnect()
  }
}

/** Requests to one server; what is answered with errors fails the bench, unless some are meant to be refused. */
export function requests(
  server: Served,
  caller: Caller,
  load: Omit<Load, 'url' | 'connections' | 'forMs'>,
  { mayRefuse = false } = {},
): Contender {
  return {
    name: server.name,
    async turn(inFlight, forMs): Promise<Turn> {
      const before = await server.cpuUs()
      const answer = await caller.send({ ...load, url: server.url, connections: inFlight, forMs })
      const cpuUs = (await server.cpuUs()) - before
      if (answer.refused > 0 && !mayRefuse) throw new Error(`${server.name} refused: ${answer.sample.slice(0, 1000)}`)
      return { calls: answer.answered, tookMs: answer.tookMs, latencies: answer.latencies, cpuUs }
    },
  }
}

function answerOf(child: ChildProcess, withinMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${withinMs / 1000} s`)), withinMs)
    const done = (settle: () => void) => {
      clearTimeout(timer)
      child.off('exit', onExit)
      settle()
    }
    const onExit = (code: number | null) => {
      child.off('message', onMessage)
      done(() => reject(new Error(`it ended with ${String(code)}`)))
    }
    const onMessage = (message: unknown) => done(() => resolve(message))
    child.once('message', onMessage)
    child.once('exit', onExit)
  })
}
