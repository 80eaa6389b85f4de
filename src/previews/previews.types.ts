import { Field, ID, Int, ObjectType } from 'type-graphql'
import { ChannelStatus } from '../channels/channel-time'
import { ItemErrorType } from '../channels/channels.types'
import { CreditNoteLineType } from '../credit-notes/credit-notes.types'
import { MoneyType } from '../graphql/money.types'
import { DateTime, Days, SafeInt } from '../graphql/scalars'
import { InvoiceLineType } from '../invoices/invoices.types'

@ObjectType('ChannelPreview', { description: 'A channel as it would be.' })
export class ChannelPreviewType {
  @Field(() => ID)
  channelId: string

  @Field(() => ChannelStatus)
  status: ChannelStatus

  @Field(() => DateTime, { nullable: true })
  paidUntil: Date | null

  @Field(() => Days)
  unusedDays: number
}

@ObjectType()
abstract class PreviewType {
  @Field(() => DateTime, { description: 'The instant by which it was decided, on the account’s clock.' })
  at: Date

  @Field(() => Days, { description: 'Days that would be available.' })
  balanceAfter: number
}

@ObjectType('MovementPreview', { description: 'What a movement of days would do. Asking changes nothing.' })
export class MovementPreviewType extends PreviewType {
  @Field(() => Days, { description: 'Days that would move to the channel, or from it.' })
  days: number

  @Field(() => ChannelPreviewType)
  channel: ChannelPreviewType
}

@ObjectType('CreatedChannelPreview', { description: 'A new channel as it would be.' })
export class CreatedChannelPreviewType {
  @Field(() => ChannelStatus)
  status: ChannelStatus

  @Field(() => DateTime, { nullable: true })
  paidUntil: Date | null

  @Field(() => Days)
  unusedDays: number
}

@ObjectType('CreationPreview', { description: 'What creating a channel would do. Asking changes nothing.' })
export class CreationPreviewType extends PreviewType {
  @Field(() => Days, { description: 'Days that would be allocated.' })
  days: number

  @Field(() => CreatedChannelPreviewType)
  channel: CreatedChannelPreviewType
}

@ObjectType('AdjustmentPreview', { description: 'What an adjustment by staff would do. Asking changes nothing.' })
export class AdjustmentPreviewType extends PreviewType {}

@ObjectType('PaymentPreview', { description: 'What recording a payment would do. Asking changes nothing.' })
export class PaymentPreviewType extends PreviewType {
  @Field(() => Days, { description: 'Days that it would credit; 0 where something is outstanding still.' })
  days: number

  @Field(() => MoneyType, { description: 'What the payments of the invoice would amount to.' })
  paid: MoneyType

  @Field(() => MoneyType)
  outstanding: MoneyType
}

@ObjectType('PlanChangePreviewLine')
export class PlanChangePreviewLineType {
  @Field(() => String)
  description: string

  @Field(() => SafeInt, { description: 'Minor units; less than 0 is set off.' })
  amount: number
}

@ObjectType('PlanChangePreview', { description: 'What a change of plan would cost now. Asking changes nothing.' })
export class PlanChangePreviewType {
  @Field(() => DateTime, { description: 'The instant from which the rest of the period is reckoned.' })
  at: Date

  @Field(() => String)
  currency: string

  @Field(() => SafeInt, {
    description: 'What would be charged now, in minor units; less than 0 is set off against later charges.',
  })
  amountDue: number

  @Field(() => [PlanChangePreviewLineType])
  lines: PlanChangePreviewLineType[]
}

@ObjectType('AutoRenewPreview', {
  description: 'What setting a channel’s renewal would do at once. Asking changes nothing.',
})
export class AutoRenewPreviewType extends PreviewType {
  @Field(() => Days, { description: 'Days that would be allocated at once; 0 where its lead is left.' })
  days: number

  @Field(() => Boolean, { description: 'A renewal is due at once, and could not be paid.' })
  renewalFails: boolean

  @Field(() => ChannelPreviewType)
  channel: ChannelPreviewType
}

@ObjectType('TransferPreview', { description: 'What a transfer of days would do. Asking changes nothing.' })
export class TransferPreviewType extends PreviewType {
  @Field(() => Days)
  days: number

  @Field(() => ChannelPreviewType)
  from: ChannelPreviewType

  @Field(() => ChannelPreviewType)
  to: ChannelPreviewType
}

@ObjectType('BulkAllocationPreviewItem')
export class BulkAllocationPreviewItem {
  @Field(() => ID)
  channelId: string

  @Field(() => ChannelPreviewType, { nullable: true, description: 'Null where this item would be refused.' })
  channel: ChannelPreviewType | null

  @Field(() => ItemErrorType, { nullable: true, description: 'Why it would be refused; null where it would not.' })
  error: ItemErrorType | null
}

@ObjectType('BulkAllocationPreview', { description: 'What a bulk of allocations would do. Asking changes nothing.' })
export class BulkAllocationPreviewType extends PreviewType {
  @Field(() => [BulkAllocationPreviewItem], { description: 'In the order of the input.' })
  items: BulkAllocationPreviewItem[]

  @Field(() => Days)
  allocatedDays: number
}

@ObjectType('InvoicePreview', { description: 'What an invoice would say. Asking changes nothing.' })
export class InvoicePreviewType {
  @Field(() => DateTime, { description: 'The instant by which it was priced, on the account’s clock.' })
  at: Date

  @Field(() => [InvoiceLineType])
  lines: InvoiceLineType[]

  @Field(() => Days, { description: 'Days that its payment would credit.' })
  days: number

  @Field(() => MoneyType)
  subtotal: MoneyType

  @Field(() => MoneyType)
  tax: MoneyType

  @Field(() => String, { nullable: true, description: 'How the tax was rounded; null where it is exact.' })
  taxRounding: string | null

  @Field(() => MoneyType)
  total: MoneyType

  @Field(() => Boolean, { description: 'It would open at once; else it would wait for staff to prepare it.' })
  opensAtOnce: boolean

  @Field(() => Int, { description: 'From its opening to its due date.' })
  paymentTermDays: number
}

@ObjectType('CreditNotePreview')
export class CreditNotePreviewType {
  @Field(() => DateTime, { description: 'The instant at which it would happen.' })
  at: Date

  @Field(() => Days, { description: 'Days that would be available.' })
  balanceAfter: number

  @Field(() => Days)
  days: number

  @Field(() => [CreditNoteLineType])
  lines: CreditNoteLineType[]

  @Field(() => MoneyType)
  net: MoneyType

  @Field(() => MoneyType)
  tax: MoneyType

  @Field(() => MoneyType, { description: 'What would go back.' })
  total: MoneyType

  @Field(() => MoneyType, { description: 'What the invoice asked for these days: the most that may go back.' })
  price: MoneyType

  @Field(() => Days, { description: 'Days of the invoice that credit notes have taken back before.' })
  creditedDays: number

  @Field(() => Days, { description: 'Days of the invoice that could still be taken back after it.' })
  remainingDays: number

  @Field(() => [String], { description: 'How the price was rounded: a sentence for each figure that was.' })
  rounding: string[]
}
