import type { VisibleRows } from '../auth/visible-rows'
import { DEFAULT_DUNNING, type DunningTerms } from './dunning-steps'
import { DunningSchedule } from './dunning.entity'

/** How an account is reminded: as was said for it, or by default. */
export async function findDunningTerms(visible: VisibleRows, accountId: string): Promise<DunningTerms> {
  const said = await visible
    .of(DunningSchedule, 'schedule')
    .andWhere('schedule.accountId = :accountId', { accountId })
    .getOne()
  return said ?? DEFAULT_DUNNING
}
