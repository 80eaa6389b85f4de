import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAccount } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { dayOf, dayStart } from '../parts/day'
import { DayInput } from '../parts/day-input'
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
    return dayOf(from + WEEK_MS)
  })
  const [comment, setComment] = useState('')
  const deed = useDeed(InvoicesPostponeDocument)
  const start = dayStart(until)
  return (
    <ConfirmDialog
      opened
      title="Postpone the invoice?"
      confirmLabel="Postpone"
      busy={deed.busy}
      disabled={start === null}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        if (start === null) return
        const input = { invoiceId: id, until: start, comment: comment.trim() === '' ? null : comment }
        void deed.run(input).then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        {formatMoney(total)} were due <When at={dueAt} />. Until the new day it is not overdue
        {overdue && ', and its account may allocate again'}. The due date stays on it as issued.
      </Text>
      <DayInput
        label="Postpone until"
        description="The start of that day; 366 days ahead at the most"
        value={until}
        onChange={setUntil}
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
