import { z } from 'zod'
import { BadUserInputError, type ErrorDetails } from './errors'

/** Days on one channel at the most: about a hundred years. */
export const MAX_CHANNEL_DAYS = 36_500
/** Items of a bulk at the most. */
export const MAX_BULK_ITEMS = 10_000
/** Items of any other list at the most. */
export const MAX_LIST_ITEMS = 250
/** Characters of a name, a comment's line or a key at the most. */
export const MAX_TEXT_LENGTH = 255
/** Bytes of a channel's metadata, as JSON in UTF-8, at the most. */
export const MAX_METADATA_BYTES = 4096

const UNSTORABLE = 'holds a character that can’t be stored'

/** A text that Postgres can hold (no NUL) and that a person can read (no lone surrogates, not blank). */
export const text = () =>
  z
    .string()
    .max(MAX_TEXT_LENGTH)
    .refine((value) => value.trim() !== '', 'is blank')
    .refine(
      (value) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(value),
      'holds a control character',
    )
    .refine((value) => value.isWellFormed(), 'is no well-formed Unicode text')

export const idempotencyKey = () => text().nullish()

export const comment = () => text().nullish()

/** An id of this kind. One of another form can't name anything, so it is answered as NOT_FOUND further in. */
export const id = () => z.string().max(MAX_TEXT_LENGTH)

/** A part of a name to look for. Throws BAD_USER_INPUT as any input does. */
export const Search = z.object({ search: z.string().max(MAX_TEXT_LENGTH).refine(isStorable, UNSTORABLE) })

/** The statuses of a filter: one may come more than once, and a few hundred times is no honest question. */
export const Statuses = z.object({ status: z.array(z.unknown()).max(MAX_LIST_ITEMS).nullish() })

/** Days that move to or from a channel: 1 to 36,500. */
export const channelDays = () => z.int().min(1).max(MAX_CHANNEL_DAYS)

/** Of an instant that has to be past, by the account's clock. Throws BAD_USER_INPUT. */
export function refuseInstantToCome(field: string, at: Date | null | undefined, now: Date): void {
  if (at != null && at > now) {
    throw new BadUserInputError(field, `${field} must not be in the future.`, { now: now.toISOString() })
  }
}

/** A JSON object of at most 4 KiB. */
export const metadata = () =>
  z
    .record(z.string(), z.unknown())
    .nullish()
    .refine((value) => value == null || Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES, {
      message: `has more than ${MAX_METADATA_BYTES} bytes as JSON`,
      params: { maximum: MAX_METADATA_BYTES },
    })
    .refine(isStorableJson, UNSTORABLE)

/** Checks an input against its schema. A refusal names the field by its path, and the bound that it broke. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  if (issue === undefined) throw new Error('a refused input without an issue', { cause: parsed.error })
  const field = issue.path.map(String).join('.')
  throw new BadUserInputError(field, `${field === '' ? 'The input' : field} ${explain(issue)}.`, figures(issue, input))
}

function explain(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `must have at least ${String(issue.minimum)} ${issue.origin === 'string' ? 'characters' : 'items'}`
        : `must be at least ${String(issue.minimum)}`
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `must have at most ${String(issue.maximum)} ${issue.origin === 'string' ? 'characters' : 'items'}`
        : `must be at most ${String(issue.maximum)}`
    default:
      return issue.message
  }
}

function figures(issue: z.core.$ZodIssue, input: unknown): ErrorDetails {
  const details: Record<string, string | number | boolean | null> = {}
  if (issue.code === 'too_small') details.minimum = Number(issue.minimum)
  if (issue.code === 'too_big') details.maximum = Number(issue.maximum)
  if (issue.code === 'custom') Object.assign(details, issue.params)
  const received = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], input)
  if (typeof received === 'number') details.received = received
  if (typeof received === 'string') details.receivedLength = received.length
  if (Array.isArray(received)) details.received = received.length
  return details
}

function isStorableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorableJson(inner))
}

/** Postgres holds no NUL character and no lone surrogate. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
