import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Weight } from './told-to-weigh'
import { freePort } from '../test/support/free-port'
import { YOUNG_SPACE } from './peers'

const READY_WITHIN_MS = 120_000

/** A gateway as a process of its own, that can be weighed and killed. */
export class GatewayProcess {
  private said = ''

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    /** From the start of the process until it served queries. */
    readonly startMs: number,
  ) {}

  static async start(environment: NodeJS.ProcessEnv): Promise<GatewayProcess> {
    const port = await freePort()
    const started = performance.now()
    const child = spawn(
      process.execPath,
      [YOUNG_SPACE, '--expose-gc', '-r', '@swc-node/register', '-r', './bench/told-to-weigh.ts', 'src/main.ts'],
      {
        cwd: join(__dirname, '..'),
        env: {
          PATH: process.env.PATH,
          HOST: '127.0.0.1',
          PORT: String(port),
          DAYBOOK_DEMO: 'off',
          LOG_LEVEL: 'warn',
          ...environment,
        },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    )
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-5_000)
    })
    while (!(await isReady(port))) {
      if (child.exitCode !== null || performance.now() - started > READY_WITHIN_MS)
        throw new Error(`the gateway didn't start:\n${said}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const gateway = new GatewayProcess(child, port, performance.now() - started)
    child.stderr?.on('data', (chunk: Buffer) => {
      gateway.said = `${gateway.said}${chunk.toString()}`.slice(-5_000)
    })
    return gateway
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** The last of what it has logged. */
  get log(): string {
    return this.said
  }

  /** Memory after a collection of garbage, and the CPU that it has used so far. */
  async weigh(): Promise<Weight> {
    const answered = once(this.child, 'message')
    this.child.send('weigh')
    const [weight] = (await answered) as [Weight]
    return weight
  }

  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exited = once(this.child, 'exit')
    this.child.kill(signal)
    await exited
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200
  } catch {
    return false
  }
}

/** One GraphQL request; throws what it is refused with. */
export async function ask<Data>(url: string, token: string, query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] }
  if (errors !== undefined || data === undefined) throw new Error(errors?.[0]?.message ?? String(response.status))
  return data
}
