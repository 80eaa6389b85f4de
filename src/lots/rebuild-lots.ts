import { z } from 'zod'
import type { Database } from '../database'
import { id } from '../input'
import { catchUpLots, forgetLots } from './catch-up-lots'

export const RebuildLots = z.object({ accountId: id() })
export type RebuildLots = z.infer<typeof RebuildLots>

/** Folds an account's ledger into lots anew, from its first movement on: they come out as they were. */
export async function rebuildLots(database: Database, { accountId }: RebuildLots): Promise<void> {
  await database.inTransaction((tx) => forgetLots(tx, accountId))
  await catchUpLots(database, accountId)
}
