import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { InvoicesStopDunningDocument } from './invoices.generated'
import type { DeedDialogProps } from './staff-deeds'

export function StopDunningDialog({ invoice, onClose, onDone }: DeedDialogProps) {
  const [reason, setReason] = useState('')
  const deed = useDeed(InvoicesStopDunningDocument)
  return (
    <ConfirmDialog
      opened
      title="Stop its reminders?"
      confirmLabel="Stop reminders"
      busy={deed.busy}
      disabled={reason.trim() === ''}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        void deed.run({ invoiceId: invoice.id, reason }).then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        No more reminders of {invoice.number} are sent, until they are resumed. It stays open, and what it blocks stays
        blocked.
      </Text>
      <TextInput
        label="Why"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={255}
        required
        data-autofocus
      />
    </ConfirmDialog>
  )
}
