import { Column, Entity, PrimaryColumn } from 'typeorm'

/** A part of a bucket's budget that a gateway holds. */
export interface BudgetLease {
  held: number
  /** After that it is nobody's: the gateway has fallen, or has nothing to do for this caller. */
  until: string
}

/** What one caller may still spend, over all gateways: what is in the bucket, and what they hold of it. Of real time. In a
 * schema of its own: it is none of the accounts' data, and changes with every look at them. */
@Entity('rate_bucket', { schema: 'limits' })
export class RateBucket {
  /** The account's id, or `staff:` and whose token it is. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'rate_bucket_pkey', collation: 'C' })
  key: string

  /** Points of cost at `filledAt`, leases not counted. */
  @Column('double precision')
  level: number

  @Column({ type: 'timestamptz' })
  filledAt: Date

  /** By gateway. */
  @Column('jsonb')
  leases: Record<string, BudgetLease>
}
