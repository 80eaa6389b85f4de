import { countrySpecs } from 'ibantools'
import { z } from 'zod'
import { text } from '../input'

export interface PostalAddress {
  /** Street and house, building, care of: in the order in which they are written. */
  readonly lines: readonly string[]
  readonly postcode: string | null
  readonly city: string
  /** A state or a province, where the country writes one. */
  readonly region: string | null
  /** ISO 3166, two letters. */
  readonly country: string
}

const MAX_ADDRESS_LINES = 4

export const countryCode = () =>
  z.string().refine((code) => Object.hasOwn(countrySpecs, code), 'is no country of ISO 3166, such as DE')

export const postalAddress = () =>
  z.object({
    lines: z.array(text()).min(1).max(MAX_ADDRESS_LINES),
    postcode: text().nullish(),
    city: text(),
    region: text().nullish(),
    country: countryCode(),
  })

/** As it is kept: nothing is left out. */
export function addressOf(given: z.infer<ReturnType<typeof postalAddress>>): PostalAddress {
  const { lines, postcode = null, city, region = null, country } = given
  return { lines, postcode, city, region, country }
}
