import { TypeID, typeidUnboxed } from 'typeid-js'

/**
 * Ids are TypeIDs (https://github.com/jetify-com/typeid): a prefix that names the type, an underscore and a UUIDv7 in
 * 26 characters of Crockford base32. They sort by the millisecond in which they were made.
 */
export const ID_PREFIXES = {
  account: 'account',
  apiToken: 'token',
  auditEntry: 'audit',
  channel: 'channel',
  channelSubscription: 'subscription',
  chargeback: 'chargeback',
  creditNote: 'credit',
  invitation: 'invitation',
  invoice: 'invoice',
  ledgerTransaction: 'ledger',
  mail: 'mail',
  payment: 'payment',
  paymentReturn: 'return',
  person: 'person',
  personMail: 'letter',
  plan: 'plan',
  priceAgreement: 'agreement',
  providerCall: 'call',
  refund: 'refund',
  session: 'session',
  webhookAttempt: 'attempt',
  webhookEndpoint: 'webhook',
  webhookReplay: 'replay',
} as const

export type IdKind = keyof typeof ID_PREFIXES

export function newId(kind: IdKind): string {
  return typeidUnboxed(ID_PREFIXES[kind])
}

/**
 * Whether a text has the form of an id. What has not names nothing, and must not reach the database, which refuses some
 * characters.
 */
export function hasIdForm(text: string): boolean {
  return ID_FORM.test(text)
}

const ID_FORM = /^[a-z]{1,32}_[0-9a-z]{26}$/

export function isId(kind: IdKind, text: string): boolean {
  return idKind(text) === kind
}

/** Which kind of thing an id names; null for a text that is no id of ours. */
export function idKind(text: string): IdKind | null {
  if (!hasIdForm(text)) return null
  const prefix = text.slice(0, text.lastIndexOf('_'))
  const kind = (Object.keys(ID_PREFIXES) as IdKind[]).find((key) => ID_PREFIXES[key] === prefix)
  if (kind === undefined) return null
  try {
    TypeID.fromString(text)
    return kind
  } catch {
    return null
  }
}
