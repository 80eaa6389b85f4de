import { randomInt } from 'node:crypto'
import { parseInput } from '../../src/input'
import { requestInvoice, RequestInvoice } from '../../src/invoices/request-invoice'
import { Office, PARTNER } from './office'

let office: Office
beforeEach(async () => {
  office = await Office.open(60)
})
afterEach(() => office.close())

async function numbers(): Promise<string[]> {
  const rows = await office.query<{ number: string }>(
    'SELECT number FROM invoice WHERE number IS NOT NULL ORDER BY number',
  )
  return rows.map(({ number }) => number)
}

const numbered = (year: number, count: number) =>
  Array.from({ length: count }, (_, index) => `DB-${year}-${String(index + 1).padStart(6, '0')}`)

describe('the numbers of invoices', () => {
  it('have no gap under 50 openings at once by many accounts, some of which are rolled back', async () => {
    await office.stopClock(new Date('2026-03-01T12:00:00.000Z'))
    const accounts = await Promise.all(Array.from({ length: 25 }, () => office.account()))
    const command = parseInput(RequestInvoice, { channels: 1 })
    const openings = accounts.flatMap((accountId, account) =>
      [0, 1].map(async (turn) => {
        await office.database.inTransaction(async (tx) => {
          await requestInvoice(tx, PARTNER, accountId, command)
          await new Promise((resolve) => setTimeout(resolve, randomInt(5)))
          if ((account + turn) % 5 === 0) throw new Error('rolled back')
        })
      }),
    )
    const settled = await Promise.allSettled(openings)
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(10)
    expect(await numbers()).toEqual(numbered(2026, 40))
    const next = await office.request(accounts[0] ?? '')
    expect(next.number).toBe('DB-2026-000041')
  })

  it('begin anew with every UTC year', async () => {
    const accountId = await office.account({ autoPrepare: false })
    await office.stopClock(new Date('2030-12-31T23:59:59.999Z'))
    const [first, second] = [await office.request(accountId), await office.request(accountId)]
    expect(await office.prepare(first)).toMatchObject({ number: 'DB-2030-000001' })
    await office.stopClock(new Date('2031-01-01T00:00:00.000Z'))
    // The year is that of the opening, whenever it was requested.
    expect(await office.prepare(second)).toMatchObject({ number: 'DB-2031-000001' })
  })

  it('grow beyond six figures', async () => {
    const accountId = await office.account()
    await office.stopClock(new Date('2030-06-01T00:00:00.000Z'))
    await office.query(`INSERT INTO invoice_series VALUES ('DB', 2030, 999999)`)
    expect(await office.request(accountId)).toMatchObject({ number: 'DB-2030-1000000' })
  })
})
