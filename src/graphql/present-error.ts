import { randomUUID } from 'node:crypto'
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql'
import { ArgumentValidationError, AuthenticationError, AuthorizationError } from 'type-graphql'
import { isDatabaseAway, isSerializationFailure, isUnstorableText } from '../database-errors'
import {
  BadUserInputError,
  DomainError,
  ErrorCode,
  type ErrorDetails,
  UnauthenticatedError,
  UnavailableError,
} from '../errors'
import { describeError, type ErrorLog } from '../log'

/** Longer messages are cut: graphql-js quotes names and values from the request, whatever their length. */
const MAX_MESSAGE_LENGTH = 300
const MAX_FIELD_LENGTH = 200

/** GraphQL's own refusals, by their codes: ours, Apollo Server's and the two of persisted queries. */
const REQUEST_CODES = new Map<unknown, ErrorCode>([
  [ErrorCode.GRAPHQL_PARSE_FAILED, ErrorCode.GRAPHQL_PARSE_FAILED],
  [ErrorCode.GRAPHQL_VALIDATION_FAILED, ErrorCode.GRAPHQL_VALIDATION_FAILED],
  [ErrorCode.BAD_USER_INPUT, ErrorCode.BAD_USER_INPUT],
  [ErrorCode.BAD_REQUEST, ErrorCode.BAD_REQUEST],
  ['OPERATION_RESOLUTION_FAILURE', ErrorCode.BAD_REQUEST],
  ['PERSISTED_QUERY_NOT_SUPPORTED', ErrorCode.BAD_REQUEST],
  ['PERSISTED_QUERY_NOT_FOUND', ErrorCode.BAD_REQUEST],
])

/**
 * How an error is shown, over HTTP and sockets alike. A refusal shows its message, code and figures; a mistake in the
 * request shows what graphql-js says of it, cut short; an absent database shows that the request may be sent again;
 * everything else is a bug, and shows an id under which the log holds the rest.
 */
export function presentError(error: unknown, log: ErrorLog, requestId: string = randomUUID()): GraphQLFormattedError {
  const { message, code, details } = describe(error, log, requestId)
  const shown = error instanceof GraphQLError ? error : undefined
  return {
    message: cut(message, MAX_MESSAGE_LENGTH),
    ...(shown?.locations && { locations: shown.locations }),
    ...(shown?.path && { path: shown.path }),
    extensions: { ...details, code },
  }
}

interface Presentation {
  message: string
  code: ErrorCode
  details?: ErrorDetails
}

function describe(error: unknown, log: ErrorLog, requestId: string): Presentation {
  const origin = originOf(error)
  if (origin instanceof DomainError) return origin
  if (origin instanceof AuthenticationError) return new UnauthenticatedError()
  if (origin instanceof AuthorizationError) {
    return { code: ErrorCode.FORBIDDEN, message: 'This token may not do that.' }
  }
  if (origin instanceof ArgumentValidationError) return describeArguments(origin)
  const mistake = describeRequest(error, origin)
  if (mistake !== null) return mistake

  if (isDatabaseAway(origin) || isSerializationFailure(origin)) {
    logOnce(origin, requestId, () => log.warn({ requestId, error: describeError(origin) }, 'the database was away'))
    return new UnavailableError()
  }
  if (isUnstorableText(origin)) return new BadUserInputError('', 'The input holds a character that can’t be stored.')
  const path = error instanceof GraphQLError ? error.path?.join('.') : undefined
  logOnce(origin, requestId, () => log.error({ requestId, path, error: describeError(origin) }, 'an error was masked'))
  return {
    message: 'Something went wrong here. Tell us the request id, and we can find out what.',
    code: ErrorCode.INTERNAL,
    details: { requestId },
  }
}

/** The error that began it, under the GraphQLErrors that tell where it surfaced. */
function originOf(error: unknown): unknown {
  let origin = error
  while (origin instanceof GraphQLError && origin.originalError !== undefined) origin = origin.originalError
  return origin
}

// ---------------------------------------------------------------- mistakes in the request

/**
 * Null where the error isn't the request's fault. Only what graphql-js and Apollo Server make counts: a GraphQLError
 * out of a scalar that can't be answered, or with a code that isn't ours, is a bug like any other.
 */
function describeRequest(error: unknown, origin: unknown): Presentation | null {
  if (!(error instanceof GraphQLError)) return null
  const excess = describeExcess(error)
  if (excess !== null) return excess
  const code = REQUEST_CODES.get(error.extensions.code)
  const coercion = describeCoercion(error, origin)
  if (coercion !== null && (code === undefined || code === ErrorCode.BAD_USER_INPUT)) return coercion
  return code === undefined ? null : { code, message: error.message }
}

/** The parser's own limits come as syntax errors ("more that" is graphql-js's spelling). */
const PARSER_LIMIT = /^Syntax Error: (?:Document|Source) contains more tha[nt] (\d+) (.+)\. Parsing aborted\.$/

function describeExcess(error: GraphQLError): Presentation | null {
  const [, limit, what] = PARSER_LIMIT.exec(error.message) ?? []
  if (limit === undefined || what === undefined) return null
  return {
    code: ErrorCode.QUERY_TOO_EXPENSIVE,
    message: `The document has too many ${what}: at most ${limit}.`,
    details: { what, limit: Number(limit) },
  }
}

/**
 * A variable or an argument whose value doesn't fit its type. graphql-js quotes the value, which may be a megabyte or a
 * secret; so the message is put together anew from the name, the path and the rule.
 */
function describeCoercion(error: GraphQLError, origin: unknown): Presentation | null {
  const [, argument, fault] = /^Argument "(\w+)" (of (?:required|non-null) type .*)$/s.exec(error.message) ?? []
  if (argument !== undefined && fault !== undefined) return badInput(argument, `Argument "${argument}" ${fault}`)
  if (error.message.startsWith('Too many errors processing variables')) {
    return { code: ErrorCode.BAD_USER_INPUT, message: 'The variables have more faults than are listed.' }
  }

  const [node] = error.nodes ?? []
  if (node?.kind !== Kind.VARIABLE_DEFINITION) return null
  const variable = node.variable.name.value
  const start = `Variable "$${variable}" `
  if (!error.message.startsWith(start)) return null
  if (!error.message.startsWith('got invalid value ', start.length)) return badInput(variable, error.message)

  const rule = innermostMessage(error, origin)
  const head = error.message.slice(0, error.message.length - rule.length)
  // A quoted value can't end like this: its own quotes would be escaped.
  const [, path = ''] = new RegExp(` at "${variable}([\\w.[\\]]+)"; $`).exec(head) ?? []
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '')
  const [, missing] = /^Field "(\w+)" (?:of required type|is not defined by type)/.exec(rule) ?? []
  if (missing !== undefined) steps.push(missing)
  // By convention the variable is the input itself, so a field is named within it: `items.3.days`. Within a list it isn't.
  const named = steps.length === 0 || /^\d/.test(steps[0] ?? '') ? [variable, ...steps] : steps
  return badInput(named.join('.'), `${start}is refused: ${rule}`)
}

/** graphql-js appends the message of the error that it wraps; Apollo Server wraps the whole once more. */
function innermostMessage(error: GraphQLError, origin: unknown): string {
  for (let inner: unknown = error; inner instanceof GraphQLError; inner = inner.originalError) {
    const next = inner.originalError
    if (next !== undefined && inner.message.endsWith(`; ${next.message}`)) return next.message
  }
  return origin instanceof Error && error.message.endsWith(origin.message) ? origin.message : ''
}

function badInput(field: string, message: string): Presentation {
  return { code: ErrorCode.BAD_USER_INPUT, message, details: { field: cut(field, MAX_FIELD_LENGTH) } }
}

/** What class-validator reports, without the value and the target that it carries along. */
interface ValidationFault {
  property?: string
  constraints?: Record<string, string>
  children?: ValidationFault[]
}

function describeArguments(error: ArgumentValidationError): Presentation {
  let faults = (error.extensions as { validationErrors?: ValidationFault[] }).validationErrors
  const path: string[] = []
  let message = 'The input is not valid.'
  while (faults?.[0] !== undefined) {
    const [{ property, constraints, children }] = faults
    if (property !== undefined) path.push(property)
    message = Object.values(constraints ?? {})[0] ?? message
    faults = children
  }
  return path.length === 0 ? { code: ErrorCode.BAD_USER_INPUT, message } : badInput(path.join('.'), message)
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

// ---------------------------------------------------------------- the log

const logged = new WeakMap<object, string>()

/** One failed batch of a loader fails a hundred fields with the same error: one line tells of it. */
function logOnce(origin: unknown, requestId: string, write: () => void): void {
  const isObject = typeof origin === 'object' && origin !== null
  if (isObject && logged.get(origin) === requestId) return
  if (isObject) logged.set(origin, requestId)
  write()
}

// ---------------------------------------------------------------- HTTP

/** The status of an answer that is nothing but this refusal, with no data beside it. */
export function httpStatusOf(code: unknown): number {
  switch (code) {
    case ErrorCode.UNAUTHENTICATED:
      return 401
    case ErrorCode.FORBIDDEN:
      return 403
    case ErrorCode.NOT_FOUND:
      return 404
    case ErrorCode.RATE_LIMITED:
      return 429
    case ErrorCode.INTERNAL:
      return 500
    case ErrorCode.UNAVAILABLE:
      return 503
    default:
      return 400
  }
}

/** For the header of an answer of 429 or 503. Whole seconds, at least one: HTTP knows no smaller. */
export function retryAfterSeconds({ retryAfterMs }: Record<string, unknown> = {}): string {
  return String(Math.max(1, Math.ceil(Number(retryAfterMs ?? 0) / 1000)))
}
