import type { WalledQuery } from '../auth/visible-rows'
import type { PriceAgreement } from './price-agreement.entity'

/**
 * The agreements of accounts, newest first: those to come, the one that holds, those that held. Of two from the same
 * instant the later made is the newer.
 *
 * The query comes from the caller, with the wall that it stands behind: `visible.of(PriceAgreement, 'agreement')`.
 */
export function findPriceAgreements(
  query: WalledQuery<PriceAgreement>,
  accountIds: readonly string[],
): Promise<PriceAgreement[]> {
  return query
    .andWhere('agreement.accountId = ANY (:accountIds)', { accountIds })
    .orderBy('agreement.validFrom', 'DESC')
    .addOrderBy('agreement.id', 'DESC')
    .getMany()
}

/** The agreement of an account's history, newest first, that holds at an instant; null before the first. */
export function agreementAt(history: readonly PriceAgreement[], at: Date): PriceAgreement | null {
  return history.find(({ validFrom }) => validFrom <= at) ?? null
}
