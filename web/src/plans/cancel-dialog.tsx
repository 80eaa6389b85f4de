import { Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { When } from '../parts/when'
import { planPrice } from './plan-terms'
import { PlansCancelDocument } from './plans.generated'
import type { Subscribed } from './subscribed-channels'

type Until = 'PERIOD_END' | 'NOW'

export function CancelDialog(props: { channel: Subscribed; onClose: () => void; onDone: () => void }) {
  const { channel, onClose, onDone } = props
  const { id, name, paidUntil, subscription } = channel
  const { cancelAtPeriodEnd, currentPeriodEnd, plan } = subscription
  const [until, setUntil] = useState<Until>(cancelAtPeriodEnd ? 'NOW' : 'PERIOD_END')
  const deed = useDeed(PlansCancelDocument)
  return (
    <ConfirmDialog
      opened
      title={`Cancel the subscription of ${name}?`}
      confirmLabel={until === 'NOW' ? 'Cancel it now' : 'Cancel it at the period’s end'}
      closeLabel="Keep it"
      danger
      busy={deed.busy}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        void deed.run({ channelId: id, atPeriodEnd: until === 'PERIOD_END' }).then((done) => done !== null && onDone())
      }}
    >
      <Radio.Group label="When it ends" value={until} onChange={(value) => setUntil(value)}>
        <Stack gap="xs" mt={4}>
          {!cancelAtPeriodEnd && (
            <Radio value="PERIOD_END" label="At the end of its period" description="It can be resumed until then." />
          )}
          <Radio value="NOW" label="Now" description="This can’t be taken back." />
        </Stack>
      </Radio.Group>
      {until === 'NOW' ? (
        <Text size="sm">
          The channel stops at once, or where a day of the balance had begun, at the end of that day. Its paid time up
          to <When at={paidUntil} /> is lost: no money and no days come back. Afterwards it can run on days of the
          balance.
        </Text>
      ) : (
        <Text size="sm">
          Nothing is lost: the channel runs until <When at={currentPeriodEnd} />, and {planPrice(plan)} are not charged
          again. Afterwards it can run on days of the balance.
        </Text>
      )}
    </ConfirmDialog>
  )
}
