import type { PersonRole } from '../schema.generated'

export const ROLES: Record<PersonRole, { label: string; may: string }> = {
  OWNER: { label: 'Owner', may: 'Everything: channels and days, invoices, tokens, webhooks and people.' },
  BILLING: { label: 'Billing', may: 'See everything; invoices, payments, alerts and top-up. No channels, no tokens.' },
  VIEWER: { label: 'Viewer', may: 'See everything, and change nothing.' },
  OPERATOR: {
    label: 'Operator',
    may: 'Staff: all accounts, their channels and invoices. No accounts, prices or people.',
  },
  ADMIN: { label: 'Administrator', may: 'Staff: everything, with accounts, prices, adjustments and staff.' },
}

/** What somebody can be in an account, or of staff where there is none. */
export function rolesOf(accountId: string | undefined): readonly PersonRole[] {
  return accountId === undefined ? ['OPERATOR', 'ADMIN'] : ['OWNER', 'BILLING', 'VIEWER']
}
