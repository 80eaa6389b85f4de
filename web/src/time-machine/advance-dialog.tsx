import { Progress, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useAccount } from '../account/account-context'
import { useEvents } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatCount, formatExactTime, formatTime } from '../parts/format'
import { TimeMachineAdvanceDocument } from './time-machine.generated'

const DAY_MS = 86_400_000

/** Confirms a move of the clock, and follows it by what happens on the way. */
export function AdvanceDialog(props: { from: string; to: string; onClose: () => void; onMoved: () => void }) {
  const { from, to, onClose, onMoved } = props
  const { id } = useAccount()
  const deed = useDeed(TimeMachineAdvanceDocument)
  const [reached, setReached] = useState<string | null>(null)
  const [count, setCount] = useState(0)
  useEvents([''], ({ occurredAt }) => {
    setReached(occurredAt)
    setCount((before) => before + 1)
  })
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)
  return (
    <ConfirmDialog
      opened
      title="Move the clock?"
      confirmLabel="Move it"
      busy={deed.busy}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        void deed.run({ accountId: id, to }).then((done) => done !== null && onMoved())
      }}
    >
      <Text size="sm">
        From {formatExactTime(from)} to {formatExactTime(to)}
        {days > 0 && `, ${formatCount(days, 'day')} ahead`}. Days are used, channels may end, and invoices may fall due
        on the way. The clock never goes back.
      </Text>
      {deed.busy && (
        <Stack gap={4} aria-live="polite">
          <Progress value={wayOf(from, to, reached)} animated aria-label="How far the clock has come" />
          <Text size="xs" c="dimmed">
            {reached === null
              ? 'On its way…'
              : `${formatCount(count, 'event')} so far, the last of ${formatTime(reached)}.`}
          </Text>
        </Stack>
      )}
    </ConfirmDialog>
  )
}

function wayOf(from: string, to: string, reached: string | null): number {
  if (reached === null) return 2
  const way = (Date.parse(reached) - Date.parse(from)) / (Date.parse(to) - Date.parse(from))
  return Math.min(100, Math.max(2, way * 100))
}
