import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { Person } from '../people/person.entity'

/** That a person has signed in, on one browser. Only a digest of its cookie is stored. */
@Entity('session')
@Index('session_of_person', ['personId', 'id'])
@Index('session_by_end', ['expiresAt'])
@Check('session_secret_digest_sized', 'octet_length(secret_digest) = 32')
export class Session {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'session_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => Person, { name: 'session_person' })
  personId: string

  /** The person's. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => Account, { name: 'session_account' })
  accountId: string | null

  /** SHA-256 of the whole cookie, as of a token. */
  @Column('bytea')
  secretDigest: Buffer

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  /** To the minute; seven days later it is over. */
  @Column({ type: 'timestamptz', precision: 3 })
  lastUsedAt: Date

  /** However much it is used. */
  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date

  /** Signed out, revoked, or the person removed. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  endedAt: Date | null

  @Column('text', { nullable: true })
  address: string | null

  @Column('text', { nullable: true })
  userAgent: string | null
}

/** That a password was right, and a code of the second factor is asked for. */
@Entity('sign_in_challenge')
@Index('sign_in_challenge_by_end', ['expiresAt'])
@Index('sign_in_challenge_of_person', ['personId'])
@Check('sign_in_challenge_digest_sized', 'octet_length(digest) = 32')
export class SignInChallenge {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'sign_in_challenge_pkey' })
  digest: Buffer

  @Column({ type: 'text', collation: 'C' })
  @ForeignKey(() => Person, { name: 'sign_in_challenge_person' })
  personId: string

  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date
}
