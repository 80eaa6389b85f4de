import { parentPort } from 'node:worker_threads'
import type { BillingDocument } from './billing-document'
import { renderDocument } from './render-document'

/** What the thread is sent, and what it answers: nothing but the bytes, or why there are none. */
export interface DrawingOrder {
  readonly number: number
  readonly document: BillingDocument
}

export interface Drawn {
  readonly number: number
  readonly bytes?: Uint8Array
  readonly failure?: string
}

/** The program of the thread that draws: one document after the other. */
parentPort?.on('message', ({ number, document }: DrawingOrder) => {
  parentPort?.postMessage(drawn(number, document))
})

function drawn(number: number, document: BillingDocument): Drawn {
  try {
    return { number, bytes: renderDocument(document) }
  } catch (error) {
    return { number, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
