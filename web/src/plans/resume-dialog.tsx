import { Text } from '@mantine/core'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatDays } from '../parts/format'
import { When } from '../parts/when'
import { planPrice } from './plan-terms'
import { PlansResumeDocument } from './plans.generated'
import type { Subscribed } from './subscribed-channels'

export function ResumeDialog(props: { channel: Subscribed; onClose: () => void; onDone: () => void }) {
  const { channel, onClose, onDone } = props
  const { id, name, unusedDays, subscription } = channel
  const deed = useDeed(PlansResumeDocument)
  return (
    <ConfirmDialog
      opened
      title={`Resume the subscription of ${name}?`}
      confirmLabel="Resume"
      busy={deed.busy}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        void deed.run({ channelId: id }).then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        It renews again: {planPrice(subscription.plan)} are charged on <When at={subscription.currentPeriodEnd} />, and
        from then on.
        {unusedDays > 0 && ` ${formatDays(unusedDays)} that wait for its end go back to the balance.`}
      </Text>
    </ConfirmDialog>
  )
}
