import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql'
import { connectionType } from '../graphql/connection'
import { NodeType } from '../graphql/node.types'
import { DateTime, Days, SafeInt, Sequence } from '../graphql/scalars'
import type { LedgerSeal } from './ledger-seal.entity'
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

@ObjectType('BalanceAsOf', { description: 'A balance as it was at an instant.' })
export class BalanceAsOfType {
  @Field(() => ID)
  accountId: string

  @Field(() => DateTime)
  at: Date

  @Field(() => Days)
  available: number

  @Field(() => Days, { description: 'Unused days on channels.' })
  allocated: number

  @Field(() => Days, { description: 'Days used by then, a begun day counted.' })
  used: number

  @Field(() => Sequence, { description: 'Of the last movement by then; 0 where there was none.' })
  sequence: number
}

@ObjectType('LedgerSeal', {
  description:
    'The hash over an account’s ledger from its first movement to this one. Who has kept a seal can prove by an export, `/exports/ledger.csv`, that nothing before it was changed or left out since.',
})
export class LedgerSealType {
  @Field(() => ID)
  accountId: string

  @Field(() => Sequence, { description: 'Of the last movement that it covers.' })
  sequence: number

  @Field(() => SafeInt, { description: 'How many movements it covers.' })
  transactions: number

  @Field(() => String, { description: 'SHA-256, in hexadecimal digits.' })
  hash: string

  @Field(() => DateTime)
  sealedAt: Date
}

export const ledgerSealFace = ({ hash, ...seal }: LedgerSeal): LedgerSealType => ({
  ...seal,
  hash: hash.toString('hex'),
})

export const LedgerSealConnection = connectionType('LedgerSeal', () => LedgerSealType)
