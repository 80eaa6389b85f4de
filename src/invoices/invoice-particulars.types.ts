import { Field, Int, ObjectType } from 'type-graphql'
import { BankAccountType, PostalAddressType, TaxIdType } from '../particulars/particulars.types'
import type { InvoiceParticulars } from './invoice-particulars'

@ObjectType('InvoiceProvider')
export class InvoiceProviderType {
  @Field(() => String)
  legalName: string

  @Field(() => PostalAddressType)
  address: PostalAddressType

  @Field(() => TaxIdType, { nullable: true })
  taxId: TaxIdType | null

  @Field(() => String, { nullable: true })
  email: string | null

  @Field(() => BankAccountType, { nullable: true })
  bankAccount: BankAccountType | null

  @Field(() => String, { nullable: true })
  footer: string | null

  @Field(() => Boolean, { description: 'Made up: no document.' })
  sample: boolean
}

@ObjectType('InvoiceCustomer')
export class InvoiceCustomerType {
  @Field(() => String)
  legalName: string

  @Field(() => PostalAddressType, { nullable: true })
  address: PostalAddressType | null

  @Field(() => String, { nullable: true })
  email: string | null

  @Field(() => [TaxIdType], { description: 'With what was known of them as the invoice opened.' })
  taxIds: readonly TaxIdType[]

  @Field(() => String, { nullable: true })
  purchaseOrder: string | null
}

@ObjectType('InvoiceTax')
export class InvoiceTaxType {
  @Field(() => Int, { description: 'The rate that was charged: 100,000 is 10 %.' })
  partsPerMillion: number

  @Field(() => Boolean, { description: 'The customer owes the tax.' })
  reverseCharge: boolean

  @Field(() => String, { nullable: true, description: 'Why no tax was charged, where the law wants it said.' })
  sentence: string | null
}

@ObjectType('InvoiceParticulars', { description: 'Both sides of an invoice, as they were when it opened.' })
export class InvoiceParticularsType {
  @Field(() => InvoiceProviderType)
  provider: InvoiceProviderType

  @Field(() => InvoiceCustomerType)
  customer: InvoiceCustomerType

  @Field(() => InvoiceTaxType)
  tax: InvoiceTaxType
}

/** Holds the copy to its face. */
export const invoiceParticularsFace = (particulars: InvoiceParticulars): InvoiceParticularsType => particulars
