import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatDays, formatMoney } from '../parts/format'
import { InvoicesVoidDocument } from './invoices.generated'
import type { DeedDialogProps } from './staff-deeds'

export function VoidDialog({ invoice, onClose, onDone }: DeedDialogProps) {
  const [comment, setComment] = useState('')
  const deed = useDeed(InvoicesVoidDocument)
  const { id, days, total, number, paid } = invoice
  return (
    <ConfirmDialog
      opened
      title="Void the invoice?"
      confirmLabel="Void it for good"
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
        {number === null ? 'The request' : `${number} keeps its number, and`} is taken back for good:{' '}
        {formatMoney(total)} are not to be paid, and {formatDays(days)} are not credited.
      </Text>
      {paid.amount > 0 && <Text size="sm">{formatMoney(paid)} of it are paid: return its payments first.</Text>}
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
