import { Button, Group, Paper, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useAccount } from '../account/account-context'
import { useOpenDialog } from '../parts/use-open-dialog'
import { CreditNoteDialog } from './credit-note-dialog'
import type { Invoice } from './invoice-page'
import { PostponeDialog } from './postpone-dialog'
import { PrepareDialog } from './prepare-dialog'
import { RecordPaymentDialog } from './record-payment-dialog'
import { ResumeDunningDialog } from './resume-dunning-dialog'
import { StopDunningDialog } from './stop-dunning-dialog'
import { VoidDialog } from './void-dialog'
import { WriteOffDialog } from './write-off-dialog'

export interface DeedDialogProps {
  invoice: Invoice
  onClose: () => void
  onDone: () => void
}

interface Deed {
  name: string
  label: string
  isOffered: (invoice: Invoice) => boolean
  Dialog: (props: DeedDialogProps) => ReactNode
}

/** What staff can do with an invoice, in the states in which it can be done. */
const DEEDS: readonly Deed[] = [
  {
    name: 'prepare',
    label: 'Prepare',
    isOffered: ({ status }) => status === 'REQUESTED',
    Dialog: PrepareThis,
  },
  {
    name: 'payment',
    label: 'Record a payment',
    isOffered: ({ status }) => status === 'OPEN' || status === 'UNCOLLECTIBLE',
    Dialog: RecordPaymentDialog,
  },
  {
    name: 'credit',
    label: 'Issue a credit note',
    isOffered: ({ status }) => status === 'PAID',
    Dialog: CreditNoteDialog,
  },
  {
    name: 'postpone',
    label: 'Postpone',
    isOffered: ({ status }) => status === 'OPEN',
    Dialog: PostponeDialog,
  },
  {
    name: 'stop-dunning',
    label: 'Stop reminders',
    isOffered: ({ status, dunning }) => status === 'OPEN' && dunning?.stoppedAt == null,
    Dialog: StopDunningDialog,
  },
  {
    name: 'resume-dunning',
    label: 'Resume reminders',
    isOffered: ({ status, dunning }) => status === 'OPEN' && dunning?.stoppedAt != null,
    Dialog: ResumeDunningDialog,
  },
  {
    name: 'write-off',
    label: 'Write off',
    isOffered: ({ status }) => status === 'OPEN',
    Dialog: WriteOffDialog,
  },
  {
    name: 'void',
    label: 'Void',
    isOffered: ({ status }) => status === 'REQUESTED' || status === 'OPEN',
    Dialog: VoidDialog,
  },
]

export function StaffDeeds({ invoice, onDone }: { invoice: Invoice; onDone: () => void }) {
  const { opened, close, opener } = useOpenDialog()
  const offered = DEEDS.filter(({ isOffered }) => isOffered(invoice))
  if (offered.length === 0) return null
  const open = offered.find(({ name }) => name === opened)
  return (
    <Paper withBorder p="md" radius="md">
      <Title order={2} size="h4" mb="xs">
        For staff
      </Title>
      <Group gap="xs">
        {offered.map(({ name, label }) => (
          <Button key={name} variant="default" size="xs" {...opener(name)}>
            {label}
          </Button>
        ))}
      </Group>
      {open !== undefined && (
        <open.Dialog
          invoice={invoice}
          onClose={close}
          onDone={() => {
            close()
            onDone()
          }}
        />
      )}
    </Paper>
  )
}

function PrepareThis({ invoice, ...on }: DeedDialogProps) {
  const account = useAccount()
  return <PrepareDialog invoices={[{ ...invoice, account }]} {...on} />
}
