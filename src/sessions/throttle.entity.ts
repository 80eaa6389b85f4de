import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm'

/** How often something was tried, by an address or for an e-mail, since a window of time began. */
@Entity('throttle')
@Index('throttle_by_end', ['until'])
@Check('throttle_digest_sized', 'octet_length(digest) = 32')
export class ThrottleCount {
  /** SHA-256 of what is counted and of whom. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'throttle_pkey' })
  digest: Buffer

  @Column('integer')
  taken: number

  /** When it begins anew. */
  @Column({ type: 'timestamptz', precision: 3 })
  until: Date
}
