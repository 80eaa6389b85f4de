import {
  IconBuildingStore,
  IconCertificate,
  IconChecklist,
  IconClockPlay,
  IconCoins,
  IconInbox,
  IconKey,
  IconReceiptRefund,
  IconRefreshAlert,
  IconUserShield,
  IconUsersGroup,
} from '@tabler/icons-react'
import type { NavSection } from '../shell/shell'

/** Where staff can go, over all accounts. */
export const STAFF_SECTIONS: readonly NavSection[] = [
  {
    items: [
      { label: 'Invoice queue', to: '/', icon: IconInbox, end: true },
      { label: 'Accounts', to: '/accounts', icon: IconUsersGroup },
      { label: 'Payments', to: '/payments', icon: IconCoins },
      { label: 'Credit notes', to: '/credit-notes', icon: IconReceiptRefund },
    ],
  },
  {
    label: 'Running it',
    items: [
      { label: 'Jobs', to: '/jobs', icon: IconClockPlay },
      { label: 'Reconciliation', to: '/reconciliation', icon: IconRefreshAlert },
      { label: 'Audit log', to: '/audit', icon: IconChecklist },
      { label: 'Ledger audit', to: '/ledger-audit', icon: IconCertificate },
    ],
  },
  {
    label: 'Set up',
    items: [
      { label: 'Provider’s profile', to: '/provider', icon: IconBuildingStore },
      { label: 'Team', to: '/team', icon: IconUserShield },
      { label: 'Tokens', to: '/tokens', icon: IconKey },
    ],
  },
]
