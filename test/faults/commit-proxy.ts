import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'

export type Cut = 'BEFORE_COMMIT' | 'AFTER_COMMIT'

/**
 * Stands between gateways and Postgres and reads what they send, message by message
 * (https://www.postgresql.org/docs/18/protocol-message-formats.html). On demand it cuts a connection right before a COMMIT
 * is handed on, or right after, when nobody will hear what came of it.
 */
export class CommitProxy {
  private readonly cuts: Cut[] = []
  private readonly sockets = new Set<Socket>()
  /** Cuts that have been made. */
  made = 0

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async start(url: string): Promise<CommitProxy> {
    const server = createServer()
    const proxy = new CommitProxy(server, new URL(url))
    server.on('connection', (socket) => proxy.carry(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return proxy
  }

  /** The same database by way of this. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo
    return Object.assign(new URL(this.target), { port: String(port) }).href
  }

  /** The next commits, whosever they are, are cut. */
  cut(...cuts: Cut[]): void {
    this.cuts.push(...cuts)
  }

  /** Nothing more is cut. */
  relent(): void {
    this.cuts.length = 0
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  private carry(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname)
    const messages = new FrontendMessages()
    let isOver = false
    let isAwaited = false
    let isHandedOver = false
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one)
      one.setNoDelay(true)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.sockets.delete(one)
        // Else its reset could overtake what was handed on.
        if (!isHandedOver) other.destroy()
      })
    }
    const end = () => {
      isOver = true
      this.made += 1
      client.destroy()
    }
    server.on('data', (chunk) => {
      if (!isOver) client.write(chunk)
    })
    client.on('data', (chunk) => {
      for (const message of messages.read(chunk)) {
        if (isOver) return
        if (isCommit(message)) {
          const cut = this.cuts.shift()
          if (cut === 'BEFORE_COMMIT') {
            end()
            return
          }
          isAwaited = cut === 'AFTER_COMMIT'
        }
        server.write(message.bytes)
        // A query by itself is run as it arrives; one in parts, once Sync has come.
        if (isAwaited && (message.type === 'Q' || message.type === 'S')) {
          isHandedOver = true
          // What was written arrives, and the connection's end after it.
          server.resume().end()
          end()
          return
        }
      }
    })
  }
}

interface Message {
  /** Empty for the first of a connection, which has none. */
  type: string
  bytes: Buffer
}

class FrontendMessages {
  private rest = Buffer.alloc(0)
  private isFirst = true

  read(chunk: Buffer): Message[] {
    const whole: Message[] = []
    this.rest = Buffer.concat([this.rest, chunk])
    for (;;) {
      const head = this.isFirst ? 0 : 1
      if (this.rest.length < head + 4) return whole
      const length = head + this.rest.readUInt32BE(head)
      if (this.rest.length < length) return whole
      const bytes = this.rest.subarray(0, length)
      this.rest = this.rest.subarray(length)
      whole.push({ type: this.isFirst ? '' : String.fromCharCode(bytes[0] ?? 0), bytes })
      this.isFirst = false
    }
  }
}

function isCommit({ type, bytes }: Message): boolean {
  if (type === 'Q') return textAt(bytes, 5) === 'COMMIT'
  // Parse: the statement's name, then its text.
  if (type === 'P') return textAt(bytes, bytes.indexOf(0, 5) + 1) === 'COMMIT'
  return false
}

function textAt(bytes: Buffer, start: number): string {
  return bytes.toString('latin1', start, bytes.indexOf(0, start)).trim().toUpperCase()
}
