import { Badge, Tabs } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { formatNumber } from '../parts/format'
import { Page } from '../parts/page'
import { PaymentParkedCountDocument } from './payments.generated'
import { ProviderEvents } from './provider-events'
import { UnappliedPayments } from './unapplied-payments'

/** Money that came and fits nowhere, and what the payment providers have told. */
export default function PaymentsPage() {
  const mayBill = useMay('BILLING')
  const [params, setParams] = useSearchParams()
  const parked = useLiveQuery(PaymentParkedCountDocument, { variables: {}, everyMs: 10_000, skip: !mayBill })
  const parkedCount = parked.data?.providerEvents.totalCount ?? 0
  if (!mayBill) {
    return <Page title="Payments">Your role doesn’t show payments of all accounts. Ask an admin of staff.</Page>
  }
  return (
    <Page title="Payments" lead="Payments of an invoice stand on its own page. Here is what needs somebody to look at.">
      <Tabs
        value={params.has('events') || params.has('state') ? 'events' : 'unapplied'}
        onChange={(tab) => setParams(tab === 'events' ? { events: '' } : {})}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="unapplied">Unapplied payments</Tabs.Tab>
          <Tabs.Tab
            value="events"
            rightSection={
              parkedCount > 0 && (
                <Badge size="sm" variant="filled" color="red.8" aria-label={`${formatNumber(parkedCount)} parked`}>
                  {formatNumber(parkedCount)}
                </Badge>
              )
            }
          >
            Provider’s events
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="unapplied">
          <UnappliedPayments />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <ProviderEvents parkedCount={parkedCount} onReplayed={() => void parked.refetch()} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
