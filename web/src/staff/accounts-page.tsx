import { Button, Paper, Stack, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { formatCount, formatDays, formatWord } from '../parts/format'
import { OlderNewer, usePageStart } from '../parts/older-newer'
import { Page } from '../parts/page'
import { StatusBadge } from '../parts/status-badge'
import { AccountLink } from './account-link'
import { StaffAccountsDocument, type StaffAccountsQuery } from './accounts.generated'
import { CreateAccountDialog } from './create-account-dialog'

/** All partners, newest first. */
export default function AccountsPage() {
  const mayCreate = useMay('ADMIN')
  const [params, setParams] = useSearchParams()
  const search = params.get('search') ?? ''
  const [typed, setTyped] = useState(search)
  const after = usePageStart()
  const searchFor = useDebouncedCallback((text: string) => {
    setParams(text.trim() === '' ? {} : { search: text.trim() }, { replace: true })
  }, 250)
  const query = useLiveQuery(StaffAccountsDocument, {
    variables: { search: search === '' ? null : search, first: 50, after },
    everyMs: 5_000,
  })
  return (
    <Page
      title="Accounts"
      lead="One account is one partner. Nothing of one is ever seen by another."
      actions={
        mayCreate && (
          <Button onClick={() => setParams({ ...Object.fromEntries(params), new: '' })}>Create an account</Button>
        )
      }
    >
      <TextInput
        label="Search"
        placeholder="Part of the name or the e-mail"
        value={typed}
        maw={420}
        leftSection={<IconSearch size={16} aria-hidden />}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          searchFor(event.currentTarget.value)
        }}
      />
      <Await query={{ ...query, data: query.data ?? query.previousData }} lines={6}>
        {({ accounts }) => (
          <Stack gap="xs">
            <Text size="sm" c="dimmed" aria-live="polite">
              {formatCount(accounts.totalCount, 'account')}
              {search !== '' && ` with “${search}”`}
            </Text>
            <AccountsTable accounts={accounts.nodes} />
            <OlderNewer pageInfo={accounts.pageInfo} />
          </Stack>
        )}
      </Await>
      {params.has('new') && (
        <CreateAccountDialog onClose={() => setParams(search === '' ? {} : { search }, { replace: true })} />
      )}
    </Page>
  )
}

function AccountsTable({ accounts }: { accounts: StaffAccountsQuery['accounts']['nodes'] }) {
  if (accounts.length === 0) {
    return (
      <Paper withBorder p="lg" radius="md">
        <Text fw={600}>No account is like that</Text>
        <Text size="sm" c="dimmed">
          Search for a shorter part of its name or e-mail, or create it.
        </Text>
      </Paper>
    )
  }
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table verticalSpacing="sm" aria-label="Accounts">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Account</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th ta="right">Available</Table.Th>
            <Table.Th ta="right">Credit limit</Table.Th>
            <Table.Th>Pays</Table.Th>
            <Table.Th>E-mail</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {accounts.map((account) => (
            <Table.Tr key={account.id}>
              <Table.Td>
                <AccountLink account={account} />
              </Table.Td>
              <Table.Td>
                <StatusBadge status={account.status} />
                {account.overdue && <StatusBadge status="OVERDUE" />}
              </Table.Td>
              <Table.Td ta="right">
                <Text size="sm" c={account.balance.available < 0 ? 'red' : undefined} component="span">
                  {formatDays(account.balance.available)}
                </Text>
                {account.balance.owed > 0 && (
                  <Text size="xs" c="red">
                    and {formatDays(account.balance.owed)} owed
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right">
                {account.billingMode === 'POSTPAID' ? formatDays(account.balance.creditLimit) : '–'}
              </Table.Td>
              <Table.Td>{formatWord(account.billingMode)}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{account.email ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
