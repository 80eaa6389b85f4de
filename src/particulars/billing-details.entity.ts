import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import type { PostalAddress } from './postal-address'
import type { TaxId } from './tax-id'

/** To whom an account's invoices are addressed. What is null here is taken from the account, or left out. */
@Entity('billing_details')
export class BillingDetails {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'billing_details_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'billing_details_account' })
  accountId: string

  @Column('text', { nullable: true })
  legalName: string | null

  @Column('jsonb', { nullable: true })
  address: PostalAddress | null

  /** Where invoices are sent. */
  @Column('text', { nullable: true })
  email: string | null

  /** What the account wants to read on each invoice that names no purchase order of its own. */
  @Column('text', { nullable: true })
  purchaseOrder: string | null

  @Column('jsonb', { default: [] })
  taxIds: TaxId[]

  @Column({ type: 'timestamptz', precision: 3 })
  changedAt: Date
}
