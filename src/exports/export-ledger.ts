import { z } from 'zod'
import { csvRecords } from '../csv'
import type { Sql, Statement } from '../database'
import { LEDGER_COLUMNS, ledgerRecords } from '../ledger/ledger-records'
import { ExportedPeriod } from './exported-period'

export const ExportLedger = ExportedPeriod.extend({
  /** The number after which it begins: that of a seal, or of the last movement that is known. 0 is the whole ledger. */
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullish(),
})
export type ExportLedger = z.infer<typeof ExportLedger>

/** An account's movements in their order, all of one that has come to rest: what is posted meanwhile is not in it. */
export async function* exportLedger(
  sql: Sql,
  accountId: string,
  { from, to, after }: ExportLedger,
): AsyncGenerator<string> {
  yield csvRecords([LEDGER_COLUMNS])
  const [span] = await sql.query<{ after: number; until: number }>(SPAN, [accountId, from ?? null, to ?? null])
  if (span === undefined) return
  const first = Math.max(span.after, after ?? 0)
  for await (const page of ledgerRecords(sql, accountId, { after: first, until: span.until })) {
    yield page.map(({ text }) => text).join('')
  }
}

const SPAN: Statement = {
  name: 'exported-span',
  text: `
    SELECT CASE WHEN $2::timestamptz IS NULL THEN 0
                ELSE daybook_ledger_until(id, $2::timestamptz - interval '1 millisecond') END AS after,
           CASE WHEN $3::timestamptz IS NULL THEN sequence
                ELSE daybook_ledger_until(id, $3::timestamptz - interval '1 millisecond') END AS until
    FROM account WHERE id = $1`,
}
