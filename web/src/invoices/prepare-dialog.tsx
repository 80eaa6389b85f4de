import { Text } from '@mantine/core'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatDays, formatMoney } from '../parts/format'
import { InvoicesPrepareDocument } from './invoices.generated'
import type { DeedDialogProps } from './staff-deeds'

export function PrepareDialog({ invoice, onClose, onDone }: DeedDialogProps) {
  const deed = useDeed(InvoicesPrepareDocument)
  return (
    <ConfirmDialog
      opened
      title="Prepare the invoice?"
      confirmLabel="Prepare"
      busy={deed.busy}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        void deed.run({ invoiceId: invoice.id }).then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        It takes the next number and is sent: {formatMoney(invoice.total)} for {formatDays(invoice.days)}. From then on
        it stays as it is; a correction is a void or a credit note.
      </Text>
    </ConfirmDialog>
  )
}
