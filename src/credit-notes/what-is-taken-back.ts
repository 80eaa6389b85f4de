import type { Statement, Tx } from '../database'

/** What has been taken back of an invoice: by credit notes, and by chargebacks that are not won. */
export interface TakenBack {
  creditedDays: number
  creditedMinor: number
  chargedBackDays: number
  disputedMinor: number
}

export async function whatIsTakenBack(tx: Tx, accountId: string, invoiceId: string): Promise<TakenBack> {
  const [row] = await tx.query<TakenBack>(TAKEN_BACK, [accountId, invoiceId])
  if (row === undefined) throw new Error('sums without an answer')
  return row
}

const TAKEN_BACK: Statement = {
  name: 'taken-back-of-invoice',
  text: `
    SELECT credited.days AS "creditedDays", credited.minor AS "creditedMinor",
           disputed.days AS "chargedBackDays", disputed.minor AS "disputedMinor"
    FROM (
      SELECT coalesce(sum(days), 0)::bigint AS days, coalesce(sum(total_minor), 0)::bigint AS minor
      FROM credit_note WHERE account_id = $1 AND invoice_id = $2
    ) AS credited, (
      SELECT coalesce(sum(days), 0)::bigint AS days, coalesce(sum(amount_minor), 0)::bigint AS minor
      FROM chargeback WHERE account_id = $1 AND invoice_id = $2 AND status <> 'WON'
    ) AS disputed`,
}
