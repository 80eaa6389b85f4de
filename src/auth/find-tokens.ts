import { hasIdForm } from '../typed-id'
import { ApiToken } from './api-token.entity'
import type { VisibleRows } from './visible-rows'

/** Tokens that are listed at the most. */
export const MAX_TOKENS_LISTED = 250

/** An account's tokens, or those of staff, newest first. */
export async function findTokens(visible: VisibleRows, accountId: string | null): Promise<ApiToken[]> {
  const query = visible.of(ApiToken, 'token')
  if (accountId === null) query.andWhere('token.accountId IS NULL')
  else query.andWhere('token.accountId = :accountId', { accountId })
  query.orderBy('token.id', 'DESC').take(MAX_TOKENS_LISTED)
  return query.getMany()
}

export async function findToken(visible: VisibleRows, id: string): Promise<ApiToken | null> {
  if (!hasIdForm(id)) return null
  const query = visible.of(ApiToken, 'token')
  query.andWhere('token.id = :id', { id })
  return query.getOne()
}
