import type { VisibleRows, WalledQuery } from '../auth/visible-rows'
import { BadUserInputError } from '../errors'
import { checkFirst, cursorOf, keyAfter, pageOf, type Page, type PageArguments } from '../paging'
import { StoredProviderEvent, type ProviderEventState } from './provider-event.entity'

/** What has come from the payment provider, newest first. Throws BAD_USER_INPUT for a page that can't be. */
export async function findProviderEvents(
  visible: VisibleRows,
  state: ProviderEventState | null | undefined,
  { first, after }: PageArguments,
): Promise<Page<StoredProviderEvent>> {
  checkFirst(first)
  const query = matching(visible, state)
  const key = keyAfter('provider-events', after)
  if (key !== null) {
    const [, receivedAt, id] = /^(\d{1,15}):(\w{1,100})$/.exec(key) ?? []
    if (receivedAt === undefined) throw new BadUserInputError('after', 'This is no cursor of this list.')
    query.andWhere('(event.receivedAt, event.id) < (:receivedAt, :id)', {
      receivedAt: new Date(Number(receivedAt)),
      id,
    })
  }
  query
    .orderBy('event.receivedAt', 'DESC')
    .addOrderBy('event.id', 'DESC')
    .take(first + 1)
  return pageOf(await query.getMany(), first)
}

export function countProviderEvents(
  visible: VisibleRows,
  state: ProviderEventState | null | undefined,
): Promise<number> {
  return matching(visible, state).getCount()
}

export function findProviderEvent(visible: VisibleRows, id: string): Promise<StoredProviderEvent | null> {
  return visible.ofNoAccount(StoredProviderEvent, 'event').andWhere('event.id = :id', { id }).getOne()
}

export function providerEventCursor({ receivedAt, id }: StoredProviderEvent): string {
  return cursorOf('provider-events', `${receivedAt.getTime()}:${id}`)
}

function matching(
  visible: VisibleRows,
  state: ProviderEventState | null | undefined,
): WalledQuery<StoredProviderEvent> {
  const query = visible.ofNoAccount(StoredProviderEvent, 'event')
  if (state != null) query.andWhere('event.state = :state', { state })
  return query
}
