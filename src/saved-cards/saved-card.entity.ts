import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm'
import { Account } from '../accounts/account.entity'

/** The card that an account lets be charged by itself. Its number is known to the payment provider only. */
@Entity('saved_card')
@Unique('saved_card_of_provider', ['provider', 'cardId', 'accountId'])
@Check('saved_card_last_four', `last_four ~ '^[0-9]{4}$'`)
@Check('saved_card_expiry', `expiry_month BETWEEN 1 AND 12 AND expiry_year BETWEEN 2000 AND 9999`)
export class SavedCard {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'saved_card_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'saved_card_account' })
  accountId: string

  @Column('text')
  provider: string

  /** What the provider calls it. */
  @Column({ type: 'text', collation: 'C' })
  cardId: string

  @Column('text')
  brand: string

  @Column('text')
  lastFour: string

  @Column('integer')
  expiryMonth: number

  @Column('integer')
  expiryYear: number

  @Column({ type: 'timestamptz', precision: 3 })
  savedAt: Date
}
