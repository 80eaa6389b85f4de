import { stdnum, type Validator } from 'stdnum'
import { z } from 'zod'
import { BadUserInputError } from '../errors'
import { countryCode } from './postal-address'

/** What a tax id is. In lower case, all but OTHER are the payment provider's words too. */
export enum TaxIdKind {
  EU_VAT = 'EU_VAT',
  GB_VAT = 'GB_VAT',
  CH_VAT = 'CH_VAT',
  LI_UID = 'LI_UID',
  NO_VAT = 'NO_VAT',
  IS_VAT = 'IS_VAT',
  US_EIN = 'US_EIN',
  CA_BN = 'CA_BN',
  AU_ABN = 'AU_ABN',
  NZ_GST = 'NZ_GST',
  IN_GST = 'IN_GST',
  SG_UEN = 'SG_UEN',
  JP_CN = 'JP_CN',
  KR_BRN = 'KR_BRN',
  BR_CNPJ = 'BR_CNPJ',
  MX_RFC = 'MX_RFC',
  ZA_VAT = 'ZA_VAT',
  TR_TIN = 'TR_TIN',
  RS_PIB = 'RS_PIB',
  /** Of a country whose ids are not known here: taken as it is, and shown on invoices only. */
  OTHER = 'OTHER',
}

/** What the payment provider has found out about a tax id. */
export enum TaxIdVerification {
  PENDING = 'PENDING',
  VERIFIED = 'VERIFIED',
  UNVERIFIED = 'UNVERIFIED',
  /** Nobody can tell, as for most countries. */
  UNAVAILABLE = 'UNAVAILABLE',
}

export interface TaxId {
  readonly kind: TaxIdKind
  /** Null where it was written into a price agreement, without its country. */
  readonly country: string | null
  /** In one form, whichever way it was written: for the EU with the country's prefix, without blanks. */
  readonly value: string
  /** Null until the payment provider was told of it. */
  readonly verification: TaxIdVerification | null
}

/** How the ids of a country are checked, and in which form they are kept. */
interface CountryRule {
  readonly kind: TaxIdKind
  readonly validator: Validator
  /** Of what the validator has made compact. */
  readonly form: (compact: string) => string
}

const MAX_TAX_ID_LENGTH = 40
export const MAX_TAX_IDS = 5

const given = () =>
  z
    .string()
    .min(2)
    .max(MAX_TAX_ID_LENGTH)
    .regex(/^[\p{L}\p{N} ./&*+-]+$/u, 'is written with letters, digits, blanks, dots, dashes and slashes')

export const GivenTaxId = z.object({ country: countryCode(), value: given() })
export type GivenTaxId = z.infer<typeof GivenTaxId>

/** Checks the form of a tax id, its check digits too, and puts it into one form. Throws BAD_USER_INPUT, for the field `<field>.value`. */
export function readTaxId({ country, value }: GivenTaxId, field: string): TaxId {
  const isNorthernIreland = country === 'GB' && /^\s*XI/i.test(value)
  const rule = isNorthernIreland ? NORTHERN_IRELAND : RULES[country]
  if (rule === undefined) {
    return { kind: TaxIdKind.OTHER, country, value: value.trim().replaceAll(/\s+/g, ' '), verification: null }
  }
  const read = rule.validator.validate(isNorthernIreland ? value.replace(/^\s*XI/i, '') : value)
  if (!read.isValid) {
    const details = { country, kind: rule.kind }
    throw new BadUserInputError(`${field}.value`, `${field}.value is no tax id of ${country}.`, details)
  }
  return { kind: rule.kind, country, value: rule.form(read.compact), verification: null }
}

export function isSameTaxId(one: Pick<TaxId, 'kind' | 'value'>, other: Pick<TaxId, 'kind' | 'value'>): boolean {
  return one.kind === other.kind && bare(one.value) === bare(other.value)
}

/** Others may write the same one with other signs between. */
function bare(value: string): string {
  return value.replaceAll(/[^\p{L}\p{N}&]/gu, '').toUpperCase()
}

export function isInEu(country: string): boolean {
  return RULES[country]?.kind === TaxIdKind.EU_VAT
}

/** Throws as the program starts where the library has no such ids any more. */
function known(country: string, name: string): Validator {
  const validator = stdnum[country]?.[name]
  if (validator === undefined) throw new Error(`there is no check of ${name} of ${country}`)
  return validator
}

const plain = (kind: TaxIdKind, validator: Validator): CountryRule => ({ kind, validator, form: (compact) => compact })

const eu = (prefix: string, validator: Validator): CountryRule => ({
  kind: TaxIdKind.EU_VAT,
  validator,
  form: (compact) => `${prefix}${compact}`,
})

const NORTHERN_IRELAND = eu('XI', known('GB', 'vat'))

/** By country of ISO 3166. The id that a business has towards its customers, not that of a person. */
const RULES: Readonly<Record<string, CountryRule>> = {
  AT: eu('AT', known('AT', 'uid')),
  BE: eu('BE', known('BE', 'vat')),
  BG: eu('BG', known('BG', 'vat')),
  CY: eu('CY', known('CY', 'vat')),
  CZ: eu('CZ', known('CZ', 'dic')),
  DE: eu('DE', known('DE', 'vat')),
  DK: eu('DK', known('DK', 'cvr')),
  EE: eu('EE', known('EE', 'kmkr')),
  ES: eu('ES', known('ES', 'nif')),
  FI: eu('FI', known('FI', 'alv')),
  FR: eu('FR', known('FR', 'tva')),
  // Greece is EL for its taxes.
  GR: eu('EL', known('GR', 'vat')),
  HR: eu('HR', known('HR', 'oib')),
  HU: eu('HU', known('HU', 'anum')),
  IE: eu('IE', known('IE', 'vat')),
  IT: eu('IT', known('IT', 'iva')),
  LT: eu('LT', known('LT', 'pvm')),
  LU: eu('LU', known('LU', 'tva')),
  LV: eu('LV', known('LV', 'pvn')),
  MT: eu('MT', known('MT', 'vat')),
  NL: eu('NL', known('NL', 'btw')),
  PL: eu('PL', known('PL', 'nip')),
  PT: eu('PT', known('PT', 'nif')),
  RO: eu('RO', known('RO', 'cif')),
  SE: eu('SE', known('SE', 'vat')),
  SI: eu('SI', known('SI', 'ddv')),
  SK: eu('SK', known('SK', 'dph')),
  GB: { kind: TaxIdKind.GB_VAT, validator: known('GB', 'vat'), form: (compact) => `GB${compact}` },
  CH: {
    kind: TaxIdKind.CH_VAT,
    validator: known('CH', 'vat'),
    form: (compact) =>
      compact.replace(
        /^CHE(\d{3})(\d{3})(\d{3})(\p{L}+)$/u,
        (_, one: string, two: string, three: string, tax: string) => `CHE-${one}.${two}.${three} ${tax}`,
      ),
  },
  LI: plain(TaxIdKind.LI_UID, known('CH', 'uid')),
  NO: plain(TaxIdKind.NO_VAT, known('NO', 'mva')),
  IS: plain(TaxIdKind.IS_VAT, known('IS', 'vsk')),
  US: {
    kind: TaxIdKind.US_EIN,
    validator: known('US', 'ein'),
    form: (compact) => `${compact.slice(0, 2)}-${compact.slice(2)}`,
  },
  CA: plain(TaxIdKind.CA_BN, known('CA', 'bn')),
  AU: plain(TaxIdKind.AU_ABN, known('AU', 'abn')),
  NZ: plain(TaxIdKind.NZ_GST, known('NZ', 'ird')),
  IN: plain(TaxIdKind.IN_GST, known('IN', 'gstin')),
  SG: plain(TaxIdKind.SG_UEN, known('SG', 'uen')),
  JP: plain(TaxIdKind.JP_CN, known('JP', 'cn')),
  KR: {
    kind: TaxIdKind.KR_BRN,
    validator: known('KR', 'brn'),
    form: (compact) => `${compact.slice(0, 3)}-${compact.slice(3, 5)}-${compact.slice(5)}`,
  },
  BR: {
    kind: TaxIdKind.BR_CNPJ,
    validator: known('BR', 'cnpj'),
    form: (compact) =>
      `${compact.slice(0, 2)}.${compact.slice(2, 5)}.${compact.slice(5, 8)}/${compact.slice(8, 12)}-${compact.slice(12)}`,
  },
  MX: plain(TaxIdKind.MX_RFC, known('MX', 'rfc')),
  ZA: plain(TaxIdKind.ZA_VAT, known('ZA', 'vat')),
  TR: plain(TaxIdKind.TR_TIN, known('TR', 'vkn')),
  RS: plain(TaxIdKind.RS_PIB, known('RS', 'pib')),
}
