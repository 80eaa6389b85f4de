import { Anchor, Button, Checkbox, Paper, Table, Text } from '@mantine/core'
import { Link } from 'react-router'
import { boughtWords } from '../invoices/bought-words'
import { formatDays, formatMoney, formatWord } from '../parts/format'
import { Countdown, useNow, When } from '../parts/when'
import { AccountLink } from './account-link'
import type { QueuedInvoiceFragment } from './queue.generated'

export function QueueTable(props: {
  invoices: readonly QueuedInvoiceFragment[]
  mayPrepare: boolean
  chosen: readonly string[]
  onChoose: (ids: readonly string[]) => void
  onPrepare: (invoice: QueuedInvoiceFragment) => void
}) {
  const { invoices, mayPrepare, chosen, onChoose, onPrepare } = props
  if (invoices.length === 0) {
    return (
      <Paper withBorder p="lg" radius="md">
        <Text fw={600}>Nothing waits</Text>
        <Text size="sm" c="dimmed">
          Requests of accounts whose agreement has invoices prepared by hand come here by themselves. Others open at
          once.
        </Text>
      </Paper>
    )
  }
  const shown = invoices.map(({ id }) => id)
  const chosenNow = shown.filter((id) => chosen.includes(id))
  return (
    <Table.ScrollContainer minWidth={860}>
      <Table verticalSpacing="sm" aria-label="Requests that wait">
        <Table.Thead>
          <Table.Tr>
            {mayPrepare && (
              <Table.Th w={40}>
                <Checkbox
                  aria-label="Choose all"
                  checked={chosenNow.length === shown.length}
                  indeterminate={chosenNow.length > 0 && chosenNow.length < shown.length}
                  onChange={(event) => onChoose(event.currentTarget.checked ? shown : [])}
                />
              </Table.Th>
            )}
            <Table.Th>Time left</Table.Th>
            <Table.Th>Account</Table.Th>
            <Table.Th>Invoice</Table.Th>
            <Table.Th>What for</Table.Th>
            <Table.Th ta="right">Total</Table.Th>
            <Table.Th>Requested</Table.Th>
            {mayPrepare && <Table.Th>Prepare</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {invoices.map((invoice) => (
            <Table.Tr key={invoice.id}>
              {mayPrepare && (
                <Table.Td>
                  <Checkbox
                    aria-label={`Choose the request of ${invoice.account.name}`}
                    checked={chosen.includes(invoice.id)}
                    onChange={(event) =>
                      onChoose(
                        event.currentTarget.checked
                          ? [...chosen, invoice.id]
                          : chosen.filter((id) => id !== invoice.id),
                      )
                    }
                  />
                </Table.Td>
              )}
              <Table.Td>
                <TimeLeft until={invoice.prepareBy} sandbox={invoice.account.sandbox} />
              </Table.Td>
              <Table.Td>
                <AccountLink account={invoice.account} />
              </Table.Td>
              <Table.Td>
                <Anchor inherit component={Link} to={`/accounts/${invoice.account.id}/invoices/${invoice.id}`}>
                  Look at it
                </Anchor>
                <Text size="xs" c="dimmed">
                  {formatWord(invoice.cause)}
                  {invoice.purchaseOrder !== null && `, order ${invoice.purchaseOrder}`}
                </Text>
              </Table.Td>
              <Table.Td>
                {formatDays(invoice.days)}
                <Text size="xs" c="dimmed">
                  {boughtWords(invoice.lines)}
                </Text>
              </Table.Td>
              <Table.Td ta="right">{formatMoney(invoice.total)}</Table.Td>
              <Table.Td>
                <When at={invoice.requestedAt} relativeTo="now" />
              </Table.Td>
              {mayPrepare && (
                <Table.Td>
                  <Button
                    size="compact-sm"
                    variant="light"
                    aria-label={`Prepare the request of ${invoice.account.name}`}
                    onClick={() => onPrepare(invoice)}
                  >
                    Prepare
                  </Button>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** Nothing counts down in a sandbox, whose clock stands still. */
function TimeLeft({ until, sandbox }: { until: string; sandbox: boolean }) {
  const isLate = useNow() > Date.parse(until)
  return sandbox ? (
    <>
      by <When at={until} />
    </>
  ) : (
    <Text component="span" fw={isLate ? 700 : undefined} c={isLate ? 'red' : undefined}>
      <Countdown until={until} />
    </Text>
  )
}
