import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { Account } from '../../src/accounts/account.entity'
import { applyDispute } from '../../src/chargebacks/apply-dispute'
import { Chargeback } from '../../src/chargebacks/chargeback.entity'
import { allocateDays } from '../../src/channels/allocate-days'
import { CreateChannel, createChannel } from '../../src/channels/create-channel'
import { deleteChannel } from '../../src/channels/delete-channel'
import { releaseDays } from '../../src/channels/release-days'
import { CreditNote } from '../../src/credit-notes/credit-note.entity'
import { IssueCreditNote, issueCreditNote } from '../../src/credit-notes/issue-credit-note'
import { PaymentReturn } from '../../src/credit-notes/payment-return.entity'
import { RecordRefund, recordRefund } from '../../src/credit-notes/record-refund'
import { Refund } from '../../src/credit-notes/refund.entity'
import { ReturnPayment, returnPayment } from '../../src/credit-notes/return-payment'
import type { Database } from '../../src/database'
import { parseInput } from '../../src/input'
import type { Invoice } from '../../src/invoices/invoice.entity'
import { PaymentMethod } from '../../src/invoices/payment.entity'
import { WriteOffInvoice, writeOffInvoice } from '../../src/invoices/write-off-invoice'
import { inBook, type AccountBook } from '../../src/ledger/account-book'
import type { ProviderDispute } from '../../src/payments/payment-provider'
import { payByCard } from '../support/pay-by-card'
import { PARTNER, STAFF, type Named, type Office } from '../invoices/office'

/** What staff do with money that goes back, said shortly. */
export class BackOffice {
  constructor(readonly office: Office) {}

  private get database(): Database {
    return this.office.database
  }

  /** An invoice that a card has paid. */
  async bought(accountId: string, channels: number, paymentId = `pi_${randomUUID()}`): Promise<Invoice> {
    const invoice = await this.office.request(accountId, { channels })
    await payByCard(this.database, 'STRIPE', invoice, paymentId)
    return this.office.invoice(invoice.id)
  }

  async credit(
    { id: invoiceId, accountId }: Named,
    given: Partial<z.input<typeof IssueCreditNote>> = {},
  ): Promise<CreditNote> {
    const command = parseInput(IssueCreditNote, {
      ...{ invoiceId, reason: 'as agreed', idempotencyKey: randomUUID(), refundCards: false },
      ...given,
    })
    const { outcome } = await this.database.inTransaction((tx) => issueCreditNote(tx, STAFF, accountId, command))
    return this.database.dataSource.manager.findOneByOrFail(CreditNote, { id: outcome.creditNoteId })
  }

  async refund(
    { id: invoiceId, accountId }: Named,
    given: Omit<z.input<typeof RecordRefund>, 'invoiceId' | 'method' | 'idempotencyKey'>,
  ): Promise<Refund> {
    const input = { invoiceId, method: PaymentMethod.BANK_TRANSFER, idempotencyKey: randomUUID(), ...given }
    const command = parseInput(RecordRefund, input)
    const { outcome } = await this.database.inTransaction((tx) => recordRefund(tx, STAFF, accountId, command))
    return this.database.dataSource.manager.findOneByOrFail(Refund, { id: outcome.refundId })
  }

  async giveBack(
    { id: invoiceId, accountId }: Named,
    given: Partial<z.input<typeof ReturnPayment>>,
  ): Promise<PaymentReturn> {
    const input = { invoiceId, reason: 'paid twice', idempotencyKey: randomUUID(), ...given }
    const command = parseInput(ReturnPayment, input)
    const { outcome } = await this.database.inTransaction((tx) => returnPayment(tx, STAFF, accountId, command))
    return this.database.dataSource.manager.findOneByOrFail(PaymentReturn, { id: outcome.paymentReturnId })
  }

  async writeOff({ id: invoiceId, accountId }: Named): Promise<Invoice> {
    const command = parseInput(WriteOffInvoice, { invoiceId, comment: 'gone' })
    await this.database.inTransaction((tx) => writeOffInvoice(tx, STAFF, accountId, command))
    return this.office.invoice(invoiceId)
  }

  /** What the provider says of a dispute is applied. */
  dispute(given: Pick<ProviderDispute, 'disputeId' | 'paymentId' | 'amountMinor'> & Partial<ProviderDispute>) {
    const dispute = { livemode: true, currency: 'EUR', status: 'OPEN', ...given } as const
    return this.database.inTransaction((tx) => applyDispute(tx, 'STRIPE', dispute))
  }

  async channel(accountId: string, given: Partial<z.input<typeof CreateChannel>> = {}): Promise<string> {
    const command = parseInput(CreateChannel, { name: 'Channel', ...given })
    const { outcome } = await this.database.inTransaction((tx) => createChannel(tx, PARTNER, accountId, command))
    return outcome.channelId
  }

  allocate(accountId: string, channelId: string, days: number): Promise<void> {
    return this.decide(accountId, channelId, (book) => allocateDays(book, PARTNER, { channelId, days }))
  }

  release(accountId: string, channelId: string, days: number): Promise<void> {
    return this.decide(accountId, channelId, (book) => releaseDays(book, PARTNER, { channelId, days }))
  }

  delete(accountId: string, channelId: string): Promise<void> {
    return this.decide(accountId, channelId, (book) => deleteChannel(book, PARTNER, { channelId }))
  }

  async decide(accountId: string, channelId: string, verb: (book: AccountBook) => unknown): Promise<void> {
    await this.database.inTransaction((tx) =>
      inBook(tx, { accountId, channelIds: [channelId] }, (book) => {
        verb(book)
        return Promise.resolve(null)
      }),
    )
  }

  account(id: string): Promise<Account> {
    return this.database.dataSource.manager.findOneByOrFail(Account, { id })
  }

  creditNotes(accountId: string): Promise<CreditNote[]> {
    return this.database.dataSource.manager.find(CreditNote, { where: { accountId }, order: { id: 'ASC' } })
  }

  chargebacks(accountId: string): Promise<Chargeback[]> {
    return this.database.dataSource.manager.find(Chargeback, { where: { accountId }, order: { id: 'ASC' } })
  }

  refunds(accountId: string): Promise<Refund[]> {
    return this.database.dataSource.manager.find(Refund, { where: { accountId }, order: { id: 'ASC' } })
  }
}
