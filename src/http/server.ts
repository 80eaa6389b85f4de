import { randomUUID } from 'node:crypto'
import { Server as NetServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { ApolloServer, BaseContext } from '@apollo/server'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  type RouteHandlerMethod,
  LogController,
} from 'fastify'
import { GraphQLError } from 'graphql'
import type { Logger } from 'pino'
import { ErrorCode, NotFoundError, OverloadedError } from '../errors'
import { withHttpStatus } from '../graphql/apollo'
import { marked } from '../log'
import { readTraceParent, type Span, type TraceParent, type Tracing } from '../tracing/tracing'
import { markRequest, marksOf } from './request-marks'
import { httpStatusOf, presentError, retryAfterSeconds } from '../graphql/present-error'

export const GRAPHQL_PATH = '/graphql'

/** The largest honest body is a bulk allocation of 10,000 items: about 60 bytes each. */
export const MAX_BODY_BYTES = 1024 * 1024

/** Longer than the 60 s for which load balancers keep a connection, so that they and not we close an idle one. */
const KEEP_ALIVE_MS = 65_000

/** A request must have arrived by then: a client that sends a byte a second holds nothing for long. */
const REQUEST_TIMEOUT_MS = 30_000

/** A connection on which nothing moves, such as one whose client doesn't read its answer. */
const SILENCE_MS = 120_000

/** Secrets that a line of Fastify's own could carry, wherever it puts a request or its headers. */
export const REDACTED = ['headers', '*.headers'].flatMap((headers) => [
  `${headers}.authorization`,
  `${headers}.cookie`,
  `${headers}["set-cookie"]`,
])

export interface HttpServerOptions<Context extends BaseContext> {
  /** Started. The caller stops it, after this server is closed. */
  apollo: ApolloServer<Context>
  /** Made for each request; what it throws is presented, with the status of its code. */
  context: (request: FastifyRequest, reply: FastifyReply) => Promise<Context>
  log: Logger
  /** Whose X-Forwarded-* are believed; nobody's by default. */
  trustProxy?: FastifyServerOptions['trustProxy']
  /** Default 1 MiB; beyond it a request is refused with 413. */
  maxBodyBytes?: number
  /** Requests to GraphQL that are under way at once; beyond them one is refused with 503 before it is read. */
  maxRequests?: number
  /** The text of a document that a request names by its hash; null where it names none. Throws for one that isn't known. */
  documentNamed?: (request: object) => string | null
  /** Hears of every request that is answered; `route` is undefined where there is none for its address. */
  onServed?: (method: string, route: string | undefined, status: number, seconds: number) => void
  /** Whether clients come by https: their browsers are told to come by nothing else. */
  secure?: boolean
  /** Null: no traces. */
  tracing?: Tracing | null
  /** While it is, each answer tells its client to send nothing more on that connection. */
  isDraining?: () => boolean
  /** Adds the other routes, in a scope of its own: a body parser that it replaces stays replaced there only. */
  routes?: (app: FastifyInstance) => void | Promise<void>
}

/**
 * The HTTP door. Every refusal, of GraphQL or not, is JSON of one form: `{ "errors": [{ message, extensions: { code } }] }`.
 * It isn't listening yet; sockets attach to its `server`, and must be disposed of before it can close.
 */
export async function createHttpServer<Context extends BaseContext>({
  apollo,
  context,
  log,
  trustProxy = false,
  maxBodyBytes = MAX_BODY_BYTES,
  maxRequests = Infinity,
  documentNamed = () => null,
  tracing = null,
  isDraining = () => false,
  secure = false,
  onServed,
  routes,
}: HttpServerOptions<Context>): Promise<FastifyInstance> {
  const sendError = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const refusal = asRefusal(error, maxBodyBytes)
    const shown = presentError(refusal?.error ?? error, marked(log, marksOf(request)), request.id)
    const status = refusal?.status ?? httpStatusOf(shown.extensions?.code)
    if (status === 503 || status === 429) void reply.header('retry-after', retryAfterSeconds(shown.extensions))
    return reply
      .code(status)
      .type('application/json; charset=utf-8')
      .send({ errors: [shown] })
  }

  const protect = protectionOf(secure)
  const spans = new WeakMap<FastifyRequest, Span>()
  const logger: FastifyBaseLogger = log.child({}, { redact: REDACTED })
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    // An id from outside could forge a line of the log, or tie two requests together.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    trustProxy,
    bodyLimit: maxBodyBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: SILENCE_MS,
    forceCloseConnections: 'idle',
    // While closing, a request on a connection that is still open is served, and told to close it.
    return503OnClosing: false,
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, request, reply) => {
      protect(request, reply)
      sendError(error, request, reply)
    },
  })

  closeUnusedConnections(app)

  // JSON and nothing else: a text/plain body could be posted by any web page without asking.
  app.removeContentTypeParser('text/plain')
  app.addHook('onRequest', (request, reply, done) => {
    protect(request, reply)
    const traceparent = readTraceParent(request.headers.traceparent)
    const span = tracing === null ? null : beginSpan(tracing, request, reply, traceparent)
    const traceId = span?.traceId ?? traceparent?.traceId
    markRequest(request, { requestId: request.id, ...(traceId !== undefined && { traceId }) })
    if (span !== null) spans.set(request, span)
    done()
  })
  if (tracing !== null) {
    // Not before the body is read: what a socket brings runs where the socket was opened.
    app.addHook('preHandler', (request, _reply, done) => {
      const span = spans.get(request)
      if (span === undefined) done()
      else tracing.run(span, done)
    })
  }
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isDraining()) void reply.header('connection', 'close')
    done(null, payload)
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    onServed?.(method, routeOptions.url, reply.statusCode, reply.elapsedTime / 1000)
    // The route and not the address: a query string may hold what isn't the log's business.
    const facts = { ...marksOf(request), method, route: routeOptions.url, status: reply.statusCode }
    const ms = Math.round(reply.elapsedTime)
    log[reply.statusCode >= 500 ? 'info' : 'debug']({ ...facts, ms }, 'request')
    done()
  })
  app.setErrorHandler(sendError)
  app.setNotFoundHandler((request, reply) => sendError(new NotFoundError('page'), request, reply))

  let underWay = 0
  app.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    exposeHeadRoute: false,
    onRequest: (_request, reply, done) => {
      if (underWay >= maxRequests) {
        done(new OverloadedError(maxRequests))
        return
      }
      underWay += 1
      reply.raw.once('close', () => (underWay -= 1))
      done()
    },
    preHandler: (request, _reply, done) => {
      try {
        takeNamedDocument(request, documentNamed)
        done()
      } catch (error) {
        done(error as Error)
      }
    },
    handler: traced(
      tracing,
      fastifyApolloHandler(apollo, {
        context: async (request, reply) => {
          try {
            return await context(request, reply)
          } catch (error) {
            throw withHttpStatus(error, marksOf(request))
          }
        },
      }),
    ),
  })
  app.route({
    method: ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: GRAPHQL_PATH,
    handler: (request, reply) => sendError(METHOD_NOT_ALLOWED, request, reply.header('allow', 'GET, POST')),
  })
  if (routes !== undefined) {
    await app.register(async (scope) => {
      await routes(scope)
    })
  }
  return app
}

/** A span for the whole of a request. Its route and not its address, as in the log. */
function beginSpan(
  tracing: Tracing,
  request: FastifyRequest,
  reply: FastifyReply,
  traceparent: TraceParent | null,
): Span {
  const { method, routeOptions } = request
  const route = routeOptions.url
  const attributes = {
    'http.request.method': method,
    ...(route !== undefined && { 'http.route': route }),
    'daybook.request_id': request.id,
  }
  const span = tracing.begin(`${method} ${route ?? 'none'}`, { attributes, server: { traceparent } })
  reply.raw.once('close', () => {
    span.set({ 'http.response.status_code': reply.statusCode })
    if (!reply.raw.writableFinished) span.fail('the client has gone')
    else if (reply.statusCode >= 500) span.fail(String(reply.statusCode))
    span.end()
  })
  return span
}

/** What it was, is known once it is parsed: `onOperation` gives the span its name. */
function traced(tracing: Tracing | null, handler: RouteHandlerMethod): RouteHandlerMethod {
  if (tracing === null) return handler
  return function (request, reply) {
    return tracing.within('GraphQL', {}, () => Promise.resolve(handler.call(this, request, reply)))
  }
}

/**
 * Puts the text in the place of its hash, for Apollo, whose own persisted queries are off: they would keep what any stranger
 * sends.
 */
function takeNamedDocument(request: FastifyRequest, documentNamed: (request: object) => string | null): void {
  if (request.method === 'GET') {
    const url = new URL(request.url, 'http://localhost')
    const { searchParams } = url
    const named: Record<string, unknown> = Object.fromEntries(searchParams)
    const source = documentNamed({ ...named, extensions: parsed(searchParams.get('extensions')) })
    if (source === null) return
    searchParams.set('query', source)
    searchParams.delete('documentId')
    searchParams.delete('extensions')
    request.raw.url = `${url.pathname}${url.search}`
    return
  }
  const { body } = request
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return
  const source = documentNamed(body)
  if (source === null) return
  const rest = Object.entries(body).filter(([name]) => name !== 'documentId' && name !== 'extensions')
  request.body = { ...Object.fromEntries(rest), query: source }
}

/** What isn't JSON is for Apollo to refuse. */
function parsed(json: string | null): unknown {
  try {
    return json === null ? undefined : JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Headers for an API that no page frames, sniffs or caches. A route that serves pages sets its own over these. */
function protectionOf(secure: boolean): (request: FastifyRequest, reply: FastifyReply) => void {
  const headers = {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'referrer-policy': 'no-referrer',
    // Not for subdomains: they are not ours to speak for.
    ...(secure && { 'strict-transport-security': `max-age=${HSTS_SECONDS}` }),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
  return (request, reply) => void reply.headers({ ...headers, 'x-request-id': request.id })
}

/** A year, for which a browser that has been here once comes by https only. */
const HSTS_SECONDS = 31_536_000

interface HttpRefusal {
  status: number
  error: GraphQLError
}

/** Null where an error isn't about HTTP. Fastify's own messages are for the one who wrote the server. */
function asRefusal(error: unknown, maxBodyBytes: number): HttpRefusal | null {
  if (error === METHOD_NOT_ALLOWED) return { status: 405, error: METHOD_NOT_ALLOWED }
  const { code, statusCode } = (typeof error === 'object' && error !== null ? error : {}) as Partial<FastifyError>
  // The integration builds an address from the Host header, which may be anything.
  if (code === 'ERR_INVALID_URL') return badRequest(400, 'The Host header is not the name of a host.')
  if (typeof code !== 'string' || !code.startsWith('FST_ERR_')) return null
  if (statusCode === undefined || statusCode < 400 || statusCode > 499) return null
  switch (statusCode) {
    case 413:
      return badRequest(413, `The body is larger than ${maxBodyBytes} bytes.`)
    case 415:
      return badRequest(415, 'The body must be JSON: "content-type: application/json".')
    default:
      return badRequest(statusCode, CLIENT_MISTAKES.get(code) ?? 'The request is malformed.')
  }
}

const CLIENT_MISTAKES = new Map([
  ['FST_ERR_CTP_EMPTY_JSON_BODY', 'The body is empty, and "content-type: application/json" promises JSON.'],
  ['FST_ERR_CTP_INVALID_JSON_BODY', 'The body is not valid JSON.'],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 'The body is not as long as its content-length says.'],
  ['FST_ERR_BAD_URL', 'The address is malformed.'],
])

function badRequest(status: number, message: string): HttpRefusal {
  return { status, error: new GraphQLError(message, { extensions: { code: ErrorCode.BAD_REQUEST } }) }
}

/**
 * Clients open connections ahead of their requests. One on which nothing has come is not idle to Node, and would hold a server
 * that closes until the time of its first request is over. Nobody is let in any more by then, and one that has just been
 * opened is given time: its request may have arrived, and only not been read yet.
 */
function closeUnusedConnections(app: FastifyInstance): void {
  const unused = new Map<Socket, number>()
  app.server.on('connection', (socket: Socket) => {
    unused.set(socket, performance.now())
    socket.once('close', () => unused.delete(socket))
  })
  app.server.on('request', ({ socket }: { socket: Socket }) => unused.delete(socket))
  app.server.on('upgrade', (_request, socket: Socket) => unused.delete(socket))
  app.addHook('preClose', async () => {
    // Node's http server would close what is idle with it.
    NetServer.prototype.close.call(app.server)
    const isFresh = (openedAt: number) => performance.now() - openedAt < FIRST_REQUEST_MS
    while ([...unused.values()].some(isFresh)) await delay(FIRST_REQUEST_LOOK_MS)
    for (const socket of unused.keys()) if (socket.bytesRead === 0) socket.destroy()
  })
}

/** In which the request comes for which a connection was opened, on a busy machine too. */
const FIRST_REQUEST_MS = 500
const FIRST_REQUEST_LOOK_MS = 10

const METHOD_NOT_ALLOWED = new GraphQLError('GraphQL is served by GET and POST.', {
  extensions: { code: ErrorCode.BAD_REQUEST },
})

/** What Node's parser can't make a request of never reaches a route. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, message] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ['408 Request Timeout', 'The request did not arrive in time.']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? ['431 Request Header Fields Too Large', 'The headers are too large.']
        : ['400 Bad Request', 'The request is not HTTP.']
  if (socket.writable) {
    const body = JSON.stringify({ errors: [{ message, extensions: { code: ErrorCode.BAD_REQUEST } }] })
    const type = 'content-type: application/json; charset=utf-8\r\nx-content-type-options: nosniff'
    const head = `${type}\r\ncontent-length: ${Buffer.byteLength(body)}`
    socket.write(`HTTP/1.1 ${status}\r\nconnection: close\r\n${head}\r\n\r\n${body}`)
  }
  socket.destroy(error)
}
