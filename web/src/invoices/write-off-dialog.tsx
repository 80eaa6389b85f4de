import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatDays, formatMoney } from '../parts/format'
import { InvoicesWriteOffDocument } from './invoices.generated'
import type { DeedDialogProps } from './staff-deeds'

export function WriteOffDialog({ invoice, onClose, onDone }: DeedDialogProps) {
  const [comment, setComment] = useState('')
  const deed = useDeed(InvoicesWriteOffDocument)
  const { id, total, paid, days } = invoice
  const outstanding = { ...total, amount: total.amount - paid.amount }
  return (
    <ConfirmDialog
      opened
      title="Write the invoice off?"
      confirmLabel="Write it off"
      danger
      busy={deed.busy}
      disabled={comment.trim() === ''}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        void deed.run({ invoiceId: id, comment }).then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        {formatMoney(outstanding)} are not expected any longer: {formatMoney(total)} − {formatMoney(paid)} paid. The
        invoice blocks its account no more. If it is paid after all, its {formatDays(days)} are credited.
      </Text>
      <TextInput
        label="Why"
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
        maxLength={255}
        required
        data-autofocus
      />
    </ConfirmDialog>
  )
}
