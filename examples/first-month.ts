import { readFile } from 'node:fs/promises'
import WebSocket from 'ws'
import {
  AllocateDaysInBulkDocument,
  BalanceChangedDocument,
  BalanceDocument,
  CreateAccountDocument,
  CreateChannelDocument,
  createClient,
  CreateTokenDocument,
  DeleteChannelDocument,
  LedgerAuditDocument,
  RecordPaymentDocument,
  RequestInvoiceDocument,
  SetPriceAgreementDocument,
} from '../sdk'

const CHANNELS = 75
const DAYS_EACH = 30

async function main(): Promise<void> {
  const url = process.env.DAYBOOK_URL ?? 'http://127.0.0.1:4000'
  const staff = createClient({ url, token: process.env.DAYBOOK_STAFF_TOKEN ?? (await localStaffToken()) })

  // Staff take on a partner, and agree a price with it: 12.00 EUR for a channel and 30 days, 20 % tax.
  const { createAccount: account } = await staff.request(CreateAccountDocument, { name: 'Brightline' })
  const accountId = account.id
  await staff.request(SetPriceAgreementDocument, {
    accountId,
    currency: 'EUR',
    channelMonthAmount: 1200,
    taxPartsPerMillion: 200_000,
  })
  const { createToken } = await staff.request(CreateTokenDocument, {
    accountId,
    name: 'First month',
    scopes: ['CHANNELS', 'BILLING'],
  })
  const partner = createClient({ url, token: createToken.secret, webSocket: WebSocket })
  console.log(`${account.name} manages ${CHANNELS} channels, at 12.00 EUR for each and 30 days.`)

  // The partner asks for an invoice; the money comes by bank transfer, and staff record it.
  const { requestInvoice } = await partner.request(RequestInvoiceDocument, { channels: CHANNELS })
  const { invoice } = requestInvoice
  const { amount, currency } = invoice.total
  console.log(`Invoice ${String(invoice.number)} over ${money(amount)} ${currency} is ${invoice.status}.`)
  same('the total of the invoice in cents', amount, 108_000)
  const { recordPayment } = await staff.request(RecordPaymentDocument, {
    invoiceId: invoice.id,
    method: 'BANK_TRANSFER',
    amount,
    currency,
    reference: `Transfer for ${String(invoice.number)}`,
  })
  same('the status of the invoice', recordPayment.invoice.status, 'PAID')

  const { balance: bought } = await partner.request(BalanceDocument)
  console.log(`It is paid: the balance holds ${bought.available} days.`)
  same('the days bought', bought.available, CHANNELS * DAYS_EACH)

  // Each channel gets its days, and each change of the balance arrives live.
  const channels = await Promise.all(
    Array.from({ length: CHANNELS }, async (_, index) => {
      const customer = `customer-${index + 1}`
      const made = await partner.request(CreateChannelDocument, {
        name: `Channel of ${customer}`,
        externalId: customer,
      })
      return made.createChannel.channel
    }),
  )
  const changes = partner.subscribe(BalanceChangedDocument, { after: bought.sequence })
  const { allocateDaysInBulk } = await partner.request(AllocateDaysInBulkDocument, {
    items: channels.map(({ id }) => ({ channelId: id, days: DAYS_EACH })),
    comment: 'First month',
  })
  same('the days allocated', allocateDaysInBulk.allocatedDays, CHANNELS * DAYS_EACH)
  let seen = 0
  for await (const { days, available } of changes) {
    seen += 1
    same(`the days of change ${seen}`, days, -DAYS_EACH)
    same(`the balance after change ${seen}`, available, bought.available - seen * DAYS_EACH)
    if (seen === CHANNELS) break
  }
  console.log(`${seen} channels have ${DAYS_EACH} days each; ${seen} changes of the balance arrived, down to 0.`)

  // A customer leaves. The first day of its channel has begun, and so is used.
  const [leaving] = channels
  const { deleteChannel } = await partner.request(DeleteChannelDocument, { channelId: leaving?.id ?? '' })
  const { returnedDays, balance } = deleteChannel
  console.log(`${String(leaving?.externalId)} leaves: ${returnedDays} unused days return to the balance.`)
  same('the days returned', returnedDays, DAYS_EACH - 1)
  same('the balance in the end', balance.available, returnedDays)

  const { ledgerAudit } = await staff.request(LedgerAuditDocument, { accountId })
  same('what the audit finds', ledgerAudit.violations.join(' '), '')
  console.log(`The ledger is clean: ${ledgerAudit.transactionsChecked} transactions, and each rule holds.`)
  await partner.close()
}

/** Kept by a gateway that runs in development, in the folder that it was started in. */
async function localStaffToken(): Promise<string> {
  try {
    return (await readFile('.daybook/staff-token', 'utf8')).trim()
  } catch {
    throw new Error(
      'There is no .daybook/staff-token here: start the gateway with `npm start`, or set DAYBOOK_STAFF_TOKEN.',
    )
  }
}

function same<T>(what: string, found: T, expected: T): void {
  if (found !== expected) throw new Error(`${what}: found ${String(found)}, expected ${String(expected)}`)
}

/** Of a currency with two decimals. */
function money(amountMinor: number): string {
  return `${Math.trunc(amountMinor / 100)}.${String(amountMinor % 100).padStart(2, '0')}`
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
