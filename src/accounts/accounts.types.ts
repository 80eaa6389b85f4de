import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { connectionType } from '../graphql/connection'
import { NodeType } from '../graphql/node.types'
import { Days } from '../graphql/scalars'
import { AccountStatus, BillingMode, type Account } from './account.entity'

registerEnumType(AccountStatus, {
  name: 'AccountStatus',
  valuesConfig: {
    SUSPENDED: { description: 'It can read, and nothing else.' },
    CLOSED: { description: 'It can read, and nothing else, for good.' },
  },
})
registerEnumType(BillingMode, {
  name: 'BillingMode',
  valuesConfig: {
    PREPAID: { description: 'Days are bought before they are allocated.' },
    POSTPAID: { description: 'The balance may run down to minus the credit limit.' },
  },
})

/** Leads nowhere: through whole accounts, a list of rows would open a list of each row’s account, and so on. */
@ObjectType('AccountName', { description: 'Whose a row is.' })
export class AccountNameType {
  @Field(() => ID)
  id: string

  @Field(() => String)
  name: string

  @Field(() => Boolean)
  sandbox: boolean
}

@ObjectType('Account', { implements: NodeType, description: 'One partner.' })
export class AccountType extends NodeType {
  @Field(() => String)
  name: string

  @Field(() => String, { nullable: true })
  email: string | null

  @Field(() => AccountStatus)
  status: AccountStatus

  @Field(() => BillingMode)
  billingMode: BillingMode

  @Field(() => Boolean, { description: 'A test account: a clock of its own, no real money.' })
  sandbox: boolean

  @Field(() => Days, { description: 'The length of a trial.' })
  trialDays: number

  @Field(() => Int, { description: 'Trials at once.' })
  maxTrials: number
}

@ObjectType('Alerts', { description: 'What an account wants to be told of.' })
export class AlertsType {
  @Field(() => [Days], { description: 'Days before the end of a channel’s time, each of which gives a notice.' })
  noticeDays: number[]

  @Field(() => [Days], { description: 'Available days whose crossing downwards is told.' })
  lowBalanceDays: number[]

  @Field(() => [Days], { description: 'Days that the balance lasts, whose crossing downwards is told.' })
  lowRunwayDays: number[]
}

@InputType('SetAlertsInput', { description: 'A list that is left out stays as it is; an empty one tells of nothing.' })
export class SetAlertsInput {
  @Field(() => ID, { nullable: true, description: 'Staff name the account; a partner’s token implies it.' })
  accountId?: string | null

  @Field(() => [Days], { nullable: true, description: 'At most 10, each 1 to 36,500.' })
  noticeDays?: number[] | null

  @Field(() => [Days], { nullable: true, description: 'At most 10, each 1 to 1,000,000,000.' })
  lowBalanceDays?: number[] | null

  @Field(() => [Days], { nullable: true, description: 'At most 10, each 1 to 36,500.' })
  lowRunwayDays?: number[] | null
}

/** Holds the entity to its face. */
export const accountFace = (account: Account): AccountType => account

export const AccountConnection = connectionType('Account', () => AccountType)

@InputType('CreateAccountInput')
export class CreateAccountInput {
  @Field(() => String)
  name: string

  @Field(() => String, { nullable: true })
  email?: string | null

  @Field(() => BillingMode, { defaultValue: BillingMode.PREPAID })
  billingMode: BillingMode

  @Field(() => Days, { defaultValue: 0 })
  creditLimit: number

  @Field(() => Boolean, { defaultValue: false })
  sandbox: boolean

  @Field(() => Days, { defaultValue: 5 })
  trialDays: number

  @Field(() => Int, { defaultValue: 0 })
  maxTrials: number

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null
}

@InputType('UpdateAccountInput', { description: 'A field that is left out stays as it is.' })
export class UpdateAccountInput {
  @Field(() => ID)
  accountId: string

  @Field(() => String, { nullable: true })
  name?: string | null

  @Field(() => String, { nullable: true, description: 'Null takes it away.' })
  email?: string | null

  @Field(() => AccountStatus, { nullable: true })
  status?: AccountStatus | null

  @Field(() => BillingMode, { nullable: true })
  billingMode?: BillingMode | null

  @Field(() => Days, { nullable: true })
  creditLimit?: number | null

  @Field(() => Days, { nullable: true })
  trialDays?: number | null

  @Field(() => Int, { nullable: true })
  maxTrials?: number | null
}
