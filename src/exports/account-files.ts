import type { z } from 'zod'
import { accountIdFor, type Actor } from '../auth/actor'
import type { Sql, Statement } from '../database'
import { NotFoundError } from '../errors'
import { parseInput } from '../input'
import { hasIdForm } from '../typed-id'
import { exportAudit } from './export-audit'
import { exportInvoices } from './export-invoices'
import { ExportLedger, exportLedger } from './export-ledger'
import { exportSeals } from './export-seals'
import { exportUsage } from './export-usage'
import { ExportedPeriod } from './exported-period'

/** A file that an account can have, whoever serves it. */
export interface AccountFile {
  /** What is asked of it. Throws BAD_USER_INPUT for a parameter. */
  asked(input: unknown): AskedFile
}

export interface AskedFile {
  readonly accountId: string | null | undefined
  /** Its text, piece by piece; each piece is whole records. */
  pieces(sql: Sql, accountId: string, viewer: Actor): AsyncGenerator<string>
}

type Records<Asked> = (sql: Sql, accountId: string, asked: Asked, viewer: Actor) => AsyncGenerator<string>

function fileOf<Asked extends ExportedPeriod>(form: z.ZodType<Asked>, records: Records<Asked>): AccountFile {
  return {
    asked(input) {
      const asked = parseInput(form, input)
      return {
        accountId: asked.accountId,
        pieces: (sql, accountId, viewer) => records(sql, accountId, asked, viewer),
      }
    },
  }
}

/** The files by their names. */
export const EXPORTS = {
  ledger: fileOf(ExportLedger, exportLedger),
  invoices: fileOf(ExportedPeriod, exportInvoices),
  usage: fileOf(ExportedPeriod, exportUsage),
  seals: fileOf(ExportedPeriod, exportSeals),
  audit: fileOf(ExportedPeriod, exportAudit),
} as const satisfies Record<string, AccountFile>

/** The account that is meant, and there. Throws BAD_USER_INPUT where staff name none, NOT_FOUND. */
export async function exportedAccount(sql: Sql, actor: Actor, accountId: string | null | undefined): Promise<string> {
  const id = accountIdFor(actor, accountId)
  const rows = hasIdForm(id) ? await sql.query(ACCOUNT_THERE, [id]) : []
  if (rows.length === 0) throw new NotFoundError('account', id)
  return id
}

const ACCOUNT_THERE: Statement = { name: 'exported-account', text: 'SELECT id FROM account WHERE id = $1' }
