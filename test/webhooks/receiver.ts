import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** A message as it came. */
export interface Received {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly type: string
  readonly sequence: number
  readonly data: Record<string, unknown>
}

/** Answers a message; a number is a status. */
export type Answering = (message: Received, response: ServerResponse) => number | null | Promise<number | null>

/** A partner's receiver, on loopback. It keeps what it answered with 2xx apart from all that came. */
export class Receiver {
  readonly came: Received[] = []
  readonly taken: Received[] = []
  answering: Answering = () => 204
  connections = 0
  private readonly sockets = new Set<Socket>()
  private readonly waiting = new Set<() => void>()

  private constructor(private readonly server: Server) {}

  static async open(port = 0): Promise<Receiver> {
    const server = createServer()
    const receiver = new Receiver(server)
    server.on('connection', (socket: Socket) => {
      receiver.connections += 1
      receiver.sockets.add(socket)
      socket.on('close', () => receiver.sockets.delete(socket))
    })
    server.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8')
        const { type, data } = JSON.parse(body) as { type: string; data: Record<string, unknown> }
        const { headers } = request
        const sequence = Number(data.sequence)
        void receiver.take({ id: String(headers['webhook-id']), headers, body, type, data, sequence }, response)
      })
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return receiver
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`
  }

  get sequences(): number[] {
    return this.taken.map(({ sequence }) => sequence)
  }

  /** Resolves when it holds of what came. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.waiting.add(resolve))
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.server.close()
    if (this.server.listening) await once(this.server, 'close')
  }

  private async take(message: Received, response: ServerResponse): Promise<void> {
    this.came.push(message)
    const status = await this.answering(message, response)
    if (status !== null) {
      if (status >= 200 && status < 300) this.taken.push(message)
      response.writeHead(status, status === 204 ? {} : { 'content-type': 'text/plain' })
      response.end(status === 204 ? undefined : `status ${status}`)
    }
    for (const wake of this.waiting) wake()
    this.waiting.clear()
  }
}

/** Whether a message is signed with a secret, as its receiver would find out. */
export function isSignedWith(secret: string, { body, headers }: Received): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>)
    return true
  } catch {
    return false
  }
}

/** Each once, and no sequence before a smaller one. */
export function expectInOrder(messages: readonly Received[]): void {
  const sequences = messages.map(({ sequence }) => sequence)
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b))
}
