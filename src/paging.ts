import type { SelectQueryBuilder, ObjectLiteral } from 'typeorm'
import { BadUserInputError } from './errors'
import { hasIdForm } from './typed-id'

/** Rows of a page at the most. */
export const MAX_PAGE = 100

export interface PageArguments {
  /** 1 to 100. */
  first: number
  /** The cursor of the last row of the page before. */
  after?: string | null
}

export interface Page<Row> {
  rows: Row[]
  hasNextPage: boolean
}

/** A cursor tells its list and the key of its row. It is opaque to callers, and says nothing they don't see anyway. */
export function cursorOf(list: string, key: string | number): string {
  return Buffer.from(`${list}:${key}`).toString('base64url')
}

/** The key in a cursor of this list; null where there is none. Throws BAD_USER_INPUT for anything else. */
export function keyAfter(list: string, after: string | null | undefined): string | null {
  if (after == null) return null
  const text = after.length > 200 ? '' : Buffer.from(after, 'base64url').toString('utf8')
  // Only what cursorOf could have made: base64 decoding itself forgives almost anything.
  if (!text.startsWith(`${list}:`) || !/^[\w:.\-]+$/.test(text) || Buffer.from(text).toString('base64url') !== after) {
    throw new BadUserInputError('after', 'This is no cursor of this list.')
  }
  return text.slice(list.length + 1)
}

/** The sequence in a cursor of a list that is ordered by it. */
export function sequenceAfter(list: string, after: string | null | undefined): number | null {
  const key = keyAfter(list, after)
  if (key === null) return null
  if (!/^\d{1,15}$/.test(key)) throw new BadUserInputError('after', 'This is no cursor of this list.')
  return Number(key)
}

export function checkFirst(first: number): void {
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE) {
    throw new BadUserInputError('first', `first must be 1 to ${MAX_PAGE}.`, {
      minimum: 1,
      maximum: MAX_PAGE,
      received: first,
    })
  }
}

/** A page of a list that is ordered by its ids in `column`, newest first. Reads one row more, to know if more follow. */
export async function pageNewestFirst<Row extends ObjectLiteral>(
  query: Pick<SelectQueryBuilder<Row>, 'andWhere' | 'orderBy' | 'take' | 'getMany'>,
  list: string,
  column: string,
  { first, after }: PageArguments,
): Promise<Page<Row>> {
  checkFirst(first)
  const key = keyAfter(list, after)
  if (key !== null && !hasIdForm(key)) throw new BadUserInputError('after', 'This is no cursor of this list.')
  if (key !== null) query.andWhere(`${column} < :after`, { after: key })
  query.orderBy(column, 'DESC').take(first + 1)
  return pageOf(await query.getMany(), first)
}

/** A page from one row more than it has. */
export function pageOf<Row>(rows: Row[], first: number): Page<Row> {
  return { rows: rows.slice(0, first), hasNextPage: rows.length > first }
}
