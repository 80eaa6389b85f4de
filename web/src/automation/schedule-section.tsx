import { Button, Group, Paper, Radio, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useAccount, useMay } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { formatCount, formatDays } from '../parts/format'
import { ReadOnlyNote } from '../parts/read-only-note'
import { RefusalAlert } from '../parts/refusal-alert'
import { When } from '../parts/when'
import { WholeNumberInput } from '../parts/whole-number-input'
import { SetBillingScheduleDocument, type AutomationQuery, type BillingScheduleKind } from './automation.generated'

type Account = AutomationQuery['account']

const KINDS: Record<BillingScheduleKind, { label: string; description: string }> = {
  ON_REQUEST: { label: 'On request', description: 'Invoices are asked for one by one.' },
  MONTHLY_MANAGED: {
    label: 'Each month, for the channels there are',
    description:
      'At the start of each UTC month: for every channel that runs or ended in the last 30 days, without deleted ones and those that a subscription pays for.',
  },
  MONTHLY_FIXED: {
    label: 'Each month, for a fixed number of channels',
    description: 'At the start of each UTC month, whatever channels there are then.',
  },
}

export function ScheduleSection({ account }: { account: Account }) {
  const { billingSchedule, billingMode } = account
  const mayEdit = useMay('BILLING')
  const { kind, channels, nextAt } = billingSchedule
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Billing schedule">
      <Title order={2} size="h4" mb={4}>
        Billing schedule
      </Title>
      {billingMode === 'POSTPAID' ? (
        <Text size="sm">This account is postpaid: each month it is billed for the days that it used.</Text>
      ) : (
        <Stack gap="md">
          <Text size="sm" aria-live="polite">
            {KINDS[kind].label}
            {channels !== null && `: ${formatCount(channels, 'channel')} × 30 days = ${formatDays(channels * 30)}`}.
            {nextAt !== null && (
              <>
                {' '}
                The next invoice is requested on <When at={nextAt} />.
              </>
            )}
          </Text>
          {mayEdit ? (
            <ScheduleForm key={`${kind} ${channels}`} account={account} />
          ) : (
            <ReadOnlyNote who="Owners and people with billing" />
          )}
        </Stack>
      )}
    </Paper>
  )
}

function ScheduleForm({ account }: { account: Account }) {
  const { id: accountId } = useAccount()
  const { billingSchedule: saved, balance } = account
  const [kind, setKind] = useState<BillingScheduleKind>(saved.kind)
  const [channels, setChannels] = useState<number | null>(
    saved.channels ?? Math.max(1, balance.forecast.runningChannels),
  )
  const deed = useDeed(SetBillingScheduleDocument)
  const isFixed = kind === 'MONTHLY_FIXED'
  const isChanged = kind !== saved.kind || (isFixed && channels !== saved.channels)
  const save = async () => {
    const done = await deed.run({ accountId, kind, channels: isFixed ? channels : null })
    if (done !== null) notifications.show({ color: 'green', message: 'The billing schedule is set.' })
  }
  return (
    <>
      <Radio.Group label="Invoices are requested" value={kind} onChange={(value) => setKind(value)}>
        <Stack gap="xs" mt="xs">
          {Object.entries(KINDS).map(([value, { label, description }]) => (
            <Radio key={value} value={value} label={label} description={description} />
          ))}
        </Stack>
      </Radio.Group>
      {isFixed && (
        <WholeNumberInput
          label="Channels"
          description={channels === null ? undefined : `= ${formatDays(channels * 30)} each month`}
          value={channels}
          onChange={setChannels}
          max={1_000_000}
          maw={240}
          required
        />
      )}
      {deed.refusal !== null && <RefusalAlert error={deed.refusal} onRetry={() => void save()} />}
      {isChanged && (
        <Group>
          <Button loading={deed.busy} disabled={isFixed && channels === null} onClick={() => void save()}>
            Set the schedule
          </Button>
        </Group>
      )}
    </>
  )
}
