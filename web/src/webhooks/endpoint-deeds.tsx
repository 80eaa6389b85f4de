import { Modal, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useApolloClient } from '@apollo/client/react'
import { useNavigate } from 'react-router'
import { useAccountPath } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatCount, formatNumber } from '../parts/format'
import { WholeNumberInput } from '../parts/whole-number-input'
import { SecretShown } from './secret-shown'
import {
  WebhookDeleteDocument,
  WebhookDisableDocument,
  WebhookEnableDocument,
  WebhookRotateDocument,
  type WebhookHeadFragment,
  type WebhookResume,
} from './webhooks.generated'

interface DeedProps {
  endpoint: WebhookHeadFragment
  opened: boolean
  onClose: () => void
}

export function EnableEndpoint({ endpoint, sequence, opened, onClose }: DeedProps & { sequence: number }) {
  const [from, setFrom] = useState<WebhookResume>('WHERE_IT_STOPPED')
  const deed = useDeed(WebhookEnableDocument)
  const behind = Math.max(0, sequence - endpoint.deliveredUntil)
  return (
    <ConfirmDialog
      opened={opened}
      title={endpoint.disabledAt === null ? 'Try again now' : 'Enable the endpoint'}
      confirmLabel={endpoint.disabledAt === null ? 'Try again' : 'Enable'}
      busy={deed.busy}
      refusal={deed.refusal}
      onConfirm={() => void deed.run({ id: endpoint.id, from }).then((done) => done !== null && onClose())}
      onClose={onClose}
    >
      <Radio.Group label="Go on from" value={from} onChange={(value) => setFrom(value)}>
        <Stack gap="xs" mt="xs">
          <Radio
            value="WHERE_IT_STOPPED"
            label="Where it stopped"
            description={`After event ${formatNumber(endpoint.deliveredUntil)}: ${formatCount(behind, 'event')} are caught up on first, without those that it doesn’t want.`}
          />
          <Radio
            value="NOW"
            label="Now"
            description={`After event ${formatNumber(sequence)}: what came before is left out, and can be replayed.`}
          />
        </Stack>
      </Radio.Group>
    </ConfirmDialog>
  )
}

export function DisableEndpoint({ endpoint, opened, onClose }: DeedProps) {
  const deed = useDeed(WebhookDisableDocument)
  return (
    <ConfirmDialog
      opened={opened}
      title="Disable the endpoint"
      confirmLabel="Disable"
      busy={deed.busy}
      refusal={deed.refusal}
      onConfirm={() => void deed.run({ id: endpoint.id }).then((done) => done !== null && onClose())}
      onClose={onClose}
    >
      <Text size="sm">
        Nothing is sent to {endpoint.url} until it is enabled. It can go on then after event{' '}
        {formatNumber(endpoint.deliveredUntil)}, the last that it has had.
      </Text>
    </ConfirmDialog>
  )
}

export function DeleteEndpoint({ endpoint, opened, onClose }: DeedProps) {
  const deed = useDeed(WebhookDeleteDocument)
  const apollo = useApolloClient()
  const path = useAccountPath()
  const navigate = useNavigate()
  const remove = async () => {
    if ((await deed.run({ id: endpoint.id })) === null) return
    void navigate(path('webhooks'), { replace: true })
    apollo.cache.evict({ id: apollo.cache.identify({ ...endpoint, __typename: 'WebhookEndpoint' }) })
  }
  return (
    <ConfirmDialog
      opened={opened}
      title="Delete the endpoint"
      confirmLabel="Delete for good"
      danger
      busy={deed.busy}
      refusal={deed.refusal}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <Text size="sm">
        Nothing more is sent to {endpoint.url}, and its log can’t be seen any more. It came to event{' '}
        {formatNumber(endpoint.deliveredUntil)}. To pause it, disable it instead.
      </Text>
    </ConfirmDialog>
  )
}

export function RotateSecret({ endpoint, opened, onClose }: DeedProps) {
  const [overlapHours, setOverlapHours] = useState<number | null>(24)
  const [secret, setSecret] = useState<string | null>(null)
  const deed = useDeed(WebhookRotateDocument)
  const rotate = async () => {
    const done = await deed.run({ id: endpoint.id, overlapHours: overlapHours ?? 24 })
    if (done !== null) setSecret(done.rotateWebhookSecret.secret)
  }
  if (secret !== null) {
    const done = () => {
      setSecret(null)
      onClose()
    }
    return (
      <Modal
        opened
        onClose={done}
        title="The new secret"
        size="lg"
        withCloseButton={false}
        closeOnClickOutside={false}
        closeOnEscape={false}
      >
        <SecretShown secret={secret} doneLabel="I have it" onDone={done} />
      </Modal>
    )
  }
  return (
    <ConfirmDialog
      opened={opened}
      title="Make a new secret"
      confirmLabel="Make a new secret"
      busy={deed.busy}
      disabled={overlapHours === null}
      refusal={deed.refusal}
      onConfirm={() => void rotate()}
      onClose={onClose}
    >
      <WholeNumberInput
        label="Overlap in hours"
        description={
          overlapHours === 0
            ? 'The old secret is out at once: for one that has leaked.'
            : 'For so long messages are signed with both, while you change the receiver. 0 to 168.'
        }
        value={overlapHours}
        onChange={setOverlapHours}
        min={0}
        max={168}
      />
    </ConfirmDialog>
  )
}
