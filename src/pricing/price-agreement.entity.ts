import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import { safeIntegerColumn } from '../database-columns'

/** The price that holds for the whole invoice from this many channels on. */
export interface PriceTier {
  fromChannels: number
  channelMonthMinor: number
}

/** What an account pays, valid from an instant until the next agreement's. Never changed: a new one takes its place. */
@Entity('price_agreement')
@Index('price_agreement_history', ['accountId', 'validFrom'])
@Check('price_agreement_currency_form', `currency ~ '^[A-Z]{3}$'`)
@Check(
  'price_agreement_prices_not_negative',
  `channel_month_minor >= 0 AND (loose_day_minor IS NULL OR loose_day_minor >= 0)`,
)
@Check(
  'price_agreement_rates_bounded',
  `yearly_discount_basis_points BETWEEN 0 AND 10000 AND tax_parts_per_million BETWEEN 0 AND 1000000 AND payment_term_days BETWEEN 0 AND 365`,
)
export class PriceAgreement {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'price_agreement_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'price_agreement_account' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'price_agreement_pkey', collation: 'C' })
  id: string

  /** ISO 4217. */
  @Column('text')
  currency: string

  /** One channel for 30 days, in minor units. */
  @Column('bigint', { transformer: safeIntegerColumn })
  channelMonthMinor: number

  /** One loose day, where one is agreed; else it costs a thirtieth of channelMonthMinor. */
  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  looseDayMinor: number | null

  /** By fromChannels, rising. */
  @Column('jsonb', { default: [] })
  tiers: PriceTier[]

  @Column('integer', { default: 0 })
  yearlyDiscountBasisPoints: number

  @Column('integer', { default: 0 })
  taxPartsPerMillion: number

  @Column('text', { nullable: true })
  taxId: string | null

  @Column('boolean', { default: false })
  reverseCharge: boolean

  /** Whether an invoice opens as it is requested, without waiting for staff. */
  @Column('boolean', { default: true })
  autoPrepare: boolean

  @Column('integer', { default: 14 })
  paymentTermDays: number

  @Column({ type: 'timestamptz', precision: 3 })
  validFrom: Date

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date
}
