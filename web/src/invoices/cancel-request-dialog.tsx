import { Text } from '@mantine/core'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatDays, formatMoney } from '../parts/format'
import type { Invoice } from './invoice-page'
import { InvoicesCancelRequestDocument } from './invoices.generated'

export function CancelRequestDialog(props: { invoice: Invoice; onClose: () => void; onDone: () => void }) {
  const { invoice, onClose, onDone } = props
  const deed = useDeed(InvoicesCancelRequestDocument)
  return (
    <ConfirmDialog
      opened
      title="Cancel the request?"
      confirmLabel="Cancel the request"
      closeLabel="Keep it"
      danger
      busy={deed.busy}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        void deed.run({ invoiceId: invoice.id }).then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        The request for {formatDays(invoice.days)} at {formatMoney(invoice.total)} is withdrawn: no invoice is made, and
        there is nothing to pay. It can’t be taken back; you can request another one.
      </Text>
    </ConfirmDialog>
  )
}
