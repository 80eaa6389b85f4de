import { Anchor, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import { useAccount, useAccountPath, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { formatCount } from '../parts/format'
import { OlderNewer, usePageStart } from '../parts/older-newer'
import { StatusBadge } from '../parts/status-badge'
import { useOpenDialog } from '../parts/use-open-dialog'
import { When } from '../parts/when'
import { CancelDialog } from './cancel-dialog'
import { ChangePlanDialog } from './change-plan-dialog'
import { planName, planPrice } from './plan-terms'
import {
  PlansSubscribedDocument,
  type PlansChannelFragment,
  type PlansPlanFragment,
  type PlansSubscribedQuery,
} from './plans.generated'
import { ResumeDialog } from './resume-dialog'

/** A channel whose subscription lives. */
export type Subscribed = PlansChannelFragment & { subscription: NonNullable<PlansChannelFragment['subscription']> }

export function SubscribedChannels({ plans }: { plans: readonly PlansPlanFragment[] }) {
  const { id } = useAccount()
  const after = usePageStart()
  const query = useLiveQuery(PlansSubscribedDocument, {
    variables: { accountId: id, after },
    on: ['channel.', 'account.clock_advanced'],
  })
  return (
    <section aria-labelledby="subscribed-channels">
      <Title order={2} size="h4" mb="xs" id="subscribed-channels">
        Channels on subscriptions
      </Title>
      <Await query={query}>
        {({ channels }) => <List channels={channels} plans={plans} onDone={() => void query.refetch()} />}
      </Await>
    </section>
  )
}

function List(props: {
  channels: PlansSubscribedQuery['channels']
  plans: readonly PlansPlanFragment[]
  onDone: () => void
}) {
  const { channels, plans, onDone } = props
  const mayBill = useMay('BILLING')
  const { opened, of, close } = useOpenDialog()
  const { nodes, totalCount, pageInfo } = channels
  const subscribed = nodes.filter((channel): channel is Subscribed => channel.subscription !== null)
  const chosen = subscribed.find(({ id }) => id === of)
  const done = () => {
    close()
    onDone()
  }
  if (subscribed.length === 0) {
    return (
      <Paper withBorder p="lg" radius="md">
        <Text size="sm">
          {mayBill
            ? 'No channel has a subscription. Subscribe one to have it renewed by itself.'
            : 'No channel has a subscription.'}
        </Text>
      </Paper>
    )
  }
  const dialog = { onClose: close, onDone: done }
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed" aria-live="polite">
        {formatCount(totalCount, 'channel')}
      </Text>
      <Table.ScrollContainer minWidth={720}>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Channel</Table.Th>
              <Table.Th>Plan</Table.Th>
              <Table.Th>Status</Table.Th>
              <Table.Th>Period</Table.Th>
              {mayBill && <Table.Th>Deeds</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {subscribed.map((channel) => (
              <Row key={channel.id} channel={channel} mayBill={mayBill} mayChange={plans.length > 0} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <OlderNewer pageInfo={pageInfo} />
      {mayBill && chosen !== undefined && opened === 'change' && (
        <ChangePlanDialog channel={chosen} plans={plans} {...dialog} />
      )}
      {mayBill && chosen !== undefined && opened === 'cancel' && <CancelDialog channel={chosen} {...dialog} />}
      {mayBill && chosen !== undefined && opened === 'resume' && <ResumeDialog channel={chosen} {...dialog} />}
    </Stack>
  )
}

function Row({ channel, mayBill, mayChange }: { channel: Subscribed; mayBill: boolean; mayChange: boolean }) {
  const path = useAccountPath()
  const { opener } = useOpenDialog()
  const { id, name, externalId, subscription } = channel
  const { status, plan, cancelAtPeriodEnd, currentPeriodEnd } = subscription
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={path(`channels/${id}`)} fw={600}>
          {name}
        </Anchor>
        {externalId !== null && (
          <Text size="xs" c="dimmed">
            {externalId}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {planName(plan)}
        <Text size="xs" c="dimmed">
          {planPrice(plan)}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={status} />
        {status === 'PAST_DUE' && (
          <Text size="xs" c="dimmed">
            The last charge failed: the channel runs on for 3 days after its paid time.
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {cancelAtPeriodEnd ? 'ends ' : 'renews '}
        <When at={currentPeriodEnd} />
        <Text size="xs" c="dimmed">
          paid until <When at={channel.paidUntil} />
        </Text>
      </Table.Td>
      {mayBill && (
        <Table.Td>
          <Group gap="xs">
            {mayChange && !cancelAtPeriodEnd && (
              <Button
                size="compact-sm"
                variant="default"
                {...opener('change', id)}
                aria-label={`Change plan of ${name}`}
              >
                Change plan
              </Button>
            )}
            {cancelAtPeriodEnd ? (
              <Button size="compact-sm" variant="default" {...opener('resume', id)} aria-label={`Resume ${name}`}>
                Resume
              </Button>
            ) : null}
            <Button size="compact-sm" variant="default" {...opener('cancel', id)} aria-label={`Cancel ${name}`}>
              Cancel
            </Button>
          </Group>
        </Table.Td>
      )}
    </Table.Tr>
  )
}
