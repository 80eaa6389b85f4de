import { Alert, Badge, Text } from '@mantine/core'
import {
  IconActivity,
  IconBell,
  IconBook2,
  IconCalendarDollar,
  IconCreditCard,
  IconFileInvoice,
  IconHome,
  IconKey,
  IconRobot,
  IconSettings,
  IconTestPipe,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react'
import { useLiveState, useLiveQuery } from '../api/live-feed'
import { formatDays } from '../parts/format'
import { LiveLight } from '../shell/live-light'
import { Shell, type NavSection } from '../shell/shell'
import { AccountHeadDocument } from './account.generated'
import { useAccount, useAccountPath, useMay } from './account-context'

/** The pages of one account. Staff who look at one see the same. */
export function AccountShell({
  person,
  onSignOut,
  above,
}: {
  person: string
  onSignOut: () => void
  above?: NavSection
}) {
  const account = useAccount()
  const path = useAccountPath()
  const mayMakeTokens = useMay('TOKENS')
  const { data } = useLiveQuery(AccountHeadDocument, { variables: { id: account.id }, on: ['account.'] })
  const shown = data?.account ?? account
  const sections: NavSection[] = [
    ...(above === undefined ? [] : [above]),
    {
      items: [
        { label: 'Overview', to: path(''), icon: IconHome, end: true },
        { label: 'Channels', to: path('channels'), icon: IconCalendarDollar },
        { label: 'Invoices', to: path('invoices'), icon: IconFileInvoice },
        { label: 'Plans', to: path('plans'), icon: IconCreditCard },
        { label: 'Ledger', to: path('ledger'), icon: IconBook2 },
        { label: 'Live feed', to: path('activity'), icon: IconActivity },
      ],
    },
    {
      label: 'By itself',
      items: [
        { label: 'Alerts', to: path('alerts'), icon: IconBell },
        { label: 'Keep-alive and top-up', to: path('automation'), icon: IconRobot },
      ],
    },
    {
      label: 'Set up',
      items: [
        { label: 'Webhooks', to: path('webhooks'), icon: IconWebhook },
        ...(mayMakeTokens ? [{ label: 'Tokens', to: path('tokens'), icon: IconKey }] : []),
        { label: 'People', to: path('people'), icon: IconUsers },
        { label: 'Settings', to: path('settings'), icon: IconSettings },
        ...(shown.sandbox ? [{ label: 'Time machine', to: path('time-machine'), icon: IconTestPipe }] : []),
      ],
    },
  ]
  return (
    <Shell
      title={shown.name}
      sections={sections}
      person={person}
      onSignOut={onSignOut}
      status={
        <>
          <BalancePill />
          <LiveLight />
        </>
      }
      banner={<AccountBanner account={shown} />}
    />
  )
}

function BalancePill() {
  const account = useAccount()
  const { data } = useLiveQuery(AccountHeadDocument, { variables: { id: account.id } })
  const state = useLiveState()
  const available = (data?.account ?? account).balance.available
  return (
    <Badge
      size="lg"
      variant="light"
      tt="none"
      color={available <= 0 ? 'red' : undefined}
      className="status-badge"
      style={{ flexShrink: 0 }}
      aria-live={state === 'LIVE' ? 'polite' : 'off'}
    >
      {formatDays(available)}
    </Badge>
  )
}

function AccountBanner({ account }: { account: ReturnType<typeof useAccount> }) {
  const banners = [
    account.sandbox && {
      color: 'violet',
      title: 'A sandbox',
      text: 'Its clock stands still until it is moved in the time machine, and no real money is in it.',
    },
    account.status === 'SUSPENDED' && {
      color: 'red',
      title: 'Suspended',
      text: 'This account can be read, and nothing in it can be changed.',
    },
    account.status === 'CLOSED' && { color: 'gray', title: 'Closed', text: 'This account stays readable for good.' },
    account.overdue && {
      color: 'red',
      title: 'An invoice is overdue',
      text: 'Until it is paid, days can be given back, and none can be allocated.',
    },
    account.balance.owed > 0 && {
      color: 'red',
      title: `${formatDays(account.balance.owed)} are owed`,
      text: 'A payment was charged back after its days were spent. Buy or release as many days, and allocations work again.',
    },
  ].filter((banner) => banner !== false)
  return banners.map(({ color, title, text }) => (
    <Alert key={title} color={color} title={title} mb="md" variant="light">
      <Text size="sm">{text}</Text>
    </Alert>
  ))
}
