import { isDeepStrictEqual } from 'node:util'
import { UnavailableError } from '../../src/errors'
import type { AccountEvent, BalanceChange } from '../../src/events/account-event'
import { readEvents } from '../../src/events/read-events'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { LedgerTransactionKind } from '../../src/ledger/ledger-transaction.entity'
import { BookModel, type ModelEvent } from '../ledger/book-model'
import type { Desk } from '../support/desk'
import type { Follower } from './followers'
import { brokenInvariants } from './snapshot-invariants'
import type { Operation, Partner } from './workload'

/** What tells that a client was answered in words of the driver's, or with a bug. */
export function badlyTold(history: readonly Operation[]): string[] {
  const { message } = new UnavailableError()
  return history
    .filter(({ answer: { outcome, status } }) => outcome === 'unknown' && status !== null)
    .filter(({ answer }) => answer.code !== 'UNAVAILABLE' || answer.message !== message)
    .map(({ id, answer }) => `${id} was answered ${JSON.stringify(answer)}`)
}

/** Where what is still unknown has happened more than once. */
export async function doneTwice(desk: Desk, history: readonly Operation[]): Promise<string[]> {
  const channels = await desk.rows<{ name: string; count: number }>(
    'SELECT name, count(*)::integer AS count FROM channel GROUP BY name HAVING count(*) > 1',
  )
  const movements = await desk.rows<{ name: string; count: number }>(
    'SELECT comment AS name, count(*)::integer AS count FROM ledger_transaction GROUP BY comment',
  )
  const twice = new Map([...channels, ...movements].map(({ name, count }) => [name, count]))
  return history
    .filter(({ id, kind, input }) => {
      const items = kind === 'bulk' ? (input.items as unknown[]).length : 1
      return (twice.get(id) ?? 0) > items
    })
    .map(({ id, kind, answer }) => `${id} (${kind}, ${answer.outcome}) happened more than once`)
}

/**
 * Holds a history, in which nothing is unknown any more, against what the database holds. What was acknowledged is there
 * once, what was refused is not, and all else is there for a reason. The account's events, in their order, are what a book
 * kept by one thread in memory makes of the same operations; so are answers, refusals, and what followers heard.
 */
export async function judge(
  desk: Desk,
  history: readonly Operation[],
  followers: readonly Follower[],
): Promise<string[]> {
  const amiss = [...(await brokenInvariants(desk.database)), ...(await auditLedger(desk.database, null)).violations]
  const partners = [...new Set(history.map(({ partner }) => partner))]
  for (const partner of partners) {
    const events = await eventsOf(desk, partner)
    const own = history.filter((operation) => operation.partner === partner)
    const trial = new Trial(partner, events, own, await namesOf(desk, partner))
    amiss.push(...trial.verdict())
    for (const follower of followers.filter((one) => one.partner === partner)) amiss.push(...misheard(follower, events))
  }
  amiss.push(...(await judgeInvoices(desk, history)))
  return amiss
}

async function eventsOf(desk: Desk, { accountId }: Partner): Promise<AccountEvent[]> {
  const events: AccountEvent[] = []
  for (let more = true; more;) {
    const page = await readEvents(desk.database.sql, accountId, events.length, 500)
    events.push(...page)
    more = page.length > 0
  }
  return events
}

interface Channels {
  nameOf: Map<string, string>
}

async function namesOf(desk: Desk, { accountId }: Partner): Promise<Channels> {
  const rows = await desk.rows<{ id: string; name: string }>('SELECT id, name FROM channel WHERE account_id = $1', [
    accountId,
  ])
  return { nameOf: new Map(rows.map(({ id, name }) => [id, name])) }
}

/** One partner's. */
class Trial {
  private readonly amiss: string[] = []
  private readonly byId: Map<string, Operation>
  /** Where in the order of events each operation happened. */
  private readonly place = new Map<string, number>()
  private readonly model: BookModel

  constructor(
    private readonly partner: Partner,
    private readonly events: readonly AccountEvent[],
    private readonly history: readonly Operation[],
    private readonly channels: Channels,
  ) {
    this.byId = new Map(history.map((operation) => [operation.id, operation]))
    const [first] = events
    const at = first?.occurredAt.getTime() ?? 0
    const { name = '' } = (first?.kind === 'OtherEvent' ? first.data : {}) as { name?: string }
    this.model = new BookModel(partner.accountId, { creditLimit: 0, trialDays: 5, maxTrials: 0 }, at, name)
  }

  verdict(): string[] {
    this.locate()
    this.judgePresence()
    this.judgeOrder()
    this.replay()
    return this.amiss
  }

  /** By its comment in the ledger, its channel's name, the channel that it deleted. */
  private operationOf(event: AccountEvent): Operation | undefined {
    if (event.kind === 'BalanceChange') return this.byId.get(event.transaction.comment ?? '')
    if (event.kind !== 'OtherEvent') return undefined
    const channelId = event.subject ?? ''
    if (event.type === 'channel.created') return this.byId.get(this.channels.nameOf.get(channelId) ?? '')
    if (event.type !== 'channel.deleted') return undefined
    return this.history.find(
      ({ kind, input, answer }) => kind === 'delete' && input.channelId === channelId && answer.outcome === 'ok',
    )
  }

  private locate(): void {
    for (const event of this.events) {
      const operation = this.operationOf(event)
      if (operation !== undefined && !this.place.has(operation.id)) this.place.set(operation.id, event.sequence)
    }
    // An invoice's request and a payment move nothing by their own names.
    const seen = new Map<string, number>()
    for (const event of this.events) {
      if (event.kind !== 'InvoiceChange') continue
      const state = `${event.invoiceId} ${event.status}`
      if (!seen.has(state)) seen.set(state, event.sequence)
    }
    for (const { id, kind, answer } of this.history) {
      const invoiceId = answer.done?.invoice?.id
      if (invoiceId === undefined) continue
      const place = seen.get(`${invoiceId} ${kind === 'record' ? 'PAID' : 'OPEN'}`)
      if (place === undefined) this.amiss.push(`${id}: no event tells of its invoice ${invoiceId}`)
      else this.place.set(id, place)
    }
  }

  private judgePresence(): void {
    for (const { id, kind, answer } of this.history) {
      const isThere = this.place.has(id)
      if (answer.outcome === 'unknown') this.amiss.push(`${id} is still unknown`)
      if (answer.outcome === 'refused' && isThere) this.amiss.push(`${id} (${kind}) was refused, and happened`)
      if (answer.outcome === 'ok' && kind !== 'read' && !isThere) {
        this.amiss.push(`${id} (${kind}) was acknowledged, and is nowhere`)
      }
    }
    const told = new Map<string, string>()
    for (const { id, answer } of this.history) {
      const transactionId = answer.done?.transaction?.id
      if (transactionId === undefined) continue
      const other = told.get(transactionId)
      if (other !== undefined) this.amiss.push(`${id} and ${other} were told of the same transaction`)
      told.set(transactionId, id)
    }
  }

  /** What ended before another began comes before it; what is read is not older than what was known. */
  private judgeOrder(): void {
    const moments = this.history.flatMap((operation) => {
      const { id, kind, answer, startedAt, endedAt } = operation
      if (answer.outcome !== 'ok') return []
      const now = answer.done?.now?.sequence
      const place = kind === 'read' ? now : this.place.get(id)
      if (place === undefined) return []
      // A balance that is told with an answer was read by its end.
      return [{ id, startedAt, endedAt, place, seen: Math.max(place, now ?? 0), isRead: kind === 'read' }]
    })
    const byEnd = [...moments].sort((a, b) => a.endedAt - b.endedAt)
    let ended = 0
    let latest = { place: 0, id: 'nothing' }
    for (const { id, place, startedAt, isRead } of [...moments].sort((a, b) => a.startedAt - b.startedAt)) {
      for (let before = byEnd[ended]; before !== undefined && before.endedAt < startedAt; before = byEnd[ended]) {
        if (before.seen > latest.place) latest = { place: before.seen, id: before.id }
        ended += 1
      }
      const isLate = isRead ? place < latest.place : place <= latest.place
      if (isLate) this.amiss.push(`${id} is at ${place}, and began after ${latest.id} had ended with ${latest.place}`)
    }
  }

  private replay(): void {
    const { model } = this
    const done = new Set<string>()
    const waiting = this.refusals()
    for (const event of this.events) {
      if (event.sequence === 1) continue
      const operation = this.operationOf(event)
      if (operation !== undefined && done.has(operation.id)) continue
      // What the clock brought about, the model brings about before the next that somebody did; ends come with movements.
      if (operation === undefined && (event.actor === 'job:clock' || event.kind === 'DayExpiryChange')) continue
      // The use of a channel's days is posted as it is deleted.
      if (event.kind === 'BalanceChange' && event.transaction.kind === LedgerTransactionKind.BURN) continue
      model.setClock(event.occurredAt.getTime())
      this.judgeRefusals(waiting, event.sequence - 1)
      try {
        model.follow(() => {
          this.follow(event, operation)
        })
      } catch (error) {
        this.amiss.push(`${operation?.id ?? event.type} at ${event.sequence}: the model refuses it, ${String(error)}`)
        return
      }
      if (operation !== undefined) done.add(operation.id)
      this.judgeRefusals(waiting, event.sequence)
    }
    for (const { operation } of waiting) {
      this.amiss.push(
        `${operation.id} (${operation.kind}) was refused ${JSON.stringify(operation.answer)} without a reason`,
      )
    }
    this.compareEvents()
    this.compareAnswers()
  }

  private follow(event: AccountEvent, operation: Operation | undefined): void {
    const { model } = this
    if (event.kind === 'InvoiceChange') {
      model.record(event.type, event.invoiceId, null)
      return
    }
    if (operation === undefined) {
      if (event.kind === 'OtherEvent') this.followOther(event.type, event.subject ?? '', event.data)
      else if (event.kind === 'BalanceChange') this.followMovement(event)
      else throw new Error(`nobody was told of ${event.type}`)
      return
    }
    const { kind, input, id } = operation
    const { channelId, days, items } = input as { channelId: string; days: number; items: Item[] }
    if (kind === 'allocate') model.allocate(channelId, days)
    else if (kind === 'release') model.release(channelId, input.days as number | null)
    else if (kind === 'transfer') model.transfer(String(input.fromChannelId), String(input.toChannelId), days)
    else if (kind === 'adjust') model.adjust(days)
    else if (kind === 'delete') model.delete(channelId)
    else if (kind === 'bulk') {
      const refused = new Set(
        (operation.answer.done?.items ?? []).filter(({ error }) => error).map((item) => item.channelId),
      )
      for (const item of items) if (!refused.has(item.channelId)) model.allocate(item.channelId, item.days)
    } else if (event.kind === 'OtherEvent') {
      // The days that it was created with are a movement after this.
      model.create({ id: event.subject ?? '', name: id, externalId: null, trial: false, days: null })
    }
  }

  /** Of the time before the load: no operation made it. */
  private followOther(type: string, subject: string, data: unknown): void {
    const { name = '' } = (data ?? {}) as { name?: string }
    if (type === 'channel.created') this.model.create({ id: subject, name, externalId: null, trial: false, days: null })
    else if (type === 'channel.deleted') throw new Error(`nobody was told that ${subject} was deleted`)
    else this.model.record(type, subject, data)
  }

  private followMovement({ transaction: { kind, days, channelId, comment } }: BalanceChange): void {
    if (kind === LedgerTransactionKind.PURCHASE) this.model.purchase(days)
    else if (kind === LedgerTransactionKind.GRANT && comment === 'test') this.model.adjust(days)
    else if (kind === LedgerTransactionKind.ALLOCATION && comment === null && channelId !== null)
      this.model.allocate(channelId, days)
    else throw new Error(`nobody was told of a ${kind} of ${days}, ${String(comment)}`)
  }

  /** Each has a time in which its reason must have been so: from the last that it can have seen, to the first that saw it. */
  private refusals(): Waiting[] {
    const moments = this.history.flatMap(({ id, startedAt, endedAt }) => {
      const place = this.place.get(id)
      return place === undefined ? [] : [{ startedAt, endedAt, place }]
    })
    return this.history
      .filter(({ answer }) => answer.outcome === 'refused')
      .map((operation) => ({
        operation,
        from: Math.max(0, ...moments.filter(({ endedAt }) => endedAt < operation.startedAt).map(({ place }) => place)),
        until: Math.min(
          Infinity,
          ...moments.filter(({ startedAt }) => startedAt > operation.endedAt).map(({ place }) => place),
        ),
      }))
  }

  private judgeRefusals(waiting: Waiting[], sequence: number): void {
    for (let index = waiting.length - 1; index >= 0; index -= 1) {
      const one = waiting[index]
      if (one === undefined || sequence < one.from || sequence >= one.until) continue
      if (this.isReason(one.operation)) waiting.splice(index, 1)
    }
  }

  private isReason({ kind, input, answer: { code, details } }: Operation): boolean {
    const { model } = this
    const { available } = model.balance()
    const channelId = String(details.channelId ?? input.fromChannelId ?? input.channelId)
    const channel = model.channels.find(({ id }) => id === channelId)
    const isOfChannel = kind === 'release' || kind === 'transfer'
    switch (code) {
      case 'CHANNEL_DELETED':
        return channel?.deletedAt != null || this.anyDeleted(input)
      case 'NOTHING_TO_RELEASE':
        return channel !== undefined && model.unused(channel, model.now) === 0
      case 'INSUFFICIENT_DAYS':
        if (isOfChannel) return channel !== undefined && model.unused(channel, model.now) === details.available
        return available === details.available && available < Number(details.requested)
      case 'BAD_USER_INPUT':
        return kind === 'transfer' && input.fromChannelId === input.toChannelId
      case 'CONFLICT':
        // A payment that another has made in vain is refused with the invoice's state.
        return kind === 'record'
      default:
        return false
    }
  }

  private anyDeleted({ toChannelId, items = [] }: Record<string, unknown>): boolean {
    const named = new Set([toChannelId, ...(items as Item[]).map(({ channelId }) => channelId)])
    return this.model.channels.some(({ id, deletedAt }) => deletedAt !== null && named.has(id))
  }

  private compareEvents(): void {
    const expected = this.model.events
    for (const [index, event] of this.events.entries()) {
      const model = expected[index]
      // What the clock brings after the last that somebody did is in the model with the next.
      if (model === undefined && event.actor === 'job:clock') continue
      const is = asModel(event)
      // What invoices and others tell is not the model's.
      const isSame =
        is.kind === 'OtherEvent'
          ? model?.kind === is.kind && model.occurredAt === is.occurredAt && model.type === is.type
          : isDeepStrictEqual(is, model)
      if (isSame) continue
      this.amiss.push(`${this.partner.accountId} has ${JSON.stringify(is)}, and the model ${JSON.stringify(model)}`)
      return
    }
    const beyond = expected.length - this.events.length
    if (beyond > 0) this.amiss.push(`the model tells ${beyond} events more`)
  }

  private compareAnswers(): void {
    const changes = this.events.filter((event) => event.kind === 'BalanceChange')
    const byNumber = new Map(changes.map((change) => [change.sequence, change]))
    for (const { id, input, answer, kind } of this.history) {
      const { done } = answer
      if (answer.outcome !== 'ok' || done === null) continue
      const { transaction, now } = done
      if (transaction != null) {
        const change = byNumber.get(transaction.sequence)
        const told = transaction.entries.find(({ account }) => account === 'AVAILABLE')?.balanceAfter
        if (change?.transaction.id !== transaction.id || (told !== undefined && told !== change.available)) {
          this.amiss.push(
            `${id} was answered ${JSON.stringify(transaction)}, and the book has ${JSON.stringify(change)}`,
          )
        }
        if (kind === 'delete' && done.returnedDays !== change?.days) this.amiss.push(`${id} returned other days`)
      }
      if (kind === 'bulk') {
        const refused = new Set((done.items ?? []).filter(({ error }) => error).map(({ channelId }) => channelId))
        const days = (input.items as Item[]).reduce(
          (sum, item) => sum + (refused.has(item.channelId) ? 0 : item.days),
          0,
        )
        const moved = changes.filter((change) => change.transaction.comment === id)
        const booked = moved.reduce((sum, change) => sum - change.days, 0)
        if (done.allocatedDays !== days || booked !== days)
          this.amiss.push(`${id} allocated ${booked} and told ${days}`)
      }
      if (now !== undefined) {
        const last = changes.findLast(({ sequence }) => sequence <= now.sequence)
        if (last?.available !== now.available) {
          this.amiss.push(`${id} was told ${JSON.stringify(now)}, and it was ${String(last?.available)}`)
        }
      }
    }
  }
}

interface Item {
  channelId: string
  days: number
}

interface Waiting {
  operation: Operation
  from: number
  until: number
}

function asModel(event: AccountEvent): ModelEvent {
  const base = { sequence: event.sequence, occurredAt: event.occurredAt.getTime() }
  switch (event.kind) {
    case 'BalanceChange': {
      const { days, available, transaction } = event
      return { kind: 'BalanceChange', ...base, days, available, movement: transaction.kind }
    }
    case 'DayExpiryChange': {
      const { channelId, reason, unusedDays } = event
      const [previousPaidUntil, paidUntil] = [event.previousPaidUntil, event.paidUntil].map(
        (at) => at?.getTime() ?? null,
      )
      return {
        kind: 'DayExpiryChange',
        ...base,
        channelId,
        reason,
        previousPaidUntil: previousPaidUntil ?? null,
        paidUntil: paidUntil ?? null,
        unusedDays,
      }
    }
    case 'InvoiceChange':
      return { kind: 'OtherEvent', ...base, type: event.type, subject: event.invoiceId, data: null }
    case 'LowBalance':
    case 'OtherEvent':
      return { kind: 'OtherEvent', ...base, type: event.type, subject: '', data: null }
  }
}

/** Every event once, in order, as it is in the book: no balance jumps back, and nothing is told that was rolled back. */
function misheard({ heard, partner }: Follower, events: readonly AccountEvent[]): string[] {
  const who = `a follower of ${partner.accountId}`
  // What has happened since it stopped it can't have heard.
  for (const [index, event] of events.slice(0, heard.length).entries()) {
    const told = heard[index]
    const isSame =
      told?.sequence === event.sequence &&
      told.type === event.type &&
      told.occurredAt === event.occurredAt.toISOString() &&
      (event.kind !== 'BalanceChange' || (told.available === event.available && told.days === event.days)) &&
      (event.kind !== 'DayExpiryChange' ||
        (told.channel?.id === event.channelId && told.paidUntil === (event.paidUntil?.toISOString() ?? null)))
    if (!isSame) return [`${who} heard ${JSON.stringify(told)} for ${JSON.stringify(event)}`]
  }
  return []
}

/** As many invoices as somebody was told of, and payments as were made. */
async function judgeInvoices(desk: Desk, history: readonly Operation[]): Promise<string[]> {
  const amiss: string[] = []
  const ok = history.filter(({ answer }) => answer.outcome === 'ok')
  const requested = new Set(ok.filter(({ kind }) => kind === 'request').map(({ answer }) => answer.done?.invoice?.id))
  const rows = await desk.rows<{ id: string; paid: string; total: string }>(
    `SELECT i.id, coalesce(sum(p.amount_minor), 0)::text AS paid, total_minor::text AS total
     FROM invoice i LEFT JOIN payment p ON p.invoice_id = i.id AND p.account_id = i.account_id
     GROUP BY i.account_id, i.id`,
  )
  for (const { id, paid, total } of rows) {
    if (!requested.has(id)) amiss.push(`nobody was told of invoice ${id}`)
    if (paid !== '0' && paid !== total) amiss.push(`invoice ${id} of ${total} was paid with ${paid}`)
  }
  if (rows.length !== requested.size)
    amiss.push(`${requested.size} invoices were acknowledged, and ${rows.length} are there`)
  return amiss
}
