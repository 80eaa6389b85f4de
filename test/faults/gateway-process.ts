import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { builtSources } from './built-sources'
import { freePort } from '../support/free-port'

/** A gateway needs a second; on a machine with much else to do, more. */
const READY_WITHIN_MS = 120_000

/** Of a gateway that tests start with a token of staff's from the start. */
export const STAFF_TOKEN = 'faults-staff-token-0123456789abcdefghij'

export interface GatewayProcessOptions {
  /** How far the process's own clock is off, in milliseconds: `Date` tells it, timers don't. */
  skewMs?: number
}

/** A gateway as a process of its own; it can be killed, stopped for a while, and started anew on the same port. */
export class GatewayProcess {
  private child: ChildProcess | null = null
  private output = ''

  private constructor(
    readonly port: number,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly options: GatewayProcessOptions,
  ) {}

  static async start(environment: NodeJS.ProcessEnv, options: GatewayProcessOptions = {}): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(await freePort(), environment, options)
    await gateway.start()
    return gateway
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const sources = await builtSources()
    const { skewMs = 0 } = this.options
    const child = spawn(
      process.execPath,
      [...(skewMs === 0 ? [] : ['--import', skewed(skewMs)]), join('src', 'main.js')],
      {
        cwd: sources,
        env: {
          PATH: process.env.PATH,
          HOST: '127.0.0.1',
          PORT: String(this.port),
          DAYBOOK_DEMO: 'off',
          DAYBOOK_STAFF_TOKEN: STAFF_TOKEN,
          LOG_LEVEL: 'warn',
          RATE_LIMIT: 'off',
          ...this.environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.output = `${this.output}${chunk.toString()}`.slice(-20_000)
      })
    }
    const deadline = Date.now() + READY_WITHIN_MS
    while (!(await this.isReady())) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the gateway didn't start:\n${this.output}`)
      await delay(20)
    }
  }

  /** Sends a signal to the process, by its own pid, and answers its exit code; null where the signal ended it. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const { child } = this
    if (child?.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const exited = once(child, 'exit')
    child.kill(signal)
    const [code] = (await exited) as [number | null]
    return code
  }

  /** Stands still until `resume`: its connections stay open, and nothing on them is answered. */
  pause(): void {
    this.child?.kill('SIGSTOP')
  }

  resume(): void {
    this.child?.kill('SIGCONT')
  }

  /** What it has written since its first start, the last of it. */
  get log(): string {
    return this.output
  }

  async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) })).status === 200
    } catch {
      return false
    }
  }
}

/** A module for node's `--import`. */
function skewed(skewMs: number): string {
  const code = `
    const Real = Date
    globalThis.Date = class extends Real {
      constructor(...given) { if (given.length === 0) super(Real.now() + ${skewMs}); else super(...given) }
      static now() { return Real.now() + ${skewMs} }
    }`
  return `data:text/javascript,${encodeURIComponent(code)}`
}
