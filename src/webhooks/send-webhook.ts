import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent, buildConnector, request, type Dispatcher } from 'undici'
import { retryAfterMs } from './back-off'
import { literalAddress, mayReach, type Reach } from './reach'
import { signedHeaders, type WebhookMessage } from './webhook-message'

/** A receiver has so long for all of its answer, its name and its connection included. */
const ANSWER_WITHIN_MS = 10_000
const CONNECT_WITHIN_MS = 5_000
/** Bytes of an answer that are kept. */
const KEPT_ANSWER_BYTES = 1_024
/** A longer answer costs its receiver the connection. */
const MAX_ANSWER_BYTES = 64 * 1_024
/** An idle connection, unless the receiver says less. */
const KEEP_ALIVE_MS = 10_000
const GONE = 410

/** What came of sending a message once. */
export interface Sending {
  delivered: boolean
  /** The receiver wants nothing more, ever. */
  gone: boolean
  status: number | null
  durationMs: number
  /** The start of the answer's body. */
  answer: string | null
  /** Why it was not received, for its partner to read. */
  error: string | null
  retryAfterMs: number | null
}

export interface SendingOptions {
  /** How names are resolved. */
  lookup?: typeof systemLookup
  /** Of the whole answer. */
  answerWithinMs?: number
}

class OutOfReachError extends Error {
  readonly code = 'OUT_OF_REACH'
}

/**
 * Sends messages to receivers, over connections that stay open between two. It is held to the public internet at each of
 * three points: the literal address, what a name resolves to, and the address that a socket has in the end. So a name that
 * resolves to another address each time it is asked gets nowhere. Redirects are not followed, and no proxy is used.
 */
export class WebhookSender {
  private readonly agent: Agent
  private readonly answerWithinMs: number

  constructor(reach: Reach, { lookup = systemLookup, answerWithinMs = ANSWER_WITHIN_MS }: SendingOptions = {}) {
    this.answerWithinMs = answerWithinMs
    this.agent = new Agent({
      connect: withinReach(reach, lookup),
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: answerWithinMs,
      bodyTimeout: answerWithinMs,
      pipelining: 1,
    })
  }

  /** Never rejects, but for an abort: then nobody knows what came of it. */
  async send(
    url: string,
    message: WebhookMessage,
    secrets: readonly string[],
    { isReplay = false, signal }: { isReplay?: boolean; signal?: AbortSignal } = {},
  ): Promise<Sending> {
    const started = performance.now()
    const ending = new AbortController()
    const abort = () => {
      ending.abort()
    }
    const timer = setTimeout(abort, this.answerWithinMs)
    signal?.addEventListener('abort', abort)
    const since = () => Math.round(performance.now() - started)
    try {
      signal?.throwIfAborted()
      const response = await request(url, {
        dispatcher: this.agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Daybook',
          ...signedHeaders(message, secrets),
          ...(isReplay && { 'daybook-replay': 'true' }),
        },
        body: message.body,
        signal: ending.signal,
      })
      const { statusCode: status, headers } = response
      const delivered = status >= 200 && status < 300
      const header = headers['retry-after']
      return {
        delivered,
        gone: status === GONE,
        status,
        answer: await startOf(response.body),
        error: delivered ? null : refusalFor(status),
        retryAfterMs: retryAfterMs(Array.isArray(header) ? header[0] : header),
        durationMs: since(),
      }
    } catch (error) {
      signal?.throwIfAborted()
      const text = ending.signal.aborted
        ? `There was no answer within ${this.answerWithinMs / 1000} s.`
        : explain(error as { code?: string; message?: string })
      const nothing = { delivered: false, gone: false, status: null, answer: null, retryAfterMs: null }
      return { ...nothing, error: text, durationMs: since() }
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy()
  }
}

function withinReach(reach: Reach, lookup: typeof systemLookup): buildConnector.connector {
  const guarded: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = error === null ? found : []
      const refused = addresses.length === 0 || addresses.some(({ address }) => !mayReach(address, reach))
      if (error !== null || refused) callback(error ?? new OutOfReachError(), '', 0)
      else if (options.all === true) (callback as (error: null, found: LookupAddress[]) => void)(null, addresses)
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family)
    })
  }
  const connect = buildConnector({ lookup: guarded, timeout: CONNECT_WITHIN_MS })
  return (options, callback) => {
    const literal = literalAddress(options.hostname)
    if (literal !== null && !mayReach(literal, reach)) {
      callback(new OutOfReachError(), null)
      return
    }
    connect(options, (...[error, socket]) => {
      if (error !== null) callback(error, null)
      else if (mayReach(socket.remoteAddress ?? '', reach)) callback(null, socket)
      else {
        socket.destroy()
        callback(new OutOfReachError(), null)
      }
    })
  }
}

/** The body's start as text. What has come after the status doesn't change what became of the message. */
async function startOf(body: Dispatcher.ResponseData['body']): Promise<string | null> {
  const kept: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (bytes < KEPT_ANSWER_BYTES) kept.push(chunk.subarray(0, KEPT_ANSWER_BYTES - bytes))
      bytes += chunk.length
      // Leaving the loop destroys the body, and with it the connection.
      if (bytes > MAX_ANSWER_BYTES) break
    }
  } catch {
    // It was cut off, or took too long.
  }
  if (bytes === 0) return null
  return Buffer.concat(kept).toString('utf8').replaceAll('\0', '\ufffd')
}

function refusalFor(status: number): string {
  if (status >= 300 && status < 400) {
    return `It was answered with a redirect (${status}), and those are not followed: the endpoint is to have the final address.`
  }
  if (status === GONE) return 'It was answered with 410, by which a receiver says that it wants nothing more.'
  return `It was answered with ${status}; 200 to 299 say that it was received.`
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  OUT_OF_REACH: 'The address is not on the public internet.',
  ENOTFOUND: 'The name of the host is not known.',
  EAI_AGAIN: 'The name of the host could not be looked up.',
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was closed before there was an answer.',
  EPIPE: 'The connection was closed before there was an answer.',
  UND_ERR_SOCKET: 'The connection was closed before there was an answer.',
  ETIMEDOUT: 'There was no connection in time.',
  UND_ERR_CONNECT_TIMEOUT: 'There was no connection in time.',
  EHOSTUNREACH: 'The host can’t be reached.',
  ENETUNREACH: 'The host can’t be reached.',
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another name.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is signed by nobody who is trusted.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate is signed by nobody who is trusted.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The certificate is signed by nobody who is trusted.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate is signed by nobody who is trusted.',
  EPROTO: 'There was no TLS connection.',
}

/** Nothing of what an error itself says: it may name addresses of the inside. */
function explain({ code = '' }: { code?: string }): string {
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') return 'The answer is no HTTP.'
  if (code.startsWith('ERR_SSL')) return 'There was no TLS connection.'
  return EXPLANATIONS[code] ?? 'It could not be sent.'
}
