import type { VisibleRows, WalledQuery } from '../auth/visible-rows'
import { cursorOf, pageNewestFirst, type Page, type PageArguments } from '../paging'
import { Payment } from './payment.entity'

const LIST = 'unapplied-payments'

/** Payments of which something was not outstanding and has not gone back, newest first; of all accounts, unless one is named. */
export function findUnappliedPayments(
  visible: VisibleRows,
  accountId: string | null,
  page: PageArguments,
): Promise<Page<Payment>> {
  return pageNewestFirst(matching(visible, accountId), LIST, 'payment.id', page)
}

export function countUnappliedPayments(visible: VisibleRows, accountId: string | null): Promise<number> {
  return matching(visible, accountId).getCount()
}

export function unappliedPaymentCursor({ id }: Pick<Payment, 'id'>): string {
  return cursorOf(LIST, id)
}

function matching(visible: VisibleRows, accountId: string | null): WalledQuery<Payment> {
  const query = visible.of(Payment, 'payment').andWhere('payment.unappliedMinor > 0').andWhere(LEFT)
  return accountId === null ? query : query.andWhere('payment.accountId = :accountId', { accountId })
}

const LEFT = `payment.unappliedMinor > (
  SELECT coalesce(sum(gone.amount_minor), 0) FROM payment_return gone
  WHERE gone.account_id = payment.accountId AND gone.payment_id = payment.id AND gone.from_unapplied
)`
