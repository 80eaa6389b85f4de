import type { Database, Sql, Statement } from '../database'
import { firstLink, ledgerRecords, nextLink } from './ledger-records'

/** Accounts that are looked at together. */
const PAGE = 500

/**
 * Seals what was posted since each account's last seal: goes on with the chain from there, and keeps where it has come to.
 * Whoever seals at the same time comes to the same hash: the first one's is kept.
 *
 * Throws the signal's reason between two accounts once it is aborted.
 */
export async function sealLedgers({ database, signal }: { database: Database; signal: AbortSignal }): Promise<void> {
  const { sql } = database
  for (let after = ''; ;) {
    const accounts = await sql.query<{ id: string; sequence: number }>(CHANGED_SINCE_SEALED, [after, PAGE])
    for (const { id, sequence } of accounts) {
      signal.throwIfAborted()
      await sealLedger(sql, id, sequence)
    }
    const last = accounts.at(-1)
    if (last === undefined) return
    after = last.id
  }
}

async function sealLedger(sql: Sql, accountId: string, until: number): Promise<void> {
  const [seal] = await sql.query<Seal>(LAST_SEAL, [accountId])
  let { sequence, transactions, hash } = seal ?? { sequence: 0, transactions: 0, hash: firstLink(accountId) }
  for await (const page of ledgerRecords(sql, accountId, { after: sequence, until })) {
    for (const record of page) {
      hash = nextLink(hash, record)
      sequence = record.sequence
      transactions += 1
    }
  }
  if (transactions > (seal?.transactions ?? 0)) await sql.query(KEEP, [accountId, sequence, transactions, hash])
}

/** Goes through an account's ledger from its first row, and answers a sentence for the first seal that it doesn't keep. */
export async function brokenSeal(sql: Sql, accountId: string): Promise<string | null> {
  const [last] = await sql.query<Seal>(LAST_SEAL, [accountId])
  if (last === undefined) return null
  let hash = firstLink(accountId)
  let transactions = 0
  for await (const page of ledgerRecords(sql, accountId, { after: 0, until: last.sequence })) {
    const seals = await sql.query<Seal>(SEALS_WITHIN, [accountId, page[0]?.sequence, page.at(-1)?.sequence])
    const sealed = new Map(seals.map((seal) => [seal.sequence, seal]))
    for (const record of page) {
      hash = nextLink(hash, record)
      transactions += 1
      const seal = sealed.get(record.sequence)
      if (seal !== undefined && !(seal.transactions === transactions && seal.hash.equals(hash))) {
        return `its ledger up to ${record.sequence} is not what was sealed`
      }
    }
  }
  return transactions === last.transactions ? null : `its ledger up to ${last.sequence} is not what was sealed`
}

interface Seal {
  sequence: number
  transactions: number
  hash: Buffer
}

const CHANGED_SINCE_SEALED: Statement = {
  name: 'changed-since-sealed',
  text: `
    SELECT a.id, a.sequence FROM account a
    WHERE a.id > $1 AND a.sequence > coalesce(
      (SELECT s.sequence FROM ledger_seal s WHERE s.account_id = a.id ORDER BY s.sequence DESC LIMIT 1), 0
    )
    ORDER BY a.id LIMIT $2`,
}

const LAST_SEAL: Statement = {
  name: 'last-seal',
  text: `
    SELECT sequence, transactions, hash FROM ledger_seal
    WHERE account_id = $1 ORDER BY sequence DESC LIMIT 1`,
}

const SEALS_WITHIN: Statement = {
  name: 'seals-within',
  text: `
    SELECT sequence, transactions, hash FROM ledger_seal
    WHERE account_id = $1 AND sequence BETWEEN $2 AND $3`,
}

const KEEP: Statement = {
  name: 'keep-seal',
  text: `
    INSERT INTO ledger_seal (account_id, sequence, transactions, hash) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING`,
}
