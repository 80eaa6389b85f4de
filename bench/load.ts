import { Pool } from 'undici'

/** What is sent over and over, by a process of its own: its CPU is none of the server's. */
export interface Load {
  url: string
  /** Sent in turn, each with its caller's token. `$N` is replaced by a text that comes once. */
  calls: { token: string; body: string }[]
  connections: number
  forMs: number
}

export interface LoadAnswer {
  answered: number
  /** Answers that were not 200, or held `"errors"`. */
  refused: number
  tookMs: number
  /** Milliseconds. */
  latencies: number[]
  /** The first that was refused; else the first. */
  sample: string
}

const SAMPLE_LENGTH = 4_000

let unique = 0

async function run({ url, calls, connections, forMs }: Load): Promise<LoadAnswer> {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const latencies: number[] = []
  let refused = 0
  let sent = 0
  let sample = ''
  const begun = performance.now()
  const once = async () => {
    const call = calls[sent++ % calls.length]
    if (call === undefined) throw new Error('nothing to send')
    unique += 1
    const body = call.body.replace('$N', `${process.pid}-${Date.now()}-${unique}`)
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${call.token}` }
    const sentAt = performance.now()
    const answer = await pool.request({ method: 'POST', path: pathname, headers, body })
    const text = await answer.body.text()
    latencies.push(performance.now() - sentAt)
    const isRefused = answer.statusCode !== 200 || text.includes('"errors"')
    if (sample === '' || (isRefused && refused === 0)) sample = text.slice(0, SAMPLE_LENGTH)
    if (isRefused) refused += 1
  }
  const caller = async () => {
    while (performance.now() - begun < forMs) await once()
  }
  await Promise.all(Array.from({ length: connections }, caller))
  const tookMs = performance.now() - begun
  await pool.close()
  return { answered: latencies.length, refused, tookMs, latencies, sample }
}

process.on('message', (load: Load) => {
  void run(load).then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit())
