import { ApolloServer, type ApolloServerPlugin, type BaseContext, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema, OperationTypeNode } from 'graphql'
import type { Logger } from 'pino'
import { isDatabaseAway } from '../database-errors'
import { DomainError, ErrorCode, ForbiddenError, UnauthenticatedError } from '../errors'
import type { RequestMarks } from '../http/request-marks'
import { marked } from '../log'
import type { OperationDone } from '../metrics/metrics'
import type { CompiledQueries } from './compiled-queries'
import { type DocumentGate, isIntrospection } from './document-gate'
import type { Begun, OperationExtensions, OperationAsked, RunningOperation } from './operation-limits'
import { httpStatusOf, presentError, retryAfterSeconds } from './present-error'

export interface ApolloOptions<Context extends BaseContext> {
  schema: GraphQLSchema
  gate: DocumentGate
  log: Logger
  production: boolean
  /** Who may ask for the schema: outside development whoever has shown a token. */
  mayIntrospect: (context: Context) => boolean
  /** What the request's log lines bear; its id is shown with an INTERNAL error. */
  marksOf?: (context: Context) => RequestMarks | undefined
  /** Whether this caller may have such a document run; everybody may by default. */
  mayRun?: (context: Context, source: string) => boolean
  /** What an operation that the gate lets in is held to while it runs: nothing by default. */
  begin?: (context: Context, asked: OperationAsked) => Begun | Promise<Begun>
  /** Executes queries that come often; those that it leaves are graphql-js's. */
  compiled?: CompiledQueries<Context>
  /** Hears of every operation that is answered. */
  onOperation?: (done: OperationDone) => void
}

/** graphql-js lists 50, each with the value that it quotes. */
export const MAX_COERCION_ERRORS = 10

/** Apollo's formatError sees an error and not its request. */
const marks = new WeakMap<GraphQLError, RequestMarks | undefined>()

/**
 * Apollo Server with the doors of its own shut: no usage, schema or trace reporting, no persisted queries, no batches,
 * no hosted landing page, no stack traces, and no signal handlers, since the gateway drains in an order of its own.
 * The caller starts and stops it. It copies the context before use, so a context must not hold `#private` fields.
 */
export function createApollo<Context extends BaseContext>(options: ApolloOptions<Context>): ApolloServer<Context> {
  const { schema, gate, log, production } = options
  const show = (error: unknown): GraphQLFormattedError => {
    const found = error instanceof GraphQLError ? marks.get(error) : undefined
    return found === undefined ? presentError(error, log) : presentError(error, marked(log, found), found.requestId)
  }

  return new ApolloServer<Context>({
    schema,
    logger: log,
    // Else Apollo reads NODE_ENV, and APOLLO_* for the plugins below.
    nodeEnv: production ? 'production' : 'development',
    plugins: [
      ApolloServerPluginCacheControlDisabled(), // it instruments every field
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      production ? ApolloServerPluginLandingPageDisabled() : landingPage,
      operationPlugin(options, show),
    ],
    introspection: true, // by the gate's plugin, which knows the caller
    parseOptions: gate.parseOptions,
    // Off because the gate validates: it looks at the limits first, so that no rule walks an oversized document.
    dangerouslyDisableValidation: true,
    executionOptions: { maxCoercionErrors: MAX_COERCION_ERRORS },
    formatError: (_formatted, error) => show(error),
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
  })
}

const DONE = Promise.resolve()

/**
 * All that is done around an operation, in one plugin, since Apollo waits for each plugin at each of its hooks. The gate runs after parsing
 * and before execution, and answers in the executor's place where the document isn't let in. Nothing is done for each field.
 */
function operationPlugin<Context extends BaseContext>(
  { gate, mayIntrospect, mayRun, begin, compiled, marksOf, onOperation }: ApolloOptions<Context>,
  show: (error: unknown) => GraphQLFormattedError,
): ApolloServerPlugin<Context> {
  const refusals = ({ document, operation, contextValue, source }: GatedRequest<Context>): readonly GraphQLError[] => {
    if (mayRun?.(contextValue, source) === false) return [UNTRUSTED_DOCUMENT]
    const errors = gate.check(document)
    if (errors.length > 0) return errors
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return [NO_SUBSCRIPTIONS]
    if (isIntrospection(document) && !mayIntrospect(contextValue)) {
      return [INTROSPECTION_REFUSED]
    }
    return []
  }
  const answer = (errors: readonly GraphQLFormattedError[], extensions?: OperationExtensions) => {
    const [first] = errors
    const status = httpStatusOf(first?.extensions?.code)
    const headers = new HeaderMap()
    if (status === 429 || status === 503) headers.set('retry-after', retryAfterSeconds(first?.extensions))
    const singleResult = { errors, ...(extensions !== undefined && { extensions: { ...extensions } }) }
    return { http: { status, headers }, body: { kind: 'single' as const, singleResult } }
  }
  return {
    requestDidStart: () => {
      const begunAt = performance.now()
      let running: RunningOperation | undefined
      return Promise.resolve({
        didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) marks.set(error, marksOf?.(contextValue))
          return DONE
        },
        async responseForOperation(request) {
          const errors = refusals(request).map(show)
          if (errors.length > 0) return answer(errors)
          const { document, operation, contextValue } = request
          if (begin === undefined) return null
          const variables = request.request.variables ?? {}
          let begun: Begun
          try {
            begun = await begin(contextValue, { document, operation, variables })
          } catch (error) {
            return answer([show(error)])
          }
          if (begun.refusal !== undefined) return answer([show(wrapped(begun.refusal))], begun.extensions)
          running = begun.running
          if (compiled === undefined || operation.operation !== OperationTypeNode.QUERY) return null
          const { operationName } = request.request
          const data = await compiled.execute(document, operationName, undefined, contextValue, variables)
          if (data !== null)
            return {
              http: { status: undefined, headers: new HeaderMap() },
              body: { kind: 'single', singleResult: { data } },
            }
          return null
        },
        willSendResponse({ request, operation, response: { http, body } }) {
          if (running !== undefined && body.kind === 'single') {
            const { singleResult } = body
            singleResult.extensions = { ...singleResult.extensions, ...running.finish(singleResult.data) }
          }
          const [error] = (body.kind === 'single' ? body.singleResult.errors : undefined) ?? []
          giveLegacyStatus(http, request.http?.headers, error)
          onOperation?.({
            type: operation?.operation ?? 'none',
            transport: 'HTTP',
            outcome: outcomeOf(error),
            seconds: (performance.now() - begunAt) / 1000,
          })
          return DONE
        },
        unexpectedErrorProcessingRequest() {
          running?.finish(null)
          return DONE
        },
      })
    },
  }
}

/** `OK`, or the code that the error is shown with. */
export function outcomeOf(error: GraphQLFormattedError | undefined): string {
  if (error === undefined) return 'OK'
  const code = error.extensions?.code
  return typeof code === 'string' ? code : ErrorCode.INTERNAL
}

function wrapped(refusal: Error): GraphQLError {
  return new GraphQLError(refusal.message, { originalError: refusal })
}

interface GatedRequest<Context> {
  document: Parameters<DocumentGate['check']>[0]
  operation: { operation: OperationTypeNode } | undefined
  contextValue: Context
  source: string
}

const needsToken = new UnauthenticatedError('Introspection needs a valid token.')
const INTROSPECTION_REFUSED = new GraphQLError(needsToken.message, { originalError: needsToken })

export const UNTRUSTED_DOCUMENT = wrapped(
  new ForbiddenError('Only documents that the provider has listed are run here: send the documentId of one.'),
)

// graphql-js would run a subscription like a query, with no event to resolve.
const NO_SUBSCRIPTIONS = new GraphQLError(
  'Subscriptions are served over WebSocket, by the graphql-transport-ws protocol on this same path.',
  { extensions: { code: ErrorCode.BAD_REQUEST } },
)

/**
 * GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/) wants 400 for a document that can't be run
 * where the client takes application/graphql-response+json, and 200 where it knows only application/json. A request
 * that isn't GraphQL at all stays 400 for both.
 */
function giveLegacyStatus(
  http: { status?: number },
  headers: HeaderMap | undefined,
  error: GraphQLFormattedError | undefined,
): void {
  const isOther = http.status === 400 && error?.extensions?.code !== ErrorCode.BAD_REQUEST
  if (isOther && !takesGraphQLResponse(headers)) http.status = 200
}

function takesGraphQLResponse(headers: HeaderMap | undefined): boolean {
  const accept = headers?.get('accept') ?? ''
  const modern = accept.indexOf('application/graphql-response+json')
  const legacy = accept.indexOf('application/json')
  return modern >= 0 && (legacy < 0 || modern < legacy)
}

/** An error thrown before there is a context would be a 500 to Apollo; this gives it the status of its code. */
export function withHttpStatus(error: unknown, found: RequestMarks): GraphQLError {
  const code = error instanceof DomainError ? error.code : isDatabaseAway(error) ? ErrorCode.UNAVAILABLE : undefined
  const status = httpStatusOf(code ?? ErrorCode.INTERNAL)
  const retryAfterMs = error instanceof DomainError ? Number(error.details.retryAfterMs ?? 0) : 0
  const retryAfter = String(Math.max(1, Math.ceil(retryAfterMs / 1000)))
  const headers = new HeaderMap(status === 503 || status === 429 ? [['retry-after', retryAfter]] : [])
  const refusal = new GraphQLError(error instanceof Error ? error.message : 'Not an error.', {
    originalError: error instanceof Error ? error : undefined,
    extensions: { code, http: { status, headers } },
  })
  marks.set(refusal, found)
  return refusal
}

/** For a person who opens the address in a browser, while developing. */
const landingPage: ApolloServerPlugin = {
  serverWillStart: () =>
    Promise.resolve({
      renderLandingPage: () =>
        Promise.resolve({
          html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Daybook GraphQL</title>
<h1>Daybook GraphQL</h1>
<p>Queries and mutations are POSTed here as JSON; subscriptions come over WebSocket (graphql-transport-ws) on the same path.</p>
<pre>curl -s "$ADDRESS/graphql" -H "authorization: Bearer $TOKEN" \\
  -H "content-type: application/json" -d '{"query":"{ viewer { role scopes } }"}'</pre>
<p>The schema is in <code>schema.graphql</code>; with a token, or while developing, it can be introspected.</p></html>`,
        }),
    }),
}
