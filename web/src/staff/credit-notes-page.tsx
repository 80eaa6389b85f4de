import { Anchor, Paper, Stack, Table, Text } from '@mantine/core'
import { Link } from 'react-router'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { formatCount, formatDays, formatMoney } from '../parts/format'
import { OlderNewer, usePageStart } from '../parts/older-newer'
import { Page } from '../parts/page'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import { AccountLink } from './account-link'
import { StaffCreditNotesDocument, type StaffCreditNotesQuery } from './credit-notes.generated'

/** What was taken back of paid invoices, of all accounts. */
export default function CreditNotesPage() {
  const after = usePageStart()
  const query = useLiveQuery(StaffCreditNotesDocument, { variables: { first: 50, after }, everyMs: 5_000 })
  return (
    <Page
      title="Credit notes"
      lead="A credit note takes available days of a paid invoice back, and gives back at most their price. It is issued on the page of its invoice."
    >
      <Await query={query} lines={6}>
        {({ creditNotes }) => (
          <Stack gap="xs">
            <Text size="sm" c="dimmed" aria-live="polite">
              {formatCount(creditNotes.totalCount, 'credit note')}
            </Text>
            <CreditNotesTable notes={creditNotes.nodes} />
            <OlderNewer pageInfo={creditNotes.pageInfo} />
          </Stack>
        )}
      </Await>
    </Page>
  )
}

function CreditNotesTable({ notes }: { notes: StaffCreditNotesQuery['creditNotes']['nodes'] }) {
  if (notes.length === 0) {
    return (
      <Paper withBorder p="lg" radius="md">
        <Text fw={600}>None was issued yet</Text>
        <Text size="sm" c="dimmed">
          Open a paid invoice of <Link to="/accounts">an account</Link> to issue one.
        </Text>
      </Paper>
    )
  }
  return (
    <Table.ScrollContainer minWidth={860}>
      <Table verticalSpacing="sm" aria-label="Credit notes">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Number</Table.Th>
            <Table.Th>Account</Table.Th>
            <Table.Th>Invoice</Table.Th>
            <Table.Th ta="right">Days</Table.Th>
            <Table.Th ta="right">Goes back</Table.Th>
            <Table.Th>Refund</Table.Th>
            <Table.Th>Reason</Table.Th>
            <Table.Th>Issued</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {notes.map(({ id, number, invoice, days, total, refunds, reason, issuedAt, pdfUrl }) => (
            <Table.Tr key={id}>
              <Table.Td>
                {pdfUrl === null ? (
                  number
                ) : (
                  <Anchor inherit href={pdfUrl} target="_blank" rel="noreferrer" aria-label={`${number} as a PDF`}>
                    {number}
                  </Anchor>
                )}
              </Table.Td>
              <Table.Td>
                <AccountLink account={invoice.account} />
              </Table.Td>
              <Table.Td>
                <Anchor inherit component={Link} to={`/accounts/${invoice.account.id}/invoices/${invoice.id}`}>
                  {invoice.number ?? 'Its invoice'}
                </Anchor>
              </Table.Td>
              <Table.Td ta="right">{formatDays(days)}</Table.Td>
              <Table.Td ta="right">{formatMoney(total)}</Table.Td>
              <Table.Td>
                {refunds.length === 0 ? (
                  <Text size="sm" component="span">
                    {total.amount === 0 ? 'Nothing to pay back' : 'None yet'}
                  </Text>
                ) : (
                  refunds.map((refund) => <StatusBadge key={refund.id} status={refund.status} />)
                )}
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{reason}</Table.Td>
              <Table.Td>
                <When at={issuedAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
