import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { connectionType } from '../graphql/connection'
import { NodeType } from '../graphql/node.types'
import { DateTime } from '../graphql/scalars'
import { MailKind, MailState, type Mail } from './mail.entity'

registerEnumType(MailState, {
  name: 'MailState',
  valuesConfig: {
    PENDING: { description: 'It waits for its next attempt, or is under way.' },
    SENT: { description: 'The mail server has taken it.' },
    FAILED: { description: 'The mail server refused it for good, or did not take it for three days.' },
    SKIPPED: { description: 'There was no address, or nobody wants it any longer: error says why.' },
  },
})
registerEnumType(MailKind, {
  name: 'MailKind',
  description: 'What a mail is about. INVOICE, OVERDUE and CREDIT_NOTE can’t be switched off.',
  valuesConfig: {
    INVOICE: { description: 'An invoice was opened.' },
    RECEIPT: { description: 'A payment was received.' },
    DUE_SOON: { description: 'An invoice will soon be due.' },
    OVERDUE: { description: 'An invoice is overdue, and reminders of it.' },
    CREDIT_NOTE: { description: 'A credit note was issued.' },
    LOW_BALANCE: { description: 'A threshold of the balance was crossed downwards.' },
    RENEWAL: { description: 'A channel could not be renewed by itself.' },
    TOP_UP: { description: 'An automatic top-up failed, met its cap, or was switched off.' },
    WEBHOOK: { description: 'A webhook endpoint was switched off.' },
  },
})

@ObjectType('Mail', { implements: NodeType, description: 'A mail to an account: one for each cause.' })
export class MailType extends NodeType {
  @Field(() => ID)
  accountId: string

  @Field(() => MailKind)
  kind: MailKind

  @Field(() => String, { description: 'The type of the event that it tells of.' })
  template: string

  @Field(() => ID, { nullable: true, description: 'The id of what it is about, such as an invoice.' })
  subjectId: string | null

  @Field(() => String, { nullable: true })
  recipient: string | null

  @Field(() => String)
  subject: string

  @Field(() => String, { nullable: true, name: 'text', description: 'Its text; null after 90 days.' })
  textBody: string | null

  @Field(() => MailState)
  state: MailState

  @Field(() => Int)
  attempts: number

  @Field(() => DateTime, { nullable: true })
  nextAttemptAt: Date | null

  @Field(() => String, { nullable: true, description: 'What the last attempt came to, or why there is none.' })
  error: string | null

  @Field(() => DateTime)
  createdAt: Date

  @Field(() => DateTime, { nullable: true })
  sentAt: Date | null
}

export const MailConnection = connectionType('Mail', () => MailType)

@ObjectType('MailPreferences')
export class MailPreferencesType {
  @Field(() => ID)
  accountId: string

  @Field(() => [MailKind], { description: 'What the account wants no mail about.' })
  unwanted: MailKind[]
}

@InputType()
export class SetMailPreferencesInput {
  @Field(() => ID, { nullable: true, description: 'A partner’s own account; staff name one.' })
  accountId?: string | null

  @Field(() => [MailKind], { description: 'All else is sent. INVOICE, OVERDUE and CREDIT_NOTE can’t be here.' })
  unwanted: MailKind[]
}

/** A row is what its GraphQL type shows; the compiler holds the two together. */
export const mailFace = (mail: Mail): MailType => mail
