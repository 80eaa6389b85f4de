import { Button, Group, Paper, Table, Text, Title } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { AccountStatus } from '../schema.generated'
import { formatCount, formatDays, formatWord } from '../parts/format'
import { StatusBadge } from '../parts/status-badge'
import { AccountStatusDialog } from './account-status-dialog'
import { AccountTermsDialog } from './account-terms-dialog'
import type { AgreedAccountFragment } from './agreements.generated'

/** What an account is called and may do, and the deeds that change it. */
export function AccountTerms(props: { account: AgreedAccountFragment; mayChange: boolean; onChanged: () => void }) {
  const { account, mayChange, onChanged } = props
  const [editing, setEditing] = useState(false)
  const [becoming, setBecoming] = useState<AccountStatus | null>(null)
  const isClosed = account.status === 'CLOSED'
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          Account
        </Title>
        {mayChange && (
          <Button size="xs" variant="default" onClick={() => setEditing(true)}>
            Change it
          </Button>
        )}
      </Group>
      <Table aria-label="Account">
        <Table.Tbody>
          <Row name="Name" value={account.name} />
          <Row name="E-mail" value={account.email ?? 'none: nothing is mailed'} />
          <Row name="Status" value={<StatusBadge status={account.status} />} />
          <Row name="Pays" value={formatWord(account.billingMode)} />
          {account.billingMode === 'POSTPAID' && (
            <Row name="Credit limit" value={`${formatDays(account.balance.creditLimit)} under 0`} />
          )}
          <Row
            name="Trials"
            value={
              account.maxTrials === 0
                ? 'none'
                : `${formatCount(account.maxTrials, 'channel')} at once, ${formatDays(account.trialDays)} each`
            }
          />
          <Row name="Id" value={account.id} />
        </Table.Tbody>
      </Table>
      {mayChange && !isClosed && (
        <Group mt="md" gap="xs">
          {account.status === 'ACTIVE' ? (
            <Button size="xs" variant="light" color="red" onClick={() => setBecoming('SUSPENDED')}>
              Suspend
            </Button>
          ) : (
            <Button size="xs" variant="light" onClick={() => setBecoming('ACTIVE')}>
              Lift the suspension
            </Button>
          )}
          <Button size="xs" variant="light" color="red" onClick={() => setBecoming('CLOSED')}>
            Close for good
          </Button>
        </Group>
      )}
      {isClosed && (
        <Text size="sm" c="dimmed" mt="sm">
          A closed account stays closed.
        </Text>
      )}
      {editing && <AccountTermsDialog account={account} onDone={onChanged} onClose={() => setEditing(false)} />}
      {becoming !== null && (
        <AccountStatusDialog account={account} status={becoming} onDone={onChanged} onClose={() => setBecoming(null)} />
      )}
    </Paper>
  )
}

function Row({ name, value }: { name: string; value: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} w={110}>
        {name}
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
    </Table.Tr>
  )
}
