import { Role, type Actor } from '../../src/auth/actor'
import { VisibleRows } from '../../src/auth/visible-rows'
import { BadUserInputError } from '../../src/errors'
import { countInvoices, findInvoices, invoiceCursor, type InvoiceCriteria } from '../../src/invoices/find-invoices'
import { mayBecome, overdueAt } from '../../src/invoices/invoice-state'
import { Invoice, InvoiceStatus } from '../../src/invoices/invoice.entity'
import { cursorOf } from '../../src/paging'
import { Office } from './office'

const NOON = new Date('2026-03-01T12:00:00.000Z')
const after = (ms: number) => new Date(NOON.getTime() + ms)
const DAY = 86_400_000

const staff: Actor = { role: Role.STAFF, scopes: new Set(), accountId: null, tokenId: null, expiresAt: null }
const partner = (accountId: string): Actor => ({ ...staff, role: Role.PARTNER, accountId })

let office: Office
beforeEach(async () => {
  office = await Office.open()
  await office.stopClock(NOON)
})
afterEach(() => office.close())

/** All pages of a list, by their ids. */
async function listed(actor: Actor, criteria: InvoiceCriteria, first = 2): Promise<string[]> {
  const visible = new VisibleRows(office.database.dataSource.manager, actor)
  const ids: string[] = []
  let after: string | null = null
  do {
    const page: { rows: Invoice[]; hasNextPage: boolean } = await findInvoices(visible, criteria, { first, after })
    ids.push(...page.rows.map(({ id }) => id))
    const last = page.rows.at(-1)
    after = page.hasNextPage && last !== undefined ? invoiceCursor(criteria, last) : null
  } while (after !== null)
  expect(await countInvoices(visible, criteria)).toBe(ids.length)
  return ids
}

describe('the list of invoices', () => {
  it('is newest first, of the account alone', async () => {
    const [mine, theirs] = [await office.account(), await office.account()]
    const ids: string[] = []
    for (let count = 0; count < 5; count += 1) {
      ids.unshift((await office.request(mine)).id)
      await office.request(theirs)
    }
    expect(await listed(partner(mine), { accountId: mine })).toEqual(ids)
    expect(await listed(staff, { accountId: mine })).toEqual(ids)
    expect(await listed(partner(mine), { accountId: theirs })).toEqual([])
    expect(await listed(partner(mine), {})).toEqual(ids)
    expect(await listed(staff, {})).toHaveLength(10)
  })

  it('is the queue for staff who ask for what is requested: what is to be prepared first comes first', async () => {
    const accounts = await Promise.all([1, 2, 3].map(() => office.account({ autoPrepare: false })))
    const queue: Invoice[] = []
    for (const ms of [5000, 1000, 1000, 9000, 1000]) {
      for (const accountId of accounts) {
        await office.query(`UPDATE account SET changed_at = '2026-03-01T12:00:00Z'`)
        await office.stopClock(after(ms))
        queue.push(await office.request(accountId))
      }
    }
    const [opened] = queue.splice(7, 1)
    if (opened !== undefined) await office.prepare(opened)
    const byPrepareBy = [...queue].sort(
      (a, b) => a.prepareBy.getTime() - b.prepareBy.getTime() || (a.id < b.id ? -1 : 1),
    )
    const requested = { status: [InvoiceStatus.REQUESTED] }
    expect(await listed(staff, requested, 4)).toEqual(byPrepareBy.map(({ id }) => id))
    // Of one account, or among others, they are a list like any other.
    const newestFirst = queue.map(({ id }) => id).reverse()
    const [accountId] = accounts
    const own = queue.filter((invoice) => invoice.accountId === accountId).map(({ id }) => id)
    expect(await listed(staff, { ...requested, accountId })).toEqual(own.reverse())
    expect(await listed(staff, { status: [InvoiceStatus.REQUESTED, InvoiceStatus.VOID] })).toEqual(newestFirst)
  })

  it('refuses a cursor of another list, or of none', async () => {
    const visible = new VisibleRows(office.database.dataSource.manager, staff)
    const queue = { status: [InvoiceStatus.REQUESTED] }
    const at = (criteria: InvoiceCriteria, after: string) => () => findInvoices(visible, criteria, { first: 1, after })
    for (const bad of ['1', 'x:invoice_1', `${'9'.repeat(16)}:invoice_1`, '1:a:b', '1:a-b']) {
      await expect(at(queue, cursorOf('invoice-queue', bad))).rejects.toThrow(BadUserInputError)
    }
    await expect(at(queue, cursorOf('invoices', 'invoice_1'))).rejects.toThrow(BadUserInputError)
    await expect(at({}, cursorOf('invoice-queue', '1:invoice_1'))).rejects.toThrow(BadUserInputError)
  })

  it('knows what is overdue as invoice-state does, in every state and at every instant', async () => {
    const accountId = await office.account({ paymentTermDays: 14 })
    await office.request(accountId)
    await office.pay(await office.request(accountId), 1000)
    const others = [await office.request(accountId), await office.request(accountId)]
    await office.query(`UPDATE invoice SET status = 'VOID' WHERE id = $1`, [others[0]?.id])
    await office.query(`UPDATE invoice SET status = 'UNCOLLECTIBLE' WHERE id = $1`, [others[1]?.id])
    await office.agree(accountId, { autoPrepare: false })
    await office.request(accountId)
    const all = await office.database.dataSource.manager.find(Invoice, { order: { id: 'DESC' } })
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(Object.values(InvoiceStatus)))
    for (const now of [NOON, after(14 * DAY), after(14 * DAY + 1), after(100 * DAY)]) {
      await office.stopClock(now)
      for (const overdue of [true, false]) {
        const expected = all.filter((invoice) => overdueAt(invoice, now) === overdue).map(({ id }) => id)
        expect(await listed(staff, { overdue })).toEqual(expected)
      }
    }
    expect(all.filter((invoice) => overdueAt(invoice, after(14 * DAY + 1)))).toMatchObject([{ status: 'OPEN' }])
    // A sandbox has a clock of its own, whatever the live one says.
    await office.query('UPDATE account SET sandbox = true, clock = $2 WHERE id = $1', [accountId, NOON])
    expect(await listed(staff, { overdue: true })).toEqual([])
  })
})

describe('the states of an invoice', () => {
  it('lead to payment or away from it, and never back', () => {
    const all = Object.values(InvoiceStatus)
    const ways = all.flatMap((from) => all.filter((to) => mayBecome(from, to)).map((to) => `${from} > ${to}`))
    expect(ways).toEqual([
      'REQUESTED > OPEN',
      'REQUESTED > VOID',
      'OPEN > PAID',
      'OPEN > VOID',
      'OPEN > UNCOLLECTIBLE',
      'UNCOLLECTIBLE > PAID',
    ])
  })
})
