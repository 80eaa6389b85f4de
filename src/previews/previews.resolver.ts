import { Arg, Authorized, Ctx, ID, Int, Query, Resolver } from 'type-graphql'
import { accountIdFor, Role, Scope } from '../auth/actor'
import { ChangeChannelPlan } from '../channel-subscriptions/change-channel-plan'
import { previewPlanChange } from '../channel-subscriptions/preview-plan-change'
import { AllocateDays, allocateDays } from '../channels/allocate-days'
import { AllocateDaysInBulk, allocateDaysInBulk, BulkMode } from '../channels/allocate-days-in-bulk'
import { accountOfChannels } from '../channels/channels.resolver'
import { AllocationItem } from '../channels/channels.types'
import { CreateChannel } from '../channels/create-channel'
import { DeleteChannel, deleteChannel } from '../channels/delete-channel'
import { ReleaseDays, releaseDays } from '../channels/release-days'
import { SetAutoRenew, setAutoRenew } from '../channels/set-auto-renew'
import { TransferDays, transferDays } from '../channels/transfer-days'
import { creditNoteLineFace } from '../credit-notes/credit-notes.resolver'
import { IssueCreditNote } from '../credit-notes/issue-credit-note'
import type { Context } from '../graphql/context'
import { Days, MinorUnits } from '../graphql/scalars'
import { parseInput } from '../input'
import { accountOfInvoice, invoiceLineFace } from '../invoices/invoices.resolver'
import { RecordPayment } from '../invoices/record-payment'
import { RequestInvoice } from '../invoices/request-invoice'
import type { AccountBook } from '../ledger/account-book'
import { AdjustBalance, adjustBook } from '../ledger/adjust-balance'
import { previewCreation } from './preview-creation'
import { previewCreditNote } from './preview-credit-note'
import { previewInvoice } from './preview-invoice'
import { previewPayment } from './preview-payment'
import { previewMovement, type MovementPreview } from './preview-movement'
import {
  AdjustmentPreviewType,
  AutoRenewPreviewType,
  BulkAllocationPreviewType,
  CreationPreviewType,
  CreditNotePreviewType,
  InvoicePreviewType,
  MovementPreviewType,
  PaymentPreviewType,
  PlanChangePreviewType,
  TransferPreviewType,
} from './previews.types'

/** What the mutation of that name would do if it were called now: the same answers, the same refusals, and no change. */
const wouldDo = (mutation: string) => ({
  description: `What ${mutation} would do now, or what it would be refused with. Changes nothing.`,
})

@Resolver()
export class PreviewsResolver {
  @Authorized(Scope.READ)
  @Query(() => MovementPreviewType, wouldDo('allocateDays'))
  async previewAllocation(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('days', () => Days, { description: '1 to 36,500.' }) days: number,
    @Ctx() context: Context,
  ): Promise<MovementPreviewType> {
    const command = parseInput(AllocateDays, { channelId, days })
    return movementOf(
      channelId,
      await preview(context, [channelId], (book) => allocateDays(book, context.actorName, command).days),
    )
  }

  @Authorized(Scope.READ)
  @Query(() => BulkAllocationPreviewType, wouldDo('allocateDaysInBulk'))
  async previewBulkAllocation(
    @Arg('items', () => [AllocationItem], { description: 'At most 10,000, each of another channel.' })
    items: AllocationItem[],
    @Arg('mode', () => BulkMode, { defaultValue: BulkMode.ATOMIC }) mode: BulkMode,
    @Ctx() context: Context,
  ): Promise<BulkAllocationPreviewType> {
    const command = parseInput(AllocateDaysInBulk, { items, mode })
    const channelIds = command.items.map((item) => item.channelId)
    const { at, balanceAfter, channel, outcome } = await preview(context, channelIds, (book) =>
      allocateDaysInBulk(book, context.actorName, command),
    )
    return {
      at,
      balanceAfter,
      allocatedDays: outcome.allocatedDays,
      items: outcome.items.map(({ channelId, error = null }) => ({
        channelId,
        channel: error === null ? channel(channelId) : null,
        error,
      })),
    }
  }

  @Authorized(Scope.READ)
  @Query(() => MovementPreviewType, wouldDo('releaseDays'))
  async previewRelease(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('days', () => Days, { nullable: true, description: 'All that are unused, unless given.' }) days: number | null,
    @Ctx() context: Context,
  ): Promise<MovementPreviewType> {
    const command = parseInput(ReleaseDays, { channelId, days })
    return movementOf(
      channelId,
      await preview(context, [channelId], (book) => releaseDays(book, context.actorName, command).days),
    )
  }

  @Authorized(Scope.READ)
  @Query(() => TransferPreviewType, wouldDo('transferDays'))
  async previewTransfer(
    @Arg('fromChannelId', () => ID) fromChannelId: string,
    @Arg('toChannelId', () => ID) toChannelId: string,
    @Arg('days', () => Days) days: number,
    @Ctx() context: Context,
  ): Promise<TransferPreviewType> {
    const command = parseInput(TransferDays, { fromChannelId, toChannelId, days })
    const { at, balanceAfter, channel, outcome } = await preview(
      context,
      [fromChannelId, toChannelId],
      (book) => transferDays(book, context.actorName, command).days,
    )
    return { at, balanceAfter, days: outcome, from: channel(fromChannelId), to: channel(toChannelId) }
  }

  @Authorized(Scope.READ)
  @Query(() => MovementPreviewType, wouldDo('deleteChannel'))
  async previewDeletion(
    @Arg('channelId', () => ID) channelId: string,
    @Ctx() context: Context,
  ): Promise<MovementPreviewType> {
    const command = parseInput(DeleteChannel, { channelId })
    return movementOf(
      channelId,
      await preview(context, [channelId], (book) => deleteChannel(book, context.actorName, command).returnedDays),
    )
  }

  @Authorized(Scope.READ)
  @Query(() => AutoRenewPreviewType, wouldDo('setAutoRenew'))
  async previewAutoRenew(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('days', () => Days, { nullable: true, description: 'Off, unless given. 1 to 36,500.' }) days: number | null,
    @Arg('leadHours', () => Int, { defaultValue: 24, description: '1 to 8,760.' }) leadHours: number,
    @Ctx() context: Context,
  ): Promise<AutoRenewPreviewType> {
    const command = parseInput(SetAutoRenew, { channelId, days, leadHours })
    const { at, balanceAfter, channel, outcome } = await preview(context, [channelId], (book) => {
      const before = book.available
      setAutoRenew(book, context.actorName, command)
      return { days: before - book.available, renewalFails: book.channel(channelId).renewFailedAt !== null }
    })
    return { at, balanceAfter, ...outcome, channel: channel(channelId) }
  }

  @Authorized(Scope.READ)
  @Query(() => InvoicePreviewType, wouldDo('requestInvoice'))
  async previewInvoice(
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'Staff name the account; a partner’s token implies it.',
    })
    accountId: string | null,
    @Arg('channels', () => Int, { nullable: true, description: '1 to 1,000,000, each for 30 days.' })
    channels: number | null,
    @Arg('looseDays', () => Days, { nullable: true, description: '1 to 36,500,000.' }) looseDays: number | null,
    @Ctx() context: Context,
  ): Promise<InvoicePreviewType> {
    const id = accountIdFor(context.actor, accountId)
    const order = parseInput(RequestInvoice, { channels, looseDays })
    const priced = await context.database.inSnapshot((tx) => previewInvoice(tx, id, order))
    const { lines, currency, subtotalMinor, taxMinor, totalMinor, ...figures } = priced
    return {
      ...figures,
      lines: lines.map((line) => invoiceLineFace(line, currency)),
      subtotal: { amount: subtotalMinor, currency },
      tax: { amount: taxMinor, currency },
      total: { amount: totalMinor, currency },
    }
  }

  @Authorized(Scope.READ)
  @Query(() => CreationPreviewType, wouldDo('createChannel'))
  async previewCreation(
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'Staff name the account; a partner’s token implies it.',
    })
    accountId: string | null,
    @Arg('externalId', () => String, { nullable: true }) externalId: string | null,
    @Arg('trial', () => Boolean, { defaultValue: false }) trial: boolean,
    @Arg('days', () => Days, { nullable: true, description: 'Allocated at once. 1 to 36,500.' }) days: number | null,
    @Ctx() context: Context,
  ): Promise<CreationPreviewType> {
    const id = accountIdFor(context.actor, accountId)
    const command = parseInput(CreateChannel, { name: 'preview', externalId, trial, days })
    return context.database.inSnapshot((tx) => previewCreation(tx, context.actorName, id, command))
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.ADMIN)
  @Query(() => AdjustmentPreviewType, wouldDo('adjustBalance'))
  async previewAdjustment(
    @Arg('accountId', () => ID) accountId: string,
    @Arg('days', () => Days, { description: 'A grant, or with less than 0 a correction.' }) days: number,
    @Ctx() context: Context,
  ): Promise<AdjustmentPreviewType> {
    const command = parseInput(AdjustBalance, { accountId, days, comment: 'preview', idempotencyKey: 'preview' })
    const decide = (book: AccountBook) => adjustBook(book, context.actorName, command)
    const { at, balanceAfter } = await context.database.inSnapshot((tx) =>
      previewMovement(tx, { accountId, channelIds: [], decide }),
    )
    return { at, balanceAfter }
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Query(() => PaymentPreviewType, wouldDo('recordPayment'))
  async previewPayment(
    @Arg('invoiceId', () => ID) invoiceId: string,
    @Arg('amount', () => MinorUnits, { description: '1 to what is outstanding.' }) amount: number,
    @Arg('currency', () => String, { nullable: true, description: 'Refused where it is not the invoice’s.' })
    currency: string | null,
    @Ctx() context: Context,
  ): Promise<PaymentPreviewType> {
    const command = parseInput(RecordPayment, {
      invoiceId,
      amount,
      currency,
      method: 'OTHER',
      idempotencyKey: 'preview',
    })
    const accountId = await accountOfInvoice(context, invoiceId)
    const foreseen = await context.database.inSnapshot((tx) => previewPayment(tx, accountId, command))
    const { at, balanceAfter, days, paidMinor, outstandingMinor } = foreseen
    const money = (amount: number) => ({ amount, currency: foreseen.currency })
    return { at, balanceAfter, days, paid: money(paidMinor), outstanding: money(outstandingMinor) }
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Query(() => CreditNotePreviewType, wouldDo('issueCreditNote'))
  async previewCreditNote(
    @Arg('invoiceId', () => ID) invoiceId: string,
    @Arg('days', () => Days, { nullable: true, description: 'All that are left of the invoice, unless given.' })
    days: number | null,
    @Arg('amount', () => MinorUnits, { nullable: true, description: '0 to the price of the days.' })
    amount: number | null,
    @Ctx() context: Context,
  ): Promise<CreditNotePreviewType> {
    const asked = { invoiceId, days, amount, reason: 'preview', idempotencyKey: 'preview' }
    const command = parseInput(IssueCreditNote, asked)
    const accountId = await accountOfInvoice(context, invoiceId)
    const foreseen = await context.database.inSnapshot((tx) => previewCreditNote(tx, accountId, command))
    const { lines, netMinor, taxMinor, totalMinor, priceMinor, currency, ...figures } = foreseen
    const money = (amount: number) => ({ amount, currency })
    return {
      ...figures,
      lines: lines.map((line) => creditNoteLineFace(line, currency)),
      net: money(netMinor),
      tax: money(taxMinor),
      total: money(totalMinor),
      price: money(priceMinor),
    }
  }

  @Authorized(Scope.BILLING)
  @Query(() => PlanChangePreviewType, wouldDo('changeChannelPlan'))
  async previewPlanChange(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('planId', () => ID) planId: string,
    @Ctx() context: Context,
  ): Promise<PlanChangePreviewType> {
    const command = parseInput(ChangeChannelPlan, { channelId, planId })
    const accountId = await accountOfChannels(context, [channelId])
    const foreseen = await previewPlanChange(context.database, context.payments, accountId, command)
    const { at, currency, amountDueMinor, lines } = foreseen
    return {
      at,
      currency,
      amountDue: amountDueMinor,
      lines: lines.map(({ description, amountMinor }) => ({ description, amount: amountMinor })),
    }
  }
}

async function preview<Outcome>(
  context: Context,
  channelIds: readonly string[],
  decide: (book: AccountBook) => Outcome,
): Promise<MovementPreview<Outcome>> {
  const accountId = await accountOfChannels(context, channelIds)
  return context.database.inSnapshot((tx) => previewMovement(tx, { accountId, channelIds, decide }))
}

function movementOf(
  channelId: string,
  { at, balanceAfter, channel, outcome }: MovementPreview<number>,
): MovementPreviewType {
  return { at, balanceAfter, days: outcome, channel: channel(channelId) }
}
