import { WebSocket } from 'ws'

/** What a process of subscribers is told to do, and answers when it is done. */
export type Order =
  /** Opens so many sockets, each with one subscription to the events after a sequence: to each `step`th of them, all by default. */
  | { kind: 'open'; url: string; token: string; sockets: number; document: string; after: number; step?: number }
  /** Waits until every socket has seen this sequence. */
  | { kind: 'await'; sequence: number; withinMs: number }
  /** Answers and forgets the figures. */
  | { kind: 'figures' }
  | { kind: 'close' }

export interface SubscriberFigures {
  received: number
  /** Numbers that were left out, or came twice, or out of order. */
  missed: number
  /** From the instant of an event until it was received, in milliseconds. */
  p50: number
  p99: number
  max: number
  /** Close codes that nobody asked for. */
  closed: number[]
}

/** A thousand at once would make the listener's backlog the bench. */
const OPENED_AT_ONCE = 100

const sockets: WebSocket[] = []
const cursors: number[] = []
const closed: number[] = []
let latencies: number[] = []
let received = 0
let missed = 0
let step = 1
let reached: { sequence: number; left: Set<number>; done: () => void } | null = null
let isClosing = false

const SEQUENCE = /"sequence":(\d+)/
const OCCURRED_AT = /"occurredAt":"([^"]+)"/

async function open(order: Extract<Order, { kind: 'open' }>): Promise<void> {
  const { url, token, sockets: count, document, after } = order
  step = order.step ?? 1
  const first = sockets.length
  let next = first
  const opener = async () => {
    while (next < first + count) {
      const index = next++
      cursors[index] = after + 1 - step
      await openOne(index, url, token, { query: document, variables: { after } })
    }
  }
  await Promise.all(Array.from({ length: OPENED_AT_ONCE }, opener))
}

function openOne(index: number, url: string, token: string, payload: object): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    perMessageDeflate: false,
  })
  sockets[index] = socket
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', (code) => {
      if (!isClosing) closed.push(code)
      reject(new Error(`closed with ${code}`))
    })
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }))
    })
    socket.on('message', (data: Buffer) => {
      const text = data.toString('latin1')
      const sequence = Number(SEQUENCE.exec(text)?.[1])
      if (!(sequence > 0)) {
        if (text.includes('connection_ack')) {
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }))
          resolve()
        } else {
          throw new Error(`a subscriber was told ${text}`)
        }
        return
      }
      take(index, sequence, instantOf(OCCURRED_AT.exec(text)?.[1] ?? ''))
    })
  })
}

let lastInstant = { text: '', at: 0 }

/** Many subscribers are told the same. */
function instantOf(text: string): number {
  if (text !== lastInstant.text) lastInstant = { text, at: Date.parse(text) }
  return lastInstant.at
}

function take(index: number, sequence: number, occurredAt: number): void {
  received += 1
  if (sequence !== (cursors[index] ?? 0) + step) missed += 1
  cursors[index] = sequence
  latencies.push(Date.now() - occurredAt)
  if (reached !== null && sequence >= reached.sequence && reached.left.delete(index) && reached.left.size === 0)
    reached.done()
}

async function awaitSequence(sequence: number, withinMs: number): Promise<void> {
  const left = new Set(sockets.keys())
  for (const index of sockets.keys()) if ((cursors[index] ?? 0) >= sequence) left.delete(index)
  if (left.size === 0) return
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>((resolve, reject) => {
    reached = { sequence, left, done: resolve }
    timer = setTimeout(() => reject(new Error(`${left.size} subscribers have not seen ${sequence}`)), withinMs)
  })
  clearTimeout(timer)
  reached = null
}

function figures(): SubscriberFigures {
  const sorted = Float64Array.from(latencies).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  const answer = { received, missed, p50: at(0.5), p99: at(0.99), max: at(1), closed: [...closed] }
  latencies = []
  received = 0
  missed = 0
  return answer
}

async function obey(order: Order): Promise<SubscriberFigures | null> {
  switch (order.kind) {
    case 'open':
      await open(order)
      return null
    case 'await':
      await awaitSequence(order.sequence, order.withinMs)
      return null
    case 'figures':
      return figures()
    case 'close':
      isClosing = true
      for (const socket of sockets) socket.terminate()
      sockets.length = 0
      cursors.length = 0
      await new Promise((resolve) => setTimeout(resolve, 200))
      isClosing = false
      return null
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
