import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql'
import { connectionType } from '../graphql/connection'
import { NodeType } from '../graphql/node.types'
import { DateTime, Days, Sequence } from '../graphql/scalars'
import {
  DayExpiryReason,
  LedgerAccount,
  LedgerTransactionKind,
  type LedgerTransaction,
} from './ledger-transaction.entity'

registerEnumType(LedgerAccount, { name: 'LedgerAccount' })
registerEnumType(LedgerTransactionKind, { name: 'LedgerTransactionKind' })
registerEnumType(DayExpiryReason, { name: 'DayExpiryReason', description: 'Why the end of a channel’s days moved.' })

/** Every field of a balance is resolved: the figures of one answer are read together, by what is asked for. */
@ObjectType('Balance')
export class BalanceType {
  @Field(() => ID)
  accountId: string
}

@ObjectType('LedgerEntry')
export class LedgerEntryType {
  @Field(() => LedgerAccount)
  account: LedgerAccount

  @Field(() => Days, { description: 'Signed.' })
  days: number

  @Field(() => Days, { description: 'The ledger account’s balance after this entry. Signed.' })
  balanceAfter: number
}

@ObjectType('LedgerTransaction', { implements: NodeType, description: 'A movement of days, as it was posted.' })
export class LedgerTransactionType extends NodeType {
  @Field(() => ID)
  accountId: string

  @Field(() => LedgerTransactionKind)
  kind: LedgerTransactionKind

  @Field(() => Sequence)
  sequence: number

  @Field(() => DateTime)
  occurredAt: Date

  @Field(() => String, { nullable: true })
  comment: string | null
}

/** Holds the entity to its face. */
export const ledgerTransactionFace = (transaction: LedgerTransaction): LedgerTransactionType => transaction

export const LedgerTransactionConnection = connectionType('LedgerTransaction', () => LedgerTransactionType)

@ObjectType('LedgerAudit')
export class LedgerAuditType {
  @Field(() => Boolean)
  ok: boolean

  @Field(() => Int)
  accountsChecked: number

  @Field(() => Int)
  transactionsChecked: number

  @Field(() => [String], { description: 'A sentence for each broken rule, 100 at the most. Empty when ok.' })
  violations: string[]
}
