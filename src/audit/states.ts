import type { Sql, Statement } from '../database'

/** A row whose columns are compared before and after a deed. Only what is named here is ever read: no secret is. */
export interface State {
  /**
   * Whether its row is found by the account’s id, by that of the subject within its account, or by that of the subject alone,
   * which may be of no account; null for the only one there is.
   */
  readonly by: 'account' | 'subject' | 'id' | null
  readonly read: Statement
}

export const STATES = {
  account: state('account', 'account', 'id', [
    ...['name', 'email', 'status', 'billingMode', 'creditLimit', 'trialDays', 'maxTrials', 'sandbox'],
    ...['noticeDays', 'lowBalanceDays', 'lowRunwayDays'],
  ]),
  balance: state('account', 'account', 'id', ['available', 'owed', 'sequence']),
  clock: state('account', 'account', 'id', ['clock', 'sequence']),
  autoTopUp: state('account', 'auto_top_up', 'account_id', [
    ...['enabled', 'belowDays', 'targetDays', 'monthlyCapChannels', 'coolDownHours'],
  ]),
  billingDetails: state('account', 'billing_details', 'account_id', [
    ...['legalName', 'address', 'email', 'purchaseOrder', 'taxIds'],
  ]),
  billingSchedule: state('account', 'billing_schedule', 'account_id', ['kind', 'channels']),
  keepAlive: state('account', 'keep_alive_policy', 'account_id', ['minDays', 'dailyCap', 'serveOrder']),
  mailPreference: state('account', 'mail_preference', 'account_id', ['unwanted']),
  dunningSchedule: state('account', 'dunning_schedule', 'account_id', [
    'beforeDays',
    'afterDays',
    'uncollectibleAfterDays',
  ]),
  savedCard: state('account', 'saved_card', 'account_id', [
    'brand',
    'lastFour',
    'expiryMonth',
    'expiryYear',
    'savedAt',
  ]),
  /** The last that was agreed: what it replaces stands before it. */
  priceAgreement: state(
    'account',
    'price_agreement',
    'account_id',
    [
      ...['id', 'currency', 'channelMonthMinor', 'looseDayMinor', 'tiers', 'yearlyDiscountBasisPoints'],
      ...['taxPartsPerMillion', 'taxId', 'reverseCharge', 'autoPrepare', 'paymentTermDays', 'validFrom'],
    ],
    'id DESC',
  ),
  providerProfile: state(
    null,
    'provider_profile',
    null,
    [
      ...['version', 'legalName', 'address', 'taxId', 'email', 'bankAccount', 'footer'],
      ...['series', 'sandboxSeries', 'sample'],
    ],
    'version DESC',
  ),
  channel: state('subject', 'channel', 'id', [
    ...['name', 'externalId', 'metadata', 'trialUntil', 'paidDays', 'paidUntil', 'renewDays', 'renewLeadHours'],
    ...['subscribedUntil', 'deletedAt'],
  ]),
  subscription: state(
    'subject',
    'channel_subscription',
    'channel_id',
    ['planId', 'status', 'cancelAtPeriodEnd', 'currentPeriodEnd'],
    'id DESC',
  ),
  invoice: state('subject', 'invoice', 'id', [
    ...['number', 'status', 'days', 'totalMinor', 'paidMinor', 'openedAt', 'dueAt', 'postponedUntil', 'paidAt'],
  ]),
  dunning: state('subject', 'invoice_dunning', 'invoice_id', ['nextAt', 'stoppedAt', 'stopReason']),
  mail: state('subject', 'mail', 'id', ['state', 'attempts', 'resent']),
  channelPrice: state('subject', 'channel_price', 'channel_id', ['currency', 'amountMinor']),
  invitation: state('id', 'invitation', 'id', ['email', 'name', 'role', 'expiresAt', 'acceptedAt', 'revokedAt']),
  person: state('id', 'person', 'id', ['email', 'name', 'role', 'removedAt']),
  token: state('id', 'api_token', 'id', ['name', 'scopes', 'expiresAt', 'revokedAt']),
  webhookEndpoint: state('subject', 'webhook_endpoint', 'id', [
    ...['url', 'description', 'eventTypes', 'disabledAt', 'disabledReason', 'previousSecretUntil', 'deletedAt'],
  ]),
} as const satisfies Record<string, State>

export async function readState(
  sql: Sql,
  { by, read }: State,
  { accountId, subject }: { accountId: string | null; subject: string | null },
): Promise<object | null> {
  const keys: (string | null)[] = { account: [accountId], subject: [subject, accountId], id: [subject], none: [] }[
    by ?? 'none'
  ]
  if (keys.includes(null)) return null
  const [row] = await sql.query<{ state: object }>(read, keys)
  return row?.state ?? null
}

/** The fields of two states that differ. Null for a state that is not there, and where nothing differs. */
export function changedFields(
  before: object | null,
  after: object | null,
): { before: Record<string, unknown> | null; after: Record<string, unknown> | null } {
  const [was, is] = [new Map(Object.entries(before ?? {})), new Map(Object.entries(after ?? {}))]
  const names = [...new Set([...was.keys(), ...is.keys()])].filter(
    (name) => JSON.stringify(was.get(name) ?? null) !== JSON.stringify(is.get(name) ?? null),
  )
  const of = (state: object | null, fields: Map<string, unknown>) =>
    state === null || names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, fields.get(name)]))
  return { before: of(before, was), after: of(after, is) }
}

function state(
  by: State['by'],
  table: string,
  key: string | null,
  fields: readonly string[],
  order: string | null = null,
): State {
  const columns = fields.map(
    (field) => `${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} AS "${field}"`,
  )
  const where = key === null ? '' : `WHERE ${key} = $1${by === 'subject' ? ' AND account_id = $2' : ''}`
  const last = order === null ? '' : `ORDER BY ${order} LIMIT 1`
  return {
    by,
    read: {
      name: `audited-${table}-${fields.length}-${fields[0] ?? ''}`,
      text: `SELECT to_jsonb(row) AS state FROM (SELECT ${columns.join(', ')} FROM ${table} ${where} ${last}) AS row`,
    },
  }
}
