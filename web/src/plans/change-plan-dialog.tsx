import { Radio, Stack, Table, Text } from '@mantine/core'
import { skipToken, useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatMoney } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { When } from '../parts/when'
import { planName, planPrice } from './plan-terms'
import {
  PlansChangeDocument,
  PlansPreviewChangeDocument,
  type PlansPlanFragment,
  type PlansPreviewChangeQuery,
} from './plans.generated'
import type { Subscribed } from './subscribed-channels'

export function ChangePlanDialog(props: {
  channel: Subscribed
  plans: readonly PlansPlanFragment[]
  onClose: () => void
  onDone: () => void
}) {
  const { channel, plans, onClose, onDone } = props
  const { id, name, subscription } = channel
  const others = plans.filter((plan) => plan.id !== subscription.plan.id)
  const [planId, setPlanId] = useState(() => others[0]?.id ?? '')
  const preview = useQuery(
    PlansPreviewChangeDocument,
    planId === '' ? skipToken : { variables: { channelId: id, planId }, fetchPolicy: 'network-only' },
  )
  const deed = useDeed(PlansChangeDocument)
  const foreseen = preview.data?.previewPlanChange
  return (
    <ConfirmDialog
      opened
      title={`Change the plan of ${name}`}
      confirmLabel={foreseen === undefined ? 'Change' : confirmLabel(foreseen)}
      busy={deed.busy}
      disabled={foreseen === undefined}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        void deed.run({ channelId: id, planId }).then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        It is on the {planName(subscription.plan).toLowerCase()} plan now, {planPrice(subscription.plan)}.
      </Text>
      {others.length === 0 && <Text size="sm">There is no other plan.</Text>}
      <Radio.Group label="New plan" value={planId} onChange={setPlanId}>
        <Stack gap="xs" mt={4}>
          {others.map((plan) => (
            <Radio key={plan.id} value={plan.id} label={`${planName(plan)}: ${planPrice(plan)}`} />
          ))}
        </Stack>
      </Radio.Group>
      <div aria-live="polite">
        {preview.error !== undefined && <RefusalAlert error={preview.error} onRetry={() => void preview.refetch()} />}
        {foreseen !== undefined && <Proration preview={foreseen} />}
        {foreseen === undefined && preview.loading && <Text size="sm">Asking the payment provider what it costs…</Text>}
      </div>
    </ConfirmDialog>
  )
}

type Preview = PlansPreviewChangeQuery['previewPlanChange']

function confirmLabel({ amountDue, currency }: Preview): string {
  return amountDue > 0 ? `Change it, and pay ${formatMoney({ amount: amountDue, currency })} now` : 'Change it'
}

function Proration({ preview: { at, amountDue, currency, lines } }: { preview: Preview }) {
  return (
    <Stack gap="xs">
      <Table>
        <Table.Tbody>
          {lines.map(({ description, amount }) => (
            <Table.Tr key={description}>
              <Table.Td>{description}</Table.Td>
              <Table.Td ta="right">{formatMoney({ amount, currency })}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr fw={650}>
            <Table.Td>{amountDue >= 0 ? 'To pay now' : 'Set off against later charges'}</Table.Td>
            <Table.Td ta="right">{formatMoney({ amount: amountDue >= 0 ? amountDue : -amountDue, currency })}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed">
        Reckoned from <When at={at} />: what is left of the period that is paid is set off against the new plan, to the
        second. Where the charge fails, the old plan stays.
      </Text>
    </Stack>
  )
}
