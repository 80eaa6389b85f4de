import { Paper, Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatCount, formatDays, formatWord } from '../parts/format'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import type { SettingsQuery } from './settings.generated'

/** What was agreed for the account; only staff change it. */
export function AccountFacts({ account }: { account: SettingsQuery['account'] }) {
  const { id, name, email, status, sandbox, now, billingMode, trialDays, maxTrials, balance } = account
  const facts: readonly [string, ReactNode, string?][] = [
    ['Name', name],
    ['E-mail', email ?? '–', 'Mail goes here where the billing details have no address of their own.'],
    ['Status', <StatusBadge key="status" status={status} />],
    [
      'Billing',
      formatWord(billingMode),
      billingMode === 'PREPAID'
        ? 'Days are bought before they are allocated.'
        : `The balance may run down to −${formatDays(balance.creditLimit)}; days used are invoiced each month.`,
    ],
    [
      'Trials',
      maxTrials === 0 ? 'none' : `${formatCount(maxTrials, 'channel')} at once, ${formatDays(trialDays)} each`,
      'Days of a trial never come from the balance.',
    ],
    [
      'Clock',
      <When key="now" at={now} />,
      sandbox ? 'A sandbox’s own: it stands still until it is moved.' : 'The real one.',
    ],
    ['Id', <code key="id">{id}</code>, 'How the API and your provider call the account.'],
  ]
  return (
    <Paper withBorder p="md" radius="md">
      <Table variant="vertical" verticalSpacing="sm">
        <Table.Tbody>
          {facts.map(([label, value, why]) => (
            <Table.Tr key={label}>
              <Table.Th w="30%" scope="row">
                {label}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {value}
                {why !== undefined && (
                  <Text size="xs" c="dimmed">
                    {why}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" mt="sm" c="dimmed">
        Your provider changes these.
      </Text>
    </Paper>
  )
}
