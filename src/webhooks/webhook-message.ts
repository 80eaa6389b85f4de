import { Webhook } from 'standardwebhooks'
import { Role, shownActor, type Actor } from '../auth/actor'
import type { AccountEvent } from '../events/account-event'
import { ID_PREFIXES } from '../typed-id'

/** What is sent: an id that names it, whatever becomes of it, and the bytes that are signed. */
export interface WebhookMessage {
  readonly id: string
  readonly body: string
}

const ID_FORM = /^msg_([0-9a-z]{26})_(\d{1,15})$/

/** The same for an event and an endpoint in every attempt and every replay: receivers know by it what they have had. */
export function messageId(endpointId: string, sequence: number): string {
  return `msg_${endpointId.slice(ID_PREFIXES.webhookEndpoint.length + 1)}_${sequence}`
}

/** What a message's id names; null for a text that is none. */
export function messageNamed(id: string): { endpointId: string; sequence: number } | null {
  const [, suffix, sequence] = ID_FORM.exec(id) ?? []
  if (suffix === undefined || Number(sequence) < 1 || !/^[1-9]/.test(sequence ?? '')) return null
  return { endpointId: `${ID_PREFIXES.webhookEndpoint}_${suffix}`, sequence: Number(sequence) }
}

/** What an endpoint wants: types by their names, or all of a noun as `invoice.*`. */
export function wantsType(eventTypes: readonly string[] | null, type: string): boolean {
  if (eventTypes === null) return true
  return eventTypes.includes(type) || eventTypes.includes(`${type.slice(0, type.indexOf('.'))}.*`)
}

/** The event as `events` tells it over GraphQL, with the same names; what is an object there is an id here. */
export function messageOf(endpointId: string, event: AccountEvent): WebhookMessage {
  const { type, occurredAt, accountId, sequence, kind } = event
  const body = JSON.stringify({
    type,
    timestamp: occurredAt.toISOString(),
    data: {
      kind,
      account: accountId,
      sequence,
      actor: shownActor(event.actor, A_PARTNER),
      ...detailsOf(event),
    },
  })
  return { id: messageId(endpointId, sequence), body }
}

/** Names of staff stay here, as they do over GraphQL. */
const A_PARTNER: Actor = { role: Role.PARTNER, scopes: new Set(), accountId: null, tokenId: null, expiresAt: null }

function detailsOf(event: AccountEvent): object {
  switch (event.kind) {
    case 'BalanceChange': {
      const { days, available, transaction } = event
      const { fromAccount, toAccount, fromBalance, toBalance } = transaction
      return {
        subject: transaction.id,
        days,
        available,
        transaction: {
          id: transaction.id,
          kind: transaction.kind,
          comment: transaction.comment,
          channel: transaction.channelId,
          toChannel: transaction.toChannelId,
          invoice: transaction.invoiceId,
          entries: [
            { account: fromAccount, days: -transaction.days, balanceAfter: fromBalance },
            { account: toAccount, days: transaction.days, balanceAfter: toBalance },
          ],
        },
      }
    }
    case 'DayExpiryChange': {
      const { channelId, reason, previousPaidUntil, paidUntil, unusedDays } = event
      return { subject: channelId, channel: channelId, reason, previousPaidUntil, paidUntil, unusedDays }
    }
    case 'InvoiceChange':
      return { subject: event.invoiceId, invoice: event.invoiceId, status: event.status }
    case 'LowBalance': {
      const { measure, threshold, available, runsOutAt } = event
      return { subject: event.accountId, measure, threshold, available, runsOutAt }
    }
    case 'OtherEvent':
      return { subject: event.subject, data: event.data }
  }
}

/**
 * The headers of Standard Webhooks for a message that is sent now, signed with each of the secrets. Its time is the
 * real one and not the database's, because receivers hold it against theirs.
 */
export function signedHeaders(
  { id, body }: WebhookMessage,
  secrets: readonly string[],
  now = new Date(),
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  }
}
