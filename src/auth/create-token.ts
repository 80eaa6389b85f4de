import { z } from 'zod'
import type { Tx } from '../database'
import { BadUserInputError, ForbiddenError, NotFoundError } from '../errors'
import { readClock } from '../clock'
import { text } from '../input'
import { inBook } from '../ledger/account-book'
import { newId } from '../typed-id'
import { actorName, expandScopes, Scope, type Actor } from './actor'
import { ApiToken } from './api-token.entity'
import { makeTokenText } from './token-text'

export const CreateToken = z.object({
  /** Null for a token of staff. */
  accountId: z.string().nullable(),
  name: text(),
  scopes: z.array(z.enum(Scope)).min(1).max(16),
  expiresAt: z.date().nullish(),
})
export type CreateToken = z.infer<typeof CreateToken>

export interface CreatedToken {
  token: ApiToken
  /** The whole text, shown this once. */
  secret: string
}

/**
 * Makes a token of an account, or of staff. It may do no more than its maker, and lives no longer.
 *
 * Throws FORBIDDEN (scope), BAD_USER_INPUT for an end that is past or beyond the maker's own, NOT_FOUND for the account,
 * ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function createToken(tx: Tx, actor: Actor, input: CreateToken): Promise<CreatedToken> {
  const scopes = [...expandScopes(input.scopes)]
  for (const scope of scopes) {
    if (!actor.scopes.has(scope)) {
      throw new ForbiddenError(`A token can’t give what it has not: the scope ${scope}.`, { scope })
    }
  }
  if (input.accountId !== null && scopes.includes(Scope.ADMIN)) {
    throw new BadUserInputError('scopes', 'ADMIN is for staff: the token of an account can’t have it.', {
      scope: Scope.ADMIN,
    })
  }
  const expiresAt = input.expiresAt ?? actor.expiresAt
  const now = await readClock(tx)
  refuseWrongEnd(expiresAt, now, actor)
  const id = newId('apiToken')
  const { text, digest } = makeTokenText(input.accountId === null ? 'staff' : 'partner', id)
  const token = tx.manager.create(ApiToken, {
    id,
    accountId: input.accountId,
    name: input.name,
    secretDigest: digest,
    scopes,
    createdBy: actor.signedIn?.personId ?? actor.tokenId,
    createdAt: now,
    expiresAt,
    lastUsedAt: null,
    revokedAt: null,
  })
  if (input.accountId === null) {
    await tx.manager.insert(ApiToken, token)
  } else {
    await inBook(tx, { accountId: input.accountId }, async (book) => {
      if (actor.accountId !== null) book.requireActive()
      await tx.manager.insert(ApiToken, token)
      book.record({
        type: 'token.created',
        subject: id,
        actor: actorName(actor),
        data: { name: input.name, scopes, expiresAt },
      })
      return null
    })
  }
  return { token, secret: text }
}

function refuseWrongEnd(expiresAt: Date | null, now: Date, actor: Actor): void {
  if (expiresAt !== null && expiresAt <= now) {
    throw new BadUserInputError('expiresAt', 'The token would be expired already.', { now: now.toISOString() })
  }
  if (actor.expiresAt !== null && (expiresAt === null || expiresAt > actor.expiresAt)) {
    throw new BadUserInputError('expiresAt', 'A token can’t outlive the one that makes it.', {
      maximum: actor.expiresAt.toISOString(),
    })
  }
}

/**
 * Revokes a token for good; one that is revoked already stays as it is. For an account that is suspended or closed staff
 * do it.
 *
 * Throws NOT_FOUND, ACCOUNT_SUSPENDED, ACCOUNT_CLOSED.
 */
export async function revokeToken(tx: Tx, actor: Actor, id: string): Promise<void> {
  const token = await tx.manager.findOneBy(ApiToken, { id })
  if (token === null || (actor.accountId !== null && token.accountId !== actor.accountId)) {
    throw new NotFoundError('token', id)
  }
  const revoke = async () => {
    const { affected } = await tx.manager
      .createQueryBuilder()
      .update(ApiToken)
      .set({ revokedAt: () => 'daybook_now()' })
      .where('id = :id AND revokedAt IS NULL', { id })
      .execute()
    return affected === 1
  }
  if (token.accountId === null) {
    await revoke()
    return
  }
  await inBook(tx, { accountId: token.accountId }, async (book) => {
    if (actor.accountId !== null) book.requireActive()
    if (await revoke()) book.record({ type: 'token.revoked', subject: id, actor: actorName(actor) })
    return null
  })
}
