import { Alert, Radio, Stack, Text, TextInput } from '@mantine/core'
import { skipToken, useQuery } from '@apollo/client/react'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useHref, useSearchParams } from 'react-router'
import { useAccount, useAccountPath } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatDays, formatNumber, formatWord } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { LEFT_CHANNEL, PAID_CHANNEL } from './back-from-checkout'
import { planName, planPrice } from './plan-terms'
import {
  PlansChannelByIdDocument,
  PlansFindChannelDocument,
  PlansSubscribeDocument,
  type PlansFindChannelQuery,
  type PlansPlanFragment,
} from './plans.generated'

/** Chooses a channel and a plan, and goes to the provider's page on which it is paid. */
export function SubscribeDialog({ plans, onClose }: { plans: readonly PlansPlanFragment[]; onClose: () => void }) {
  const path = useAccountPath()
  const back = useHref(path('plans'))
  const [params] = useSearchParams()
  const [channelId, setChannelId] = useState(() => params.get('of'))
  const [planId, setPlanId] = useState(() => plans[0]?.id ?? '')
  const [goesAway, setGoesAway] = useState(false)
  const deed = useDeed(PlansSubscribeDocument)
  const plan = plans.find(({ id }) => id === planId)
  return (
    <ConfirmDialog
      opened
      title="Subscribe a channel"
      confirmLabel="Go on to the payment"
      busy={deed.busy || goesAway}
      disabled={channelId === null || plan === undefined}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        if (channelId === null) return
        const here = `${location.origin}${back}`
        void deed
          .run({
            channelId,
            planId,
            successUrl: `${here}?${PAID_CHANNEL}=${channelId}`,
            cancelUrl: `${here}?${LEFT_CHANNEL}=${channelId}`,
          })
          .then((done) => {
            if (done === null) return
            setGoesAway(true)
            location.assign(done.subscribeChannel.checkoutUrl)
          })
      }}
    >
      <ChannelChoice channelId={channelId} onChoose={setChannelId} />
      <Radio.Group label="Plan" value={planId} onChange={setPlanId}>
        <Stack gap="xs" mt={4}>
          {plans.map((one) => (
            <Radio key={one.id} value={one.id} label={`${planName(one)}: ${planPrice(one)}`} />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="sm">
        You pay on the payment provider’s page, and come back here. Nothing changes before it is paid. Days that the
        channel has not used go back to the balance then; a day that has begun is used.
      </Text>
    </ConfirmDialog>
  )
}

/** Channels are many: one is found by a part of its name. */
function ChannelChoice(props: { channelId: string | null; onChoose: (channelId: string) => void }) {
  const { channelId, onChoose } = props
  const { id } = useAccount()
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), 250)
  const query = useQuery(PlansFindChannelDocument, {
    variables: { accountId: id, search: search === '' ? null : search },
    fetchPolicy: 'network-only',
  })
  // One that an address names need not be among the first.
  const named = useQuery(PlansChannelByIdDocument, channelId === null ? skipToken : { variables: { id: channelId } })
  const found = (query.data ?? query.previousData)?.channels
  const others = found?.nodes.filter((channel) => channel.id !== channelId) ?? []
  const chosen = found?.nodes.find((channel) => channel.id === channelId) ?? named.data?.channel ?? null
  return (
    <>
      <TextInput
        type="search"
        label="Find a channel"
        description="Part of its name, or of your own id for it"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
      />
      {query.error !== undefined && <RefusalAlert error={query.error} onRetry={() => void query.refetch()} />}
      <Radio.Group label="Channel" value={channelId} onChange={onChoose} aria-live="polite">
        <Stack gap="xs" mt={4}>
          {chosen !== null && <Choice channel={chosen} />}
          {others.map((channel) => (
            <Choice key={channel.id} channel={channel} />
          ))}
        </Stack>
      </Radio.Group>
      {found !== undefined && found.totalCount > found.nodes.length && (
        <Text size="xs" c="dimmed">
          The newest {formatNumber(found.nodes.length)} of {formatNumber(found.totalCount)}. Type more of the name to
          find another.
        </Text>
      )}
      {found?.totalCount === 0 && (
        <Alert color="gray" variant="light">
          <Text size="sm">
            {search === ''
              ? 'Every channel has a subscription already.'
              : 'No channel without a subscription has this in its name.'}
          </Text>
        </Alert>
      )}
    </>
  )
}

type Found = Pick<
  PlansFindChannelQuery['channels']['nodes'][number],
  'id' | 'name' | 'externalId' | 'status' | 'unusedDays'
>

function Choice({ channel: { id, name, externalId, status, unusedDays } }: { channel: Found }) {
  const facts = [
    externalId,
    formatWord(status),
    unusedDays > 0 ? `${formatDays(unusedDays)} would go back to the balance` : null,
  ]
  return <Radio value={id} label={name} description={facts.filter((fact) => fact !== null).join(' · ')} />
}
