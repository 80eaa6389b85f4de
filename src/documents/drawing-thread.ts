import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { UnavailableError } from '../errors'
import type { BillingDocument } from './billing-document'
import type { DrawingOrder, Drawn } from './drawing-program'

/** Drawings that wait or are under way, of a gateway: at 30 ms each, those who ask last wait for seconds. */
const MAX_WAITING = 100
/** A drawing that takes longer never ends: the thread is ended instead. The first one of a thread loads all fonts. */
const DRAWN_WITHIN_MS = 30_000
/** Of the thread's own heap; the fonts are outside of it. */
const MAX_HEAP_MB = 512

interface Waiting {
  readonly resolve: (bytes: Buffer) => void
  readonly reject: (reason: Error) => void
}

/**
 * A thread of its own that draws documents, so that no request waits while one is drawn. It is begun with the first document,
 * and anew after one that has ended it.
 */
export class DrawingThread {
  private worker: Worker | null = null
  private readonly waiting = new Map<number, Waiting>()
  private last = 0
  private watch: NodeJS.Timeout | null = null

  /** Throws UNAVAILABLE where too many wait already. */
  draw(document: BillingDocument): Promise<Buffer> {
    if (this.waiting.size >= MAX_WAITING) return Promise.reject(new UnavailableError())
    this.last += 1
    const order: DrawingOrder = { number: this.last, document }
    return new Promise((resolve, reject) => {
      this.waiting.set(order.number, { resolve, reject })
      this.worker ??= this.begin()
      this.worker.postMessage(order)
      if (this.watch === null) this.look()
    })
  }

  /** What waits is refused. */
  async close(): Promise<void> {
    await this.end(new UnavailableError())
  }

  private begin(): Worker {
    const worker = new Worker(program(), { eval: true, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } })
    worker.on('message', (drawn: Drawn) => this.take(drawn))
    worker.on('error', (error: Error) => {
      if (this.worker === worker) void this.end(error)
    })
    return worker
  }

  private take({ number, bytes, failure }: Drawn): void {
    const waiting = this.waiting.get(number)
    this.waiting.delete(number)
    this.look()
    if (bytes !== undefined) waiting?.resolve(Buffer.from(bytes))
    else waiting?.reject(new Error(`a document could not be drawn: ${failure ?? ''}`))
  }

  /** From now on the next one has its time. */
  private look(): void {
    if (this.watch !== null) clearTimeout(this.watch)
    this.watch =
      this.waiting.size === 0
        ? null
        : setTimeout(() => void this.end(new Error('a document took too long to draw')), DRAWN_WITHIN_MS)
  }

  private async end(reason: Error): Promise<void> {
    const { worker } = this
    this.worker = null
    const left = [...this.waiting.values()]
    this.waiting.clear()
    this.look()
    for (const { reject } of left) reject(reason)
    await worker?.terminate()
  }
}

/** As it is started from its sources, the thread too has to be told how they are read. */
function program(): string {
  const file = JSON.stringify(join(__dirname, 'drawing-program'))
  return __filename.endsWith('.ts') ? `require('@swc-node/register'); require(${file})` : `require(${file})`
}
