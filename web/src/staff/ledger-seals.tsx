import { Anchor, Code, Group, Paper, Table, Text, Title } from '@mantine/core'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { formatNumber } from '../parts/format'
import { When } from '../parts/when'
import { StaffLedgerSealsDocument } from './ledger-audit.generated'

const SHOWN = 20

/** The newest seals of an account. */
export function LedgerSeals({ accountId }: { accountId: string }) {
  const query = useLiveQuery(StaffLedgerSealsDocument, { variables: { accountId, first: SHOWN }, everyMs: 30_000 })
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          Seals
        </Title>
        <Anchor href={`/exports/seals.csv?accountId=${accountId}`} download size="sm">
          All seals as CSV
        </Anchor>
      </Group>
      <Text size="sm" c="dimmed" maw={720} mb="xs">
        Each hour in which days moved, a hash over the whole ledger up to then is kept. Who holds a seal can prove by an
        export of the ledger that nothing before it was changed since.
      </Text>
      <Await query={query}>
        {({ ledgerSeals: { nodes } }) =>
          nodes.length === 0 ? (
            <Text size="sm">None yet: the first comes with the next full hour in which days have moved.</Text>
          ) : (
            <Table.ScrollContainer minWidth={720} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
              <Table aria-label="Seals">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Sealed</Table.Th>
                    <Table.Th ta="right">Up to event</Table.Th>
                    <Table.Th ta="right">Movements</Table.Th>
                    <Table.Th>Hash (SHA-256)</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {nodes.map(({ sequence, sealedAt, transactions, hash }) => (
                    <Table.Tr key={sequence}>
                      <Table.Td>
                        <When at={sealedAt} />
                      </Table.Td>
                      <Table.Td ta="right">{formatNumber(sequence)}</Table.Td>
                      <Table.Td ta="right">{formatNumber(transactions)}</Table.Td>
                      <Table.Td>
                        <Code style={{ overflowWrap: 'anywhere' }}>{hash}</Code>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Await>
    </Paper>
  )
}
