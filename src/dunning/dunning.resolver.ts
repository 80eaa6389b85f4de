import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { accountAsked } from '../accounts/accounts.resolver'
import { Role, Scope } from '../auth/actor'
import type { Context } from '../graphql/context'
import { parseInput } from '../input'
import type { Invoice } from '../invoices/invoice.entity'
import { accountOfInvoice } from '../invoices/invoices.resolver'
import { InvoicePayload, InvoiceType } from '../invoices/invoices.types'
import { dunningFace, DunningScheduleType, InvoiceDunningType, SetDunningScheduleInput } from './dunning.types'
import { findDunningTerms } from './find-dunning'
import { SetDunningSchedule, setDunningSchedule } from './set-dunning-schedule'
import { ResumeDunning, resumeDunning, StopDunning, stopDunning } from './stop-dunning'

@Resolver(() => InvoiceType)
export class DunningResolver {
  @Authorized(Scope.READ)
  @Query(() => DunningScheduleType, { description: 'As was agreed, or by default: 3 days before, 7, 14 and 30 after.' })
  async dunningSchedule(
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Ctx() context: Context,
  ): Promise<DunningScheduleType> {
    return scheduleOf(context, await accountAsked(context, accountId))
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => DunningScheduleType, {
    description: 'What is left out stays. Open invoices go by it from their next step on.',
  })
  async setDunningSchedule(
    @Arg('input', () => SetDunningScheduleInput) input: SetDunningScheduleInput,
    @Ctx() context: Context,
  ): Promise<DunningScheduleType> {
    const command = parseInput(SetDunningSchedule, input)
    const accountId = await accountAsked(context, command.accountId)
    await context.change(accountId, (tx) => setDunningSchedule(tx, context.actorName, command))
    return scheduleOf(context, accountId)
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => InvoicePayload, {
    description: 'Reminds of an open invoice no more, until it is resumed. What it blocks stays blocked.',
  })
  async stopDunning(
    @Arg('invoiceId', () => ID) invoiceId: string,
    @Arg('reason', () => String) reason: string,
    @Ctx() context: Context,
  ): Promise<InvoicePayload> {
    const command = parseInput(StopDunning, { invoiceId, reason })
    const accountId = await accountOfInvoice(context, invoiceId)
    await context.change(accountId, (tx) => stopDunning(tx, context.actorName, accountId, command))
    return { invoiceId }
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => InvoicePayload, { description: 'Goes on with the first step that is still to come.' })
  async resumeDunning(@Arg('invoiceId', () => ID) invoiceId: string, @Ctx() context: Context): Promise<InvoicePayload> {
    const command = parseInput(ResumeDunning, { invoiceId })
    const accountId = await accountOfInvoice(context, invoiceId)
    await context.change(accountId, (tx) => resumeDunning(tx, context.actorName, accountId, command))
    return { invoiceId }
  }

  @FieldResolver(() => InvoiceDunningType, { nullable: true, description: 'Null where it is not open.' })
  async dunning(@Root() invoice: Invoice, @Ctx() { loaders }: Context): Promise<InvoiceDunningType | null> {
    const dunning = await loaders.invoiceDunning.load(invoice)
    return dunning === null ? null : dunningFace(dunning)
  }
}

async function scheduleOf({ visible }: Context, accountId: string): Promise<DunningScheduleType> {
  return { accountId, ...(await findDunningTerms(visible, accountId)) }
}
