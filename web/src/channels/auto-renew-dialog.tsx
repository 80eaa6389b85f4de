import { Alert, NumberInput, Switch, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { RefusalAlert } from '../parts/refusal-alert'
import { ChannelPreviewAutoRenewDocument, ChannelSetAutoRenewDocument } from './channel.generated'
import type { WholeChannel } from './channel-page'
import { balanceOutcome, channelOutcome, Outcome } from './outcome'

export function AutoRenewDialog(props: { channel: WholeChannel; opened: boolean; onClose: () => void }) {
  return props.opened && <AutoRenew {...props} />
}

function AutoRenew({ channel, opened, onClose }: { channel: WholeChannel; opened: boolean; onClose: () => void }) {
  const [isOn, setOn] = useState(true)
  const [days, setDays] = useState<number | ''>(channel.autoRenew?.days ?? 30)
  const [leadHours, setLeadHours] = useState<number | ''>(channel.autoRenew?.leadHours ?? 24)
  const asked = JSON.stringify([isOn ? days : null, leadHours])
  const [settled] = useDebouncedValue(asked, 250)
  const [askedDays, askedLead] = JSON.parse(settled) as [number | '' | null, number | '']
  const isWhole = askedDays !== '' && askedLead !== ''
  const query = useLiveQuery(ChannelPreviewAutoRenewDocument, {
    variables: {
      channelId: channel.id,
      days: askedDays === '' ? null : askedDays,
      leadHours: askedLead === '' ? 24 : askedLead,
    },
    on: ['balance.changed', 'channel.', 'account.'],
    skip: !isWhole,
  })
  const deed = useDeed(ChannelSetAutoRenewDocument)
  const preview = query.error == null && settled === asked ? query.data?.previewAutoRenew : undefined
  const save = async () => {
    if (days === '' || leadHours === '') return
    const done = await deed.run({ channelId: channel.id, days: isOn ? days : null, leadHours })
    if (done === null) return
    onClose()
    notifications.show({
      title: isOn ? `${channel.name} renews by itself` : `${channel.name} no longer renews by itself`,
      message: 'Done.',
      color: 'green',
    })
  }
  return (
    <ConfirmDialog
      opened={opened}
      title={`Renewal of ${channel.name}`}
      confirmLabel={isOn ? 'Renew by itself' : 'Turn off'}
      busy={deed.busy}
      disabled={preview === undefined || query.loading}
      refusal={deed.refusal}
      onConfirm={() => void save()}
      onClose={onClose}
    >
      <Switch
        label="Renews by itself"
        description="From the balance, as long as it has days"
        checked={isOn}
        onChange={(event) => setOn(event.currentTarget.checked)}
      />
      {isOn && (
        <>
          <NumberInput
            label="Days of each renewal"
            description="1 to 36,500; with 1, it is paid day by day"
            value={days}
            onChange={(value) => setDays(typeof value === 'number' ? value : '')}
            min={1}
            max={36_500}
            allowDecimal={false}
            required
          />
          <NumberInput
            label="Renew when less than this is left, in hours"
            description="1 to 8,760; as many renewals as cover it are taken at once"
            value={leadHours}
            onChange={(value) => setLeadHours(typeof value === 'number' ? value : '')}
            min={1}
            max={8_760}
            allowDecimal={false}
            required
          />
        </>
      )}
      {query.error != null && <RefusalAlert error={query.error} />}
      {preview !== undefined && preview.renewalFails && (
        <Alert color="orange" title="It couldn’t be paid now">
          <Text size="sm">
            A renewal is due at once, and the balance has too few days. It renews as soon as it has.
          </Text>
        </Alert>
      )}
      {preview !== undefined && (
        <Outcome
          title="What it would do at once"
          rows={[...channelOutcome(preview.channel), balanceOutcome(preview.balanceAfter, -preview.days)]}
        />
      )}
    </ConfirmDialog>
  )
}
