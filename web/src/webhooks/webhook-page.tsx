import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { Link, useParams, useSearchParams } from 'react-router'
import { useAccount, useAccountPath, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { formatNumber } from '../parts/format'
import { usePageStart } from '../parts/older-newer'
import { Page } from '../parts/page'
import { ReadOnlyNote } from '../parts/read-only-note'
import { useOpenDialog } from '../parts/use-open-dialog'
import { When } from '../parts/when'
import { DeliveryLog } from './delivery-log'
import { EditEndpoint } from './edit-endpoint'
import { DeleteEndpoint, DisableEndpoint, EnableEndpoint, RotateSecret } from './endpoint-deeds'
import { EndpointBadge, EndpointState } from './endpoint-state'
import { ReplayRange, Replays } from './replays'
import { TestMessage } from './test-message'
import { WebhookDocument, type WebhookQuery } from './webhooks.generated'

export default function WebhookPage() {
  const { endpointId = '' } = useParams()
  const { id: accountId } = useAccount()
  const path = useAccountPath()
  const [params] = useSearchParams()
  const query = useLiveQuery(WebhookDocument, {
    variables: { id: endpointId, accountId, undeliveredOnly: params.has('undelivered'), after: usePageStart() },
    on: ['webhook_endpoint.', 'balance.', 'invoice.', 'channel.'],
    everyMs: 3_000,
  })
  return (
    <Page
      title="Webhook endpoint"
      lead={
        <Anchor component={Link} to={path('webhooks')} size="sm">
          <IconArrowLeft size={14} aria-hidden style={{ verticalAlign: 'middle' }} /> All endpoints
        </Anchor>
      }
    >
      <Await
        query={{ ...query, data: query.error == null ? (query.data ?? query.previousData) : query.data }}
        lines={6}
      >
        {(data) => <Endpoint data={data} onChanged={() => void query.refetch()} />}
      </Await>
    </Page>
  )
}

function Endpoint({ data, onChanged }: { data: WebhookQuery; onChanged: () => void }) {
  const { webhookEndpoint: endpoint, account } = data
  const { sequence } = account.balance
  const mayEdit = useMay('TOKENS')
  const { opened, close, opener } = useOpenDialog()
  return (
    <Stack gap="lg">
      <Paper withBorder p="md" radius="md" component="section" aria-label="The endpoint">
        <Group gap="sm" align="flex-start">
          <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
            {endpoint.url}
          </Title>
          <EndpointBadge endpoint={endpoint} />
        </Group>
        {endpoint.description !== null && <Text size="sm">{endpoint.description}</Text>}
        <Text size="sm" c="dimmed" mb="sm">
          Created <When at={endpoint.createdAt} />. Events:{' '}
          {endpoint.eventTypes === null ? 'all' : endpoint.eventTypes.join(', ')}.
        </Text>
        <EndpointState endpoint={endpoint} sequence={sequence} />
        {mayEdit ? (
          <Group gap="xs" mt="md">
            <Button variant="default" size="xs" {...opener('edit')}>
              Edit
            </Button>
            {(endpoint.disabledAt !== null || endpoint.failingSince !== null) && (
              <Button size="xs" {...opener('enable')}>
                {endpoint.disabledAt !== null ? 'Enable …' : 'Try again now …'}
              </Button>
            )}
            {endpoint.disabledAt === null && (
              <Button variant="default" size="xs" {...opener('disable')}>
                Disable …
              </Button>
            )}
            <Button variant="default" size="xs" {...opener('rotate')}>
              New secret …
            </Button>
            <Button variant="default" size="xs" {...opener('replay')}>
              Replay a range …
            </Button>
            <Button variant="default" size="xs" {...opener('delete')}>
              Delete …
            </Button>
          </Group>
        ) : (
          <ReadOnlyNote who="Owners" />
        )}
      </Paper>
      {mayEdit && <TestMessage endpointId={endpoint.id} />}
      <Replays replays={endpoint.replays} />
      <DeliveryLog deliveries={endpoint.deliveries} isDisabled={endpoint.disabledAt !== null} onReplayed={onChanged} />
      {mayEdit && (
        <>
          <EditEndpoint endpoint={endpoint} opened={opened === 'edit'} onClose={close} />
          <EnableEndpoint endpoint={endpoint} sequence={sequence} opened={opened === 'enable'} onClose={close} />
          <DisableEndpoint endpoint={endpoint} opened={opened === 'disable'} onClose={close} />
          <RotateSecret endpoint={endpoint} opened={opened === 'rotate'} onClose={close} />
          <DeleteEndpoint endpoint={endpoint} opened={opened === 'delete'} onClose={close} />
          <ReplayRange
            endpointId={endpoint.id}
            sequence={sequence}
            opened={opened === 'replay'}
            onClose={close}
            onReplayed={onChanged}
          />
        </>
      )}
      <Text size="xs" c="dimmed">
        The log keeps 30 days. The account’s last event is {formatNumber(sequence)}.
      </Text>
    </Stack>
  )
}
