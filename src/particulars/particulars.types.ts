import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { DateTime } from '../graphql/scalars'
import type { BillingDetails } from './billing-details.entity'
import type { PostalAddress } from './postal-address'
import type { BankAccount, ProviderProfile } from './provider-profile.entity'
import { TaxIdKind, TaxIdVerification, type TaxId } from './tax-id'

registerEnumType(TaxIdKind, {
  name: 'TaxIdKind',
  valuesConfig: {
    OTHER: { description: 'Of a country whose ids are not checked, or written into a price agreement.' },
  },
})
registerEnumType(TaxIdVerification, {
  name: 'TaxIdVerification',
  valuesConfig: {
    PENDING: { description: 'The payment provider is asking.' },
    UNVERIFIED: { description: 'There is no such id, or it is somebody else’s.' },
    UNAVAILABLE: { description: 'Nobody can tell.' },
  },
})

@ObjectType('PostalAddress')
export class PostalAddressType {
  @Field(() => [String])
  lines: readonly string[]

  @Field(() => String, { nullable: true })
  postcode: string | null

  @Field(() => String)
  city: string

  @Field(() => String, { nullable: true, description: 'A state or a province.' })
  region: string | null

  @Field(() => String, { description: 'ISO 3166, two letters.' })
  country: string
}

@ObjectType('TaxId')
export class TaxIdType {
  @Field(() => TaxIdKind)
  kind: TaxIdKind

  @Field(() => String, { nullable: true, description: 'ISO 3166; null where it stands in a price agreement only.' })
  country: string | null

  @Field(() => String)
  value: string

  @Field(() => TaxIdVerification, { nullable: true, description: 'Null until the payment provider was told of it.' })
  verification: TaxIdVerification | null
}

@ObjectType('BankAccount')
export class BankAccountType {
  @Field(() => String)
  holder: string

  @Field(() => String, { nullable: true })
  iban: string | null

  @Field(() => String, { nullable: true })
  bic: string | null

  @Field(() => String, { nullable: true })
  instructions: string | null
}

@ObjectType('ProviderProfile', { description: 'Who sends the invoices.' })
export class ProviderProfileType {
  @Field(() => String)
  legalName: string

  @Field(() => PostalAddressType)
  address: PostalAddress

  @Field(() => TaxIdType, { nullable: true })
  taxId: TaxId | null

  @Field(() => String, { nullable: true })
  email: string | null

  @Field(() => BankAccountType, { nullable: true })
  bankAccount: BankAccount | null

  @Field(() => String, { nullable: true, description: 'What stands under each invoice.' })
  footer: string | null

  @Field(() => String, { description: 'What numbers begin with, such as DB in DB-2026-000001.' })
  series: string

  @Field(() => String, { description: 'The same for sandbox accounts.' })
  sandboxSeries: string

  @Field(() => Boolean, { description: 'Made up, for a first look.' })
  sample: boolean

  @Field(() => DateTime, { description: 'Since when it is so.' })
  createdAt: Date
}

/** Holds the entity to its face. */
export const providerProfileFace = (profile: ProviderProfile): ProviderProfileType => profile

@ObjectType('BillingDetails', { description: 'To whom an account’s invoices are addressed.' })
export class BillingDetailsType {
  @Field(() => String, { nullable: true, description: 'Without it, invoices have the account’s name.' })
  legalName: string | null

  @Field(() => PostalAddressType, { nullable: true })
  address: PostalAddress | null

  @Field(() => String, { nullable: true, description: 'Without it, invoices are sent to the account’s e-mail.' })
  email: string | null

  @Field(() => String, { nullable: true, description: 'Stands on invoices that name no purchase order of their own.' })
  purchaseOrder: string | null

  @Field(() => [TaxIdType])
  taxIds: TaxId[]
}

/** Holds the entity to its face. */
export const billingDetailsFace = (details: BillingDetails): BillingDetailsType => details

@InputType('PostalAddressInput')
export class PostalAddressInput {
  @Field(() => [String], { description: '1 to 4: street and house, building, care of.' })
  lines: string[]

  @Field(() => String, { nullable: true })
  postcode?: string | null

  @Field(() => String)
  city: string

  @Field(() => String, { nullable: true, description: 'A state or a province.' })
  region?: string | null

  @Field(() => String, { description: 'ISO 3166, two letters.' })
  country: string
}

@InputType('TaxIdInput', { description: 'Its form and its check digits are checked.' })
export class TaxIdInput {
  @Field(() => String, { description: 'ISO 3166, two letters: GR for Greece, GB for Northern Ireland too.' })
  country: string

  @Field(() => String, { description: 'With or without the country’s prefix, blanks and dots.' })
  value: string
}

@InputType('BankAccountInput', { description: 'With an IBAN, or with instructions.' })
export class BankAccountInput {
  @Field(() => String)
  holder: string

  @Field(() => String, { nullable: true })
  iban?: string | null

  @Field(() => String, { nullable: true })
  bic?: string | null

  @Field(() => String, { nullable: true, description: 'At most 2,000 characters.' })
  instructions?: string | null
}

@InputType('SetProviderProfileInput', { description: 'The whole of it: what is left out is taken away.' })
export class SetProviderProfileInput {
  @Field(() => String)
  legalName: string

  @Field(() => PostalAddressInput)
  address: PostalAddressInput

  @Field(() => TaxIdInput, { nullable: true })
  taxId?: TaxIdInput | null

  @Field(() => String, { nullable: true })
  email?: string | null

  @Field(() => BankAccountInput, { nullable: true })
  bankAccount?: BankAccountInput | null

  @Field(() => String, { nullable: true, description: 'At most 2,000 characters.' })
  footer?: string | null

  @Field(() => String, { nullable: true, description: 'Of numbers to come; stays as it is, unless given.' })
  series?: string | null

  @Field(() => String, { nullable: true, description: 'The same for sandbox accounts.' })
  sandboxSeries?: string | null
}

@InputType('SetBillingDetailsInput', {
  description: 'A field that is left out stays as it is; null takes it away.',
})
export class SetBillingDetailsInput {
  @Field(() => ID, { nullable: true, description: 'Staff name the account; a partner’s token implies it.' })
  accountId?: string | null

  @Field(() => String, { nullable: true })
  legalName?: string | null

  @Field(() => PostalAddressInput, { nullable: true })
  address?: PostalAddressInput | null

  @Field(() => String, { nullable: true })
  email?: string | null

  @Field(() => String, { nullable: true })
  purchaseOrder?: string | null

  @Field(() => [TaxIdInput], { nullable: true, description: 'At most 5, the first of which counts most.' })
  taxIds?: TaxIdInput[] | null
}
