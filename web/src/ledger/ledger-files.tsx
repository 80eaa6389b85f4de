import { Button, Code, Group, List, Paper, Stack, Table, Text, Title } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { useAccount, useViewer } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { dayStart } from '../parts/day'
import { DayInput } from '../parts/day-input'
import { formatNumber } from '../parts/format'
import { When } from '../parts/when'
import { LedgerSealsDocument } from './ledger.generated'

const FILES = [
  { name: 'ledger', label: 'Ledger', text: 'every movement of days' },
  { name: 'usage', label: 'Usage', text: 'days used by each channel' },
  { name: 'invoices', label: 'Invoices', text: 'what was bought and paid' },
  { name: 'seals', label: 'Seals', text: 'what proves the ledger' },
]

/** The ledger to take away, and how it proves itself. */
export function LedgerFiles() {
  const { id: accountId } = useAccount()
  const isStaff = useViewer().role === 'STAFF'
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const query = new URLSearchParams()
  if (isStaff) query.set('accountId', accountId)
  const [start, end] = [dayStart(from), dayStart(to)]
  if (start !== null) query.set('from', start)
  if (end !== null) query.set('to', end)
  const asked = query.toString()
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-labelledby="ledger-files">
      <Title order={2} size="h4" mb="sm" id="ledger-files">
        Files and seals
      </Title>
      <Stack>
        <Group align="flex-end">
          <DayInput label="From" description="From the first, if empty" value={from} onChange={setFrom} />
          <DayInput
            label="Until before"
            description="Up to now, if empty"
            value={to}
            onChange={setTo}
            error={start !== null && end !== null && end <= start ? 'It ends before it starts' : undefined}
          />
        </Group>
        <Group gap="sm">
          {FILES.map(({ name, label, text }) => (
            <Button
              key={name}
              component="a"
              href={`/exports/${name}.csv${asked === '' ? '' : `?${asked}`}`}
              download
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
              aria-label={`${label} as CSV: ${text}`}
            >
              {label}
            </Button>
          ))}
        </Group>
        <Seals />
      </Stack>
    </Paper>
  )
}

function Seals() {
  const { id: accountId } = useAccount()
  const query = useLiveQuery(LedgerSealsDocument, { variables: { accountId }, everyMs: 60_000 })
  return (
    <div>
      <Title order={3} size="h5">
        What a seal is
      </Title>
      <Text size="sm" maw={720} my="xs">
        Each hour in which days moved, one number is worked out over the whole ledger, from its first movement on, each
        movement as it stands in the file. Were any of them changed, left out or put in later, the number would be
        another. So:
      </Text>
      <List size="sm" maw={720} type="ordered">
        <List.Item>Take the seals away now and then, and keep them where nobody else can write.</List.Item>
        <List.Item>
          When you want proof, take the whole ledger (no dates) and the seals, and run{' '}
          <Code>node examples/verify-ledger.mjs ledger.csv seals.csv</Code>. An old seal of yours proves what is older
          than it.
        </List.Item>
      </List>
      <Await query={query} lines={2}>
        {({ ledgerSeals: { nodes } }) =>
          nodes.length === 0 ? (
            <Text size="sm" mt="sm">
              There is no seal yet: the first comes within the hour after the first movement.
            </Text>
          ) : (
            <Table.ScrollContainer minWidth={520} mt="sm">
              <Table fz="sm" captionSide="top">
                <Table.Caption ta="start">The newest seals</Table.Caption>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Made</Table.Th>
                    <Table.Th>Covers</Table.Th>
                    <Table.Th>SHA-256</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {nodes.map(({ sequence, transactions, hash, sealedAt }) => (
                    <Table.Tr key={sequence}>
                      <Table.Td>
                        <When at={sealedAt} />
                      </Table.Td>
                      <Table.Td>
                        {formatNumber(transactions)} movements, up to number {formatNumber(sequence)}
                      </Table.Td>
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
    </div>
  )
}
