import type { Sql, Statement } from '../database'
import type { CustomerUpdate } from '../payments/payment-provider'

/** What the payment provider shall know of an account, as it stands now. */
export async function readCustomer(sql: Sql, accountId: string): Promise<Omit<CustomerUpdate, 'customerId'>> {
  const [row] = await sql.query<Omit<CustomerUpdate, 'customerId'>>(CUSTOMER, [accountId])
  if (row === undefined) throw new Error('a customer of no account')
  return row
}

const CUSTOMER: Statement = {
  name: 'customer-of-account',
  text: `
    SELECT coalesce(d.legal_name, a.name) AS name, coalesce(d.email, a.email) AS email, d.address,
      coalesce(d.tax_ids, '[]') AS "taxIds", coalesce(held.reverse_charge, false) AS "reverseCharge"
    FROM account a
    LEFT JOIN billing_details d ON d.account_id = a.id
    LEFT JOIN LATERAL (
      SELECT reverse_charge FROM price_agreement p
      WHERE p.account_id = a.id AND p.valid_from <= daybook_account_now(a.clock, a.changed_at)
      ORDER BY valid_from DESC, id DESC LIMIT 1
    ) AS held ON true
    WHERE a.id = $1`,
}
