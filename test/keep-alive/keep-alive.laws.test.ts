import { BillingMode } from '../../src/accounts/account.entity'
import { KeepAliveOrder } from '../../src/keep-alive/keep-alive-policy.entity'
import { Dice, seedOf } from '../support/dice'
import { Keeper, minute, type Rule } from './keeper'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const WORLDS = 12
const STEPS = 25

interface SimulatedChannel {
  id: string
  name: string
  end: number
}

/**
 * What a policy is meant to do, written anew and simply: it gives one day after the other to the first channel in the order
 * that still ends too early. It shares no line with src.
 */
class Simulation {
  now: number
  spendable: number
  rule: { minDays: number; dailyCap: number; order: KeepAliveOrder } | null = null
  readonly channels: SimulatedChannel[] = []
  readonly served: string[] = []
  readonly told: string[] = []
  private readonly spent = new Map<number, number>()
  private short = false
  private waits = false

  constructor(start: Date, spendable: number) {
    this.now = start.getTime()
    this.spendable = spendable
  }

  advance(to: number): void {
    for (let midnight = (Math.floor(this.now / DAY) + 1) * DAY; midnight <= to; midnight += DAY) {
      this.now = midnight
      this.run()
    }
    this.now = to
  }

  set(rule: Simulation['rule']): void {
    this.rule = rule
    if (rule === null) this.short = this.waits = false
    else this.run()
  }

  arrive(days: number): void {
    this.spendable += days
    if (this.waits && this.spendable > 0) this.run()
  }

  running(): SimulatedChannel[] {
    return this.channels.filter(({ end }) => end > this.now)
  }

  private run(): void {
    if (this.rule === null) return
    const { minDays, dailyCap } = this.rule
    const today = Math.floor(this.now / DAY)
    const target = (today + 1 + minDays) * DAY
    const gifts = new Map<SimulatedChannel, number>()
    let spent = this.spent.get(today) ?? 0
    const queue = this.queue(target)
    for (const channel of queue) {
      while (channel.end < target && this.spendable > 0 && spent < dailyCap) {
        channel.end += DAY
        gifts.set(channel, (gifts.get(channel) ?? 0) + 1)
        this.spendable -= 1
        spent += 1
      }
    }
    this.spent.set(today, spent)
    for (const [{ name }, days] of gifts) this.served.push(`${minute(new Date(this.now))} ${name} +${days}`)
    const unserved = queue.filter(({ end }) => end < target)
    const isCapped = spent >= dailyCap
    if (unserved.length > 0 && !this.short) {
      const missingDays = unserved.reduce((sum, { end }) => sum + Math.ceil((target - end) / DAY), 0)
      this.told.push(
        `${minute(new Date(this.now))} ${isCapped ? 'CAP' : 'BALANCE'} ${queue.length - unserved.length} of ${queue.length}, ${missingDays}`,
      )
    }
    if (unserved.length === 0 && this.short) this.told.push(`${minute(new Date(this.now))} over`)
    this.short = unserved.length > 0
    this.waits = this.short && !isCapped
  }

  private queue(target: number): SimulatedChannel[] {
    const ways: Record<KeepAliveOrder, (a: SimulatedChannel, b: SimulatedChannel) => number> = {
      ENDING_FIRST: (a, b) => a.end - b.end,
      OLDEST_FIRST: () => 0,
      NEWEST_FIRST: (a, b) => (a.id < b.id ? 1 : -1),
      FEWEST_DAYS_FIRST: (a, b) => Math.ceil((target - a.end) / DAY) - Math.ceil((target - b.end) / DAY),
    }
    const way = ways[this.rule?.order ?? KeepAliveOrder.ENDING_FIRST]
    return this.running()
      .filter(({ end }) => end < target)
      .sort((a, b) => way(a, b) || (a.id < b.id ? -1 : 1))
  }
}

describe(`keep-alive policies (seed ${seedOf()})`, () => {
  const seeds = Array.from({ length: WORLDS }, (_, index) => seedOf() + index)

  it.each(seeds)('do what a naive simulation does, and what their previews say: world %i', async (seed) => {
    const dice = new Dice(seed)
    const creditLimit = dice.pick([0, 0, 10])
    const keeper = await Keeper.open(creditLimit > 0 ? { billingMode: BillingMode.POSTPAID, creditLimit } : {})
    const model = new Simulation(keeper.start, creditLimit)
    const create = async () => {
      const days = dice.between(1, 12)
      if (days > model.spendable) return
      const name = `channel-${model.channels.length}`
      model.spendable -= days
      const id = await keeper.named(name, { days })
      model.channels.push({ id, name, end: model.now + days * DAY })
    }
    const grant = async () => {
      const days = dice.between(1, 30)
      await keeper.grant(days)
      model.arrive(days)
    }
    const release = async () => {
      const able = model.running().filter(({ end }) => end - model.now >= DAY)
      if (able.length === 0) return
      const channel = dice.pick(able)
      const days = dice.between(1, Math.floor((channel.end - model.now) / DAY))
      await keeper.release(channel.id, days)
      channel.end -= days * DAY
      model.arrive(days)
    }
    const advance = async () => {
      const to = model.now + dice.between(1, 60) * HOUR + dice.below(2) * dice.below(HOUR)
      await keeper.advanceTo((to - keeper.start.getTime()) / DAY)
      model.advance(to)
    }
    const set = async () => {
      if (dice.below(6) === 0) {
        await keeper.keep({})
        model.set(null)
        return
      }
      const rule = {
        minDays: dice.between(1, 9),
        dailyCap: dice.pick([1, 4, 9, 1_000]),
        order: dice.pick(Object.values(KeepAliveOrder)),
      } satisfies Rule
      const preview = await keeper.preview(rule)
      const before = (await keeper.served()).length
      await keeper.keep(rule)
      model.set(rule)
      expect((await keeper.served()).slice(before)).toEqual(
        preview.allocations.rows.flatMap(({ channelId, days }) =>
          days === 0 ? [] : [`${minute(preview.at)} ${keeper.nameOf(channelId)} +${days}`],
        ),
      )
      expect((await keeper.balance()).available).toBe(preview.balanceAfter)
      expect((await keeper.policy())?.shortReason).toBe(preview.shortage)
    }
    try {
      await grant()
      for (let index = 0; index < 4; index += 1) await create()
      await set()
      for (let step = 0; step < STEPS; step += 1) {
        await dice.pick([create, create, grant, release, advance, advance, advance, set])()
        await keeper.settle()
        expect((await keeper.balance()).available).toBe(model.spendable - creditLimit)
        expect(await keeper.served()).toEqual(model.served)
      }
      const told = (await keeper.shortages()).map(({ at, type, data }) =>
        type === 'keep_alive.short'
          ? `${minute(at)} ${String(data.reason)} ${Number(data.served)} of ${Number(data.served) + Number(data.unserved)}, ${Number(data.missingDays)}`
          : `${minute(at)} over`,
      )
      expect(told).toEqual(model.told)
      const ends = Object.fromEntries(model.channels.map(({ name, end }) => [name, minute(new Date(end))]))
      expect(await keeper.lasts()).toMatchObject(
        Object.fromEntries(
          Object.entries(ends).filter(([name]) => (model.channels.find((c) => c.name === name)?.end ?? 0) > model.now),
        ),
      )
      expect(await keeper.violations()).toEqual([])
    } finally {
      await keeper.close()
    }
  })
})
