import { calculator, dinero, halfUp, multiply, toSnapshot, type Dinero } from 'dinero.js/bigint'
import * as currencies from 'dinero.js/bigint/currencies'
import { BadUserInputError } from './errors'

/**
 * An amount in a currency: whole minor units, such as cents, as a BigInt, so that no sum on the way to a result is ever
 * rounded or overflows. dinero.js refuses to add two currencies.
 */
export type Money = Dinero<bigint>

type Currency = keyof typeof currencies

/** Whether this is a currency of ISO 4217, written as there: three capital letters. */
export function isCurrency(code: string): code is Currency {
  return /^[A-Z]{3}$/.test(code) && Object.hasOwn(currencies, code)
}

export function money(amountMinor: number, currency: string): Money {
  if (!isCurrency(currency)) throw new RangeError(`${currency} is no currency`)
  return dinero({ amount: BigInt(amountMinor), currency: currencies[currency] })
}

/**
 * `unitPrice × quantity / per`, rounded half up to a whole minor unit: the only rounding of money there is. None of them
 * is negative.
 */
export function portion(unitPrice: Money, quantity: number, per: number): Money {
  const { amount, currency } = toSnapshot(multiply(unitPrice, BigInt(quantity)))
  return dinero({ amount: halfUp(amount, BigInt(per), calculator), currency })
}

/**
 * An amount in the unit of its currency, such as "10.00 EUR". It is `minorUnits / per` and need not be whole: it is told to
 * its last digit, or as "16.666… EUR" where it goes on for more than six digits past the minor unit. A currency without
 * decimal places, such as MGA with its fifths, is told in minor units.
 */
export function moneyText(minorUnits: bigint, per: bigint, currency: string): string {
  const { base, exponent } = toSnapshot(money(0, currency)).currency
  const [places, unit] = base === 10n ? [Number(exponent), currency] : [0, `minor units of ${currency}`]
  const millionths = minorUnits * 10n ** 6n
  const length = places + 6
  const digits = String(millionths / per).padStart(length + 1, '0')
  const [whole, fraction] = [digits.slice(0, -length), digits.slice(-length)]
  const ends = millionths % per === 0n
  const shown = ends ? fraction.replace(/0{1,6}$/, '') : `${fraction.slice(0, places + 1)}…`
  return `${whole}${shown === '' ? '' : `.${shown}`} ${unit}`
}

/** A whole amount in the unit of its currency without the unit, such as "10.00": what moneyText() tells, for a column. */
export function decimalText(amountMinor: number, currency: string): string {
  const [amount = ''] = moneyText(BigInt(amountMinor), 1n, currency).split(' ')
  return amount
}

/**
 * The minor units of an amount. Throws BAD_USER_INPUT, for the field that made it so large, beyond the safe integers:
 * there they would be another number.
 */
export function minorUnits(amount: Money, field: string): number {
  const minor = Number(toSnapshot(amount).amount)
  if (!Number.isSafeInteger(minor)) {
    throw new BadUserInputError(field, 'The amount of money would leave the safe integers of minor units.', {
      maximum: Number.MAX_SAFE_INTEGER,
    })
  }
  return minor
}
