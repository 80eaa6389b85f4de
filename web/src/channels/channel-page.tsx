import { Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useParams } from 'react-router'
import { Link } from 'react-router'
import { useAccountClock, useAccountPath, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { TransactionsTable } from '../ledger/transactions-table'
import { Await } from '../parts/await'
import { Figure } from '../parts/explained'
import { formatDate, formatDays, formatMoney, formatNumber, formatWord } from '../parts/format'
import { Page } from '../parts/page'
import { StatusBadge } from '../parts/status-badge'
import { useOpenDialog } from '../parts/use-open-dialog'
import { When } from '../parts/when'
import { AutoRenewDialog } from './auto-renew-dialog'
import { ChannelDetails } from './channel-details'
import { ChannelPageDocument, type ChannelCostedFragment, type ChannelPageQuery } from './channel.generated'
import { AllocateDialog, DeleteDialog, ReleaseDialog, TransferDialog } from './movement-dialogs'

export type WholeChannel = NonNullable<ChannelPageQuery['channel']>

const DEEDS = ['allocate', 'release', 'transfer', 'renewal', 'delete'] as const
type DeedName = (typeof DEEDS)[number]

export default function ChannelPage() {
  const { channelId = '' } = useParams()
  const path = useAccountPath()
  const query = useLiveQuery(ChannelPageDocument, {
    variables: { id: channelId },
    on: ['channel.', 'balance.changed', 'account.clock_advanced'],
  })
  const name = query.data?.channel?.name ?? 'Channel'
  return (
    <Page
      title={name}
      lead={
        <Anchor component={Link} to={path('channels')} size="sm">
          All channels
        </Anchor>
      }
    >
      <Await query={query} lines={8}>
        {({ channel }) =>
          channel === null ? (
            <Stack align="flex-start">
              <Text>There is no such channel in this account.</Text>
              <Button component={Link} to={path('channels')} variant="default">
                Back to the channels
              </Button>
            </Stack>
          ) : (
            <OneChannel key={channel.id} channel={channel} />
          )
        }
      </Await>
    </Page>
  )
}

function OneChannel({ channel }: { channel: WholeChannel }) {
  const mayMove = useMay('CHANNELS')
  const { opened: asked, close, opener } = useOpenDialog()
  const isDeleted = channel.status === 'DELETED'
  const opened = mayMove && !isDeleted ? DEEDS.find((deed) => deed === asked) : undefined
  const dialog = (deed: DeedName) => ({ channel, opened: opened === deed, onClose: close })
  const hasUnused = channel.unusedDays > 0
  return (
    <Stack gap="lg">
      <Group justify="space-between" gap="sm">
        <Group gap="xs">
          <StatusBadge status={channel.status} />
          <Text size="sm" c="dimmed">
            {isDeleted ? (
              <>
                deleted on <When at={channel.deletedAt} />: it stays as it was
              </>
            ) : (
              <>
                since <When at={channel.createdAt} />
              </>
            )}
          </Text>
        </Group>
        {mayMove && !isDeleted && (
          <Group gap="xs">
            <Button {...opener('allocate')}>Allocate days</Button>
            <Button variant="default" {...opener('release')} disabled={!hasUnused}>
              Release days
            </Button>
            <Button variant="default" {...opener('transfer')} disabled={!hasUnused}>
              Transfer days
            </Button>
            <Button variant="light" color="red" {...opener('delete')}>
              Delete
            </Button>
          </Group>
        )}
      </Group>
      <Figures channel={channel} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Renewal channel={channel} opener={mayMove && !isDeleted ? opener('renewal') : undefined} />
        <ChannelSubscription channel={channel} />
      </SimpleGrid>
      <ChannelDetails channel={channel} editable={mayMove && !isDeleted} />
      <section aria-label="Ledger of this channel">
        <Title order={2} size="h4" mb="sm">
          Its ledger
        </Title>
        <TransactionsTable channelId={channel.id} />
      </section>
      <AllocateDialog {...dialog('allocate')} />
      <ReleaseDialog {...dialog('release')} />
      <TransferDialog {...dialog('transfer')} />
      <DeleteDialog {...dialog('delete')} />
      <AutoRenewDialog {...dialog('renewal')} />
    </Stack>
  )
}

function Figures({ channel }: { channel: WholeChannel }) {
  const clock = useAccountClock()
  const { unusedDays, paidUntil, trialUntil, status, billing, cost, margin } = channel
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      <Figure
        label="Unused"
        value={formatDays(unusedDays)}
        formula="could be released or transferred now"
        why="Whole days that are paid and have not begun. A day that has begun is used, so that nobody runs for free by allocating and releasing."
      />
      <Figure
        label="Paid until"
        value={paidUntil === null ? 'Not yet' : formatDate(paidUntil)}
        formula={
          status === 'TRIAL' ? (
            <>
              its trial runs until <When at={trialUntil} />
            </>
          ) : paidUntil === null ? (
            'no day was ever allocated'
          ) : (
            <>
              <When at={paidUntil} />, <When at={paidUntil} relativeTo={clock} />
            </>
          )
        }
        why={
          billing === 'SUBSCRIPTION'
            ? 'The end of the last period of its subscription that was paid.'
            : 'The start of its run of paid time plus 24 hours for each paid day; each day that is allocated moves it by 24 hours.'
        }
      />
      <Figure
        label="Cost of its days"
        value={moneyOf(cost.used) ?? 'Nothing'}
        formula={costFormula(cost.used)}
        why={
          <>
            What the days that it has used cost you without tax, by the purchases that they were drawn from, oldest
            first.
            {cost.unused.days > 0 && (
              <>
                {' '}
                Its {formatDays(cost.unused.days)} unused cost {moneyOf(cost.unused) ?? 'nothing'} more.
              </>
            )}
          </>
        }
      />
      <Figure
        label="Margin"
        value={
          margin === null ? 'Not known' : margin.margin === null ? 'Not in one currency' : formatMoney(margin.margin)
        }
        color={margin?.margin != null && margin.margin.amount < 0 ? 'red' : undefined}
        formula={
          margin === null
            ? 'say below what you ask of your customer'
            : margin.cost === null
              ? `${formatMoney(margin.revenue)} of revenue; some cost is not known or in another currency`
              : `= ${formatMoney(margin.revenue)} of revenue − ${formatMoney(margin.cost)} of cost`
        }
        why={margin === null ? 'Your price for 30 days, less what the used days cost you.' : margin.explanation}
      />
    </SimpleGrid>
  )
}

function moneyOf({ costs }: ChannelCostedFragment): string | null {
  return costs.length === 0 ? null : costs.map(({ net }) => formatMoney(net)).join(' + ')
}

function costFormula({ days, freeDays, uncoveredDays, costs }: ChannelCostedFragment): string {
  if (days === 0) return 'no day is used yet'
  const parts = [
    ...costs.map((each) => `${formatDays(each.days)} for ${formatMoney(each.net)}`),
    ...(freeDays > 0 ? [`${formatNumber(freeDays)} granted for nothing`] : []),
    ...(uncoveredDays > 0 ? [`${formatNumber(uncoveredDays)} not paid yet`] : []),
  ]
  return `${formatDays(days)} used: ${parts.join(', ')}`
}

function Renewal({
  channel: { autoRenew, billing },
  opener,
}: {
  channel: WholeChannel
  opener?: { id: string; onClick: () => void }
}) {
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Renewal">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Title order={2} size="h5">
            Renewal
          </Title>
          <Text size="sm">
            {autoRenew === null
              ? 'Off: it ends when its days are over.'
              : `When less than ${formatNumber(autoRenew.leadHours)} hours are left, days are allocated by ${formatNumber(autoRenew.days)} until the lead is covered.`}
          </Text>
          {autoRenew !== null && billing === 'SUBSCRIPTION' && (
            <Text size="xs" c="dimmed">
              It sleeps while a subscription pays.
            </Text>
          )}
        </div>
        {opener !== undefined && (
          <Button variant="default" size="compact-sm" {...opener} aria-label="Change the renewal">
            Change
          </Button>
        )}
      </Group>
    </Paper>
  )
}

function ChannelSubscription({ channel: { id, subscription, billing } }: { channel: WholeChannel }) {
  const path = useAccountPath()
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Subscription">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Title order={2} size="h5">
            Subscription
          </Title>
          {subscription === null ? (
            <Text size="sm">None: the balance pays.</Text>
          ) : (
            <Text size="sm" component="div">
              <StatusBadge status={subscription.status} /> {formatMoney(subscription.plan.price)} a{' '}
              {formatWord(subscription.plan.interval).toLowerCase()}
              {subscription.currentPeriodEnd !== null && (
                <>
                  , {subscription.cancelAtPeriodEnd ? 'ends' : 'its period ends'} on{' '}
                  <When at={subscription.currentPeriodEnd} />
                </>
              )}
              {billing === 'BALANCE' && '. The balance pays now.'}
            </Text>
          )}
        </div>
        <Anchor component={Link} to={path(`plans?channel=${id}`)} size="sm">
          Plans
        </Anchor>
      </Group>
    </Paper>
  )
}
