import { electronicFormatIBAN, isValidBIC, isValidIBAN } from 'ibantools'
import { z } from 'zod'
import { email } from '../accounts/create-account'
import type { Tx } from '../database'
import { BadUserInputError } from '../errors'
import { text } from '../input'
import { addressOf, postalAddress } from './postal-address'
import { addProfile, lockProfile, newestProfile, SANDBOX_SERIES, SERIES, usedSeries } from './provider-profile'
import type { BankAccount } from './provider-profile.entity'
import { GivenTaxId, readTaxId } from './tax-id'

const MAX_FOOTER_LENGTH = 2_000

/** Without a dash, so that no series with its year is another's. */
const series = () =>
  z
    .string()
    .regex(/^[A-Z][A-Z0-9]{0,11}$/, 'is 1 to 12 capital letters and digits, such as DB, and begins with a letter')

const lines = () =>
  z
    .string()
    .min(1)
    .max(MAX_FOOTER_LENGTH)
    .refine((value) => value.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(value), {
      message: 'holds a control character',
    })

const bankAccount = () =>
  z
    .object({
      holder: text(),
      iban: z
        .string()
        .max(50)
        .refine((iban) => isValidIBAN(electronicFormatIBAN(iban) ?? ''), 'is no IBAN')
        .nullish(),
      bic: z
        .string()
        .max(11)
        .refine((bic) => isValidBIC(bic), 'is no BIC')
        .nullish(),
      instructions: lines().nullish(),
    })
    .refine(({ iban, instructions }) => iban != null || instructions != null, {
      path: ['iban'],
      message: 'is missing: without an IBAN, instructions have to say how to pay',
    })

export const SetProviderProfile = z.object({
  legalName: text(),
  address: postalAddress(),
  taxId: GivenTaxId.nullish(),
  email: email().nullish(),
  bankAccount: bankAccount().nullish(),
  footer: lines().nullish(),
  /** As it is, unless given. */
  series: series().nullish(),
  sandboxSeries: series().nullish(),
})
export type SetProviderProfile = z.infer<typeof SetProviderProfile>

/**
 * Says who sends the invoices that open from now on; those that are open stay as they are. A new series begins at 1, and
 * the one before it ends where it is: neither has a gap.
 *
 * Throws BAD_USER_INPUT for a tax id that can't be, and for a series that has been the other kind's: live numbers would
 * have gaps where sandbox accounts took them.
 */
export async function setProviderProfile(tx: Tx, actor: string, input: SetProviderProfile): Promise<void> {
  const taxId = input.taxId == null ? null : readTaxId(input.taxId, 'taxId')
  await lockProfile(tx)
  const before = await newestProfile(tx)
  const series = input.series ?? before?.series ?? SERIES
  const sandboxSeries = input.sandboxSeries ?? before?.sandboxSeries ?? SANDBOX_SERIES
  const used = await usedSeries(tx)
  refuseOthers('series', series, [...used.sandbox, sandboxSeries])
  refuseOthers('sandboxSeries', sandboxSeries, used.live)
  await addProfile(tx, actor, {
    legalName: input.legalName,
    address: addressOf(input.address),
    taxId,
    email: input.email ?? null,
    bankAccount: input.bankAccount == null ? null : bankAccountOf(input.bankAccount),
    footer: input.footer ?? null,
    series,
    sandboxSeries,
    sample: false,
  })
}

function bankAccountOf(given: NonNullable<SetProviderProfile['bankAccount']>): BankAccount {
  const { holder, iban = null, bic = null, instructions = null } = given
  return { holder, iban: iban === null ? null : electronicFormatIBAN(iban), bic, instructions }
}

function refuseOthers(field: string, series: string, others: readonly string[]): void {
  if (!others.includes(series)) return
  const whose = field === 'series' ? 'sandbox accounts' : 'live accounts'
  throw new BadUserInputError(field, `${field} is, or was, the series of ${whose}.`, { series })
}
