import { Anchor, Button, Paper, Table, Text } from '@mantine/core'
import { Link } from 'react-router'
import { useAccount, useAccountPath, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { formatCount, formatNumber } from '../parts/format'
import { Page } from '../parts/page'
import { useOpenDialog } from '../parts/use-open-dialog'
import { CreateEndpoint } from './create-endpoint'
import { EndpointBadge } from './endpoint-state'
import { WebhooksDocument } from './webhooks.generated'

/** Endpoints of an account at the most. */
const MOST_ENDPOINTS = 10

export default function WebhooksPage() {
  const { id: accountId } = useAccount()
  const path = useAccountPath()
  const mayEdit = useMay('TOKENS')
  const dialog = useOpenDialog()
  const query = useLiveQuery(WebhooksDocument, {
    variables: { accountId },
    on: ['webhook_endpoint.'],
    everyMs: 5_000,
  })
  return (
    <Page
      title="Webhooks"
      lead="Every event of the account, sent to addresses of yours: each in order, signed, and tried again for three days until it is received."
      actions={mayEdit && <Button {...dialog.opener('new')}>New endpoint</Button>}
    >
      <Await query={query}>
        {({ webhookEndpoints, account }) =>
          webhookEndpoints.length === 0 ? (
            <Paper withBorder p="md" radius="md">
              <Text size="sm">
                There is no endpoint yet.{' '}
                {mayEdit
                  ? 'Create one, and your systems hear of everything that happens here.'
                  : 'Owners can create one.'}
              </Text>
            </Paper>
          ) : (
            <Paper withBorder p="md" radius="md">
              <Table.ScrollContainer minWidth={620}>
                <Table>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Address</Table.Th>
                      <Table.Th>Events</Table.Th>
                      <Table.Th>State</Table.Th>
                      <Table.Th>Events behind</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {webhookEndpoints.map((endpoint) => (
                      <Table.Tr key={endpoint.id}>
                        <Table.Td style={{ overflowWrap: 'anywhere' }}>
                          <Anchor component={Link} to={path(`webhooks/${endpoint.id}`)}>
                            {endpoint.url}
                          </Anchor>
                          {endpoint.description !== null && (
                            <Text size="xs" c="dimmed">
                              {endpoint.description}
                            </Text>
                          )}
                        </Table.Td>
                        <Table.Td>
                          {endpoint.eventTypes === null
                            ? 'All'
                            : endpoint.eventTypes.length > 3
                              ? formatCount(endpoint.eventTypes.length, 'type')
                              : endpoint.eventTypes.join(', ')}
                        </Table.Td>
                        <Table.Td>
                          <EndpointBadge endpoint={endpoint} />
                        </Table.Td>
                        <Table.Td>
                          {formatNumber(Math.max(0, account.balance.sequence - endpoint.deliveredUntil))}
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
              <Text size="xs" c="dimmed" mt="xs">
                {formatNumber(webhookEndpoints.length)} of {MOST_ENDPOINTS} endpoints. Behind = the account’s last
                event, {formatNumber(account.balance.sequence)}, less the last that the endpoint has had.
              </Text>
            </Paper>
          )
        }
      </Await>
      {mayEdit && (
        <CreateEndpoint
          opened={dialog.opened === 'new'}
          onClose={dialog.close}
          onCreated={() => void query.refetch()}
        />
      )}
    </Page>
  )
}
