import { Paper, Stack, Tabs } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useAccount } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { Page } from '../parts/page'
import { AccountFacts } from './account-facts'
import { BillingDetailsForm } from './billing-details-form'
import { MailPreferences } from './mail-preferences'
import { MailsSent } from './mails-sent'
import { SavedCard } from './saved-card'
import { SettingsDocument } from './settings.generated'

const TABS = [
  { value: 'billing', label: 'Billing details' },
  { value: 'card', label: 'Saved card' },
  { value: 'mail', label: 'Mail' },
  { value: 'account', label: 'Account' },
] as const

export default function SettingsPage() {
  const { id } = useAccount()
  const [params, setParams] = useSearchParams()
  const query = useLiveQuery(SettingsDocument, { variables: { accountId: id }, on: ['account.'] })
  const tab = TABS.find(({ value }) => value === params.get('tab'))?.value ?? 'billing'
  return (
    <Page title="Settings" lead="To whom invoices go, what pays by itself, and what is told by mail.">
      <Tabs value={tab} onChange={(value) => setParams({ tab: value ?? 'billing' })} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="billing">
          <Await query={query} lines={6}>
            {({ account }) => (
              // As it was read first: what is typed isn't overwritten by what somebody else saves meanwhile.
              <BillingDetailsForm details={account.billingDetails} />
            )}
          </Await>
        </Tabs.Panel>
        <Tabs.Panel value="card">
          <Await query={query}>
            {({ account }) => <SavedCard card={account.savedCard} onDone={() => void query.refetch()} />}
          </Await>
        </Tabs.Panel>
        <Tabs.Panel value="mail">
          <Stack gap="lg">
            <Paper withBorder p="md" radius="md">
              <MailPreferences />
            </Paper>
            <MailsSent />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="account">
          <Await query={query}>{({ account }) => <AccountFacts account={account} />}</Await>
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
