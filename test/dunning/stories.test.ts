import { BillingMode } from '../../src/accounts/account.entity'
import { SetDunningSchedule, setDunningSchedule } from '../../src/dunning/set-dunning-schedule'
import { resumeDunning, stopDunning } from '../../src/dunning/stop-dunning'
import { AllocateDays, allocateDays } from '../../src/channels/allocate-days'
import { CreateChannel, createChannel } from '../../src/channels/create-channel'
import { AccountOverdueError, InvoiceStateError } from '../../src/errors'
import { advanceClock } from '../../src/expiry/advance-clock'
import { parseInput } from '../../src/input'
import { postponeInvoice } from '../../src/invoices/postpone-invoice'
import { voidInvoice } from '../../src/invoices/void-invoice'
import { writeOffInvoice } from '../../src/invoices/write-off-invoice'
import { openBook, saveBooks } from '../../src/ledger/account-book'
import type { Mailer } from '../../src/mail/send-mails'
import { PARTNER, PostOffice, STAFF } from '../mail/post-office'

let post: PostOffice
let mailer: Mailer
// Each story has a clock of its own.
beforeEach(async () => {
  post = await PostOffice.open(new Date('2027-03-01T09:00:00.000Z'))
  mailer = post.mailer()
})
afterEach(async () => {
  await post.close()
})

const DAY = 24

async function days(count: number, accountId: string): Promise<void> {
  for (let day = 0; day < count; day += 1) {
    await post.advance(DAY, accountId)
    await mailer.round()
  }
}

const subjects = () => post.server.received.map(({ subject }) => subject)

it('reminds of an invoice that nobody pays, each step at its own instant, with a mail', async () => {
  const accountId = await post.account()
  const { id, number } = await post.request(accountId)
  await days(60, accountId)
  expect(await post.events(accountId, 'invoice.')).toEqual([
    '2027-03-01T09:00:00.000Z invoice.requested',
    '2027-03-01T09:00:00.000Z invoice.opened',
    '2027-03-12T09:00:00.000Z invoice.due_soon',
    '2027-03-15T09:00:00.001Z invoice.overdue',
    '2027-03-22T09:00:00.000Z invoice.reminder_due',
    '2027-03-29T09:00:00.000Z invoice.reminder_due',
    '2027-04-14T09:00:00.000Z invoice.uncollectible_proposed',
  ])
  expect(subjects()).toEqual([
    `Invoice ${number ?? ''}: 10.00 EUR, due 15 March 2027`,
    `Invoice ${number ?? ''} is due on 15 March 2027`,
    `Overdue: invoice ${number ?? ''}`,
    `Reminder: invoice ${number ?? ''} is 7 days overdue`,
    `Reminder: invoice ${number ?? ''} is 14 days overdue`,
    `Last reminder: invoice ${number ?? ''} is 30 days overdue`,
  ])
  expect(await post.query('SELECT invoice_id, next_at FROM invoice_dunning')).toEqual([
    { invoice_id: id, next_at: null },
  ])
  expect(await post.query('SELECT * FROM account_due WHERE kind = $1', ['DUNNING'])).toEqual([])
})

it('says only the newest of what was missed while nobody was there, and keeps all of it in the log', async () => {
  const accountId = await post.account()
  const other = await post.account()
  const { number } = await post.request(accountId)
  await post.request(other)
  await mailer.round()
  await post.advance(24 * DAY)
  // The mailer comes first: it waits for what is due.
  await mailer.round()
  expect(subjects()).toHaveLength(2)
  await post.advance(0, accountId)
  await mailer.round()
  expect(subjects().slice(2)).toEqual([`Reminder: invoice ${number ?? ''} is 7 days overdue`])
  expect(await post.told(accountId)).toEqual([
    'invoice.opened SENT',
    'invoice.due_soon SKIPPED',
    'invoice.overdue SKIPPED',
    'invoice.reminder_due SENT',
  ])
})

it.each(['paid', 'void', 'written off'])('ends where the invoice is %s', async (how) => {
  const accountId = await post.account()
  const { id: invoiceId } = await post.request(accountId)
  await days(12, accountId)
  const comment = 'so be it'
  if (how === 'paid') await post.pay({ id: invoiceId, accountId }, 1000)
  else if (how === 'void') await post.inTransaction((tx) => voidInvoice(tx, STAFF, accountId, { invoiceId, comment }))
  else await post.inTransaction((tx) => writeOffInvoice(tx, STAFF, accountId, { invoiceId, comment }))
  await days(40, accountId)
  expect(await post.told(accountId)).toEqual([
    'invoice.opened SENT',
    'invoice.due_soon SENT',
    ...(how === 'paid' ? ['invoice.payment_recorded SENT'] : []),
  ])
  expect(await post.query('SELECT * FROM invoice_dunning')).toEqual([])
})

it('sends no reminder that waits at the mail server once the invoice is paid', async () => {
  const accountId = await post.account()
  const invoice = await post.request(accountId)
  await mailer.round()
  post.server.behaviour = 'LATER'
  const patient = post.mailer({})
  await post.advance(14 * DAY + 1, accountId)
  await patient.round()
  await post.pay(invoice, 1000)
  post.server.behaviour = 'ACCEPT'
  await post.advance(10, accountId)
  await patient.round()
  expect(await post.told(accountId)).toEqual([
    'invoice.opened SENT',
    'invoice.due_soon SKIPPED',
    'invoice.overdue SKIPPED',
    'invoice.payment_recorded SENT',
  ])
})

it('moves with an invoice that is postponed', async () => {
  const accountId = await post.account()
  const { id: invoiceId } = await post.request(accountId)
  await days(16, accountId)
  const until = new Date('2027-04-10T12:00:00.000Z')
  await post.inTransaction((tx) => postponeInvoice(tx, STAFF, accountId, { invoiceId, until }))
  await days(26, accountId)
  expect((await post.events(accountId, 'invoice.')).slice(2)).toEqual([
    '2027-03-12T09:00:00.000Z invoice.due_soon',
    '2027-03-15T09:00:00.001Z invoice.overdue',
    '2027-03-17T09:00:00.000Z invoice.postponed',
    '2027-04-07T12:00:00.000Z invoice.due_soon',
    '2027-04-10T12:00:00.001Z invoice.overdue',
  ])
  expect(subjects().at(-2)).toMatch(/is due on 10 April 2027$/)
})

it('stands still while staff have stopped it, and goes on with what is still to come', async () => {
  const accountId = await post.account()
  const { id: invoiceId } = await post.request(accountId)
  await days(12, accountId)
  for (let times = 0; times < 2; times += 1) {
    await post.inTransaction((tx) => stopDunning(tx, STAFF, accountId, { invoiceId, reason: 'They called.' }))
  }
  const until = new Date('2027-03-16T09:00:00.000Z')
  await post.inTransaction((tx) => postponeInvoice(tx, STAFF, accountId, { invoiceId, until }))
  await days(12, accountId)
  for (let times = 0; times < 2; times += 1) {
    await post.inTransaction((tx) => resumeDunning(tx, STAFF, accountId, { invoiceId }))
  }
  await days(8, accountId)
  expect((await post.events(accountId, 'invoice.')).slice(2)).toEqual([
    '2027-03-12T09:00:00.000Z invoice.due_soon',
    '2027-03-13T09:00:00.000Z invoice.dunning_stopped',
    '2027-03-13T09:00:00.000Z invoice.postponed',
    '2027-03-25T09:00:00.000Z invoice.dunning_resumed',
    '2027-03-30T09:00:00.000Z invoice.reminder_due',
  ])
  await post.pay({ id: invoiceId, accountId }, 1000)
  const late = post.inTransaction((tx) => stopDunning(tx, STAFF, accountId, { invoiceId, reason: 'late' }))
  await expect(late).rejects.toThrow(InvoiceStateError)
})

it('goes by the account’s own schedule, from the next step on', async () => {
  const accountId = await post.account()
  await post.request(accountId)
  await days(15, accountId)
  const terms = { accountId, beforeDays: null, afterDays: [2, 1, 2], uncollectibleAfterDays: null }
  await post.inTransaction((tx) => setDunningSchedule(tx, STAFF, parseInput(SetDunningSchedule, terms)))
  await days(40, accountId)
  // The first of them passed at the instant at which the schedule was set.
  expect((await post.events(accountId, 'invoice.')).slice(4)).toEqual(['2027-03-17T09:00:00.000Z invoice.reminder_due'])
})

it('keeps to a sandbox’s own clock, and takes each step once however it is moved', async () => {
  const accountId = await post.account({ sandbox: true })
  await post.request(accountId)
  await mailer.round()
  const to = new Date('2027-03-23T09:00:00.000Z')
  await post.inTransaction((tx) => advanceClock(tx, STAFF, { accountId, to }))
  await mailer.round()
  expect((await post.events(accountId, 'invoice.')).slice(2)).toEqual([
    '2027-03-12T09:00:00.000Z invoice.due_soon',
    '2027-03-15T09:00:00.001Z invoice.overdue',
    '2027-03-22T09:00:00.000Z invoice.reminder_due',
  ])
  expect(subjects()).toHaveLength(2)
})

it('takes each step once, however many do what is due at once', async () => {
  const accountId = await post.account()
  await post.request(accountId)
  await post.advance(60 * DAY)
  await Promise.all(Array.from({ length: 4 }, () => post.advance(0, accountId)))
  await Promise.all([mailer.round(), post.mailer().round()])
  const told = (await post.events(accountId, 'invoice.')).slice(2).map((line) => line.split(' ')[1])
  expect(told).toEqual([
    'invoice.due_soon',
    'invoice.overdue',
    'invoice.reminder_due',
    'invoice.reminder_due',
    'invoice.uncollectible_proposed',
  ])
  expect(subjects().filter((subject) => !subject.includes(', due '))).toHaveLength(1)
})

it('tells the story of an account that is overdue, blocked, pays, and goes on', async () => {
  const accountId = await post.account({ billingMode: BillingMode.POSTPAID, creditLimit: 1000 })
  const { outcome } = await post.inTransaction((tx) =>
    createChannel(tx, PARTNER, accountId, parseInput(CreateChannel, { name: 'Shop' })),
  )
  const { channelId } = outcome
  const allocate = (count: number) =>
    post.inTransaction(async (tx) => {
      const book = await openBook(tx, { accountId, channelIds: [channelId] })
      allocateDays(book, PARTNER, parseInput(AllocateDays, { channelId, days: count }))
      await saveBooks(tx, [book])
    })
  await allocate(60)
  await days(31, accountId)
  expect(subjects()).toEqual(['Invoice DB-2027-000001: 10.33 EUR, due 15 April 2027'])
  await allocate(1)
  await days(15, accountId)
  expect((await post.events(accountId, 'account.overdue')).map((line) => line.split(' ')[0])).toEqual([
    '2027-04-15T00:00:00.001Z',
  ])
  expect(post.server.received.at(-1)?.subject).toBe('Overdue: invoice DB-2027-000001')
  const [invoice] = await post.query<{ id: string; total_minor: string }>('SELECT id, total_minor FROM invoice')
  const overdue = (await post.mails(accountId)).find(({ template }) => template === 'invoice.overdue')
  expect(overdue?.textBody).toContain('Until it is paid, no further days can be allocated.')
  await expect(allocate(1)).rejects.toThrow(AccountOverdueError)
  await days(7, accountId)
  await post.pay({ id: invoice?.id ?? '', accountId }, Number(invoice?.total_minor))
  await allocate(1)
  await days(3, accountId)
  expect(await post.told(accountId)).toEqual([
    'invoice.opened SENT',
    'invoice.due_soon SENT',
    'invoice.overdue SENT',
    'invoice.reminder_due SENT',
    'invoice.payment_recorded SENT',
  ])
  expect((await post.events(accountId, 'account.overdue')).map((line) => line.split(' ')[1])).toEqual([
    'account.overdue',
    'account.overdue_ended',
  ])
})
