import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'

/** Stands before a gateway. On demand it drops an answer: the request has arrived and was done, and its sender hears nothing. */
export class AnswerProxy {
  private drops = 0
  private readonly sockets = new Set<Socket>()
  /** Answers that were dropped. */
  dropped = 0

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async start(port: number): Promise<AnswerProxy> {
    const server = createServer()
    const proxy = new AnswerProxy(server, port)
    server.on('connection', (socket) => proxy.carry(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** So many of the next answers don't arrive. */
  drop(count: number): void {
    this.drops += count
  }

  relent(): void {
    this.drops = 0
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  private carry(client: Socket): void {
    const gateway = connect(this.port, '127.0.0.1')
    for (const [one, other] of [
      [client, gateway],
      [gateway, client],
    ] as const) {
      this.sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.sockets.delete(one)
        other.destroy()
      })
    }
    client.on('data', (chunk) => gateway.write(chunk))
    gateway.on('data', (chunk) => {
      if (this.drops === 0) client.write(chunk)
      else {
        this.drops -= 1
        this.dropped += 1
        client.destroy()
      }
    })
  }
}
