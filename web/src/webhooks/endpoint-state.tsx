import { Text } from '@mantine/core'
import { formatCount, formatNumber } from '../parts/format'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import type { WebhookDisabledReason, WebhookHeadFragment } from './webhooks.generated'

const REASONS: Record<WebhookDisabledReason, string> = {
  DELETED: 'It is deleted.',
  FAILING: 'One event was not received for three days, so it switched itself off.',
  GONE: 'The receiver answered 410 (gone), so it switched itself off.',
  REQUESTED: 'Somebody disabled it.',
}

export function EndpointBadge({ endpoint }: { endpoint: WebhookHeadFragment }) {
  const { disabledAt, failingSince } = endpoint
  return <StatusBadge status={disabledAt !== null ? 'DISABLED' : failingSince !== null ? 'FAILED' : 'ACTIVE'} />
}

/** How far its stream has come, in a sentence. */
export function EndpointState({ endpoint, sequence }: { endpoint: WebhookHeadFragment; sequence: number }) {
  const { disabledAt, disabledReason, failingSince, failures, nextAttemptAt, deliveredUntil, previousSecretUntil } =
    endpoint
  const behind = Math.max(0, sequence - deliveredUntil)
  return (
    <div aria-live="polite">
      <Text size="sm">
        {behind === 0
          ? `It is up to date: the last of ${formatNumber(sequence)} events is delivered, or not wanted.`
          : `${formatCount(behind, 'event')} behind: ${formatNumber(sequence)} have happened, and it has come to ${formatNumber(deliveredUntil)}.`}
      </Text>
      {disabledAt !== null && (
        <Text size="sm">
          Disabled since <When at={disabledAt} />. {disabledReason !== null && REASONS[disabledReason]} Nothing is sent
          until it is enabled.
        </Text>
      )}
      {disabledAt === null && failingSince !== null && (
        <Text size="sm">
          The next event has failed {formatCount(failures, 'time')} since <When at={failingSince} />; events stay in
          order, so those after it wait. Next attempt <When at={nextAttemptAt} relativeTo="now" />. After three days it
          is disabled.
        </Text>
      )}
      {previousSecretUntil !== null && (
        <Text size="sm">
          Signed with the old secret too until <When at={previousSecretUntil} />.
        </Text>
      )}
    </div>
  )
}
