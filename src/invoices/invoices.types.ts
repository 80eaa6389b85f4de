import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { connectionType } from '../graphql/connection'
import { MoneyType } from '../graphql/money.types'
import { NodeType } from '../graphql/node.types'
import { DateTime, Days, MinorUnits, SafeInt } from '../graphql/scalars'
import { InvoiceParticularsType } from './invoice-particulars.types'
import { InvoiceCause, InvoiceLineKind, InvoiceStatus, type Invoice } from './invoice.entity'
import { PaymentMethod } from './payment.entity'

registerEnumType(InvoiceStatus, {
  name: 'InvoiceStatus',
  valuesConfig: {
    REQUESTED: { description: 'It waits for staff to prepare it.' },
    OPEN: { description: 'It has its number and waits for payment.' },
    PAID: { description: 'Its days are credited.' },
    VOID: { description: 'Taken back for good.' },
    UNCOLLECTIBLE: { description: 'Written off; it can still be paid.' },
  },
})
registerEnumType(InvoiceCause, {
  name: 'InvoiceCause',
  valuesConfig: {
    REQUEST: { description: 'Somebody asked for it.' },
    SCHEDULE: { description: 'The account’s billing schedule.' },
    AUTO_TOP_UP: { description: 'The balance had fallen below the threshold of the account’s top-up.' },
    USAGE: { description: 'The close of a month: it bills days that were used.' },
  },
})
registerEnumType(InvoiceLineKind, { name: 'InvoiceLineKind' })
registerEnumType(PaymentMethod, { name: 'PaymentMethod' })

@ObjectType('InvoiceLine')
export class InvoiceLineType {
  @Field(() => InvoiceLineKind)
  kind: InvoiceLineKind

  @Field(() => String)
  description: string

  @Field(() => SafeInt)
  quantity: number

  @Field(() => MoneyType)
  unitPrice: MoneyType

  @Field(() => Int, {
    description:
      'How many of the quantity the unit price is for: 1, or 30 where loose days are priced by the channel-month. amount = quantity × unitPrice / per, rounded half up.',
  })
  per: number

  @Field(() => MoneyType)
  amount: MoneyType

  @Field(() => String, {
    nullable: true,
    description: 'How its amount was rounded, as a sentence; null where it is exact.',
  })
  rounding: string | null

  @Field(() => Days, { description: 'Days that this line credits.' })
  days: number
}

@ObjectType('Payment', { description: 'Money that arrived for an invoice.' })
export class PaymentType {
  @Field(() => ID)
  id: string

  @Field(() => ID)
  accountId: string

  @Field(() => ID)
  invoiceId: string

  @Field(() => PaymentMethod)
  method: PaymentMethod

  @Field(() => MoneyType, { description: 'What of it counts towards the invoice.' })
  amount: MoneyType

  @Field(() => String, { nullable: true })
  reference: string | null

  @Field(() => DateTime)
  receivedAt: Date

  unappliedMinor: number
}

@ObjectType('PaymentConnection')
export class PaymentConnection extends connectionType('Payment', () => PaymentType) {
  @Field(() => Int)
  totalCount: number
}

/** Amounts are columns of minor units beside one currency, so that every field of money is resolved. */
@ObjectType('Invoice', { implements: NodeType, description: 'What an account buys, at a price fixed at the request.' })
export class InvoiceType extends NodeType {
  @Field(() => ID)
  accountId: string

  @Field(() => String, { nullable: true, description: 'Gapless in its series and year; null until it is open.' })
  number: string | null

  @Field(() => InvoiceStatus)
  status: InvoiceStatus

  @Field(() => InvoiceCause, { description: 'What had it made.' })
  cause: InvoiceCause

  @Field(() => Days, { description: 'Days that its payment credits.' })
  days: number

  @Field(() => DateTime)
  requestedAt: Date

  @Field(() => DateTime, { description: 'When it is to be prepared by: 30 minutes after the request.' })
  prepareBy: Date

  @Field(() => DateTime, { nullable: true })
  openedAt: Date | null

  @Field(() => DateTime, { nullable: true })
  dueAt: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Where staff gave more time: it is not overdue before.' })
  postponedUntil: Date | null

  @Field(() => DateTime, { nullable: true })
  paidAt: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Of a usage invoice: the start of the days it bills.' })
  periodStart: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Of a usage invoice: the end of the days it bills.' })
  periodEnd: Date | null

  @Field(() => String, { nullable: true })
  purchaseOrder: string | null

  @Field(() => InvoiceParticularsType, {
    nullable: true,
    description:
      'Who it is from and to, as it was when it opened; null before, and of invoices from before there were any.',
  })
  particulars: InvoiceParticularsType | null
}

/** Holds the entity to its face. */
export const invoiceFace = (invoice: Invoice): InvoiceType => invoice

export const InvoiceConnection = connectionType('Invoice', () => InvoiceType)

@ObjectType('InvoicePayload')
export class InvoicePayload {
  invoiceId: string
}

@ObjectType('InvoicePromise', {
  description: 'How well the promise was kept that an invoice is prepared within half an hour of its request.',
})
export class InvoicePromiseType {
  @Field(() => Int, { description: 'Requests of the span that were not withdrawn.' })
  requested: number

  @Field(() => Int)
  kept: number

  @Field(() => Int, { description: 'Prepared late, or still waiting past their time.' })
  broken: number

  @Field(() => Int, { description: 'Still waiting, in time.' })
  waiting: number

  @Field(() => Int, { nullable: true, description: 'From a request to its invoice; null where none was prepared.' })
  medianMinutes: number | null

  @Field(() => Int, { nullable: true })
  longestMinutes: number | null
}

@InputType('InvoiceFilter')
export class InvoiceFilter {
  @Field(() => [InvoiceStatus], { nullable: true })
  status?: InvoiceStatus[] | null

  @Field(() => Boolean, { nullable: true })
  overdue?: boolean | null
}

@InputType('RequestInvoiceInput', { description: 'Channels, loose days, or both.' })
export class RequestInvoiceInput {
  @Field(() => ID, { nullable: true, description: 'Staff name the account; a partner’s token implies it.' })
  accountId?: string | null

  @Field(() => Int, { nullable: true, description: '1 to 1,000,000, each for 30 days.' })
  channels?: number | null

  @Field(() => Days, { nullable: true, description: '1 to 36,500,000.' })
  looseDays?: number | null

  @Field(() => String, { nullable: true })
  purchaseOrder?: string | null

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null
}

@InputType('RecordPaymentInput')
export class RecordPaymentInput {
  @Field(() => ID)
  invoiceId: string

  @Field(() => PaymentMethod)
  method: PaymentMethod

  @Field(() => MinorUnits, { description: '1 to what is outstanding.' })
  amount: number

  @Field(() => String, { nullable: true, description: 'Refused where it is not the invoice’s.' })
  currency?: string | null

  @Field(() => String, { nullable: true })
  reference?: string | null

  @Field(() => DateTime, { nullable: true, description: 'Now, unless given; never in the future.' })
  receivedAt?: Date | null

  @Field(() => String)
  idempotencyKey: string
}
