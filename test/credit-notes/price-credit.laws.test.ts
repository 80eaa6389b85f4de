import fc from 'fast-check'
import { priceCredit, shrunkTo } from '../../src/credit-notes/price-credit'
import { InvoiceLineKind } from '../../src/invoices/invoice.entity'
import { seedOf } from '../support/dice'

const seed = seedOf()

const invoices = fc
  .record({
    lines: fc.array(fc.record({ amountMinor: fc.nat(100_000), days: fc.integer({ min: 1, max: 90 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
    taxMinor: fc.nat(30_000),
  })
  .map(({ lines, taxMinor }) => ({
    currency: 'EUR',
    taxMinor,
    days: lines.reduce((sum, { days }) => sum + days, 0),
    totalMinor: lines.reduce((sum, { amountMinor }) => sum + amountMinor, taxMinor),
    lines: lines.map((line, index) => ({ ...line, kind: InvoiceLineKind.USAGE, description: `line ${index}` })),
  }))

describe('the price of days that are taken back', () => {
  it(`comes to the whole invoice, in whatever parts, and at no time to more than its part (seed ${seed})`, () => {
    fc.assert(
      fc.property(invoices, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), (invoice, wanted) => {
        let before = 0
        let paidBack = 0
        const byLine = new Map<string, { days: number; netMinor: number }>()
        for (const wish of [...wanted, Infinity]) {
          const days = Math.min(wish, invoice.days - before)
          if (days === 0) continue
          const price = priceCredit(invoice, invoice.lines, before, days)
          before += days
          paidBack += price.totalMinor
          expect(price.lines.reduce((sum, line) => sum + line.days, 0)).toBe(days)
          expect(price.netMinor + price.taxMinor).toBe(price.totalMinor)
          for (const { description, days, netMinor } of price.lines) {
            expect(Math.min(days, netMinor)).toBeGreaterThanOrEqual(0)
            const sum = byLine.get(description) ?? { days: 0, netMinor: 0 }
            byLine.set(description, { days: sum.days + days, netMinor: sum.netMinor + netMinor })
          }
          // Each line, and the tax, is rounded once: by half a minor unit at the most.
          const exact = (invoice.totalMinor * before) / invoice.days
          expect(Math.abs(paidBack - exact)).toBeLessThanOrEqual((invoice.lines.length + 1) / 2)
        }
        expect(paidBack).toBe(invoice.totalMinor)
        for (const { description, days, amountMinor } of invoice.lines) {
          expect(byLine.get(description)).toEqual({ days, netMinor: amountMinor })
        }
      }),
      { seed, numRuns: 300 },
    )
  })

  it(`shrinks to exactly the money that is wanted, in no part to more than it was (seed ${seed})`, () => {
    fc.assert(
      fc.property(invoices, fc.nat(1_000), (invoice, thousandths) => {
        const price = priceCredit(invoice, invoice.lines, 0, invoice.days)
        const total = Math.floor((price.totalMinor * thousandths) / 1_000)
        const less = shrunkTo(price, total, 'EUR')
        expect(less.totalMinor).toBe(total)
        expect(less.netMinor + less.taxMinor).toBe(total)
        expect(less.lines.reduce((sum, line) => sum + line.netMinor, 0)).toBe(less.netMinor)
        expect(less.taxMinor).toBeLessThanOrEqual(price.taxMinor)
        for (const line of less.lines) {
          const whole = price.lines.find(({ description }) => description === line.description)
          expect(line.netMinor).toBeLessThanOrEqual(whole?.netMinor ?? -1)
          expect(line.netMinor).toBeGreaterThanOrEqual(0)
        }
      }),
      { seed, numRuns: 300 },
    )
  })
})
