import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { ChargebackStatus } from '../chargebacks/chargeback.entity'
import { connectionType } from '../graphql/connection'
import { MoneyType } from '../graphql/money.types'
import { NodeType } from '../graphql/node.types'
import { DateTime, Days, MinorUnits } from '../graphql/scalars'
import { InvoiceLineKind } from '../invoices/invoice.entity'
import { PaymentMethod } from '../invoices/payment.entity'
import type { CreditNote } from './credit-note.entity'
import { RefundStatus } from './refund.entity'

registerEnumType(RefundStatus, {
  name: 'RefundStatus',
  valuesConfig: {
    PENDING: { description: 'The payment provider is at it.' },
    SUCCEEDED: { description: 'The money has gone back.' },
    FAILED: { description: 'The money has still to go back, in another way.' },
  },
})
registerEnumType(ChargebackStatus, {
  name: 'ChargebackStatus',
  valuesConfig: {
    OPEN: { description: 'The money is withdrawn, and the bank has not decided: the days are taken back.' },
    WON: { description: 'The money is back, and so are the days.' },
    LOST: { description: 'The days stay taken back.' },
  },
})

@ObjectType('CreditNoteLine', { description: 'What of a line of the invoice is taken back.' })
export class CreditNoteLineType {
  @Field(() => InvoiceLineKind)
  kind: InvoiceLineKind

  @Field(() => String)
  description: string

  @Field(() => Days)
  days: number

  @Field(() => MoneyType, { description: 'Without tax, which is reckoned on the whole.' })
  net: MoneyType
}

@ObjectType('Refund', { description: 'Money that goes back.' })
export class RefundType {
  @Field(() => ID)
  id: string

  @Field(() => PaymentMethod)
  method: PaymentMethod

  @Field(() => MoneyType)
  amount: MoneyType

  @Field(() => RefundStatus)
  status: RefundStatus

  @Field(() => ID, { nullable: true })
  creditNoteId: string | null

  @Field(() => ID, { nullable: true })
  paymentReturnId: string | null

  @Field(() => Boolean, {
    description: 'It was made at the payment provider’s own dashboard: for no credit note, and it takes no days.',
  })
  unapplied: boolean

  @Field(() => String, { nullable: true })
  reference: string | null

  @Field(() => String, { nullable: true, description: 'Why it failed.' })
  failure: string | null

  @Field(() => DateTime, { nullable: true })
  refundedAt: Date | null
}

@ObjectType('CreditNote', {
  implements: NodeType,
  description: 'Days of a paid invoice that were taken back, and what goes back for them. It stays as it was issued.',
})
export class CreditNoteType extends NodeType {
  @Field(() => ID)
  accountId: string

  @Field(() => String, { description: 'Gapless in its series and year.' })
  number: string

  @Field(() => Days)
  days: number

  @Field(() => String)
  reason: string

  @Field(() => DateTime)
  issuedAt: Date
}

/** Holds the entity to its face. */
export const creditNoteFace = (creditNote: CreditNote): CreditNoteType => creditNote

@ObjectType('CreditNoteConnection')
export class CreditNoteConnection extends connectionType('CreditNote', () => CreditNoteType) {
  @Field(() => Int)
  totalCount: number
}

@ObjectType('PaymentReturn', {
  description: 'A payment, or a part of it, that goes back: it does not count for its invoice.',
})
export class PaymentReturnType {
  @Field(() => ID)
  id: string

  @Field(() => ID)
  paymentId: string

  @Field(() => MoneyType)
  amount: MoneyType

  @Field(() => Boolean, { description: 'It never counted, since it was not outstanding.' })
  fromUnapplied: boolean

  @Field(() => String)
  reason: string

  @Field(() => DateTime)
  returnedAt: Date

  accountId: string

  invoiceId: string
}

@ObjectType('Chargeback', { description: 'A payment that whoever paid disputes at their bank.' })
export class ChargebackType {
  @Field(() => ID)
  id: string

  @Field(() => ID)
  paymentId: string

  @Field(() => ChargebackStatus)
  status: ChargebackStatus

  @Field(() => MoneyType)
  amount: MoneyType

  @Field(() => Days, {
    nullable: true,
    description:
      'Taken back unless it is won: available days, and what was lacking is owed. Null until its invoice is paid.',
  })
  days: number | null

  @Field(() => DateTime)
  openedAt: Date

  @Field(() => DateTime, { nullable: true })
  closedAt: Date | null
}

@ObjectType('CreditNotePayload')
export class CreditNotePayload {
  creditNoteId: string
}

@ObjectType('RefundPayload', { description: 'The invoice, with what goes back of it.' })
export class RefundPayload {
  invoiceId: string
}

@InputType('IssueCreditNoteInput')
export class IssueCreditNoteInput {
  @Field(() => ID, { description: 'A paid one.' })
  invoiceId: string

  @Field(() => Days, { nullable: true, description: 'All that are left of the invoice, unless given.' })
  days?: number | null

  @Field(() => MinorUnits, { nullable: true, description: '0 to the price of the days, which it is unless given.' })
  amount?: number | null

  @Field(() => String)
  reason: string

  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Whether cards that paid the invoice are refunded at once; else staff record how the money went back.',
  })
  refundCards: boolean

  @Field(() => String)
  idempotencyKey: string
}

@InputType('RecordRefundInput', { description: 'Of a credit note, or of a returned payment.' })
export class RecordRefundInput {
  @Field(() => ID)
  invoiceId: string

  @Field(() => ID, { nullable: true })
  creditNoteId?: string | null

  @Field(() => ID, { nullable: true })
  paymentReturnId?: string | null

  @Field(() => PaymentMethod)
  method: PaymentMethod

  @Field(() => MinorUnits, { description: '1 to what has still to go back.' })
  amount: number

  @Field(() => String, { nullable: true })
  reference?: string | null

  @Field(() => DateTime, { nullable: true, description: 'Now, unless given; never in the future.' })
  refundedAt?: Date | null

  @Field(() => String)
  idempotencyKey: string
}

@InputType('ReturnPaymentInput')
export class ReturnPaymentInput {
  @Field(() => ID, { description: 'One that is not paid in full.' })
  invoiceId: string

  @Field(() => ID)
  paymentId: string

  @Field(() => MinorUnits, {
    nullable: true,
    description: '1 to what is left of the payment, which it is unless given.',
  })
  amount?: number | null

  @Field(() => String)
  reason: string

  @Field(() => PaymentMethod, {
    nullable: true,
    description: 'How it was paid back. CARD, unless given where a card has paid: then the card is refunded by this.',
  })
  method?: PaymentMethod | null

  @Field(() => String, { nullable: true })
  reference?: string | null

  @Field(() => DateTime, { nullable: true, description: 'Now, unless given; never in the future.' })
  returnedAt?: Date | null

  @Field(() => String)
  idempotencyKey: string
}

@InputType('ReturnUnappliedPaymentInput')
export class ReturnUnappliedPaymentInput {
  @Field(() => ID, { description: 'That the payment came for.' })
  invoiceId: string

  @Field(() => ID)
  paymentId: string

  @Field(() => MinorUnits, {
    nullable: true,
    description: '1 to what of the payment is unapplied, which it is unless given.',
  })
  amount?: number | null

  @Field(() => String)
  reason: string

  @Field(() => PaymentMethod, {
    nullable: true,
    description: 'How it was paid back. CARD, unless given where a card has paid: then the card is refunded by this.',
  })
  method?: PaymentMethod | null

  @Field(() => String, { nullable: true })
  reference?: string | null

  @Field(() => DateTime, { nullable: true, description: 'Now, unless given; never in the future.' })
  returnedAt?: Date | null

  @Field(() => String)
  idempotencyKey: string
}
