import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql'
import { CloseCode, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws'
import type { Logger } from 'pino'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import { after } from '../after'
import { ErrorCode, QueryTooExpensiveError, RateLimitedError, UnauthenticatedError } from '../errors'
import { MAX_COERCION_ERRORS, outcomeOf, UNTRUSTED_DOCUMENT } from '../graphql/apollo'
import type { CompiledQueries } from '../graphql/compiled-queries'
import { type DocumentGate, isIntrospection } from '../graphql/document-gate'
import type { Begun, OperationAsked, RunningOperation } from '../graphql/operation-limits'
import { presentError } from '../graphql/present-error'
import { type ErrorLog, marked } from '../log'
import type { OperationDone } from '../metrics/metrics'
import { paged, sendingStream, type Page } from './event-stream'
import { GRAPHQL_PATH } from './server'
import { textFrames } from './text-frames'
import { type Answer, answeringVariables, type Question, SharedAnswers, type WorkOut } from './shared-answers'

export interface WebSocketLimits {
  /** Of one message; a longer one closes the socket with 1009. ws itself would take 100 MiB. */
  maxMessageBytes: number
  /** For connection_init to come. */
  initTimeoutMs: number
  /** At once, on one socket. */
  maxOperations: number
  /** Subscriptions at once, of one session key over all of its sockets. */
  maxSubscriptionsPerKey: number
  /** At once, on this gateway: each may hold `maxBufferedBytes` while it is read slowly. */
  maxSockets: number
  /** At once, of one session key (an account). */
  maxSocketsPerKey: number
  /** For one message to reach the network. */
  sendTimeoutMs: number
  /** That wait for the network before another message is sent: memory that a slow reader holds. */
  maxBufferedBytes: number
  /** Of the messages of one subscription that go to the network together; before more are sent, these have to have left. */
  bytesAtOnce: number
  /** Of one subscription that are answered together, with one context and so one set of loaders. */
  eventsAtOnce: number
  /** For the closing handshake; whoever reads again within it sees the close code. */
  closeTimeoutMs: number
  /** Between pings. A client that answers none until the next is gone. */
  pingIntervalMs: number
}

export const WEBSOCKET_LIMITS: WebSocketLimits = {
  maxMessageBytes: 256 * 1024,
  initTimeoutMs: 10_000,
  maxOperations: 100,
  maxSubscriptionsPerKey: 20_000,
  maxSockets: 25_000,
  maxSocketsPerKey: 12_000,
  sendTimeoutMs: 10_000,
  maxBufferedBytes: 1024 * 1024,
  bytesAtOnce: 64 * 1024,
  eventsAtOnce: 128,
  closeTimeoutMs: 30_000,
  pingIntervalMs: 12_000,
}

/** Ours, beside those of the protocol: a client that is cut off resumes with the sequence that it saw last. */
export const SLOW_READER = 4290
const GOING_AWAY = 1001
/** graphql-ws's client waits and connects again after this one, as it does not after most of 1000 to 1999. */
const TRY_AGAIN_LATER = 1013

export interface WebSocketOptions<Session extends object, Context> {
  httpServer: Server
  schema: GraphQLSchema
  gate: DocumentGate
  log: Logger
  /** Throws a DomainError where the connection isn't to be: 4403, or 1013 while the database is away. */
  authenticate: (connectionParams: Readonly<Record<string, unknown>>, socket: Whereabouts) => Promise<Session>
  /**
   * Made for each operation, and anew for the events of a subscription that are answered together: loaders must not outlive
   * them. `signal` ends with the operation, for a source that can't otherwise be woken; the answer to an event, which
   * others may wait for too, is given one that doesn't end.
   */
  contextFor: (session: Session, signal: AbortSignal, socket: Whereabouts) => Context | Promise<Context>
  /** Of whom sockets are counted together. */
  sessionKey: (session: Session) => string
  /** Sessions of the same key see the same, and may be answered by what was worked out once. Null: answered by itself. */
  eyesOf?: (session: Session) => string | null
  /** Whether anything was read in this context, and so its answer is more than what its event says by itself. */
  hasRead?: (context: Context) => boolean
  mayIntrospect: (session: Session) => boolean
  /** The text of a document that a message names by its hash; null where it names none. Throws for one that isn't known. */
  documentNamed?: (payload: object) => string | null
  /** Whether this caller may have such a document run; everybody may by default. */
  mayRun?: (session: Session, source: string) => boolean
  /** What an operation that the gate lets in is held to while it runs: nothing by default. */
  begin?: (context: Context, asked: OperationAsked) => Begun | Promise<Begun>
  /** Executes queries and events that come often; those that it leaves are graphql-js's. */
  compiled?: CompiledQueries<Context>
  /** Hears of every operation that is answered, and of every event that is sent. */
  onOperation?: (done: OperationDone) => void
  onEvent?: () => void
  /** Put around whatever is run: an operation, or what is answered to an event. */
  around?: <T>(type: OperationTypeNode, work: () => Promise<T>) => Promise<T>
  limits?: Partial<WebSocketLimits>
}

/** From where a socket came. */
export interface Whereabouts {
  /** The connection's own, as in the log. */
  readonly id: string
  readonly request: IncomingMessage
}

export interface WebSocketDoor<Session> {
  /** Closes the sockets whose session it is, at once, and those that are just being authenticated. Answers how many. */
  closeSession(predicate: (session: Session) => boolean, code: number, reason: string): number
  /** Tells all sockets to go (1001) and takes no new ones; resolves when they are gone, by force after the deadline. */
  dispose(deadlineMs?: number): Promise<void>
  /** Of the sockets that are open now: for whoever watches that their tokens stay valid. */
  sessions(): Iterable<Session>
  /** Open sockets, and subscriptions on them, for the metrics. */
  readonly size: number
  readonly subscriptions: number
}

interface Connection<Session> {
  /** Shown with an INTERNAL error, and in the log. */
  readonly id: string
  readonly request: IncomingMessage
  session?: Session
  /** While the session is being looked up: those that were closed meanwhile. */
  closings?: Closing<Session>[]
  /** By subscribe message and not by id: an id may be taken again while its first operation is still ending. */
  readonly operations: Map<SubscribePayload, AbortController>
  isOpen: boolean
  /** In one write. Resolves once they have left, or the socket has ended. */
  send(...messages: string[]): Promise<void>
  end(code: number, reason: string): void
}

interface Closing<Session> {
  predicate: (session: Session) => boolean
  code: number
  reason: string
}

interface Operation<Session> extends ExecutionArgs {
  /** As the client has named it. */
  id: string
  session: Session
  socket: Connection<Session>
  signal: AbortSignal
  running?: RunningOperation
  type: OperationTypeNode
  /** By the process's clock. */
  begunAt: number
  question: Question | null
}

/**
 * Serves graphql-transport-ws beside HTTP. The protocol is graphql-ws's; added is what it leaves to the server: a bad
 * document ends its operation and not the socket, events are answered once for all who ask alike and are sent by the
 * page, and nobody holds memory by reading slowly: what is sent has to leave before a source is asked for more, so that
 * a reader that stalls also stalls its sources.
 */
export function attachWebSocket<Session extends object, Context>(
  options: WebSocketOptions<Session, Context>,
): WebSocketDoor<Session> {
  const { httpServer, schema, gate, log, authenticate, contextFor, sessionKey, mayIntrospect, begin } = options
  const limits: WebSocketLimits = { ...WEBSOCKET_LIMITS, ...options.limits }
  const connections = new Set<Connection<Session>>()
  const socketsPerKey = new Map<string, number>()
  const subscriptionsPerKey = new Map<string, number>()
  const logOf = ({ session }: Connection<Session>): ErrorLog =>
    session === undefined ? log : marked(log, { accountId: sessionKey(session) })
  const types = new WeakMap<SubscribePayload, OperationTypeNode>()
  const shared = new SharedAnswers<unknown>()
  let disposal: Promise<void> | undefined

  // @types/ws doesn't know closeTimeout yet.
  const serverOptions: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    maxPayload: limits.maxMessageBytes,
    closeTimeout: limits.closeTimeoutMs,
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  }
  const server = new WebSocketServer(serverOptions)

  // ------------------------------------------------------------ sessions

  const admitSession = async (connection: Connection<Session>, params: Record<string, unknown>): Promise<boolean> => {
    connection.closings = []
    try {
      const session = await authenticate(params, connection)
      if (!connection.isOpen) return false
      const closing = connection.closings.find(({ predicate }) => predicate(session))
      if (closing !== undefined) {
        connection.end(closing.code, closing.reason)
        return false
      }
      const key = sessionKey(session)
      const count = socketsPerKey.get(key) ?? 0
      if (count >= limits.maxSocketsPerKey) {
        connection.end(TRY_AGAIN_LATER, `Too many sockets: at most ${limits.maxSocketsPerKey} at once`)
        return false
      }
      socketsPerKey.set(key, count + 1)
      connection.session = session
      return true
    } catch (error) {
      const code = presentError(error, logOf(connection), connection.id).extensions?.code
      if (code === ErrorCode.UNAVAILABLE || code === ErrorCode.RATE_LIMITED)
        connection.end(TRY_AGAIN_LATER, 'Try again later')
      if (code === ErrorCode.INTERNAL) connection.end(CloseCode.InternalServerError, 'Internal error')
      // graphql-ws closes with 4403 Forbidden, and why is not told.
      return false
    } finally {
      connection.closings = undefined
    }
  }

  const forgetSession = (session: Session): void => countDown(socketsPerKey, sessionKey(session))

  // ------------------------------------------------------------ operations

  const admitOperation = async (
    socket: Connection<Session>,
    id: string,
    payload: SubscribePayload,
  ): Promise<Operation<Session> | readonly GraphQLError[]> => {
    const { session, operations } = socket
    const begunAt = performance.now()
    if (session === undefined) return [asGraphQLError(new UnauthenticatedError())]
    if (operations.size >= limits.maxOperations) {
      return [asGraphQLError(new QueryTooExpensiveError('operations at once on its socket', limits.maxOperations))]
    }
    const source = sourceOf(payload)
    if (typeof source !== 'string') return [source]
    if (options.mayRun?.(session, source) === false) return [UNTRUSTED_DOCUMENT]
    const { document, errors } = gate.admit(source)
    if (document === undefined) return errors
    const operation = getOperationAST(document, payload.operationName)
    if (operation == null) return [NO_OPERATION]
    if (isIntrospection(document) && !mayIntrospect(session)) {
      return [asGraphQLError(new UnauthenticatedError('Introspection needs a valid token.'))]
    }
    const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION
    types.set(payload, operation.operation)
    const key = sessionKey(session)
    if (isSubscription && (subscriptionsPerKey.get(key) ?? 0) >= limits.maxSubscriptionsPerKey) {
      const what = 'subscriptions of one account at once'
      return [asGraphQLError(new RateLimitedError(what, limits.maxSubscriptionsPerKey, SUBSCRIBE_AGAIN_MS))]
    }
    const controller = new AbortController()
    operations.set(payload, controller)
    if (isSubscription) {
      subscriptionsPerKey.set(key, (subscriptionsPerKey.get(key) ?? 0) + 1)
      controller.signal.addEventListener('abort', () => countDown(subscriptionsPerKey, key), { once: true })
    }
    const question = isSubscription ? questionOf(session, source, document, operation, payload) : null
    if (question !== null) controller.signal.addEventListener('abort', () => shared.leave(question), { once: true })
    const refuse = (error: unknown): readonly GraphQLError[] => {
      operations.delete(payload)
      controller.abort()
      return [asGraphQLError(error)]
    }
    try {
      const contextValue = await contextFor(session, controller.signal, socket)
      const begun = await begin?.(contextValue, { document, operation, variables: payload.variables ?? {} })
      if (begun?.refusal !== undefined) return refuse(begun.refusal)
      const running = begun?.running
      if (controller.signal.aborted) running?.finish(null)
      return {
        id,
        question,
        schema,
        document,
        operationName: payload.operationName,
        variableValues: payload.variables,
        contextValue,
        options: { maxCoercionErrors: MAX_COERCION_ERRORS },
        session,
        socket,
        signal: controller.signal,
        running,
        type: operation.operation,
        begunAt,
      }
    } catch (error) {
      return refuse(error)
    }
  }

  /** Of an operation that was refused before it ran, nobody knows more than its message. */
  const tellRefusal = (payload: SubscribePayload, errors: readonly GraphQLFormattedError[]): void => {
    const type = types.get(payload) ?? 'none'
    options.onOperation?.({ type, transport: 'SOCKET', outcome: outcomeOf(errors[0]), seconds: 0 })
  }

  const tellDone = ({ begunAt, type }: Operation<Session>, errors?: readonly GraphQLFormattedError[]): void => {
    const seconds = (performance.now() - begunAt) / 1000
    options.onOperation?.({ type, transport: 'SOCKET', outcome: outcomeOf(errors?.[0]), seconds })
  }

  const sourceOf = (payload: SubscribePayload): string | GraphQLError => {
    try {
      return options.documentNamed?.(payload) ?? payload.query
    } catch (error) {
      return asGraphQLError(error)
    }
  }

  const { around } = options
  const run = <T>(type: OperationTypeNode, work: () => T | Promise<T>): T | Promise<T> =>
    around === undefined ? work() : around(type, () => Promise.resolve(work()))

  /** Mutations are executed by graphql-js alone. */
  const executed = (
    operation: Operation<Session>,
    contextValue: Context,
    rootValue?: unknown,
  ): ExecutionResult | Promise<ExecutionResult> => {
    const { type, document, operationName, variableValues } = operation
    const byGraphQL = () => execute({ ...operation, rootValue, contextValue })
    // They could not be executed anew.
    if (options.compiled === undefined || type === OperationTypeNode.MUTATION) return byGraphQL()
    const data = options.compiled.execute(document, operationName, rootValue, contextValue, variableValues)
    return after(data, (known) => (known === null ? byGraphQL() : { data: known }))
  }

  const runOnce = async (operation: Operation<Session>): Promise<ExecutionResult> => {
    const { running } = operation
    try {
      const result = await run(operation.type, () => executed(operation, operation.contextValue as Context))
      return running === undefined ? result : { ...result, extensions: { ...running.finish(result.data) } }
    } catch (error) {
      running?.finish(null)
      return { errors: [asGraphQLError(error)] }
    }
  }

  const openStream = async (operation: Operation<Session>): Promise<AsyncIterableIterator<never> | ExecutionResult> => {
    const { signal, running } = operation
    // Charged as it begins; each event is charged as it is sent.
    running?.finish(null)
    try {
      const source = await createSourceEventStream(operation)
      if (!(Symbol.asyncIterator in source)) return source
      tellDone(operation)
      // graphql-ws holds the operation for as long as it lasts: what it began with need not last as long.
      operation.contextValue = undefined
      return sendingStream(paged(source), signal, (page, isOver) => sendPage(operation, page, isOver))
    } catch (error) {
      return { errors: [asGraphQLError(error)] }
    }
  }

  const questionOf = (
    session: Session,
    source: string,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    { operationName, variables }: SubscribePayload,
  ): Question | null => {
    const eyes = options.eyesOf?.(session) ?? null
    if (eyes === null) return null
    // One that isn't given has its default, and null is null.
    const given = (name: string): unknown[] =>
      variables != null && Object.hasOwn(variables, name) ? [name, variables[name]] : [name]
    const asked = [...answeringVariables(document, operation)].map(given)
    return shared.ask(JSON.stringify([eyes, source, operationName ?? null, asked]))
  }

  /** graphql-ws would send one message after the other, each made anew; what they say is the same. */
  const sendPage = async (operation: Operation<Session>, page: Page<unknown>, isOver: () => boolean): Promise<void> => {
    for (let start = 0; start < page.events.length && !isOver(); start += limits.eventsAtOnce) {
      const workOut = workerFor(operation)
      const pending = page.events
        .slice(start, start + limits.eventsAtOnce)
        .map((event) => shared.answer(operation.question, page, event, workOut))
      const answers = pending.every(isThere)
        ? pending
        : await Promise.all(pending.map((answer) => Promise.resolve(answer)))
      while (answers.length > 0 && !isOver()) await sendSome(operation, answers)
    }
  }

  /** Takes of the answers what may leave together, and resolves once it has left. */
  const sendSome = (operation: Operation<Session>, answers: Answer[]): Promise<void> => {
    const { id, socket } = operation
    const begin = `{"id":${JSON.stringify(id)},"type":"next","payload":`
    const messages: string[] = []
    for (let length = 0; length < limits.bytesAtOnce;) {
      const [answer] = answers
      if (answer === undefined) break
      // Who were told nothing but an error, and then the next event, could not know which one they have missed.
      if (answer.result.data == null) {
        if (messages.length === 0) throw new UndeliveredEvent(answer.result.errors)
        break
      }
      answers.shift()
      const message = `${begin}${payloadOf(operation, answer)}}`
      length += message.length
      messages.push(message)
    }
    return socket.send(...messages)
  }

  /** Works events out with one context, which is made for the first that nobody else has worked out. */
  const workerFor = (operation: Operation<Session>): WorkOut<unknown> => {
    const { session, socket } = operation
    let context: Context | Promise<Context> | undefined
    return (event) => {
      context ??= contextFor(session, UNENDING, socket)
      return after(context, (contextValue) =>
        after(
          run(operation.type, () => executed(operation, contextValue, event)),
          (result) => {
            const data = result.errors === undefined ? JSON.stringify(result.data) : null
            const points = operation.running?.pointsOf(result.data) ?? 0
            return { answer: { data, result, points }, hasRead: options.hasRead?.(contextValue) ?? true }
          },
        ),
      )
    }
  }

  const payloadOf = ({ socket, running }: Operation<Session>, { data, result, points }: Answer): string => {
    const extensions = running?.charge(points)
    options.onEvent?.()
    if (data !== null)
      return extensions === undefined
        ? `{"data":${data}}`
        : `{"data":${data},"extensions":${JSON.stringify(extensions)}}`
    const errors = result.errors?.map((error) => presentError(error, logOf(socket), socket.id))
    return JSON.stringify({ ...result, extensions, errors })
  }

  const protocol = makeServer<Record<string, unknown>, Connection<Session>>({
    connectionInitWaitTimeout: limits.initTimeoutMs,
    onConnect: ({ extra, connectionParams }) => admitSession(extra, connectionParams ?? {}),
    onSubscribe: ({ extra }, id, payload) => admitOperation(extra, id, payload),
    execute: (args) => runOnce(args as Operation<Session>),
    subscribe: (args) => openStream(args as Operation<Session>),
    onNext: ({ extra }, _id, _payload, args, { errors, ...result }) => {
      const shown = errors?.map((error) => presentError(error, logOf(extra), extra.id))
      const operation = args as Operation<Session>
      const isEvent = operation.type === OperationTypeNode.SUBSCRIPTION && 'data' in result
      if (isEvent) options.onEvent?.()
      else tellDone(operation, shown)
      return shown && { ...result, errors: shown }
    },
    onError: ({ extra }, _id, payload, errors) => {
      const [ended] = errors
      const causes = ended?.originalError instanceof UndeliveredEvent ? ended.originalError.causes : errors
      const shown = causes.map((error) => presentError(error, logOf(extra), extra.id))
      tellRefusal(payload, shown)
      return shown
    },
    onComplete: ({ extra: { operations } }, _id, payload) => {
      operations.get(payload)?.abort()
      operations.delete(payload)
    },
  })

  // ------------------------------------------------------------ sockets

  const open = (socket: WebSocket, request: IncomingMessage, stream: Duplex): void => {
    let isAlive = true
    let receive: ((message: string) => Promise<void>) | undefined
    let closed: (code: number, reason: string) => Promise<void> = () => Promise.resolve()

    const heartbeat = setInterval(() => {
      if (!isAlive) {
        socket.terminate()
        return
      }
      isAlive = false
      socket.ping()
    }, limits.pingIntervalMs)

    const connection: Connection<Session> = {
      id: randomUUID(),
      request,
      operations: new Map(),
      isOpen: true,
      // All that the socket holds is let go at once: the closing handshake may take as long as the client likes.
      end(code, reason) {
        if (!connection.isOpen) return
        connection.isOpen = false
        connections.delete(connection)
        clearInterval(heartbeat)
        if (connection.session !== undefined) forgetSession(connection.session)
        for (const operation of connection.operations.values()) operation.abort()
        socket.close(code, clipReason(reason))
        void closed(code, reason)
        log.debug({ requestId: connection.id, code, reason }, 'socket closed')
      },
      send: (...messages) =>
        new Promise((resolve) => {
          if (!maySend()) {
            resolve()
            return
          }
          const timer = setTimeout(() => {
            connection.end(SLOW_READER, `Read too slowly: a message waited for ${limits.sendTimeoutMs} ms`)
          }, limits.sendTimeoutMs)
          // Below ws, which has nothing under way itself: without compression it writes each frame whole, at once.
          stream.write(textFrames(messages), () => {
            clearTimeout(timer)
            resolve()
          })
        }),
    }
    const maySend = (): boolean => {
      // The client is closing, and may take its time: without this its sources would run on, unheard.
      if (socket.readyState !== socket.OPEN) connection.end(GOING_AWAY, 'Closing')
      if (connection.isOpen && socket.bufferedAmount > limits.maxBufferedBytes)
        connection.end(SLOW_READER, `Read too slowly: ${limits.maxBufferedBytes} bytes are waiting`)
      return connection.isOpen
    }
    connections.add(connection)

    socket.on('pong', () => (isAlive = true))
    socket.on('message', (data: Buffer) => {
      isAlive = true
      if (!connection.isOpen) return
      receive?.(data.toString()).catch((error: unknown) => {
        // The only error that a client brings about: a message that is the server's to send.
        if (error instanceof Error && error.message.startsWith('Unexpected message of type')) {
          connection.end(CloseCode.BadRequest, 'Invalid message received')
          return
        }
        presentError(error, logOf(connection), connection.id)
        connection.end(CloseCode.InternalServerError, 'Internal error')
      })
    })
    // ws has begun to close by itself, with the code of the protocol's rule: 1009 for a message that is too long.
    socket.on('error', () => connection.end(GOING_AWAY, 'Socket error'))
    socket.on('close', (code, reason) => connection.end(code, reason.toString()))

    closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (message) => connection.send(message),
        close: (code, reason) => connection.end(code ?? CloseCode.InternalServerError, reason ?? ''),
        onMessage: (callback) => (receive = callback),
      },
      connection,
    )
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const [path] = (request.url ?? '').split('?', 1)
    if (path !== GRAPHQL_PATH) {
      refuseUpgrade(socket, '404 Not Found')
      return
    }
    if (disposal !== undefined || server.clients.size >= limits.maxSockets) {
      refuseUpgrade(socket, '503 Service Unavailable\r\nretry-after: 5')
      return
    }
    server.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, request, socket))
  }
  httpServer.on('upgrade', onUpgrade)

  return {
    closeSession(predicate, code, reason) {
      let count = 0
      for (const connection of connections) {
        connection.closings?.push({ predicate, code, reason })
        if (connection.session === undefined || !predicate(connection.session)) continue
        connection.end(code, reason)
        count++
      }
      return count
    },
    dispose(deadlineMs = DISPOSE_DEADLINE_MS) {
      disposal ??= new Promise((resolve) => {
        for (const connection of connections) connection.end(GOING_AWAY, 'Going away')
        const timer = setTimeout(() => {
          for (const socket of server.clients) socket.terminate()
        }, deadlineMs)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
      })
      return disposal
    },
    *sessions() {
      for (const { session } of connections) if (session !== undefined) yield session
    },
    get size() {
      return connections.size
    },
    get subscriptions() {
      let sum = 0
      for (const count of subscriptionsPerKey.values()) sum += count
      return sum
    },
  }
}

/** Ends a subscription with the errors of the event that could not be read: its client asks again, after the one that it has. */
class UndeliveredEvent extends Error {
  constructor(readonly causes: readonly GraphQLError[] = []) {
    super('an event could not be read')
  }
}

/** Of a caller that has all the subscriptions that it may: one of them has to end first. */
const SUBSCRIBE_AGAIN_MS = 5_000

function countDown(counts: Map<string, number>, key: string): void {
  const count = (counts.get(key) ?? 0) - 1
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
}

/** A client on a sane network answers a close within a round trip. */
const DISPOSE_DEADLINE_MS = 5_000

const NO_OPERATION = new GraphQLError('The document has no operation, or several and none is named.', {
  extensions: { code: ErrorCode.BAD_REQUEST },
})

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  return error instanceof Error
    ? new GraphQLError(error.message, { originalError: error })
    : new GraphQLError('Not an error.')
}

function isThere(answer: Answer | Promise<Answer>): answer is Answer {
  return !(answer instanceof Promise)
}

/** Of answers that others may wait for too, whoever was the first to ask. */
const UNENDING = new AbortController().signal

/** A close frame has room for 123 bytes, and graphql-ws quotes the client's id. */
function clipReason(reason: string): string {
  return Buffer.byteLength(reason) <= 123
    ? reason
    : Buffer.from(reason)
        .subarray(0, 120)
        .toString()
        .replace(/\ufffd$/, '')
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy())
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
