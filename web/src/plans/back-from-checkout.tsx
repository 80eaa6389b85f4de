import { Alert, Anchor, Loader, Text } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'
import { useAccountPath } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { RefusalAlert } from '../parts/refusal-alert'
import { When } from '../parts/when'
import { planName, planPrice } from './plan-terms'
import { PlansChannelByIdDocument } from './plans.generated'

/** Where the provider's page sends one back to: whether it was paid, or left. */
export const PAID_CHANNEL = 'paid'
export const LEFT_CHANNEL = 'left'

/** The provider tells the gateway by itself, and may take a moment. */
const LOOK_AGAIN_MS = 2_000

/** What came of the page on which a subscription is paid. */
export function BackFromCheckout() {
  const [params, setParams] = useSearchParams()
  const paid = params.get(PAID_CHANNEL)
  const left = params.get(LEFT_CHANNEL)
  const channelId = paid ?? left
  if (channelId === null) return null
  return <Outcome channelId={channelId} isPaid={paid !== null} onClose={() => setParams({}, { replace: true })} />
}

function Outcome(props: { channelId: string; isPaid: boolean; onClose: () => void }) {
  const { channelId, isPaid, onClose } = props
  const path = useAccountPath()
  const query = useLiveQuery(PlansChannelByIdDocument, {
    variables: { id: channelId },
    on: ['channel.', 'balance.'],
    everyMs: isPaid ? LOOK_AGAIN_MS : 0,
  })
  if (query.data === undefined) {
    return query.error == null ? null : <RefusalAlert error={query.error} onRetry={() => void query.refetch()} />
  }
  const { channel } = query.data
  if (channel === null) return null
  const { name, subscription, paidUntil } = channel
  const link = (
    <Anchor component={Link} to={path(`channels/${channelId}`)} size="sm" underline="always">
      {name}
    </Anchor>
  )
  const close = { withCloseButton: true, closeButtonLabel: 'Close', onClose }
  if (subscription !== null && (subscription.status === 'ACTIVE' || subscription.status === 'PAST_DUE')) {
    return (
      <Alert color="green" variant="light" title="Subscribed" role="status" {...close}>
        <Text size="sm">
          {link} is on the {planName(subscription.plan).toLowerCase()} plan, {planPrice(subscription.plan)}. It is paid
          until <When at={paidUntil} /> and renews by itself then. Days that it had not used went back to the balance.
        </Text>
      </Alert>
    )
  }
  if (!isPaid) {
    return (
      <Alert color="blue" variant="light" title="Nothing was paid" role="status" {...close}>
        <Text size="sm">
          The payment page of {link} was left. Nothing was charged, and the channel stays as it was. You can subscribe
          it again whenever you like.
        </Text>
      </Alert>
    )
  }
  return (
    <Alert
      color="blue"
      variant="light"
      icon={<Loader size="xs" />}
      title="The payment is on its way"
      role="status"
      {...close}
    >
      <Text size="sm">
        {link} is subscribed as soon as the payment provider confirms it, mostly within seconds. You need not wait here:
        it happens without this page too.
      </Text>
    </Alert>
  )
}
