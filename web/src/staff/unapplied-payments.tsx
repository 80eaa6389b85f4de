import { Anchor, Button, Paper, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { ReturnPaymentDialog, unappliedWords } from '../invoices/return-payment-dialog'
import { Await } from '../parts/await'
import { formatCount, formatMoney, formatWord } from '../parts/format'
import { OlderNewer, usePageStart } from '../parts/older-newer'
import { StatusBadge } from '../parts/status-badge'
import { DayOrWhen } from '../parts/when'
import { AccountLink } from './account-link'
import { UnappliedPaymentsDocument, type UnappliedPaymentFragment } from './payments.generated'

/** Money for an invoice that took none, or above what was outstanding: it is kept until staff give it back. */
export function UnappliedPayments() {
  const after = usePageStart()
  const [returning, setReturning] = useState<UnappliedPaymentFragment | null>(null)
  const query = useLiveQuery(UnappliedPaymentsDocument, { variables: { first: 50, after }, everyMs: 5_000 })
  return (
    <Await query={query} lines={4}>
      {({ unappliedPayments: { totalCount, nodes, pageInfo } }) => (
        <Stack gap="xs">
          <Text size="sm" c="dimmed" maw={720} aria-live="polite">
            {formatCount(totalCount, 'payment')} came for an invoice that was paid or void already, or above what was
            outstanding. The money is kept until it is given back.
          </Text>
          {nodes.length === 0 ? (
            <Paper withBorder p="lg" radius="md">
              <Text fw={600}>All money has its place</Text>
              <Text size="sm" c="dimmed">
                A payment that fits no invoice comes here by itself.
              </Text>
            </Paper>
          ) : (
            <PaymentsTable payments={nodes} onReturn={setReturning} />
          )}
          <OlderNewer pageInfo={pageInfo} />
          {returning !== null && (
            <ReturnUnapplied
              payment={returning}
              onDone={() => {
                setReturning(null)
                void query.refetch()
              }}
              onClose={() => setReturning(null)}
            />
          )}
        </Stack>
      )}
    </Await>
  )
}

function ReturnUnapplied(props: { payment: UnappliedPaymentFragment; onDone: () => void; onClose: () => void }) {
  const { payment, onDone, onClose } = props
  const { invoice } = payment
  const kept = payment.unapplied ?? { ...payment.amount, amount: 0 }
  const came = `came from ${invoice.account.name} for ${invoice.number ?? 'an invoice'}`
  return (
    <ReturnPaymentDialog
      invoiceId={invoice.id}
      payment={payment}
      left={kept}
      unapplied
      words={(back) => unappliedWords(came, kept, back)}
      onDone={onDone}
      onClose={onClose}
    />
  )
}

function PaymentsTable(props: {
  payments: readonly UnappliedPaymentFragment[]
  onReturn: (payment: UnappliedPaymentFragment) => void
}) {
  const mayReturn = useMay('BILLING')
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table verticalSpacing="sm" aria-label="Unapplied payments">
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right">Unapplied</Table.Th>
            <Table.Th>Account</Table.Th>
            <Table.Th>Came for</Table.Th>
            <Table.Th>Paid by</Table.Th>
            <Table.Th>Received</Table.Th>
            {mayReturn && <Table.Th>Return</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {props.payments.map((payment) => {
            const { id, invoice, unapplied, amount, method, reference, receivedAt } = payment
            return (
              <Table.Tr key={id}>
                <Table.Td ta="right">
                  <b>{unapplied === null ? '–' : formatMoney(unapplied)}</b>
                  {amount.amount > 0 && (
                    <Text size="xs" c="dimmed">
                      {formatMoney(amount)} of it counts
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <AccountLink account={invoice.account} />
                </Table.Td>
                <Table.Td>
                  <Anchor inherit component={Link} to={`/accounts/${invoice.account.id}/invoices/${invoice.id}`}>
                    {invoice.number ?? 'Its invoice'}
                  </Anchor>{' '}
                  <StatusBadge status={invoice.status} />
                </Table.Td>
                <Table.Td>
                  {formatWord(method)}
                  {reference !== null && (
                    <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                      {reference}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <DayOrWhen at={receivedAt} />
                </Table.Td>
                {mayReturn && (
                  <Table.Td>
                    {unapplied !== null && (
                      <Button
                        size="compact-sm"
                        variant="light"
                        aria-label={`Return ${formatMoney(unapplied)} to ${invoice.account.name}`}
                        onClick={() => props.onReturn(payment)}
                      >
                        Return it
                      </Button>
                    )}
                  </Table.Td>
                )}
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
