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
