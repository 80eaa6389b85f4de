import { encode } from 'uqr'
import type { InvoiceDocument } from './billing-document'
import { printable } from './printable-text'

/** A QR code: rows of dark and light. */
export type Code = boolean[][]

/** Bounds of "Quick Response Code: Guidelines to enable data capture for the initiation of a SEPA credit transfer" (EPC069-12). */
const MOST_CENTS = 99_999_999_999
const NAME_LENGTH = 70
const TEXT_LENGTH = 140
const MOST_VERSION = 13

/** A code by which a banking app fills in the transfer; null where the standard has none: another currency, or no IBAN. */
export function transferCode(document: InvoiceDocument, owedMinor: number): Code | null {
  const order = transferOrder(document, owedMinor)
  return order === null ? null : qr(order, MOST_VERSION)
}

/** What such a code says. */
export function transferOrder(
  { bankAccount, currency, number }: Pick<InvoiceDocument, 'bankAccount' | 'currency' | 'number'>,
  owedMinor: number,
): string | null {
  if (bankAccount?.iban == null || currency !== 'EUR' || owedMinor < 1 || owedMinor > MOST_CENTS) return null
  const iban = bankAccount.iban.replace(/\s/g, '').toUpperCase()
  const bic = (bankAccount.bic ?? '').replace(/\s/g, '').toUpperCase()
  if (!isIban(iban) || !/^([A-Z0-9]{8}([A-Z0-9]{3})?)?$/.test(bic)) return null
  const cents = String(owedMinor).padStart(3, '0')
  const lines = [
    'BCD',
    '002',
    '1',
    'SCT',
    bic,
    shortened(bankAccount.holder, NAME_LENGTH),
    iban,
    `EUR${cents.slice(0, -2)}.${cents.slice(-2)}`,
    '',
    '',
    shortened(number, TEXT_LENGTH),
  ]
  return lines.join('\n')
}

/** A code of an address, or null where it is too long to be read from paper. */
export function addressCode(url: string): Code | null {
  return qr(url, 20)
}

/** The address as a link may go there; null for anything but http and https. */
export function webAddress(url: string | null): string | null {
  if (url === null || url.length > 2000 || !URL.canParse(url)) return null
  const parsed = new URL(url)
  return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed.href : null
}

function isIban(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false
  const digits = `${iban.slice(4)}${iban.slice(0, 4)}`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  return BigInt(digits) % 97n === 1n
}

function shortened(text: string, length: number): string {
  return [...printable(text)].slice(0, length).join('')
}

function qr(text: string, maxVersion: number): Code | null {
  try {
    return encode(text, { ecc: 'M', boostEcc: false, border: 0, maxVersion }).data
  } catch (error) {
    // The only thing that it refuses.
    if (error instanceof RangeError || (error instanceof Error && /too long/i.test(error.message))) return null
    throw error
  }
}
