import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import type { Scope } from './actor'

/** A token of a partner, or of staff where it names no account. Only a digest of its secret is stored. */
@Entity('api_token')
@Index('api_token_by_account', ['accountId'])
@Check('api_token_secret_digest_sized', `octet_length(secret_digest) = 32`)
@Check('api_token_scopes_known', `scopes <@ ARRAY['READ', 'CHANNELS', 'BILLING', 'TOKENS', 'ADMIN']`)
@Check('api_token_admin_is_staff', `account_id IS NULL OR NOT 'ADMIN' = ANY (scopes)`)
export class ApiToken {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'api_token_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => Account, { name: 'api_token_account' })
  accountId: string | null

  @Column('text')
  name: string

  /** SHA-256 of the whole token; the secret in it has 160 random bits, so that nothing slower is needed. */
  @Column('bytea')
  secretDigest: Buffer

  @Column('text', { array: true })
  scopes: Scope[]

  /** The token or the person that made it; null for the first one. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  createdBy: string | null

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiresAt: Date | null

  /** To the minute. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastUsedAt: Date | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revokedAt: Date | null
}
