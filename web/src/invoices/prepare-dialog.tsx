import { List, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatCount, formatDays, formatMoney, formatNumber, type MoneyAmount } from '../parts/format'
import type { InvoiceLineKind } from '../schema.generated'
import { boughtWords } from './bought-words'
import { InvoicesPrepareDocument } from './invoices.generated'

export interface Requested {
  id: string
  days: number
  lines: readonly { kind: InvoiceLineKind; quantity: number }[]
  subtotal: MoneyAmount
  tax: MoneyAmount
  total: MoneyAmount
  account: { name: string }
}

/** Opens requests one after the other. Where one is refused it stops; those before it are prepared, and are not asked for again. */
export function PrepareDialog(props: {
  invoices: readonly Requested[]
  /** After each. */
  onPrepared?: () => void
  /** After the last. */
  onDone: () => void
  onClose: () => void
}) {
  const { invoices, onPrepared, onDone, onClose } = props
  const prepare = useDeed(InvoicesPrepareDocument)
  const [numbers, setNumbers] = useState<Record<string, string>>({})
  const [running, setRunning] = useState(false)
  const left = invoices.filter(({ id }) => !(id in numbers))

  const prepareAll = async () => {
    setRunning(true)
    let refused = false
    for (const { id } of left) {
      const done = await prepare.run({ invoiceId: id })
      if (done === null) {
        refused = true
        break
      }
      const { number } = done.prepareInvoice.invoice
      setNumbers((before) => ({ ...before, [id]: number ?? '' }))
      onPrepared?.()
    }
    setRunning(false)
    if (!refused) onDone()
  }

  return (
    <ConfirmDialog
      opened
      title={invoices.length === 1 ? 'Prepare this invoice?' : `Prepare ${formatCount(invoices.length, 'invoice')}?`}
      confirmLabel={left.length < 2 ? 'Prepare it' : `Prepare ${formatNumber(left.length)} invoices`}
      busy={running}
      refusal={running ? null : prepare.refusal}
      onConfirm={() => void prepareAll()}
      onClose={onClose}
    >
      <Text size="sm">
        Each gets its number and its PDF, and is sent to the partner. From then on it can’t be changed: a mistake is
        mended by voiding it or by a credit note.
      </Text>
      {invoices.length === 1 && invoices[0] !== undefined ? <OneInvoice invoice={invoices[0]} /> : null}
      {invoices.length > 1 && (
        <List size="sm" spacing={4}>
          {invoices.map((invoice) => (
            <List.Item key={invoice.id}>
              {invoice.account.name}: {formatDays(invoice.days)} for {formatMoney(invoice.total)}
              {invoice.id in numbers && `, prepared as ${numbers[invoice.id] ?? ''}`}
            </List.Item>
          ))}
        </List>
      )}
      {invoices.length > 1 && (running || left.length < invoices.length) && (
        <Text size="sm" role="status">
          {formatNumber(invoices.length - left.length)} of {formatNumber(invoices.length)} are prepared.
        </Text>
      )}
    </ConfirmDialog>
  )
}

function OneInvoice({ invoice }: { invoice: Requested }) {
  return (
    <Stack gap={4}>
      <Table aria-label="The invoice’s figures">
        <Table.Tbody>
          <Row name="Account" value={invoice.account.name} />
          <Row
            name="Days that its payment credits"
            value={`${formatDays(invoice.days)} = ${boughtWords(invoice.lines)}`}
          />
          <Row name="Net" value={formatMoney(invoice.subtotal)} />
          <Row name="Tax" value={formatMoney(invoice.tax)} />
          <Row name="Total" value={formatMoney(invoice.total)} />
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed">
        Total = net + tax, at the price that was agreed when it was requested.
      </Text>
    </Stack>
  )
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {name}
      </Table.Th>
      <Table.Td ta="right">{value}</Table.Td>
    </Table.Tr>
  )
}
