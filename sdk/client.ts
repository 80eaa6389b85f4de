import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core'
import { type Client as SocketClient, createClient as createSocketClient } from 'graphql-ws/client'
import { backoffMs, pause } from './backoff'
import { EventStream, type Sequenced } from './event-stream'
import { type ErrorEntry, GatewayError } from './gateway-error'
import { type Connection, connectionIn, type ConnectionOf, type NodeOf, type Selects, turnTo } from './paging'
import { LastSequenceDocument, type LastSequenceQuery } from './generated/operations'

export interface ClientOptions {
  /**
   * Of the gateway, such as `https://billing.example`; its path is `/graphql` unless it has one. On a page of the
   * gateway's own `/` will do.
   */
  url: string
  /** Left out on a page of the gateway's own, where the cookie of whoever signed in says who it is. */
  token?: string | undefined
  /** Default: the runtime's own. */
  fetch?: typeof fetch | undefined
  /** A class like the browser's WebSocket, such as that of `ws`. Default: the runtime's own, which Node has from 22 on. */
  webSocket?: unknown
  /** How often a request is sent again at the most, from 0. Default 5, which spreads over about five seconds. */
  retries?: number | undefined
  /** For one try of a request, in milliseconds. Default 30,000. */
  timeoutMs?: number | undefined
}

/** A document with the types of its variables and answer, as code generators write it; or its text. */
export type Document<Data, Variables> = DocumentTypeDecoration<Data, Variables> & { toString(): string }

export interface RequestOptions {
  /** Ends the request, waits between its tries included, with the reason of the signal. What was sent may happen all the same. */
  signal?: AbortSignal | undefined
}

export interface SubscribeOptions {
  /** Told each time the connection is lost, before it is opened again: for a light that says "reconnecting". */
  onInterruption?: ((error: GatewayError) => void) | undefined
}

/** The client fills in an idempotency key that isn't given. */
type Given<Variables> = Variables extends { idempotencyKey: string }
  ? Omit<Variables, 'idempotencyKey'> & { idempotencyKey?: string | undefined }
  : Variables

/** Variables may be left out where none is needed. */
type Arguments<Variables, Options> =
  Record<string, never> extends Given<Variables>
    ? [variables?: Given<Variables>, options?: Options]
    : [variables: Given<Variables>, options?: Options]

/** Variables of a document whose pages can be turned. */
interface Turned {
  after?: string | number | null | undefined
}

export interface Client {
  /**
   * Sends a query or a mutation. A mutation that declares `$idempotencyKey` and is given none gets one, the same at
   * every try, so that it happens once; one that takes no key is sent again only where it is certain that it never
   * arrived, or that it was turned away unread.
   *
   * Throws a GatewayError where the answer has errors, though it may have had data too; and what the signal was aborted
   * with.
   */
  request<Data, Variables>(
    document: Document<Data, Variables>,
    ...args: Arguments<Variables, RequestOptions>
  ): Promise<Data>

  /**
   * The rows of a list, one after the other, page after page as they are needed: of the one connection that the answer
   * has, at whatever depth. The document selects `nodes` and `pageInfo { hasNextPage endCursor }` of it, and `$after`
   * turns the page; `first` is how many rows a request brings, 1 to 100.
   *
   * A list is read as it is when each page is asked for: it is no snapshot. Throws as `request` does, and a TypeError
   * where the answer has no connection or more than one.
   */
  nodes<Data, Variables extends Turned>(
    document: Document<Data, Variables> & Selects<NodeOf<Data>, 'nodes pageInfo { hasNextPage endCursor }'>,
    ...args: Arguments<Variables, RequestOptions>
  ): AsyncGenerator<NodeOf<Data>, void, undefined>

  /** The pages of a list, as `nodes` reads them: each answer as it came, with what stands beside the rows. */
  pages<Data, Variables extends Turned>(
    document: Document<Data, Variables> & Selects<ConnectionOf<Data>, 'pageInfo { hasNextPage endCursor }'>,
    ...args: Arguments<Variables, RequestOptions>
  ): AsyncGenerator<Data, void, undefined>

  /**
   * Follows the events of an account, each once and in order, across lost connections and restarts of the gateway. The
   * document declares `$after` and selects `sequence`: it is resumed by that.
   *
   * Without `after` it begins with what happens from now on: the account's last sequence is asked for at once. To leave
   * nothing to chance, give the `sequence` of a balance as `after`: what that balance includes won't come, all else will.
   *
   * Ends with a GatewayError where going on is of no use, such as UNAUTHENTICATED for a token that was revoked, or
   * where the gateway can't be reached from the start. `break` and `return()` end it on the server too.
   */
  subscribe<
    Data extends Record<string, Sequenced>,
    Variables extends { after?: number | null | undefined; accountId?: string | null | undefined },
  >(
    document: Document<Data, Variables>,
    ...args: Arguments<Variables, SubscribeOptions>
  ): AsyncIterableIterator<Data[keyof Data], undefined>

  /** Ends every subscription and closes the socket. */
  close(): Promise<void>
}

const RETRIES = 5
const TIMEOUT_MS = 30_000
/** Who is told to wait for longer gets the error, and decides. */
const LONGEST_RETRY_AFTER_MS = 60_000
/** A socket on which nothing came for so long is asked for a sign of life, and has the time below to give one. */
const KEEP_ALIVE_MS = 10_000
const PONG_MS = 5_000

/** The gateway's word for a token that isn't valid (any more). */
const FORBIDDEN = 4403
/** Closes after which the same would only happen again: protocol errors, documents too large, bad messages. */
const FATAL_CLOSES = new Set([1002, 1003, 1007, 1008, 1009, 4400, 4401, 4406, 4409, 4429])
const INTERNAL_CLOSES = new Set([4004, 4005, 4500])

/** A try that failed. */
interface Failure {
  error: GatewayError
  /** Certainly nothing came of it. */
  untouched: boolean
  retryAfterMs?: number
}

/**
 * A client for one gateway and one token. It opens nothing by itself: a socket is there from the first subscription on, until
 * the last has ended or `close()`. Throws a TypeError where `url` is no address.
 */
export function createClient(options: ClientOptions): Client {
  const { token, retries = RETRIES, timeoutMs = TIMEOUT_MS } = options
  const send = options.fetch ?? fetch
  const url = graphqlUrl(options.url)
  const streams = new Set<{ return(): unknown }>()
  let socket: Socket | undefined

  const attempt = async (body: string, signal?: AbortSignal): Promise<{ data: unknown } | Failure> => {
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const response = await send(url, {
        method: 'POST',
        headers: {
          accept: 'application/graphql-response+json, application/json;q=0.9',
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        credentials: 'same-origin',
        body,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      })
      return readAnswer(response, await response.text())
    } catch (error) {
      signal?.throwIfAborted()
      return { error: unreachable(url, error), untouched: wasRefused(error) }
    }
  }

  const request = async (query: string, variables: object, { signal }: RequestOptions = {}): Promise<unknown> => {
    const key = TAKES_KEY.test(query) ? (keyIn(variables) ?? newKey()) : null
    const body = JSON.stringify({ query, variables: key === null ? variables : { ...variables, idempotencyKey: key } })
    const repeatable = key !== null || !IS_MUTATION.test(query)
    for (let tries = 0; ; tries += 1) {
      const outcome = await attempt(body, signal)
      if ('data' in outcome) return outcome.data
      const { error, untouched, retryAfterMs = 0 } = outcome
      error.idempotencyKey = key
      const mayRetry = error.retryable && (repeatable || untouched)
      if (!mayRetry || tries >= retries || retryAfterMs > LONGEST_RETRY_AFTER_MS) throw error
      await pause(Math.max(backoffMs(tries), retryAfterMs), signal)
      signal?.throwIfAborted()
    }
  }

  const lastSequence = async (accountId: string | null | undefined, signal: AbortSignal): Promise<number> => {
    const data = await request(LastSequenceDocument.toString(), { accountId }, { signal })
    return (data as LastSequenceQuery).balance.sequence
  }

  async function* turnPages(
    query: string,
    variables: object,
    options?: RequestOptions,
  ): AsyncGenerator<[data: unknown, page: Connection], void, undefined> {
    let turned = variables
    for (;;) {
      const data = await request(query, turned, options)
      const page = connectionIn(data)
      yield [data, page]
      if (!page.pageInfo.hasNextPage) return
      turned = { ...variables, after: turnTo(page, query) }
    }
  }

  return {
    request: (document, ...[variables = {}, requestOptions]) =>
      request(document.toString(), variables as object, requestOptions) as Promise<never>,

    async *nodes(document, ...[variables = {}, requestOptions]) {
      for await (const [, { nodes }] of turnPages(document.toString(), variables, requestOptions)) {
        if (nodes === undefined) throw new TypeError('The rows of a list are its `nodes`: select them.')
        yield* nodes as never[]
      }
    },

    async *pages(document, ...[variables = {}, requestOptions]) {
      for await (const [data] of turnPages(document.toString(), variables, requestOptions)) yield data as never
    },

    subscribe<Data extends Record<string, Sequenced>>(
      document: Document<Data, unknown>,
      variables: { after?: number | null; accountId?: string | null } = {},
      { onInterruption }: SubscribeOptions = {},
    ) {
      const query = document.toString()
      if (!/\bsequence\b/.test(query)) throw new TypeError(`${SELECT_SEQUENCE} This document doesn't.`)
      if (!/\$after\s*:/.test(query))
        throw new TypeError('A subscription is resumed by its $after: declare and use it.')
      const { client, hasConnected } = (socket ??= openSocket(url, token, options.webSocket))
      const stream = new EventStream<Data[keyof Data]>({
        start: async (signal) => variables.after ?? (await lastSequence(variables.accountId, signal)),
        open: (after, take, signal) => follow(client, { query, variables: { ...variables, after } }, take, signal),
        // What has worked once is worth waiting for, however long a gateway is away.
        mayReopen: (error, failures) => error.retryable && (hasConnected() || failures < retries),
        onInterruption,
        onEnd: () => streams.delete(stream),
      })
      streams.add(stream)
      return stream
    },

    async close() {
      for (const stream of streams) stream.return()
      const closing = socket
      socket = undefined
      await closing?.client.dispose()
    },
  }
}

const TAKES_KEY = /\$idempotencyKey\s*:/
const IS_MUTATION = /^\s*mutation\b/m
const SELECT_SEQUENCE = 'A subscription is resumed by the sequence of its events: select `sequence`.'

/** Throws a TypeError where it is no address, or a relative one and there is no page. */
function graphqlUrl(address: string): string {
  const { location } = globalThis as { location?: { href: string } }
  const url = new URL(address, location?.href)
  if (url.pathname === '/') url.pathname = '/graphql'
  return url.href
}

function keyIn(variables: { idempotencyKey?: string | null }): string | null {
  return variables.idempotencyKey ?? null
}

/** 128 random bits. Not `randomUUID()`: browsers have that only on pages that came over TLS. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

// ---------------------------------------------------------------- answers over HTTP

function readAnswer(response: Response, text: string): { data: unknown } | Failure {
  const { data, errors } = parseAnswer(text)
  if (errors === undefined && data !== undefined) return { data }
  const error = errors === undefined ? withoutAnswer(response.status) : new GatewayError(errors)
  const limited = error.code === 'RATE_LIMITED'
  const told = retryAfterMs(response.headers.get('retry-after'))
  return {
    error,
    untouched: response.status === 429 || limited,
    retryAfterMs: limited ? Math.max(told, error.details.retryAfterMs) : told,
  }
}

function parseAnswer(text: string): { data?: object; errors?: ErrorEntry[] } {
  try {
    const answer = JSON.parse(text) as { data?: object; errors?: ErrorEntry[] } | null
    return { data: answer?.data ?? undefined, errors: answer?.errors?.[0] === undefined ? undefined : answer.errors }
  } catch {
    return {}
  }
}

/** Something between us and the gateway answered: a proxy, or another server altogether. */
function withoutAnswer(status: number): GatewayError {
  return GatewayError.of(codeOfStatus(status), `The answer, with status ${status}, is not one of the gateway.`)
}

function codeOfStatus(status: number) {
  if (status === 401) return 'UNAUTHENTICATED'
  if (status === 403) return 'FORBIDDEN'
  if (status === 429 || (status >= 502 && status <= 504)) return 'UNAVAILABLE'
  return status >= 400 && status <= 499 ? 'BAD_REQUEST' : 'INTERNAL'
}

/** Seconds, or a date. */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return ms > 0 ? ms : 0
}

function unreachable(url: string, cause: unknown): GatewayError {
  return GatewayError.of('UNAVAILABLE', `The gateway at ${url} can't be reached.`, cause)
}

/** Codes of Node's for a connection that never came about. Browsers don't tell. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

function wasRefused(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } }
  return typeof cause?.code === 'string' && NEVER_CONNECTED.has(cause.code)
}

// ---------------------------------------------------------------- events over the socket

interface Socket {
  client: SocketClient
  /** Whether address and token have ever been good. */
  hasConnected: () => boolean
}

/** One socket carries all subscriptions. It is opened for the first of them and closed after the last. */
function openSocket(url: string, token: string | undefined, webSocket: unknown): Socket {
  if (webSocket === undefined && typeof (globalThis as { WebSocket?: unknown }).WebSocket === 'undefined') {
    throw new TypeError('This runtime has no WebSocket: give `createClient` one as `webSocket`, such as that of `ws`.')
  }
  let connected = false
  let deadline: ReturnType<typeof setTimeout> | undefined
  const client = createSocketClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: webSocket,
    connectionParams: token === undefined ? undefined : { authorization: `Bearer ${token}` },
    connectionAckWaitTimeout: KEEP_ALIVE_MS,
    keepAlive: KEEP_ALIVE_MS,
    // Each stream opens again by itself: only it knows after which event.
    retryAttempts: 0,
    on: {
      connected: () => (connected = true),
      ping: (received) => {
        if (!received) deadline = setTimeout(() => client.terminate(), PONG_MS)
      },
      pong: (received) => {
        if (received) clearTimeout(deadline)
      },
      closed: () => clearTimeout(deadline),
    },
  })
  return { client, hasConnected: () => connected }
}

async function follow(
  client: SocketClient,
  payload: { query: string; variables: Record<string, unknown> },
  take: (event: never) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const done = new AbortController()
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = client.subscribe<Record<string, Sequenced>>(payload, {
        next: ({ data, errors }) => {
          const [event] = Object.values(data ?? {})
          if (errors !== undefined || event === undefined) reject(new GatewayError(errors ?? []))
          else if (!Number.isSafeInteger(event.sequence)) reject(new TypeError(SELECT_SEQUENCE))
          else if (take(event as never)) return
          else resolve()
          stop()
        },
        error: (reason) => reject(asGatewayError(reason)),
        complete: () => reject(GatewayError.of('UNAVAILABLE', 'The gateway ended the subscription.')),
      })
      const abort = () => {
        resolve()
        stop()
      }
      signal.addEventListener('abort', abort, { signal: done.signal })
    })
  } finally {
    done.abort()
  }
}

/** What graphql-ws ends an operation with: the entries of `errors`, a close event, or an error of the socket. */
function asGatewayError(reason: unknown): GatewayError {
  if (reason instanceof GatewayError) return reason
  if (Array.isArray(reason)) return new GatewayError(reason as ErrorEntry[])
  const { code, reason: why } = (reason ?? {}) as { code?: unknown; reason?: unknown }
  if (typeof code !== 'number') return GatewayError.of('UNAVAILABLE', 'The socket to the gateway failed.', reason)
  if (code === FORBIDDEN)
    return GatewayError.of(
      'UNAUTHENTICATED',
      'Who is asking is not known: the token, or the session, is not valid or no longer.',
      reason,
    )
  const message = `The socket was closed: ${code} ${typeof why === 'string' ? why : ''}`.trimEnd()
  if (INTERNAL_CLOSES.has(code)) return GatewayError.of('INTERNAL', message, reason)
  return GatewayError.of(FATAL_CLOSES.has(code) ? 'BAD_REQUEST' : 'UNAVAILABLE', message, reason)
}
