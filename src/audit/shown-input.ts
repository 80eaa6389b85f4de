/** Of a text, and of the name of a user agent. */
const MAX_TEXT = 300
const MAX_ITEMS = 20
const MAX_FIELDS = 60
const MAX_DEPTH = 5
/** Of all of it, as JSON. */
const MAX_LENGTH = 8_000

const REDACTED = '[redacted]'

/** Fields whose text is nobody’s business: none of today’s inputs has one, and one of tomorrow’s shall not be forgotten. */
const SECRET_FIELD =
  /secret|password|passphrase|authorization|cookie|credential|idempotencyKey|privateKey|paymentToken/i

/** A token of ours, a secret of webhooks, and keys of the payment provider, wherever somebody has put one. */
const SECRET_TEXT =
  /daybook_(?:partner|staff|session)_[0-9a-z]{26}_[0-9a-f]+(?:_[0-9a-f]+)?|whsec_[\w+/=-]+|\b[sr]k_(?:test|live)_\w+|\bBearer\s+\S+/gi

/** What may be kept of what a caller gave, or of what a row held: bounded, storable, and without what is secret. */
export function shownFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown = shownValue(fields, '', 0) as Record<string, unknown>
  const { length } = JSON.stringify(shown)
  return length <= MAX_LENGTH ? shown : { omitted: `${length} characters of JSON` }
}

/** A text that Postgres can hold, cut short. */
export function shownText(text: string): string {
  // Cut before anything else looks at it: it may be a megabyte. A secret that is cut through is still told by its start.
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  return cut
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .replace(SECRET_TEXT, REDACTED)
}

function shownValue(value: unknown, field: string, depth: number): unknown {
  if (SECRET_FIELD.test(field) && value != null) return REDACTED
  if (typeof value === 'string') return /url$/i.test(field) ? shownText(withoutQuery(value)) : shownText(value)
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return '…'
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ITEMS).map((item) => shownValue(item, field, depth + 1))
    return value.length > MAX_ITEMS ? [...shown, `… ${value.length} in all`] : shown
  }
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  const shown = entries
    .slice(0, MAX_FIELDS)
    .map(([name, inner]) => [shownText(name), shownValue(inner, name, depth + 1)])
  if (entries.length > MAX_FIELDS) shown.push(['…', `${entries.length} in all`])
  return Object.fromEntries(shown)
}

/** The query of an address often holds a key, and whom it names as its user is a secret. */
function withoutQuery(address: string): string {
  return address
    .slice(0, 2 * MAX_TEXT)
    .replace(/[?#].*$/s, '?…')
    .replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1…@')
}
