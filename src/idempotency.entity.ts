import { Check, Column, Entity, PrimaryColumn } from 'typeorm'

/** An idempotency key that was used, kept for ever: its digest, its input's digest, and what was answered. */
@Entity('idempotency_key')
@Check('idempotency_key_digests_sized', `octet_length(digest) = 16 AND octet_length(input_digest) = 16`)
export class IdempotencyKey {
  /** The account within which the key means something; `provider` for what no account is there for yet. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'idempotency_key_pkey', collation: 'C' })
  scope: string

  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'idempotency_key_pkey' })
  digest: Buffer

  @Column('bytea')
  inputDigest: Buffer

  @Column('jsonb')
  outcome: unknown

  @Column({ type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt: Date
}
