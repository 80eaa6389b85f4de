import type { Statement, Tx } from '../database'

/**
 * Takes the next number of a series in the UTC year of an instant, such as DB-2026-000001. The series' row stays locked
 * until the transaction ends, so that numbers are without gaps: a transaction that is rolled back gives its number back
 * before anybody else can take one. Accounts are locked before it, never after.
 */
export async function takeNumber(tx: Tx, at: Date, series: string): Promise<string> {
  const year = at.getUTCFullYear()
  const [row] = await tx.query<{ number: number }>(TAKE_NUMBER, [series, year])
  if (row === undefined) throw new Error('a series gave no number')
  return `${series}-${year}-${String(row.number).padStart(6, '0')}`
}

const TAKE_NUMBER: Statement = {
  name: 'take-invoice-number',
  text: `
    INSERT INTO invoice_series AS s (series, year, last_number) VALUES ($1, $2, 1)
    ON CONFLICT (series, year) DO UPDATE SET last_number = s.last_number + 1
    RETURNING last_number AS number`,
}
