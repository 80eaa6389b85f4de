import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { safeIntegerColumn } from '../database-columns'
import type { PersonRole } from './person-role'

export const ROLE_FITS = `role = ANY (CASE WHEN account_id IS NULL THEN ARRAY['OPERATOR', 'ADMIN'] ELSE ARRAY['OWNER', 'BILLING', 'VIEWER'] END)`

/** Somebody who signs in: of a partner's account, or of staff where there is none. */
@Entity('person')
@Index('person_email_once', ['email'], { unique: true, where: 'removed_at IS NULL' })
@Index('person_of_account', ['accountId', 'id'])
@Check('person_email_in_lower_case', 'email = lower(email)')
@Check('person_role_fits', ROLE_FITS)
@Check(
  'person_removed_has_no_secrets',
  'removed_at IS NULL OR num_nonnulls(password_hash, factor_secret, pending_factor_secret) = 0',
)
@Check('person_demo_has_no_password', 'NOT demo OR password_hash IS NULL')
export class Person {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'person_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => Account, { name: 'person_account' })
  accountId: string | null

  /** In lower case; of all who were not removed nobody has another's. */
  @Column('text')
  email: string

  @Column('text')
  name: string

  @Column('text')
  role: PersonRole

  /** Argon2id, in the form of the PHC. Null for one who signs in through a provider, or in the demo. */
  @Column('text', { nullable: true })
  passwordHash: string | null

  /** Of the authenticator, sealed: the codes are made of it. */
  @Column('bytea', { nullable: true })
  factorSecret: Buffer | null

  /** The step of 30 seconds of the last code that was good: neither it nor an earlier one is good again. */
  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  factorStep: number | null

  /** One that was shown and has not been confirmed by a code yet, sealed. */
  @Column('bytea', { nullable: true })
  pendingFactorSecret: Buffer | null

  /** Of the demo: signs in with one click, while developing, and in no other way. */
  @Column('boolean', { default: false })
  demo: boolean

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastSignedInAt: Date | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  removedAt: Date | null
}

/** What is good in place of an authenticator's code, once. Its 80 bits are random: SHA-256 is enough. */
@Entity('recovery_code')
@Check('recovery_code_digest_sized', 'octet_length(digest) = 32')
export class RecoveryCode {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'recovery_code_pkey', collation: 'C' })
  @ForeignKey(() => Person, { name: 'recovery_code_person' })
  personId: string

  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'recovery_code_pkey' })
  digest: Buffer

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  usedAt: Date | null
}
