import type { Statement, Tx } from '../database'
import { NoProviderProfileError } from '../errors'
import type { AccountBook } from '../ledger/account-book'
import type { PostalAddress } from '../particulars/postal-address'
import { newestProfile, SAMPLE_PROFILE } from '../particulars/provider-profile'
import type { BankAccount } from '../particulars/provider-profile.entity'
import { isInEu, type TaxId, TaxIdKind } from '../particulars/tax-id'
import type { Invoice } from './invoice.entity'

/** Who owes what to whom, as the law wants it on an invoice. Copied as it opens, and never changed. */
export interface InvoiceParticulars {
  readonly provider: {
    readonly legalName: string
    readonly address: PostalAddress
    readonly taxId: TaxId | null
    readonly email: string | null
    readonly bankAccount: BankAccount | null
    readonly footer: string | null
    /** Made up: no document. */
    readonly sample: boolean
  }
  readonly customer: {
    readonly legalName: string
    readonly address: PostalAddress | null
    readonly email: string | null
    readonly taxIds: readonly TaxId[]
    readonly purchaseOrder: string | null
  }
  readonly tax: {
    /** What was charged: 0 where the customer owes the tax. */
    readonly partsPerMillion: number
    readonly reverseCharge: boolean
    /** Why there is none, as it has to stand on the invoice. */
    readonly sentence: string | null
  }
}

export interface OpeningParticulars {
  readonly particulars: InvoiceParticulars
  /** Of the number that is to be taken. */
  readonly series: string
}

interface CustomerRow {
  name: string
  email: string | null
  legalName: string | null
  address: PostalAddress | null
  billingEmail: string | null
  purchaseOrder: string | null
  taxIds: TaxId[] | null
  agreedTaxId: string | null
  reverseCharge: boolean
  taxPartsPerMillion: number
}

/**
 * What an invoice that opens now says of both sides. A tax id of the billing details goes before the price agreement's; rate
 * and reverse charge are those of the agreement by which the invoice was priced.
 *
 * Throws NO_PROVIDER_PROFILE where a live invoice would have no sender.
 */
export async function particularsOf(tx: Tx, book: AccountBook, invoice: Invoice): Promise<OpeningParticulars> {
  const profile = (await newestProfile(tx)) ?? (book.sandbox ? SAMPLE_PROFILE : null)
  if (profile === null) throw new NoProviderProfileError()
  const [row] = await tx.query<CustomerRow>(CUSTOMER, [invoice.accountId, invoice.priceAgreementId])
  if (row === undefined) throw new Error('an invoice of no account')
  const { legalName, address, taxId, email, bankAccount, footer, sample } = profile
  const country = row.address?.country ?? row.taxIds?.[0]?.country ?? null
  return {
    series: book.sandbox ? profile.sandboxSeries : profile.series,
    particulars: {
      provider: { legalName, address, taxId, email, bankAccount, footer, sample },
      customer: {
        legalName: row.legalName ?? row.name,
        address: row.address,
        email: row.billingEmail ?? row.email,
        taxIds: taxIdsOf(row),
        purchaseOrder: invoice.purchaseOrder ?? row.purchaseOrder,
      },
      tax: {
        partsPerMillion: row.reverseCharge ? 0 : row.taxPartsPerMillion,
        reverseCharge: row.reverseCharge,
        sentence: row.reverseCharge ? reverseChargeSentence(address.country, country) : null,
      },
    },
  }
}

/** Whether an invoice of the account can open: where it can't, it waits for staff. */
export async function hasSender(tx: Tx, book: AccountBook): Promise<boolean> {
  return book.sandbox || (await newestProfile(tx)) !== null
}

function taxIdsOf({ taxIds, agreedTaxId }: CustomerRow): TaxId[] {
  if (taxIds !== null && taxIds.length > 0) return taxIds
  return agreedTaxId === null ? [] : [{ kind: TaxIdKind.OTHER, country: null, value: agreedTaxId, verification: null }]
}

function reverseChargeSentence(provider: string, customer: string | null): string {
  const law = isInEu(provider) && customer !== null && isInEu(customer) ? ' (Article 196 of Directive 2006/112/EC)' : ''
  return `Reverse charge: the tax is to be accounted for by the customer${law}.`
}

const CUSTOMER: Statement = {
  name: 'customer-of-invoice',
  text: `
    SELECT a.name, a.email, d.legal_name AS "legalName", d.address, d.email AS "billingEmail",
      d.purchase_order AS "purchaseOrder", d.tax_ids AS "taxIds", p.tax_id AS "agreedTaxId",
      p.reverse_charge AS "reverseCharge", p.tax_parts_per_million AS "taxPartsPerMillion"
    FROM account a
    JOIN price_agreement p ON p.account_id = a.id AND p.id = $2
    LEFT JOIN billing_details d ON d.account_id = a.id
    WHERE a.id = $1`,
}
