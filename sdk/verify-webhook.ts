import type {
  DayExpiryReason,
  InvoiceStatus,
  LedgerAccount,
  LedgerTransactionKind,
  LowBalanceMeasure,
} from './generated/operations'

/** What is in every event that a webhook tells. Where the API answers an object, an id stands. */
interface EventData {
  /** The id of the account. */
  account: string
  /** The place in the account's log, from 1 without a gap: events of kinds that the endpoint doesn't want have one too. */
  sequence: number
  /** The id of a token, or `staff`, or what of the gateway's did it. */
  actor: string
}

/** Days moved. */
export interface BalanceChangeData extends EventData {
  kind: 'BalanceChange'
  /** The id of the transaction. */
  subject: string
  /** The change of `available`, in days with a sign; 0 for a transfer or a burn. */
  days: number
  available: number
  transaction: {
    id: string
    kind: LedgerTransactionKind
    comment: string | null
    channel: string | null
    toChannel: string | null
    invoice: string | null
    /** The two sides, in days: they add up to 0. */
    entries: { account: LedgerAccount; days: number; balanceAfter: number }[]
  }
}

/** The end of a channel's days moved, comes near, or has come. Instants are RFC 3339 in UTC. */
export interface DayExpiryChangeData extends EventData {
  kind: 'DayExpiryChange'
  /** The id of the channel, as `channel` is. */
  subject: string
  channel: string
  reason: DayExpiryReason
  previousPaidUntil: string | null
  paidUntil: string | null
  unusedDays: number
}

/** Something came of an invoice. */
export interface InvoiceChangeData extends EventData {
  kind: 'InvoiceChange'
  /** The id of the invoice, as `invoice` is. */
  subject: string
  invoice: string
  /** As the event left it. */
  status: InvoiceStatus
}

/** A threshold of the account was crossed downwards. */
export interface LowBalanceData extends EventData {
  kind: 'LowBalance'
  /** The id of the account. */
  subject: string
  measure: LowBalanceMeasure
  threshold: number
  available: number
  /** Of a threshold in days of runway: when the days will have run out. */
  runsOutAt: string | null
}

/** All else; what `data` holds goes by the event's type. */
export interface OtherEventData extends EventData {
  kind: 'OtherEvent'
  /** The id of what it happened to. */
  subject: string | null
  data: Record<string, unknown> | null
}

/** What `sendTestWebhook` sends: nothing has happened, and no place in the log is taken. */
export interface WebhookTestData {
  kind: 'WebhookTest'
  account: string
  /** The id of the endpoint. */
  subject: string
  sequence: null
}

/** A message of a webhook, verified. `data.kind` tells what there is in it; a newer gateway may know more kinds. */
export interface WebhookEvent {
  /** The same in every attempt and every replay: whoever keeps it takes each event once. */
  id: string
  /** Such as `balance.changed`. */
  type: string
  /** When it happened, RFC 3339 in UTC. */
  timestamp: string
  data: BalanceChangeData | DayExpiryChangeData | InvoiceChangeData | LowBalanceData | OtherEventData | WebhookTestData
}

/** The headers of a request: of `fetch`'s kind, or an object of them, such as Node's; names in any case. */
export type WebhookHeaders =
  { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>

export interface VerifyWebhookOptions {
  /** How old a message may be, and how far in the future, in seconds: clocks differ. Default 300. */
  toleranceSeconds?: number | undefined
  /** Default: now. */
  now?: Date | undefined
}

/** Why a message is none of the gateway's, or no longer to be believed. */
export type WebhookFault =
  /** A header of Standard Webhooks is missing or no such. */
  | 'HEADERS'
  /** It was signed too long ago: a replay by somebody else, or a clock that is wrong. */
  | 'TOO_OLD'
  /** It was signed in the future. */
  | 'TOO_NEW'
  /** It was not signed with any of the secrets, or changed after that. */
  | 'SIGNATURE'
  /** It is signed well, and no event. */
  | 'BODY'

/** A message that is not to be believed: answer it with 400, and look at nothing in it. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError'

  constructor(
    readonly fault: WebhookFault,
    message: string,
  ) {
    super(message)
  }
}

const TOLERANCE_SECONDS = 300
/** A message is signed once for each secret of its endpoint, of which there are two at the most. */
const MAX_SIGNATURES = 16
const SHA256_BYTES = 32
const PREFIX = 'whsec_'

/**
 * Verifies a message by the scheme of Standard Webhooks (HMAC-SHA-256 over id, time and body), in constant time, and answers
 * the event. `body` is what came, before anything has parsed it: text, or better its bytes. `secrets` are all that the
 * endpoint may be signing with: while one is rotated, the old one and the new.
 *
 * That a message comes twice is for the caller to notice, by `id`: within the tolerance it verifies again.
 *
 * Rejects with a WebhookVerificationError where the message is not to be believed, and with a TypeError where a secret is
 * none, `body` was parsed already, or the runtime has no WebCrypto (a browser's page that came without TLS).
 */
export async function verifyWebhook(
  body: string | ArrayBuffer | Uint8Array,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  { toleranceSeconds = TOLERANCE_SECONDS, now = new Date() }: VerifyWebhookOptions = {},
): Promise<WebhookEvent> {
  const bytes = bytesOf(body)
  const keys = (typeof secrets === 'string' ? [secrets] : secrets).map(keyBytes)
  if (keys.length === 0) throw new TypeError('There is no secret to verify with.')

  const id = header(headers, 'webhook-id')
  const time = header(headers, 'webhook-timestamp')
  const signatures = signaturesIn(header(headers, 'webhook-signature'))
  if (!/^\d{1,12}$/.test(time)) throw new WebhookVerificationError('HEADERS', 'webhook-timestamp is no time.')
  const age = now.getTime() / 1000 - Number(time)
  if (age > toleranceSeconds) throw new WebhookVerificationError('TOO_OLD', `The message was signed ${age} s ago.`)
  if (-age > toleranceSeconds) throw new WebhookVerificationError('TOO_NEW', `The message is of a time in ${-age} s.`)

  const signed = concat(new TextEncoder().encode(`${id}.${time}.`), bytes)
  const checks = keys.map(async (key) => {
    const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
    // WebCrypto compares in constant time, and all are compared, whichever fits.
    return Promise.all(signatures.map((signature) => crypto.subtle.verify('HMAC', hmac, signature, signed)))
  })
  if (!(await Promise.all(checks)).flat().includes(true)) {
    throw new WebhookVerificationError('SIGNATURE', 'The message is not signed with any of the secrets.')
  }
  return { ...eventIn(bytes), id }
}

function bytesOf(body: string | ArrayBuffer | Uint8Array): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return new TextEncoder().encode(body)
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return new Uint8Array(body)
  throw new TypeError('The body is to be given as it came, as text or bytes: what was parsed can’t be verified.')
}

function keyBytes(secret: string): Uint8Array<ArrayBuffer> {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret
  const bytes = base64Bytes(text)
  if (bytes === null || bytes.length === 0) throw new TypeError('A secret is base64, after `whsec_`.')
  return bytes
}

function header(headers: WebhookHeaders, name: string): string {
  const found =
    typeof headers.get === 'function'
      ? headers.get(name)
      : Object.entries(headers as Record<string, unknown>).find(([other]) => other.toLowerCase() === name)?.[1]
  if (typeof found === 'string' && found !== '') return found
  throw new WebhookVerificationError('HEADERS', `${name} is missing.`)
}

/** Those of the scheme's version 1 that could be one. */
function signaturesIn(text: string): Uint8Array<ArrayBuffer>[] {
  return text
    .split(' ')
    .slice(0, MAX_SIGNATURES)
    .flatMap((one) => (one.startsWith('v1,') ? (base64Bytes(one.slice('v1,'.length)) ?? []) : []))
    .filter((bytes) => bytes.length === SHA256_BYTES)
}

/** Null where it is no base64. */
function base64Bytes(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

function concat(start: Uint8Array, rest: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(start.length + rest.length)
  all.set(start)
  all.set(rest, start.length)
  return all
}

function eventIn(bytes: Uint8Array): Omit<WebhookEvent, 'id'> {
  try {
    const event = JSON.parse(new TextDecoder().decode(bytes)) as Omit<WebhookEvent, 'id'>
    if (typeof event.data.kind === 'string') return event
  } catch {
    // It is signed, and yet no event: the secret is used for something else too.
  }
  throw new WebhookVerificationError('BODY', 'The message is signed, and no event.')
}
