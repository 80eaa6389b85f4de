import { LOCALES } from '../parts/format'

/** ISO 3166: the browser has their names, and says which of them there are. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** Named by browsers, and no countries to which an invoice goes. */
const NOT_COUNTRIES = new Set(['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'QO', 'TA', 'UN', 'XA', 'XB', 'ZZ'])
/** Written otherwise before. */
const FORMER = new Set([
  'AN',
  'BU',
  'CS',
  'DD',
  'DY',
  'FX',
  'HV',
  'NH',
  'NT',
  'RH',
  'SU',
  'TP',
  'UK',
  'VD',
  'YD',
  'YU',
  'ZR',
])

let countries: readonly { value: string; label: string }[] | undefined

/** Every country by its name in the person's language, in the order of that language. */
export function countriesByName(): readonly { value: string; label: string }[] {
  countries ??= listCountries()
  return countries
}

function listCountries(): readonly { value: string; label: string }[] {
  const names = new Intl.DisplayNames(LOCALES, { type: 'region', fallback: 'none' })
  const found: { value: string; label: string }[] = []
  for (const first of LETTERS) {
    for (const second of LETTERS) {
      const value = first + second
      if (NOT_COUNTRIES.has(value) || FORMER.has(value)) continue
      const label = names.of(value)
      if (label !== undefined) found.push({ value, label })
    }
  }
  return found.sort((one, other) => one.label.localeCompare(other.label, LOCALES))
}
