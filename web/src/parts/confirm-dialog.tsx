import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { RefusalAlert } from './refusal-alert'

/** Asks before what can't be undone, with its figures. The dialog stays open while it is done, and where it is refused. */
export function ConfirmDialog(props: {
  opened: boolean
  title: string
  /** What will be: the preview's figures. */
  children: ReactNode
  confirmLabel: string
  /** Where “Cancel” would be taken for the deed itself. */
  closeLabel?: string
  danger?: boolean
  busy: boolean
  /** Nothing can be confirmed yet, as while a preview loads or refuses. */
  disabled?: boolean
  refusal: unknown
  onConfirm: () => void
  onClose: () => void
}) {
  const { opened, title, children, confirmLabel, closeLabel = 'Cancel' } = props
  const { danger = false, busy, disabled, refusal, onConfirm, onClose } = props
  // What is under way has an outcome, which is shown here.
  const close = () => {
    if (!busy) onClose()
  }
  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        {children}
        {refusal != null && <RefusalAlert error={refusal} onRetry={onConfirm} />}
        <Group justify="flex-end">
          <Button variant="default" disabled={busy} onClick={close} data-autofocus={danger || undefined}>
            {closeLabel}
          </Button>
          <Button
            color={danger ? 'red.9' : undefined}
            loading={busy}
            disabled={disabled}
            onClick={onConfirm}
            data-autofocus={!danger || undefined}
          >
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
