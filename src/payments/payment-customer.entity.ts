import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm'
import { Account } from '../accounts/account.entity'

/** What a provider calls an account. */
@Entity('payment_customer')
@Unique('payment_customer_unique', ['provider', 'customerId'])
export class PaymentCustomer {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'payment_customer_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'payment_customer_account' })
  accountId: string

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'payment_customer_pkey' })
  provider: string

  @Column('text')
  customerId: string
}

/** What a provider calls the price of a plan. */
@Entity('payment_price')
@Unique('payment_price_unique', ['provider', 'priceId'])
export class PaymentPrice {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'payment_price_pkey', collation: 'C' })
  planId: string

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'payment_price_pkey' })
  provider: string

  @Column('text')
  priceId: string
}
