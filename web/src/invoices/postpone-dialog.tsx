import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAccount } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatMoney } from '../parts/format'
import { When } from '../parts/when'
import { InvoicesPostponeDocument } from './invoices.generated'
import type { DeedDialogProps } from './staff-deeds'

const WEEK_MS = 7 * 86_400_000

export function PostponeDialog({ invoice, onClose, onDone }: DeedDialogProps) {
  const { now } = useAccount()
  const { id, dueAt, total, overdue } = invoice
  const [until, setUntil] = useState(() => {
    const from = Math.max(Date.parse(now), Date.parse(dueAt ?? now))
    return new Date(from + WEEK_MS).toISOString().slice(0, 10)
  })
  const [comment, setComment] = useState('')
  const deed = useDeed(InvoicesPostponeDocument)
  return (
    <ConfirmDialog
      opened
      title="Postpone the invoice?"
      confirmLabel="Postpone"
      busy={deed.busy}
      disabled={until === ''}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        const input = { invoiceId: id, until: `${until}T00:00:00Z`, comment: comment.trim() === '' ? null : comment }
        void deed.run(input).then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        {formatMoney(total)} were due <When at={dueAt} />. Until the new day it is not overdue
        {overdue && ', and its account may allocate again'}. The due date stays on it as issued.
      </Text>
      <TextInput
        type="date"
        label="Postpone until"
        description="The start of that day, UTC; 366 days ahead at the most"
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
        required
        data-autofocus
      />
      <TextInput
        label="Why"
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
        maxLength={255}
      />
    </ConfirmDialog>
  )
}
