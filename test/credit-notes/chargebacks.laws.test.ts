import fc from 'fast-check'
import { ChargebackStatus } from '../../src/chargebacks/chargeback.entity'
import { DomainError, ErrorCode } from '../../src/errors'
import type { Invoice } from '../../src/invoices/invoice.entity'
import { Office } from '../invoices/office'
import { seedOf } from '../support/dice'
import { BackOffice } from './back-office'
import { PaymentNotHereError } from '../../src/payments/payment-not-here'
import { payByCard } from '../support/pay-by-card'

const seed = seedOf()
const STORIES = Number(process.env.DAYBOOK_LAW_RUNS ?? 1) * 12
const HOUR = 3_600_000

let office: Office
let back: BackOffice
beforeAll(async () => {
  office = await Office.open(24)
  back = new BackOffice(office)
})
afterAll(() => office.close())

describe('a chargeback', () => {
  it('gains nothing to whoever allocates everything first and deletes the channels then', async () => {
    const accountId = await office.account()
    await back.bought(accountId, 2, 'pi_all')
    const channels = [await back.channel(accountId, { days: 30 }), await back.channel(accountId, { days: 30 })]
    await back.dispute({ disputeId: 'dp_all', paymentId: 'pi_all', amountMinor: 2000 })
    expect(await back.account(accountId)).toMatchObject({ available: 0, owed: 60 })
    for (const channelId of channels) {
      const allocate = () => back.allocate(accountId, channelId, 1)
      expect(await office.refused(ErrorCode.DAYS_OWED, allocate)).toEqual({ owed: 60 })
    }
    await office.refused(ErrorCode.DAYS_OWED, () => back.channel(accountId, { days: 1 }))
    for (const channelId of channels) await back.delete(accountId, channelId)
    // A day of each has begun, if only by a moment: it is used, and stays owed.
    const { available, owed, used } = await back.account(accountId)
    expect({ available, owed: owed - used }).toEqual({ available: 0, owed: 0 })
    await back.bought(accountId, 1)
    expect(await back.account(accountId)).toMatchObject({ available: 30 - owed, owed: 0 })
    expect(await office.violations()).toEqual([])
  })

  it('is applied once, however often it is told, and its days come back once where it is won', async () => {
    const accountId = await office.account()
    const invoice = await back.bought(accountId, 1, 'pi_many')
    await back.channel(accountId, { days: 12 })
    const told = { disputeId: 'dp_many', paymentId: 'pi_many', amountMinor: 1000 }
    await Promise.all(Array.from({ length: 20 }, () => back.dispute(told)))
    expect(await back.account(accountId)).toMatchObject({ available: 0, owed: 12 })
    expect(await back.chargebacks(accountId)).toMatchObject([{ days: 30, status: 'OPEN', invoiceId: invoice.id }])
    const all = () => back.credit(invoice)
    expect(await office.refused(ErrorCode.CONFLICT, all)).toMatchObject({ chargedBackDays: 30 })
    await Promise.all(Array.from({ length: 20 }, () => back.dispute({ ...told, status: 'WON' })))
    expect(await back.account(accountId)).toMatchObject({ available: 18, owed: 0 })
    const kinds = (await office.events(accountId)).filter(({ type }) => type.startsWith('invoice.charge'))
    expect(kinds.map(({ type }) => type)).toEqual(['invoice.charged_back', 'invoice.chargeback_closed'])
    expect(await office.violations()).toEqual([])
  })

  it('takes the part of the days that is disputed, rounded down, and no day that a credit note has taken', async () => {
    const accountId = await office.account()
    const invoice = await back.bought(accountId, 1, 'pi_part')
    await back.dispute({ disputeId: 'dp_1', paymentId: 'pi_part', amountMinor: 50 })
    expect(await back.chargebacks(accountId)).toMatchObject([{ days: 1 }])
    await back.credit(invoice, { days: 28 })
    await back.dispute({ disputeId: 'dp_2', paymentId: 'pi_part', amountMinor: 900, status: 'LOST' })
    expect((await back.chargebacks(accountId)).map(({ days }) => days)).toEqual([1, 1])
    expect(await back.account(accountId)).toMatchObject({ available: 0, owed: 0 })
    // What is disputed does not go back by a credit note too.
    expect((await back.creditNotes(accountId)).map(({ totalMinor }) => totalMinor)).toEqual([933])
  })

  it('of an invoice that is not paid in full takes its days once it is', async () => {
    const accountId = await office.account()
    const invoice = await office.request(accountId)
    await payByCard(office.database, 'STRIPE', invoice, 'pi_half', 500)
    await back.dispute({ disputeId: 'dp_half', paymentId: 'pi_half', amountMinor: 500 })
    expect(await back.chargebacks(accountId)).toMatchObject([{ days: null }])
    await office.pay(await office.invoice(invoice.id), 500)
    expect(await back.account(accountId)).toMatchObject({ available: 15, owed: 0 })
  })

  it('that comes before the payment itself is tried again, and is none of ours where its invoice isn’t', async () => {
    const accountId = await office.account()
    const { id: invoiceId } = await office.request(accountId)
    const early = { disputeId: 'dp_early', paymentId: 'pi_early', amountMinor: 1000, invoiceId }
    await expect(back.dispute(early)).rejects.toThrow(PaymentNotHereError)
    expect(await back.dispute({ ...early, invoiceId: 'invoice_of_somebody_else' })).toBeNull()
    await payByCard(office.database, 'STRIPE', { id: invoiceId, accountId }, 'pi_early')
    await back.dispute(early)
    expect(await back.account(accountId)).toMatchObject({ available: 0, owed: 0 })
  })

  it('that is an inquiry, foreign, or won before it was heard of changes nothing', async () => {
    const accountId = await office.account()
    await back.bought(accountId, 1, 'pi_quiet')
    const told = { disputeId: 'dp_quiet', paymentId: 'pi_quiet', amountMinor: 1000 }
    await back.dispute({ ...told, status: 'INQUIRY' })
    await back.dispute({ ...told, status: 'WON' })
    expect(await back.dispute({ ...told, paymentId: 'pi_of_somebody_else' })).toBeNull()
    expect(await back.chargebacks(accountId)).toEqual([])
    expect(await back.account(accountId)).toMatchObject({ available: 30, owed: 0 })
  })

  it('takes none of the credit of a postpaid account', async () => {
    const accountId = await office.account()
    await office.query(`UPDATE account SET billing_mode = 'POSTPAID', credit_limit = 100 WHERE id = $1`, [accountId])
    await back.bought(accountId, 1, 'pi_credit')
    const channelId = await back.channel(accountId, { days: 50 })
    await back.dispute({ disputeId: 'dp_credit', paymentId: 'pi_credit', amountMinor: 1000 })
    expect(await back.account(accountId)).toMatchObject({ available: -20, owed: 30 })
    await office.refused(ErrorCode.DAYS_OWED, () => back.allocate(accountId, channelId, 1))
    await back.release(accountId, channelId, 40)
    expect(await back.account(accountId)).toMatchObject({ available: -10, owed: 0 })
    await back.allocate(accountId, channelId, 90)
    expect(await office.violations()).toEqual([])
  })
})

type Step =
  | { do: 'buy'; channels: number }
  | { do: 'credit'; invoice: number; days: number | null; percent: number }
  | { do: 'dispute'; invoice: number; percent: number }
  | { do: 'close'; dispute: number; status: 'WON' | 'LOST' }
  | { do: 'create'; days: number | null }
  | { do: 'allocate'; channel: number; days: number }
  | { do: 'release'; channel: number; days: number }
  | { do: 'delete'; channel: number }
  | { do: 'wait'; hours: number }

const index = fc.nat(4)
const days = fc.integer({ min: 1, max: 40 })
const percent = fc.integer({ min: 1, max: 100 })
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('buy'), channels: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('credit'), invoice: index, days: fc.option(days, { freq: 3 }), percent }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('dispute'), invoice: index, percent }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('close'), dispute: index, status: fc.constantFrom('WON', 'LOST') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create'), days: fc.option(days) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('allocate'), channel: index, days }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release'), channel: index, days }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete'), channel: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.integer({ min: 1, max: 100 }) }) },
)

/** An account whose every day and cent is counted beside it. */
class Story {
  private readonly invoices: (Invoice & { paymentId: string })[] = []
  private readonly channels: string[] = []
  private readonly disputes: { disputeId: string; paymentId: string; amountMinor: number; status: string }[] = []

  private constructor(
    private readonly accountId: string,
    private at: number,
  ) {}

  static async begin(at: number): Promise<Story> {
    await office.stopClock(new Date(at))
    return new Story(await office.account({ taxPartsPerMillion: 77_000, channelMonthAmount: 997 }), at)
  }

  async take(step: Step): Promise<void> {
    const before = await back.account(this.accountId)
    try {
      await this.act(step)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      // Refused: nothing has changed.
      const { available, owed } = await back.account(this.accountId)
      expect({ available, owed }).toEqual({ available: before.available, owed: before.owed })
    }
    const { available, owed } = await back.account(this.accountId)
    if (before.owed > 0 && !['buy', 'close', 'dispute', 'release', 'delete'].includes(step.do)) {
      expect({ available, owed }).toEqual({ available: before.available, owed: before.owed })
    }
    await this.judge()
  }

  private async act(step: Step): Promise<void> {
    const { accountId, channels, invoices, disputes } = this
    const channel = () =>
      channels[step.do === 'allocate' || step.do === 'release' || step.do === 'delete' ? step.channel : 0] ?? ''
    switch (step.do) {
      case 'buy': {
        const paymentId = `pi_${accountId}_${invoices.length}`
        invoices.push({ ...(await back.bought(accountId, step.channels, paymentId)), paymentId })
        return
      }
      case 'credit': {
        const invoice = invoices[step.invoice]
        const amount = step.percent > 80 ? null : Math.floor((11 * step.percent) / 10)
        if (invoice !== undefined) await back.credit(invoice, { days: step.days, amount })
        return
      }
      case 'dispute': {
        const invoice = invoices[step.invoice]
        if (invoice === undefined) return
        const amountMinor = Math.ceil((invoice.totalMinor * step.percent) / 100)
        const dispute = { disputeId: `dp_${accountId}_${disputes.length}`, paymentId: invoice.paymentId, amountMinor }
        disputes.push({ ...dispute, status: 'OPEN' })
        await Promise.all([back.dispute(dispute), back.dispute(dispute)])
        return
      }
      case 'close': {
        const dispute = disputes[step.dispute]
        if (dispute === undefined) return
        dispute.status = step.status
        const told = { ...dispute, status: step.status }
        await Promise.all([back.dispute(told), back.dispute(told)])
        return
      }
      case 'create':
        channels.push(await back.channel(accountId, { days: step.days }))
        return
      case 'allocate':
        return back.allocate(accountId, channel(), step.days)
      case 'release':
        return back.release(accountId, channel(), step.days)
      case 'delete':
        return back.delete(accountId, channel())
      case 'wait':
        this.at += step.hours * HOUR
        await office.stopClock(new Date(this.at))
        return
    }
  }

  /** What the partner has, has used and doesn't owe is what it has paid for and not been given back. */
  private async judge(): Promise<void> {
    const { accountId, invoices } = this
    expect(await office.violations()).toEqual([])
    const { available, allocated, used, owed } = await back.account(accountId)
    const notes = await back.creditNotes(accountId)
    const standing = (await back.chargebacks(accountId)).filter(({ status }) => status !== ChargebackStatus.WON)
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)
    const bought = sum(invoices.map((invoice) => invoice.days))
    const taken = sum(notes.map((note) => note.days)) + sum(standing.map((chargeback) => chargeback.days ?? 0))
    expect(available + allocated + used - owed).toBe(bought - taken)
    expect(Math.min(available, owed)).toBe(0)
    for (const invoice of invoices) {
      const credited = notes.filter(({ invoiceId }) => invoiceId === invoice.id)
      const disputed = standing.filter(({ invoiceId }) => invoiceId === invoice.id)
      const days = sum(credited.map((note) => note.days)) + sum(disputed.map((chargeback) => chargeback.days ?? 0))
      expect(days).toBeLessThanOrEqual(invoice.days)
      const money = sum(credited.map((note) => note.totalMinor))
      expect(money).toBeLessThanOrEqual(invoice.totalMinor)
    }
  }
}

describe('days and money that go back', () => {
  it(`leave the partner with what it has paid for, whatever it does (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 8, maxLength: 24, size: 'max' }), async (story) => {
        const told = await Story.begin(Date.UTC(2031, 0, 1, 9))
        for (const step of [{ do: 'buy', channels: 2 } as const, { do: 'create', days: 20 } as const, ...story]) {
          await told.take(step)
        }
      }),
      { seed, numRuns: STORIES, endOnFailure: true },
    )
  }, 300_000)
})
