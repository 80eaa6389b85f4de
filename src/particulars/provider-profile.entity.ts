import { Check, Column, Entity, PrimaryColumn } from 'typeorm'
import type { PostalAddress } from './postal-address'
import type { TaxId } from './tax-id'

/** Where invoices are paid by transfer. */
export interface BankAccount {
  readonly holder: string
  /** Without blanks. */
  readonly iban: string | null
  readonly bic: string | null
  /** What an account without an IBAN needs, or whatever else a payer has to know. */
  readonly instructions: string | null
}

/**
 * Who sends the invoices. Each change is a row of its own, with who made it: the newest holds, and what is on invoices was
 * copied from the one that held as they opened.
 */
@Entity('provider_profile')
@Check('provider_profile_series_apart', `series <> sandbox_series`)
export class ProviderProfile {
  /** From 1. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'provider_profile_pkey' })
  version: number

  @Column('text')
  legalName: string

  @Column('jsonb')
  address: PostalAddress

  @Column('jsonb', { nullable: true })
  taxId: TaxId | null

  @Column('text', { nullable: true })
  email: string | null

  @Column('jsonb', { nullable: true })
  bankAccount: BankAccount | null

  @Column('text', { nullable: true })
  footer: string | null

  /** What the numbers of invoices begin with. */
  @Column('text')
  series: string

  @Column('text')
  sandboxSeries: string

  /** Made up, for a first look. */
  @Column('boolean', { default: false })
  sample: boolean

  @Column('text')
  actor: string

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date
}
