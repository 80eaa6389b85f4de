import { Option } from 'commander'
import { FOUNDER } from '../auth/first-staff-token'
import type { Sql } from '../database'
import { exportedAccount } from '../exports/account-files'
import { WrongUsage } from './command'

/** Whose something is: an account's, or staff's. */
export interface OwnerOptions {
  account?: string
  staff?: boolean
}

export const staffOption = () => new Option('--staff', 'of staff')

export function requireOwner({ account, staff }: OwnerOptions): void {
  if ((account === undefined) === (staff !== true)) throw new WrongUsage('Either --account <id> or --staff is needed.')
}

/** The account's id; null for staff. Throws NOT_FOUND. */
export async function ownerOf(sql: Sql, { account }: OwnerOptions): Promise<string | null> {
  return account === undefined ? null : exportedAccount(sql, FOUNDER, account)
}
