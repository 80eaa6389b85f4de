import type { InvoiceParticulars } from '../invoices/invoice-particulars'
import type { PostalAddress } from '../particulars/postal-address'
import { isInEu, type TaxId, TaxIdKind } from '../particulars/tax-id'
import type { BankAccount, DocumentParty } from './billing-document'

/** What tax ids are called where they are given out. */
const TAX_ID_LABELS: Record<TaxIdKind, string> = {
  EU_VAT: 'VAT ID',
  GB_VAT: 'VAT no.',
  CH_VAT: 'VAT no.',
  LI_UID: 'UID',
  NO_VAT: 'VAT no.',
  IS_VAT: 'VAT no.',
  US_EIN: 'EIN',
  CA_BN: 'Business no.',
  AU_ABN: 'ABN',
  NZ_GST: 'GST no.',
  IN_GST: 'GSTIN',
  SG_UEN: 'UEN',
  JP_CN: 'Corporate no.',
  KR_BRN: 'Business registration no.',
  BR_CNPJ: 'CNPJ',
  MX_RFC: 'RFC',
  ZA_VAT: 'VAT no.',
  TR_TIN: 'Tax no.',
  RS_PIB: 'PIB',
  OTHER: 'Tax ID',
}

/** What the tax on sales is called, by the provider's country; in the EU it is VAT. */
const TAX_NAMES: Readonly<Record<string, string>> = {
  AU: 'GST',
  CA: 'GST/HST',
  CH: 'VAT',
  GB: 'VAT',
  IN: 'GST',
  IS: 'VAT',
  JP: 'Consumption tax',
  KR: 'VAT',
  LI: 'VAT',
  MX: 'VAT',
  NO: 'VAT',
  NZ: 'GST',
  RS: 'VAT',
  SG: 'GST',
  TR: 'VAT',
  US: 'Sales tax',
  ZA: 'VAT',
}

// What is drawn is kept, so that names which a later Node tells otherwise change nothing that was issued.
const COUNTRY_NAMES = new Intl.DisplayNames('en', { type: 'region' })

export function providerParty({ legalName, address, email, taxId }: InvoiceParticulars['provider']): DocumentParty {
  return { legalName, ...place(address), email, taxIds: taxId === null ? [] : [labelled(taxId)] }
}

export function customerParty({ legalName, address, email, taxIds }: InvoiceParticulars['customer']): DocumentParty {
  return { legalName, ...place(address), email, taxIds: taxIds.map(labelled) }
}

export function bankAccountOf({ bankAccount }: InvoiceParticulars['provider']): BankAccount | null {
  if (bankAccount === null) return null
  const { holder, iban, bic, instructions } = bankAccount
  return { holder, iban, bic, instructions }
}

export function taxName({ address: { country } }: InvoiceParticulars['provider']): string {
  return TAX_NAMES[country] ?? (isInEu(country) ? 'VAT' : 'Tax')
}

function place(
  address: PostalAddress | null,
): Pick<DocumentParty, 'addressLines' | 'postcode' | 'city' | 'country' | 'countryCode'> {
  if (address === null) return { addressLines: [], postcode: null, city: null, country: null, countryCode: null }
  const { lines, postcode, city, region, country } = address
  return {
    addressLines: [...lines],
    postcode,
    city: region === null ? city : `${city}, ${region}`,
    country: COUNTRY_NAMES.of(country) ?? country,
    countryCode: country,
  }
}

function labelled({ kind, value }: TaxId): { label: string; value: string } {
  return { label: TAX_ID_LABELS[kind], value }
}
