import { Alert, Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { skipToken, useQuery } from '@apollo/client/react'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { Link } from 'react-router'
import { useAccount, useAccountPath, useMay } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatCount, formatDays, formatMoney, formatNumber } from '../parts/format'
import { ReadOnlyNote } from '../parts/read-only-note'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import { WholeNumberInput } from '../parts/whole-number-input'
import { AutomationTopUpPreviewDocument, SetAutoTopUpDocument, type AutomationQuery } from './automation.generated'

type Account = AutomationQuery['account']
type TopUp = NonNullable<Account['autoTopUp']>

/** Days of a channel on an invoice. */
const CHANNEL_DAYS = 30
/** In a row, after which it switches itself off. */
const MOST_FAILURES = 3

export function TopUpSection({ account }: { account: Account }) {
  const { autoTopUp } = account
  const mayEdit = useMay('BILLING')
  const state = !autoTopUp?.enabled ? 'OFF' : autoTopUp.armed ? 'ARMED' : 'WAITING'
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Auto top-up">
      <Group gap="sm" mb={4}>
        <Title order={2} size="h4">
          Auto top-up
        </Title>
        <StatusBadge status={state} />
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        When fewer days are available than the threshold, an invoice is requested that brings the balance to the target.
        The saved card pays it; without one it is paid like any other.
      </Text>
      <Stack gap="md">
        <SavedCardLine card={account.savedCard} />
        {autoTopUp !== null && <TopUpState topUp={autoTopUp} />}
        {mayEdit ? (
          <TopUpForm key={topUpKey(autoTopUp)} account={account} />
        ) : (
          <ReadOnlyNote who="Owners and people with billing" />
        )}
      </Stack>
    </Paper>
  )
}

function topUpKey(topUp: Account['autoTopUp']): string {
  return JSON.stringify([topUp?.belowDays, topUp?.targetDays, topUp?.monthlyCapChannels, topUp?.coolDownHours])
}

function SavedCardLine({ card }: { card: Account['savedCard'] }) {
  const path = useAccountPath()
  return (
    <Text size="sm">
      {card === null
        ? 'No card is saved. '
        : `Saved card: ${card.brand} ending in ${card.lastFour}, good until ${String(card.expiryMonth).padStart(2, '0')}/${card.expiryYear}. `}
      <Anchor component={Link} underline="always" to={path('settings')} size="sm">
        {card === null ? 'Save one in the settings' : 'Change it in the settings'}
      </Anchor>
    </Text>
  )
}

function TopUpState({ topUp }: { topUp: TopUp }) {
  const { enabled, armed, belowDays, targetDays, monthlyCapChannels, requestedThisMonth, failures, nextLookAt } = topUp
  if (!enabled) {
    if (failures < MOST_FAILURES) return null
    return (
      <Alert color="red" variant="light" title="It switched itself off">
        <Text size="sm">
          {formatNumber(failures)} top-ups in a row were not paid or could not be requested. See that the card and the
          last invoices are in order, then turn it on again.
        </Text>
      </Alert>
    )
  }
  return (
    <div aria-live="polite">
      <Text size="sm">
        Below {formatDays(belowDays)} it brings the balance to {formatDays(targetDays)}.{' '}
        {armed ? (
          'It is armed: it requests an invoice as soon as the balance is that low.'
        ) : (
          <>
            It waits: a top-up is unpaid, it cools down, or the cap is reached.
            {nextLookAt !== null && (
              <>
                {' '}
                It looks again at <When at={nextLookAt} />.
              </>
            )}
          </>
        )}
      </Text>
      <Text size="sm">
        Requested this UTC month: {formatCount(requestedThisMonth, 'channel')} ={' '}
        {formatDays(requestedThisMonth * CHANNEL_DAYS)}
        {monthlyCapChannels === null
          ? ', without a cap.'
          : ` of ${formatCount(monthlyCapChannels, 'channel')} at the most.`}{' '}
        Failures in a row: {formatNumber(failures)} of {MOST_FAILURES}.
      </Text>
    </div>
  )
}

function TopUpForm({ account }: { account: Account }) {
  const { id: accountId } = useAccount()
  const { autoTopUp: topUp, balance } = account
  const { available, forecast } = balance
  const perDay = Math.max(1, forecast.daysPerDay)
  const [belowDays, setBelowDays] = useState<number | null>(topUp?.belowDays ?? perDay * 14)
  const [targetDays, setTargetDays] = useState<number | null>(topUp?.targetDays ?? perDay * 60)
  const [monthlyCapChannels, setCap] = useState<number | null>(topUp?.monthlyCapChannels ?? null)
  const [coolDownHours, setCoolDown] = useState<number | null>(topUp?.coolDownHours ?? 24)
  const [asked, setAsked] = useState<'SET' | 'OFF' | null>(null)
  const deed = useDeed(SetAutoTopUpDocument)
  const isOn = topUp?.enabled === true
  const isTargetLow = belowDays !== null && targetDays !== null && targetDays <= belowDays
  const isWhole = belowDays !== null && targetDays !== null && coolDownHours !== null && !isTargetLow

  const confirm = async () => {
    const figures = asked === 'OFF' ? {} : { belowDays, targetDays, monthlyCapChannels }
    if ((await deed.run({ accountId, ...figures, coolDownHours: coolDownHours ?? 24 })) === null) return
    setAsked(null)
    notifications.show({ color: 'green', message: asked === 'OFF' ? 'Auto top-up is off.' : 'Auto top-up is set.' })
  }
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
        <WholeNumberInput
          label="Threshold in days"
          description={inRunway(belowDays, forecast.daysPerDay)}
          value={belowDays}
          onChange={setBelowDays}
          max={29_999_999}
          required
        />
        <WholeNumberInput
          label="Target in days"
          description={inRunway(targetDays, forecast.daysPerDay)}
          error={isTargetLow ? 'More than the threshold' : undefined}
          value={targetDays}
          onChange={setTargetDays}
          max={30_000_000}
          required
        />
        <WholeNumberInput
          label="Cap in channels a month"
          description={
            monthlyCapChannels === null
              ? 'Empty: as many as it takes.'
              : `${formatDays(monthlyCapChannels * CHANNEL_DAYS)} = ${formatCount(monthlyCapChannels, 'channel')} × ${CHANNEL_DAYS} days`
          }
          value={monthlyCapChannels}
          onChange={setCap}
          max={1_000_000}
        />
        <WholeNumberInput
          label="Cool-down in hours"
          description="Between two requests, at the least."
          value={coolDownHours}
          onChange={setCoolDown}
          max={744}
          required
        />
      </SimpleGrid>
      {isWhole && <TopUpExample belowDays={belowDays} targetDays={targetDays} cap={monthlyCapChannels} />}
      <Group gap="sm">
        <Button disabled={!isWhole} onClick={() => setAsked('SET')}>
          {isOn ? 'Set anew …' : 'Turn on …'}
        </Button>
        {isOn && (
          <Button variant="default" onClick={() => setAsked('OFF')}>
            Turn off …
          </Button>
        )}
      </Group>
      <ConfirmDialog
        opened={asked !== null}
        title={asked === 'OFF' ? 'Turn auto top-up off' : 'Set auto top-up'}
        confirmLabel={asked === 'OFF' ? 'Turn off' : 'Set it'}
        danger={asked === 'OFF'}
        busy={deed.busy}
        refusal={deed.refusal}
        onConfirm={() => void confirm()}
        onClose={() => {
          setAsked(null)
          deed.forget()
        }}
      >
        {asked === 'OFF' ? (
          <Text size="sm">
            No more invoices are requested when the balance is low. An invoice that was requested already stays.
          </Text>
        ) : (
          isWhole && (
            <Text size="sm">
              {available < belowDays
                ? `${formatDays(available)} are available, fewer than ${formatNumber(belowDays)}: an invoice is requested at once, unless one of an earlier top-up is unpaid or the cap is reached. `
                : `${formatDays(available)} are available: nothing is requested until fewer than ${formatNumber(belowDays)} are. `}
              {account.savedCard !== null &&
                `The saved card ending in ${account.savedCard.lastFour} is charged for it. `}
              It begins anew, without failures and without a cool-down.
            </Text>
          )
        )}
      </ConfirmDialog>
    </>
  )
}

function inRunway(days: number | null, perDay: number): string {
  if (days === null) return 'Available days'
  if (perDay === 0) return 'No channel uses days now.'
  return `${formatDays(Math.floor(days / perDay))} of runway at ${formatDays(perDay)} a day`
}

/** What a top-up at the threshold would cost by the prices of now. */
function TopUpExample({ belowDays, targetDays, cap }: { belowDays: number; targetDays: number; cap: number | null }) {
  const { id: accountId } = useAccount()
  const wanted = Math.ceil((targetDays - (belowDays - 1)) / CHANNEL_DAYS)
  const [channels] = useDebouncedValue(Math.min(wanted, cap ?? wanted, 1_000_000), 250)
  const { data, error } = useQuery(
    AutomationTopUpPreviewDocument,
    channels > 0 ? { variables: { accountId, channels } } : skipToken,
  )
  return (
    <Text size="sm" aria-live="polite">
      A top-up at {formatDays(belowDays - 1)} would be for {formatCount(channels, 'channel')} × {CHANNEL_DAYS} days ={' '}
      {formatDays(channels * CHANNEL_DAYS)}
      {channels < wanted ? ', as far as the cap goes' : ''}
      {data !== undefined && `: ${formatMoney(data.previewInvoice.total)} by the prices of now`}.
      {error !== undefined && ' It can’t be priced now: no prices are agreed.'}
    </Text>
  )
}
