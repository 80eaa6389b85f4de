import { Arg, Authorized, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountAsked, accountSeen } from '../accounts/accounts.resolver'
import { AccountNameType, AccountType } from '../accounts/accounts.types'
import { accountIdFor, Role, Scope } from '../auth/actor'
import { invoiceFilePath } from '../documents/document-file'
import { NotFoundError } from '../errors'
import { connectionOf, type ConnectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { isSelected, type Selecting } from '../graphql/is-selected'
import { MoneyType } from '../graphql/money.types'
import { DateTime } from '../graphql/scalars'
import { parseInput } from '../input'
import { explainLineRounding } from '../pricing/explain-rounding'
import type { QuoteLine } from '../pricing/quote'
import { CancelInvoiceRequest, cancelInvoiceRequest } from './cancel-invoice-request'
import { countInvoices, findInvoices, invoiceCursor } from './find-invoices'
import { countUnappliedPayments, findUnappliedPayments, unappliedPaymentCursor } from './find-unapplied-payments'
import { outstandingMinor, overdueAt } from './invoice-state'
import type { Invoice } from './invoice.entity'
import {
  InvoiceConnection,
  invoiceFace,
  InvoiceFilter,
  InvoiceLineType,
  InvoicePayload,
  InvoicePromiseType,
  InvoiceType,
  PaymentConnection,
  PaymentType,
  RecordPaymentInput,
  RequestInvoiceInput,
} from './invoices.types'
import type { Payment } from './payment.entity'
import { PostponeInvoice, postponeInvoice } from './postpone-invoice'
import { PrepareInvoice, prepareInvoice } from './prepare-invoice'
import { invoicePagePath } from './read-invoice-page'
import { RecordPayment, recordPayment } from './record-payment'
import { reportInvoicePromise } from './report-invoice-promise'
import { RequestInvoice, requestInvoice } from './request-invoice'
import { VoidInvoice, voidInvoice } from './void-invoice'
import { WriteOffInvoice, writeOffInvoice } from './write-off-invoice'

@Resolver(() => InvoiceType)
export class InvoicesResolver {
  @Authorized(Scope.READ)
  @Query(() => InvoiceType, { nullable: true })
  invoice(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<InvoiceType> {
    return invoiceSeen(context, id)
  }

  @Authorized(Scope.READ)
  @Query(() => InvoiceConnection, {
    description:
      'Newest first. Staff see all accounts’ invoices where they name none: with REQUESTED as the only status it is the queue, ordered by prepareBy.',
  })
  async invoices(
    @Ctx() context: Context,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('filter', () => InvoiceFilter, { nullable: true }) filter: InvoiceFilter | null,
    @Info() selecting: Selecting,
  ): Promise<ConnectionOf<InvoiceType>> {
    const { actor } = context
    const ofAll = actor.role === Role.STAFF && accountId == null
    const asked = ofAll ? null : await accountAsked(context, accountId)
    const connection = await invoicesOf(context, asked, { first, after }, filter)
    if (isSelected(selecting, 'account')) {
      await context.loaders.account.loadAhead(connection.nodes.map((invoice) => invoice.accountId))
    }
    return connection
  }

  @Authorized(Role.STAFF)
  @Query(() => InvoicePromiseType, {
    description: 'Staff only: of the requests from an instant until before another, of live accounts.',
  })
  invoicePromise(
    @Arg('from', () => DateTime) from: Date,
    @Arg('to', () => DateTime) to: Date,
    @Ctx() { sql }: Context,
  ): Promise<InvoicePromiseType> {
    return reportInvoicePromise(sql, from, to)
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Query(() => PaymentConnection, {
    description:
      'Staff only: payments that came for an invoice that took none, or were above what was outstanding. Newest first, of all accounts where none is named.',
  })
  async unappliedPayments(
    @Ctx() context: Context,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
  ): Promise<ConnectionOf<PaymentType>> {
    const { visible } = context
    const ofAccount = accountId == null ? null : await accountAsked(context, accountId)
    return connectionOf(
      await findUnappliedPayments(visible, ofAccount, { first, after }),
      paymentFace,
      unappliedPaymentCursor,
      () => countUnappliedPayments(visible, ofAccount),
    )
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => InvoicePayload, {
    description: 'Requests an invoice, at the price that is agreed now. It opens at once where that is agreed too.',
  })
  async requestInvoice(
    @Arg('input', () => RequestInvoiceInput) input: RequestInvoiceInput,
    @Ctx() context: Context,
  ): Promise<InvoicePayload> {
    const accountId = accountIdFor(context.actor, input.accountId)
    const command = parseInput(RequestInvoice, input)
    const { outcome } = await context.change(accountId, (tx) =>
      requestInvoice(tx, context.actorName, accountId, command),
    )
    return outcome
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => InvoicePayload, { description: 'Withdraws a request before it is prepared.' })
  async cancelInvoiceRequest(
    @Arg('invoiceId', () => ID) invoiceId: string,
    @Arg('idempotencyKey', () => String, { nullable: true }) idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<InvoicePayload> {
    const command = parseInput(CancelInvoiceRequest, { invoiceId, idempotencyKey })
    const accountId = await accountOfInvoice(context, invoiceId)
    const { outcome } = await context.change(accountId, (tx) =>
      cancelInvoiceRequest(tx, context.actorName, accountId, command),
    )
    return outcome
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => InvoicePayload, { description: 'Opens an invoice that waits in the queue.' })
  async prepareInvoice(
    @Arg('invoiceId', () => ID) invoiceId: string,
    @Arg('idempotencyKey', () => String, { nullable: true }) idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<InvoicePayload> {
    const command = parseInput(PrepareInvoice, { invoiceId, idempotencyKey })
    const accountId = await accountOfInvoice(context, invoiceId)
    const { outcome } = await context.change(accountId, (tx) =>
      prepareInvoice(tx, context.actorName, accountId, command),
    )
    return outcome
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => InvoicePayload, {
    description: 'Records money that arrived. Parts add up; the one that reaches the total credits the days.',
  })
  async recordPayment(
    @Arg('input', () => RecordPaymentInput) input: RecordPaymentInput,
    @Ctx() context: Context,
  ): Promise<InvoicePayload> {
    const command = parseInput(RecordPayment, input)
    const accountId = await accountOfInvoice(context, command.invoiceId)
    const { outcome } = await context.change(accountId, (tx) =>
      recordPayment(tx, context.actorName, accountId, command),
    )
    return outcome
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => InvoicePayload, { description: 'Takes back an invoice for which no money has come.' })
  async voidInvoice(
    @Arg('invoiceId', () => ID) invoiceId: string,
    @Arg('comment', () => String) comment: string,
    @Arg('idempotencyKey', () => String, { nullable: true }) idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<InvoicePayload> {
    const command = parseInput(VoidInvoice, { invoiceId, comment, idempotencyKey })
    const accountId = await accountOfInvoice(context, invoiceId)
    const { outcome } = await context.change(accountId, (tx) => voidInvoice(tx, context.actorName, accountId, command))
    return outcome
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => InvoicePayload, {
    description: 'Gives an open invoice more time. An account that it has blocked may allocate again until then.',
  })
  async postponeInvoice(
    @Arg('invoiceId', () => ID) invoiceId: string,
    @Arg('until', () => DateTime, { description: 'After its due date and now; at most 366 days ahead.' }) until: Date,
    @Arg('comment', () => String, { nullable: true }) comment: string | null,
    @Arg('idempotencyKey', () => String, { nullable: true }) idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<InvoicePayload> {
    const command = parseInput(PostponeInvoice, { invoiceId, until, comment, idempotencyKey })
    const accountId = await accountOfInvoice(context, invoiceId)
    const { outcome } = await context.change(accountId, (tx) =>
      postponeInvoice(tx, context.actorName, accountId, command),
    )
    return outcome
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => InvoicePayload, {
    description: 'Expects the money of an open invoice no longer; it can still be paid. It blocks its account no more.',
  })
  async writeOffInvoice(
    @Arg('invoiceId', () => ID) invoiceId: string,
    @Arg('comment', () => String) comment: string,
    @Arg('idempotencyKey', () => String, { nullable: true }) idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<InvoicePayload> {
    const command = parseInput(WriteOffInvoice, { invoiceId, comment, idempotencyKey })
    const accountId = await accountOfInvoice(context, invoiceId)
    const { outcome } = await context.change(accountId, (tx) =>
      writeOffInvoice(tx, context.actorName, accountId, command),
    )
    return outcome
  }

  @FieldResolver(() => AccountNameType)
  account(@Root() { accountId }: Invoice, @Ctx() context: Context): AccountNameType | Promise<AccountNameType> {
    const account = context.loaders.account.get(accountId)
    return account === null || account instanceof Promise ? accountSeen(context, accountId) : account
  }

  @FieldResolver(() => Boolean, { description: 'It is open past its due date, and was not postponed.' })
  async overdue(@Root() invoice: Invoice, @Ctx() context: Context): Promise<boolean> {
    return overdueAt(invoice, await context.now(invoice.accountId))
  }

  @FieldResolver(() => [InvoiceLineType])
  async lines(@Root() invoice: Invoice, @Ctx() { loaders }: Context): Promise<InvoiceLineType[]> {
    const lines = await loaders.invoiceLines.load(invoice)
    return lines.map((line) => invoiceLineFace(line, invoice.currency))
  }

  @FieldResolver(() => MoneyType)
  subtotal(@Root() { subtotalMinor, currency }: Invoice): MoneyType {
    return { amount: subtotalMinor, currency }
  }

  @FieldResolver(() => MoneyType)
  tax(@Root() { taxMinor, currency }: Invoice): MoneyType {
    return { amount: taxMinor, currency }
  }

  @FieldResolver(() => MoneyType)
  total(@Root() { totalMinor, currency }: Invoice): MoneyType {
    return { amount: totalMinor, currency }
  }

  @FieldResolver(() => MoneyType, { description: 'What its payments amount to, without those that were returned.' })
  paid(@Root() { paidMinor, currency }: Invoice): MoneyType {
    return { amount: paidMinor, currency }
  }

  @FieldResolver(() => [PaymentType], { description: 'As they were recorded.' })
  async payments(@Root() invoice: Invoice, @Ctx() { loaders }: Context): Promise<PaymentType[]> {
    const payments = await loaders.payments.load(invoice)
    return payments.map(paymentFace)
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The page on which it is paid. It needs no sign-in: who knows the address may see it. Null where nothing is outstanding.',
  })
  paymentUrl(@Root() invoice: Invoice, @Ctx() { payments }: Context): string | null {
    return outstandingMinor(invoice) === 0 ? null : `${payments.publicUrl()}${invoicePagePath(invoice)}`
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Its PDF, as it was issued, and once it is paid or void with the mark of that. It needs no sign-in: who knows the address may see it. Null until it is open, and for invoices without particulars.',
  })
  pdfUrl(@Root() invoice: Invoice, @Ctx() { payments }: Context): string | null {
    const path = invoiceFilePath(invoice)
    return path === null ? null : `${payments.publicUrl()}${path}`
  }
}

@Resolver(() => PaymentType)
export class PaymentResolver {
  @FieldResolver(() => InvoiceType)
  invoice(@Root() { invoiceId }: PaymentType, @Ctx() context: Context): Promise<InvoiceType> {
    return invoiceSeen(context, invoiceId)
  }

  @FieldResolver(() => MoneyType, {
    nullable: true,
    description:
      'What came although it was not outstanding, less what has gone back: it waits for staff. Null where there is nothing of it.',
  })
  async unapplied(
    @Root() { accountId, id, amount: { currency }, unappliedMinor }: PaymentType,
    @Ctx() { loaders }: Context,
  ): Promise<MoneyType | null> {
    const returns = unappliedMinor === 0 ? [] : await loaders.returnsOfPayment.load({ accountId, id })
    const gone = returns.reduce((sum, one) => sum + (one.fromUnapplied ? one.amountMinor : 0), 0)
    return unappliedMinor === gone ? null : { amount: unappliedMinor - gone, currency }
  }
}

@Resolver(() => InvoiceConnection)
export class InvoiceConnectionResolver {
  @FieldResolver(() => Int)
  totalCount(@Root() connection: ConnectionOf<InvoiceType>): Promise<number> | undefined {
    return connection.count?.()
  }
}

@Resolver(() => PaymentConnection)
export class PaymentConnectionResolver {
  @FieldResolver(() => Int)
  totalCount(@Root() connection: ConnectionOf<PaymentType>): Promise<number> | undefined {
    return connection.count?.()
  }
}

@Resolver(() => InvoicePayload)
export class InvoicePayloadResolver {
  @FieldResolver(() => InvoiceType)
  invoice(@Root() { invoiceId }: InvoicePayload, @Ctx() context: Context): Promise<InvoiceType> {
    return invoiceSeen(context, invoiceId)
  }
}

@Resolver(() => AccountType)
export class AccountInvoicesResolver {
  @FieldResolver(() => InvoiceConnection, { description: 'Newest first.' })
  invoices(
    @Root() { id }: AccountType,
    @Ctx() context: Context,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('filter', () => InvoiceFilter, { nullable: true }) filter: InvoiceFilter | null,
  ): Promise<ConnectionOf<InvoiceType>> {
    return invoicesOf(context, id, { first, after }, filter)
  }
}

/** A page of an account's invoices, or of all that the caller sees where none is named. */
async function invoicesOf(
  context: Context,
  accountId: string | null,
  page: { first: number; after?: string | null },
  filter: InvoiceFilter | null | undefined,
): Promise<ConnectionOf<InvoiceType>> {
  const criteria = { ...filter, accountId }
  const { visible } = context
  return connectionOf(
    await findInvoices(visible, criteria, page),
    invoiceFace,
    (invoice) => invoiceCursor(criteria, invoice),
    () => countInvoices(visible, criteria),
  )
}

export function invoiceLineFace(line: QuoteLine, currency: string): InvoiceLineType {
  const { kind, description, quantity, unitPriceMinor, per, amountMinor, days } = line
  return {
    kind,
    description,
    quantity,
    unitPrice: { amount: unitPriceMinor, currency },
    per,
    amount: { amount: amountMinor, currency },
    rounding: explainLineRounding(line, currency),
    days,
  }
}

function paymentFace(payment: Payment): PaymentType {
  const { id, accountId, invoiceId, method, amountMinor, unappliedMinor, currency, reference, receivedAt } = payment
  return {
    id,
    accountId,
    invoiceId,
    method,
    amount: { amount: amountMinor, currency },
    unappliedMinor,
    reference,
    receivedAt,
  }
}

/** Throws NOT_FOUND for an invoice that the caller doesn't see. */
async function invoiceSeen({ loaders }: Context, id: string): Promise<InvoiceType> {
  const invoice = await loaders.invoice.load(id)
  if (invoice === null) throw new NotFoundError('invoice', id)
  return invoice
}

/** A partner's verb looks within its own account anyway: only staff's calls have to ask whose the invoice is. */
export async function accountOfInvoice(context: Context, invoiceId: string): Promise<string> {
  return context.actor.accountId ?? (await invoiceSeen(context, invoiceId)).accountId
}
