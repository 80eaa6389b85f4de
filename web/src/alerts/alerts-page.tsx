import { Anchor, SimpleGrid, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Link } from 'react-router'
import { useAccount, useAccountPath, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { Await } from '../parts/await'
import { Figure } from '../parts/explained'
import { formatCount, formatDays } from '../parts/format'
import { Page } from '../parts/page'
import { ReadOnlyNote } from '../parts/read-only-note'
import { When } from '../parts/when'
import { AlertsLately } from './alerts-lately'
import { AlertsSettingsDocument, SetAlertsDocument, type AlertsSettingsQuery } from './alerts.generated'
import { ThresholdList } from './threshold-list'

const DAY_MS = 86_400_000

export default function AlertsPage() {
  const { id } = useAccount()
  const query = useLiveQuery(AlertsSettingsDocument, {
    variables: { accountId: id },
    on: ['account.alerts_set', 'balance.', 'channel.'],
  })
  return (
    <Page
      title="Alerts"
      lead="Each is told once, at the moment that it is crossed: here, by mail, in the live feed and to webhooks. It is told again only after the figure has been above it."
    >
      <Await query={query} lines={6}>
        {({ account }) => <Alerts account={account} />}
      </Await>
    </Page>
  )
}

function Alerts({ account }: { account: AlertsSettingsQuery['account'] }) {
  const mayEdit = useMay('BILLING')
  const path = useAccountPath()
  const { alerts, balance } = account
  const { available, forecast } = balance
  const { daysPerDay, runningChannels, runsOutAt } = forecast
  const running = formatCount(runningChannels, 'running channel')
  const runwayDays = runsOutAt === null ? null : Math.floor((Date.parse(runsOutAt) - Date.parse(forecast.at)) / DAY_MS)

  const explainBalance = (threshold: number) => {
    if (available < threshold) return `The balance is below it: ${formatDays(available)} are available.`
    const above = available - threshold
    if (daysPerDay === 0) return `${formatDays(above)} above it now, and no channel uses days.`
    return `${formatDays(above)} above it now: at ${formatDays(daysPerDay)} a day, some ${formatDays(Math.ceil((above + 1) / daysPerDay))} away.`
  }
  const explainRunway = (threshold: number) => {
    if (runningChannels === 0) return 'No channel runs: the balance lasts for ever, and nothing is told.'
    const asBalance = `With ${running}, ${formatDays(threshold)} of runway are ${formatDays(threshold * runningChannels)} of balance, or less while channels have paid time left.`
    if (runwayDays === null) return asBalance
    return `${asBalance} The balance lasts ${formatDays(runwayDays)} now${runwayDays < threshold ? ': below it.' : '.'}`
  }
  const explainNotice = (threshold: number) =>
    `A notice for each channel ${threshold === 1 ? '24 hours' : formatDays(threshold)} before its time ends.`

  return (
    <Stack gap="lg">
      {!mayEdit && <ReadOnlyNote who="Owners and people with billing" />}
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Figure label="Available" value={formatDays(available)} formula="what low balance is measured by" />
        <Figure
          label="Runway"
          value={runwayDays === null ? 'For ever' : formatDays(runwayDays)}
          formula={
            runsOutAt === null ? (
              'nothing runs'
            ) : (
              <>
                until <When at={runsOutAt} />
              </>
            )
          }
          why="How long the balance lasts if every running channel is renewed by one day at the end of its time, again and again, and nothing is bought."
        />
        <Figure
          label="Burn"
          value={`${formatDays(daysPerDay)} a day`}
          formula={`= ${running}, without those on trial`}
        />
      </SimpleGrid>
      <AlertLists
        alerts={alerts}
        mayEdit={mayEdit}
        explainBalance={explainBalance}
        explainRunway={explainRunway}
        explainNotice={explainNotice}
      />
      <AlertsLately sequence={balance.sequence} />
      <Text size="sm">
        Which mails are sent is chosen in the{' '}
        <Anchor component={Link} underline="always" to={path('settings')}>
          settings
        </Anchor>
        .
      </Text>
    </Stack>
  )
}

type Explain = (threshold: number) => string

function AlertLists(props: {
  alerts: AlertsSettingsQuery['account']['alerts']
  mayEdit: boolean
  explainBalance: Explain
  explainRunway: Explain
  explainNotice: Explain
}) {
  const { alerts, mayEdit, explainBalance, explainRunway, explainNotice } = props
  const { id: accountId } = useAccount()
  const balance = useDeed(SetAlertsDocument)
  const runway = useDeed(SetAlertsDocument)
  const notices = useDeed(SetAlertsDocument)
  const told = (done: unknown) => {
    if (done === null) return false
    notifications.show({ color: 'green', message: 'Saved. It counts from now on.' })
    return true
  }
  return (
    <SimpleGrid cols={{ base: 1, lg: 3 }}>
      <ThresholdList
        title="Low balance"
        lead="Told when the available days fall below one of these."
        label="Days available"
        saved={alerts.lowBalanceDays}
        maximum={1_000_000_000}
        suggestion={100}
        mayEdit={mayEdit}
        busy={balance.busy}
        refusal={balance.refusal}
        explain={explainBalance}
        onSave={async (lowBalanceDays) => told(await balance.run({ accountId, lowBalanceDays }))}
      />
      <ThresholdList
        title="Low runway"
        lead="Told when the balance lasts fewer days than one of these."
        label="Days of runway"
        saved={alerts.lowRunwayDays}
        maximum={36_500}
        suggestion={30}
        mayEdit={mayEdit}
        busy={runway.busy}
        refusal={runway.refusal}
        explain={explainRunway}
        onSave={async (lowRunwayDays) => told(await runway.run({ accountId, lowRunwayDays }))}
      />
      <ThresholdList
        title="Before a channel ends"
        lead="Told for every channel, this many days before its paid time is over."
        label="Days before the end"
        saved={alerts.noticeDays}
        maximum={36_500}
        suggestion={3}
        mayEdit={mayEdit}
        busy={notices.busy}
        refusal={notices.refusal}
        explain={explainNotice}
        onSave={async (noticeDays) => told(await notices.run({ accountId, noticeDays }))}
      />
    </SimpleGrid>
  )
}
