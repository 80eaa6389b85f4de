import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountAsked } from '../accounts/accounts.resolver'
import { Role, Scope } from '../auth/actor'
import type { Chargeback } from '../chargebacks/chargeback.entity'
import { creditNoteFilePath } from '../documents/document-file'
import { NotFoundError } from '../errors'
import { connectionOf, type ConnectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { MoneyType } from '../graphql/money.types'
import { parseInput } from '../input'
import { accountOfInvoice } from '../invoices/invoices.resolver'
import { InvoiceType } from '../invoices/invoices.types'
import type { Invoice } from '../invoices/invoice.entity'
import { LedgerTransactionType } from '../ledger/ledger.types'
import { cursorOf } from '../paging'
import type { CreditNote, CreditNoteLine } from './credit-note.entity'
import {
  ChargebackType,
  CreditNoteConnection,
  creditNoteFace,
  CreditNoteLineType,
  CreditNotePayload,
  CreditNoteType,
  IssueCreditNoteInput,
  PaymentReturnType,
  RecordRefundInput,
  RefundPayload,
  RefundType,
  ReturnPaymentInput,
  ReturnUnappliedPaymentInput,
} from './credit-notes.types'
import { countCreditNotes, findCreditNotes } from './find-credit-notes'
import { IssueCreditNote, issueCreditNote } from './issue-credit-note'
import { RecordRefund, recordRefund } from './record-refund'
import type { Refund } from './refund.entity'
import { ReturnPayment, returnPayment, returnUnappliedPayment } from './return-payment'

@Resolver()
export class CreditNotesResolver {
  @Authorized(Scope.READ)
  @Query(() => CreditNoteType, { nullable: true })
  creditNote(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<CreditNoteType> {
    return creditNoteSeen(context, id)
  }

  @Authorized(Scope.READ)
  @Query(() => CreditNoteConnection, {
    description: 'Newest first. Staff see all accounts’ credit notes where they name none.',
  })
  async creditNotes(
    @Ctx() context: Context,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Arg('invoiceId', () => ID, { nullable: true }) invoiceId: string | null,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
  ): Promise<ConnectionOf<CreditNoteType>> {
    const ofAll = context.actor.role === Role.STAFF && accountId == null
    const criteria = { accountId: ofAll ? null : await accountAsked(context, accountId), invoiceId }
    if (invoiceId != null) found(await context.loaders.invoice.load(invoiceId), 'invoice', invoiceId)
    const { visible } = context
    return connectionOf(
      await findCreditNotes(visible, criteria, { first, after }),
      creditNoteFace,
      ({ id }) => cursorOf('credit-notes', id),
      () => countCreditNotes(visible, criteria),
    )
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => CreditNotePayload, {
    description: 'Takes back available days of a paid invoice, and gives back at the most their price.',
  })
  async issueCreditNote(
    @Arg('input', () => IssueCreditNoteInput) input: IssueCreditNoteInput,
    @Ctx() context: Context,
  ): Promise<CreditNotePayload> {
    const command = parseInput(IssueCreditNote, input)
    const accountId = await accountOfInvoice(context, command.invoiceId)
    const { outcome } = await context.change(accountId, (tx) =>
      issueCreditNote(tx, context.actorName, accountId, command),
    )
    return outcome
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => RefundPayload, {
    description: 'Records money that was paid back: parts add up to what was to go back, and never exceed it.',
  })
  async recordRefund(
    @Arg('input', () => RecordRefundInput) input: RecordRefundInput,
    @Ctx() context: Context,
  ): Promise<RefundPayload> {
    const command = parseInput(RecordRefund, input)
    const accountId = await accountOfInvoice(context, command.invoiceId)
    const { outcome } = await context.change(accountId, (tx) => recordRefund(tx, context.actorName, accountId, command))
    return outcome
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => RefundPayload, {
    description: 'Gives back a payment of an invoice that is not paid in full, so that it can be voided.',
  })
  async returnPayment(
    @Arg('input', () => ReturnPaymentInput) input: ReturnPaymentInput,
    @Ctx() context: Context,
  ): Promise<RefundPayload> {
    const command = parseInput(ReturnPayment, input)
    const accountId = await accountOfInvoice(context, command.invoiceId)
    const { outcome } = await context.change(accountId, (tx) =>
      returnPayment(tx, context.actorName, accountId, command),
    )
    return outcome
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => RefundPayload, {
    description: 'Gives back what a payment brought although it was not outstanding.',
  })
  async returnUnappliedPayment(
    @Arg('input', () => ReturnUnappliedPaymentInput) input: ReturnUnappliedPaymentInput,
    @Ctx() context: Context,
  ): Promise<RefundPayload> {
    const command = parseInput(ReturnPayment, input)
    const accountId = await accountOfInvoice(context, command.invoiceId)
    const { outcome } = await context.change(accountId, (tx) =>
      returnUnappliedPayment(tx, context.actorName, accountId, command),
    )
    return outcome
  }
}

@Resolver(() => CreditNoteType)
export class CreditNoteResolver {
  @FieldResolver(() => InvoiceType)
  async invoice(@Root() { invoiceId }: CreditNote, @Ctx() { loaders }: Context): Promise<InvoiceType> {
    return found(await loaders.invoice.load(invoiceId), 'invoice', invoiceId)
  }

  @FieldResolver(() => LedgerTransactionType, { description: 'The movement that took the days.' })
  async transaction(@Root() note: CreditNote, @Ctx() { loaders }: Context): Promise<LedgerTransactionType> {
    const { ledgerTransactionId: id } = note
    return found(await loaders.ledgerTransaction.load(id), 'transaction', id)
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Its PDF, which stays as it was issued. It needs no sign-in: who knows the address may see it. Null where its invoice has no particulars.',
  })
  async pdfUrl(@Root() note: CreditNote, @Ctx() { loaders, payments }: Context): Promise<string | null> {
    const path = creditNoteFilePath(note, found(await loaders.invoice.load(note.invoiceId), 'invoice', note.invoiceId))
    return path === null ? null : `${payments.publicUrl()}${path}`
  }

  @FieldResolver(() => [CreditNoteLineType])
  lines(@Root() { lines, currency }: CreditNote): CreditNoteLineType[] {
    return lines.map((line) => creditNoteLineFace(line, currency))
  }

  @FieldResolver(() => MoneyType)
  net(@Root() { netMinor, currency }: CreditNote): MoneyType {
    return { amount: netMinor, currency }
  }

  @FieldResolver(() => MoneyType)
  tax(@Root() { taxMinor, currency }: CreditNote): MoneyType {
    return { amount: taxMinor, currency }
  }

  @FieldResolver(() => MoneyType, { description: 'What goes back.' })
  total(@Root() { totalMinor, currency }: CreditNote): MoneyType {
    return { amount: totalMinor, currency }
  }

  @FieldResolver(() => [RefundType], { description: 'How it goes back.' })
  async refunds(@Root() { accountId, id, invoiceId }: CreditNote, @Ctx() { loaders }: Context): Promise<RefundType[]> {
    const refunds = await loaders.refunds.load({ accountId, id: invoiceId })
    return refunds.filter(({ creditNoteId }) => creditNoteId === id).map(refundFace)
  }
}

@Resolver(() => PaymentReturnType)
export class PaymentReturnResolver {
  @FieldResolver(() => [RefundType], { description: 'How it goes back.' })
  async refunds(
    @Root() { accountId, id, invoiceId }: PaymentReturnType,
    @Ctx() { loaders }: Context,
  ): Promise<RefundType[]> {
    const refunds = await loaders.refunds.load({ accountId, id: invoiceId })
    return refunds.filter(({ paymentReturnId }) => paymentReturnId === id).map(refundFace)
  }
}

@Resolver(() => InvoiceType)
export class InvoiceMoneyBackResolver {
  @FieldResolver(() => [CreditNoteType], { description: 'As they were issued.' })
  creditNotes(@Root() invoice: Invoice, @Ctx() { loaders }: Context): Promise<CreditNoteType[]> {
    return loaders.creditNotes.load(invoice)
  }

  @FieldResolver(() => [PaymentReturnType], { description: 'Payments that no longer count.' })
  async paymentReturns(@Root() invoice: Invoice, @Ctx() { loaders }: Context): Promise<PaymentReturnType[]> {
    const returns = await loaders.paymentReturns.load(invoice)
    return returns.map(({ amountMinor, currency, ...rest }) => ({ ...rest, amount: { amount: amountMinor, currency } }))
  }

  @FieldResolver(() => [RefundType], { description: 'All money that goes back, or went.' })
  async refunds(@Root() invoice: Invoice, @Ctx() { loaders }: Context): Promise<RefundType[]> {
    return (await loaders.refunds.load(invoice)).map(refundFace)
  }

  @FieldResolver(() => [ChargebackType], { description: 'Payments of it that were disputed.' })
  async chargebacks(@Root() invoice: Invoice, @Ctx() { loaders }: Context): Promise<ChargebackType[]> {
    return (await loaders.chargebacks.load(invoice)).map(chargebackFace)
  }
}

@Resolver(() => CreditNotePayload)
export class CreditNotePayloadResolver {
  @FieldResolver(() => CreditNoteType)
  creditNote(@Root() { creditNoteId }: CreditNotePayload, @Ctx() context: Context): Promise<CreditNoteType> {
    return creditNoteSeen(context, creditNoteId)
  }
}

@Resolver(() => RefundPayload)
export class RefundPayloadResolver {
  @FieldResolver(() => InvoiceType)
  async invoice(@Root() { invoiceId }: RefundPayload, @Ctx() { loaders }: Context): Promise<InvoiceType> {
    return found(await loaders.invoice.load(invoiceId), 'invoice', invoiceId)
  }
}

@Resolver(() => CreditNoteConnection)
export class CreditNoteConnectionResolver {
  @FieldResolver(() => Int)
  totalCount(@Root() connection: ConnectionOf<CreditNoteType>): Promise<number> | undefined {
    return connection.count?.()
  }
}

export function creditNoteLineFace({ netMinor, ...line }: CreditNoteLine, currency: string): CreditNoteLineType {
  return { ...line, net: { amount: netMinor, currency } }
}

function refundFace({ amountMinor, currency, ...refund }: Refund): RefundType {
  const unapplied = refund.creditNoteId === null && refund.paymentReturnId === null
  return { ...refund, amount: { amount: amountMinor, currency }, unapplied }
}

function chargebackFace({ amountMinor, currency, ...chargeback }: Chargeback): ChargebackType {
  return { ...chargeback, amount: { amount: amountMinor, currency } }
}

async function creditNoteSeen({ loaders }: Context, id: string): Promise<CreditNoteType> {
  return found(await loaders.creditNote.load(id), 'credit note', id)
}

function found<T>(row: T | null, what: string, id: string): T {
  if (row === null) throw new NotFoundError(what, id)
  return row
}
