import { Text } from '@mantine/core'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { InvoicesResumeDunningDocument } from './invoices.generated'
import type { DeedDialogProps } from './staff-deeds'

export function ResumeDunningDialog({ invoice, onClose, onDone }: DeedDialogProps) {
  const deed = useDeed(InvoicesResumeDunningDocument)
  return (
    <ConfirmDialog
      opened
      title="Resume its reminders?"
      confirmLabel="Resume reminders"
      busy={deed.busy}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        void deed.run({ invoiceId: invoice.id }).then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        It goes on with the first step that is still to come. Those that have passed meanwhile are not made up for.
      </Text>
    </ConfirmDialog>
  )
}
