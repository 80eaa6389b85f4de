import { type GraphQLErrorOptions, GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'
import { GraphQLDateTime, GraphQLJSONObject } from 'graphql-scalars'
import { instantText, LAST_INSTANT } from '../clock'

/**
 * The scalars of the API. They refuse what they can't hold exactly, and their messages name the rule and not the
 * value: an error answers at most what its sender may have typed, never a megabyte of it.
 */

const { MAX_SAFE_INTEGER, MIN_SAFE_INTEGER } = Number

// Dates of two digits or five would sort wrongly as text, and nothing of ours happened before Unix time began.
const FIRST_INSTANT = Date.UTC(1970, 0, 1)

/** graphql-scalars knows the form and the calendar; the years, the message and the text that goes out are ours. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description:
    'An instant, written by RFC 3339: answered in UTC with milliseconds, such as 2026-01-31T09:30:00.000Z; taken with "Z" or an offset. Years 1970 to 9999.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  serialize(value) {
    if (value instanceof Date && isInstant(value)) return instantText(value)
    throw new TypeError('A DateTime is answered from a valid Date of the years 1970 to 9999.')
  },
  parseValue: (value) => parseInstant(value),
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : undefined, node),
  extensions: { codegenScalarType: 'string', jsonSchema: { type: 'string', format: 'date-time' } },
})

function isInstant(date: Date): boolean {
  return date.getTime() >= FIRST_INSTANT && date.getTime() <= LAST_INSTANT
}

/** No text of RFC 3339 that we keep is longer; digits beyond the nanosecond say nothing that a Date can hold. */
const MAX_INSTANT_LENGTH = 35

function parseInstant(value: unknown, node?: ValueNode): Date {
  if (typeof value === 'string' && value.length <= MAX_INSTANT_LENGTH) {
    const instant = tryParseDateTime(value)
    if (instant !== null && isInstant(instant)) return instant
  }
  throw inputError('a DateTime is a text such as "2026-01-31T09:30:00Z", of the years 1970 to 9999.', node)
}

function tryParseDateTime(text: string): Date | null {
  try {
    return GraphQLDateTime.parseValue(text)
  } catch {
    return null
  }
}

export const Days = wholeNumber('Days', 'Days of channel time, whole and exact; negative only where a field says so.')

export const MinorUnits = wholeNumber(
  'MinorUnits',
  'Money in the smallest unit of its currency, such as cents: whole and exact; negative only where a field says so.',
)

export const SafeInt = wholeNumber('SafeInt', 'A whole number that every JSON reader holds exactly: up to 2^53 - 1.')

export const Sequence = wholeNumber(
  'Sequence',
  "The place of an event in its account's log, counted from 1 without a gap; 0 stands before the first.",
  0,
)

/**
 * A whole number between `min` and 2^53 - 1. GraphQL's own Int ends at 2^31 - 1, which is 21 million euros in
 * cents; graphql-scalars' SafeInt answers texts and booleans as numbers, where we would rather hear of the bug.
 */
function wholeNumber(name: string, description: string, min = MIN_SAFE_INTEGER): GraphQLScalarType<number, number> {
  const bounds = min === MIN_SAFE_INTEGER ? `up to ${MAX_SAFE_INTEGER} either way` : `${min} to ${MAX_SAFE_INTEGER}`
  const parse = (value: unknown, node?: ValueNode): number => {
    // 0 for -0: the two are equal, but not as JSON and not to Object.is.
    if (Number.isSafeInteger(value) && (value as number) >= min) return value === 0 ? 0 : (value as number)
    throw inputError(`${name} takes a whole number, ${bounds}.`, node)
  }
  return new GraphQLScalarType<number, number>({
    name,
    description,
    serialize(value) {
      if (Number.isSafeInteger(value) && (value as number) >= min) return value as number
      throw new TypeError(`${name} can't answer a ${typeof value} that isn't a whole number, ${bounds}.`)
    },
    parseValue: (value) => parse(value),
    parseLiteral: (node) => parse(node.kind === Kind.INT ? Number(node.value) : undefined, node),
    extensions: {
      codegenScalarType: 'number',
      jsonSchema: { type: 'integer', minimum: min, maximum: MAX_SAFE_INTEGER },
    },
  })
}

/** Deeper JSON than this isn't metadata; `JSON.stringify` itself overflows the stack some thousands of levels down. */
export const MAX_JSON_DEPTH = 32

export type JsonObject = Record<string, unknown>

/** The 4 KiB are the verbs' to check: they know the field's name and the figure. */
export const JSONObject = new GraphQLScalarType<JsonObject, JsonObject>({
  name: 'JSONObject',
  description: 'A JSON object (never a list or a lone value) of at most 4 KiB, nested at most 32 deep.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize(value) {
    if (isJsonObject(value)) return value
    throw new TypeError(`JSONObject can't answer what isn't an object.`)
  },
  parseValue: (value) => parseJsonObject(value),
  parseLiteral: (node, variables) =>
    parseJsonObject(node.kind === Kind.OBJECT ? GraphQLJSONObject.parseLiteral(node, variables) : undefined, node),
  extensions: { codegenScalarType: 'Record<string, unknown>', jsonSchema: { type: 'object' } },
})

function parseJsonObject(value: unknown, node?: ValueNode): JsonObject {
  if (!isJsonObject(value)) throw inputError('JSONObject takes a JSON object.', node)
  if (isDeeperThan(value, MAX_JSON_DEPTH)) {
    throw inputError(`JSONObject takes an object that is nested at most ${MAX_JSON_DEPTH} deep.`, node)
  }
  if (!isKeptWhole(value)) throw inputError('JSONObject takes finite numbers, and no name "__proto__".', node)
  return value
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(inner, depth - 1))
}

/** 1e400 is read as Infinity and would be kept as null; `__proto__` would be left out. */
function isKeptWhole(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, inner]) => name !== '__proto__' && isKeptWhole(inner))
}

function inputError(message: string, node?: ValueNode): GraphQLError {
  const options: GraphQLErrorOptions = node === undefined ? {} : { nodes: node }
  return new GraphQLError(message, options)
}
