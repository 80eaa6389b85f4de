import type { z } from 'zod'
import type { CreateAccount } from '../../src/accounts/create-account'
import { Channel } from '../../src/channels/channel.entity'
import type { CreateChannel } from '../../src/channels/create-channel'
import { transferDays } from '../../src/channels/transfer-days'
import { parseInput } from '../../src/input'
import { KeepAlivePolicy } from '../../src/keep-alive/keep-alive-policy.entity'
import { previewKeepAlive, type KeepAlivePreview } from '../../src/keep-alive/preview-keep-alive'
import { KEEP_ALIVE_ACTOR } from '../../src/keep-alive/run-keep-alive'
import { SetKeepAlive, setKeepAlive } from '../../src/keep-alive/set-keep-alive'
import { openBook, saveBooks } from '../../src/ledger/account-book'
import { Ledger } from '../billing/ledger'
import { PARTNER, Sandbox } from '../expiry/sandbox'

export type Rule = Partial<Omit<z.input<typeof SetKeepAlive>, 'accountId'>>

/** A sandbox whose channels are kept alive, told by their names. */
export class Keeper extends Ledger {
  private readonly names = new Map<string, string>()

  static override async open(given: Partial<z.input<typeof CreateAccount>> = {}): Promise<Keeper> {
    return new Keeper(...(await Sandbox.begin(given)))
  }

  async named(name: string, given: Partial<z.input<typeof CreateChannel>>): Promise<string> {
    const id = await this.channel({ name, ...given })
    this.names.set(id, name)
    return id
  }

  /** As the door does it: sets it, and does what that makes due. */
  async keep(rule: Rule): Promise<void> {
    const command = parseInput(SetKeepAlive, { accountId: this.accountId, ...rule })
    await this.database.inTransaction((tx) => setKeepAlive(tx, PARTNER, command))
    await this.settle()
  }

  async transfer(fromChannelId: string, toChannelId: string, days: number): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const book = await openBook(tx, { accountId: this.accountId, channelIds: [fromChannelId, toChannelId] })
      transferDays(book, PARTNER, { fromChannelId, toChannelId, days })
      await saveBooks(tx, [book])
    })
  }

  /** Time that passes without anyone's leave: a suspended account's clock can't be moved by the partner. */
  async pass(to: string): Promise<void> {
    await this.database.dataSource.query('UPDATE account SET clock = $2 WHERE id = $1', [this.accountId, this.day(to)])
    await this.settle()
  }

  preview(rule: Rule = {}, first = 100, after: string | null = null): Promise<KeepAlivePreview> {
    const command = parseInput(SetKeepAlive, { accountId: this.accountId, ...rule })
    return this.database.inSnapshot((tx) => previewKeepAlive(tx, command, { first, after }))
  }

  policy(): Promise<KeepAlivePolicy | null> {
    return this.database.dataSource.manager.findOneBy(KeepAlivePolicy, { accountId: this.accountId })
  }

  /** What the policy allocated, in its order: the instant, the channel and the days. */
  async served(): Promise<string[]> {
    return (await this.events()).flatMap((event) =>
      event.kind === 'BalanceChange' && event.actor === KEEP_ALIVE_ACTOR
        ? [`${minute(event.occurredAt)} ${this.nameOf(event.transaction.channelId)} +${event.transaction.days}`]
        : [],
    )
  }

  /** What was told of it, with its figures. */
  async told(): Promise<string[]> {
    return (await this.shortages()).map(({ at, type, data }) => `${minute(at)} ${type} ${JSON.stringify(data)}`)
  }

  /** What was told of days that lacked. */
  async shortages(): Promise<{ at: Date; type: string; data: Record<string, unknown> }[]> {
    return (await this.events()).flatMap((event) =>
      event.kind === 'OtherEvent' && event.type.startsWith('keep_alive.short')
        ? [{ at: event.occurredAt, type: event.type, data: { ...event.data } }]
        : [],
    )
  }

  /** The ends of its channels that have one. */
  async lasts(): Promise<Record<string, string>> {
    const channels = await this.database.dataSource.manager.find(Channel, { order: { id: 'ASC' } })
    return Object.fromEntries(
      channels.flatMap(({ id, paidUntil }) => (paidUntil === null ? [] : [[this.nameOf(id), minute(paidUntil)]])),
    )
  }

  nameOf(channelId: string | null): string {
    return this.names.get(channelId ?? '') ?? 'another'
  }
}

/** An instant as the stories tell it: the date, and the time where it is no midnight. */
export function minute(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T00:00', '')
}
