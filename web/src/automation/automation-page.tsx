import { Stack } from '@mantine/core'
import { useAccount } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { Page } from '../parts/page'
import { AutomationDocument } from './automation.generated'
import { KeepAliveSection } from './keep-alive-section'
import { ScheduleSection } from './schedule-section'
import { TopUpSection } from './top-up-section'

export default function AutomationPage() {
  const { id } = useAccount()
  const query = useLiveQuery(AutomationDocument, {
    variables: { accountId: id },
    on: ['keep_alive.', 'auto_top_up.', 'billing_schedule.', 'account.', 'balance.', 'channel.', 'invoice.'],
  })
  return (
    <Page
      title="Keep-alive and top-up"
      lead="What happens by itself: days go to channels before they end, invoices are requested before the balance runs out, or each month."
    >
      <Await query={query} lines={8}>
        {({ account }) => (
          <Stack gap="lg">
            <KeepAliveSection account={account} />
            <TopUpSection account={account} />
            <ScheduleSection account={account} />
          </Stack>
        )}
      </Await>
    </Page>
  )
}
