import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { InsufficientDaysError, UnauthenticatedError } from '../../src/errors'
import { createApollo } from '../../src/graphql/apollo'
import { createDocumentGate } from '../../src/graphql/document-gate'
import { DateTime, Days, JSONObject } from '../../src/graphql/scalars'
import { registerHealth } from '../../src/http/health'
import { createHttpServer, type HttpServerOptions } from '../../src/http/server'
import { attachWebSocket, type WebSocketDoor, type WebSocketLimits } from '../../src/http/websocket'

/** The doors of the gateway around a schema of a few fields, with no database behind it. */

export interface Session {
  token: string
}

export interface Context {
  requestId: string
  token: string | null
  /** Each context has a number of its own: two answers with the same number shared their loaders. */
  serial: number
  signal?: AbortSignal
}

/** What the subscriptions of a test have done. */
export interface Streams {
  started: number
  returned: number
  pulled: number
}

const Item = new GraphQLInputObjectType({
  name: 'Item',
  fields: { id: { type: new GraphQLNonNull(GraphQLString) }, days: { type: new GraphQLNonNull(Days) } },
})
const Input = new GraphQLInputObjectType({
  name: 'Input',
  fields: {
    items: { type: new GraphQLList(new GraphQLNonNull(Item)) },
    at: { type: DateTime },
    count: { type: GraphQLInt },
    metadata: { type: JSONObject },
  },
})

function createSchema(streams: Streams): GraphQLSchema {
  /** Yields as fast as it is pulled. Return reaches it between two events. */
  const eventsOf = (next: () => Promise<unknown>, count = Infinity): AsyncIterableIterator<unknown> => {
    let sent = 0
    streams.started++
    return {
      async next() {
        if (sent >= count) return { done: true, value: undefined }
        sent++
        streams.pulled++
        return { done: false, value: await next() }
      },
      return() {
        streams.returned++
        return Promise.resolve({ done: true, value: undefined })
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }
  const never = (): Promise<never> => new Promise<never>(() => undefined)
  const serial = { type: GraphQLInt, resolve: (_: unknown, __: unknown, { serial }: Context) => serial }

  const Query: GraphQLObjectType = new GraphQLObjectType<unknown, Context>({
    name: 'Query',
    fields: () => ({
      a: { type: GraphQLString, args: { input: { type: Input } }, resolve: () => 'a' },
      b: { type: GraphQLString, resolve: () => 'b' },
      self: { type: Query, resolve: () => ({}) },
      // A field for each, since the repeats and the aliases have limits of their own.
      ...Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => [`field${i}`, { type: GraphQLInt, resolve: () => i }]),
      ),
      serial,
      token: { type: GraphQLString, resolve: (_, __, { token }) => token },
      days: {
        type: Days,
        args: { days: { type: new GraphQLNonNull(Days) } },
        resolve: (_, { days }) => days as number,
      },
      refused: { type: GraphQLString, resolve: () => Promise.reject(new InsufficientDaysError(3, 5)) },
      masked: { type: GraphQLString, resolve: () => Promise.reject(new Error('select secret from /etc/daybook')) },
      away: {
        type: GraphQLString,
        resolve: () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })),
      },
      text: {
        type: GraphQLString,
        args: { length: { type: GraphQLInt } },
        resolve: (_, { length }) => 'x'.repeat(length as number),
      },
    }),
  })
  const Mutation = new GraphQLObjectType<unknown, Context>({
    name: 'Mutation',
    fields: { touch: { type: GraphQLBoolean, resolve: () => true } },
  })
  const Subscription = new GraphQLObjectType<unknown, Context>({
    name: 'Subscription',
    fields: {
      serials: {
        ...serial,
        args: { to: { type: GraphQLInt } },
        subscribe: (_, { to }) => eventsOf(() => Promise.resolve({}), to as number),
      },
      texts: {
        type: GraphQLString,
        args: { length: { type: new GraphQLNonNull(GraphQLInt) } },
        subscribe: (_, { length }) => eventsOf(() => Promise.resolve('x'.repeat(length as number))),
        resolve: (text) => text,
      },
      silence: { type: GraphQLString, subscribe: () => eventsOf(never) },
      generator: {
        type: GraphQLString,
        subscribe: async function* (_, __, { signal }) {
          streams.started++
          try {
            await new Promise((resolve) => signal?.addEventListener('abort', resolve))
            yield 'never'
          } finally {
            streams.returned++
          }
        },
      },
      /** Counts, and can't read what the second event is of. */
      needed: {
        type: new GraphQLNonNull(GraphQLInt),
        subscribe: () => {
          let count = 0
          return eventsOf(() => Promise.resolve(++count))
        },
        resolve: (count) => {
          if (count === 2) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
          return count
        },
      },
      refusing: {
        type: GraphQLString,
        subscribe: () => {
          throw new InsufficientDaysError(1, 2)
        },
      },
      breaking: {
        type: GraphQLString,
        subscribe: () => eventsOf(() => Promise.reject(new Error('secret of the source'))),
      },
      failing: {
        type: GraphQLString,
        subscribe: () => eventsOf(() => Promise.resolve({}), 1),
        resolve: () => {
          throw new Error('secret of an event')
        },
      },
    },
  })
  return new GraphQLSchema({ query: Query, mutation: Mutation, subscription: Subscription })
}

export interface Doors {
  url: string
  wsUrl: string
  port: number
  streams: Streams
  sockets: WebSocketDoor<Session>
  /** All that was logged. */
  log: () => string
  post: (body: unknown, headers?: Record<string, string>) => Promise<Answer>
  fetch: (path: string, init?: RequestInit) => Promise<Answer>
  /** Sees each request that wants to become a session. */
  onUpgraded?: (request: IncomingMessage) => void
  connect: (protocol?: string, path?: string, headers?: Record<string, string>) => Client
  close: () => Promise<void>
}

export interface Answer {
  status: number
  headers: Headers
  body: unknown
}

export interface DoorOptions {
  production?: boolean
  limits?: Partial<WebSocketLimits>
  http?: Partial<HttpServerOptions<Context>>
  ready?: () => Promise<unknown>
  authenticate?: (token: string) => Promise<Session>
}

export async function openDoors(options: DoorOptions = {}): Promise<Doors> {
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const streams: Streams = { started: 0, returned: 0, pulled: 0 }
  const schema = createSchema(streams)
  const gate = createDocumentGate({ schema })
  let serial = 0
  const context = (token: string | null, requestId: string, signal?: AbortSignal): Context => ({
    requestId,
    token,
    serial: ++serial,
    signal,
  })
  const authenticate = (token: string | undefined): Promise<Session> => {
    if (token?.startsWith('Bearer good') !== true) return Promise.reject(new UnauthenticatedError())
    return options.authenticate?.(token) ?? Promise.resolve({ token })
  }

  const apollo = createApollo<Context>({
    schema,
    gate,
    log,
    production: options.production ?? true,
    mayIntrospect: ({ token }) => token !== null,
    marksOf: ({ requestId }) => ({ requestId }),
  })
  await apollo.start()
  const app = await createHttpServer<Context>({
    apollo,
    log,
    context: async ({ headers, id }) =>
      context(headers.authorization === undefined ? null : (await authenticate(headers.authorization)).token, id),
    routes: (scope) => registerHealth(scope, { ready: options.ready ?? (() => Promise.resolve()), timeoutMs: 50 }),
    ...options.http,
  })
  const sockets = attachWebSocket<Session, Context>({
    httpServer: app.server,
    schema,
    gate,
    log,
    authenticate: ({ authorization }, { request }) => {
      doors.onUpgraded?.(request)
      return authenticate(typeof authorization === 'string' ? authorization : undefined)
    },
    contextFor: ({ token }, signal) => context(token, 'socket', signal),
    sessionKey: ({ token }) => token,
    mayIntrospect: () => true,
    limits: options.limits,
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const wsUrl = `ws://127.0.0.1:${port}`
  const clients: Client[] = []

  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(url + path, init)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text }
  }
  const doors: Doors = {
    url,
    wsUrl,
    port,
    streams,
    sockets,
    log: () => lines.join(''),
    fetch: ask,
    post: (body, headers = {}) =>
      ask('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    connect: (protocol = 'graphql-transport-ws', path = '/graphql', headers = {}) => {
      const client = new Client(wsUrl + path, protocol, headers)
      clients.push(client)
      return client
    },
    close: async () => {
      for (const client of clients) client.socket.terminate()
      await sockets.dispose(100)
      await app.close()
      await apollo.stop()
    },
  }
  return doors
}

export interface Message {
  id?: string
  type: string
  payload?: unknown
}

/** A client that keeps what it receives, and does nothing by itself but answer the pings of WebSocket. */
export class Client {
  readonly socket: WebSocket
  readonly messages: Message[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  private readonly waiting: (() => void)[] = []

  constructor(url: string, protocol: string, headers: Record<string, string>) {
    this.socket = new WebSocket(url, protocol === '' ? [] : [protocol], { headers })
    this.socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as Message)
      for (const wake of this.waiting.splice(0)) wake()
    })
    this.socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
  }

  /** The connection below the protocol, to be paused. */
  get raw(): Socket {
    return (this.socket as unknown as { _socket: Socket })._socket
  }

  async opened(): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open')
    return this
  }

  async init(token = 'good'): Promise<this> {
    await this.opened()
    this.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
    await this.receive('connection_ack')
    return this
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  subscribe(id: string, query: string, variables?: unknown): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } })
  }

  /** The first message of this type, and of this operation if one is named, that was not taken before. */
  async receive(type: string, id?: string): Promise<Message> {
    for (;;) {
      const index = this.messages.findIndex(
        (message) => message.type === type && (id === undefined || message.id === id),
      )
      const [message] = index < 0 ? [] : this.messages.splice(index, 1)
      if (message !== undefined) return message
      if (this.socket.readyState >= WebSocket.CLOSING) throw new Error(`closed before "${type}" came`)
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve)
        void this.closed.then(() => resolve())
      })
    }
  }
}

/** The code of the first error of an answer, or of an `error` or `next` message. */
export function codeOf(from: { body: unknown } | Message): unknown {
  const content = 'body' in from ? from.body : from.payload
  const errors = Array.isArray(content) ? (content as GraphQLError[]) : (content as { errors?: GraphQLError[] }).errors
  return errors?.[0]?.extensions.code
}
