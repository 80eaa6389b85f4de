import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { safeIntegerColumn } from '../database-columns'
import type { PlanInterval } from './plan-prices'
import { PriceAgreement } from './price-agreement.entity'

/** An account's own price for one channel's subscription, by an agreement. Never changed: a new agreement has new ones. */
@Entity('plan')
@Index('plan_of_agreement', ['accountId', 'priceAgreementId', 'interval'], { unique: true })
@Check('plan_interval_known', `interval IN ('MONTH', 'YEAR')`)
@Check('plan_amount_bounded', `amount_minor BETWEEN 0 AND undiscounted_minor`)
@ForeignKey(() => PriceAgreement, ['accountId', 'priceAgreementId'], ['accountId', 'id'], {
  name: 'plan_own_price_agreement',
})
export class Plan {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'plan_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'plan_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C' })
  priceAgreementId: string

  @Column('text')
  interval: PlanInterval

  @Column('text')
  currency: string

  @Column('bigint', { transformer: safeIntegerColumn })
  amountMinor: number

  /** What the same time costs on the monthly plan. */
  @Column('bigint', { transformer: safeIntegerColumn })
  undiscountedMinor: number
}
