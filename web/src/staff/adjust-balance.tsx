import { Button, NumberInput, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { skipToken, useQuery } from '@apollo/client/react'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatChange, formatDays, formatNumber } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import {
  AgreementAdjustBalanceDocument,
  AgreementPreviewAdjustmentDocument,
  type AgreedAccountFragment,
} from './agreements.generated'

/** Grants days or takes them back, with what it comes to beforehand, and a reason that stands in the ledger for good. */
export function AdjustBalance({ account }: { account: AgreedAccountFragment }) {
  const [typed, setTyped] = useState<number | string>('')
  const [comment, setComment] = useState('')
  const [asked, setAsked] = useState(false)
  const days = Number(typed)
  const [previewed] = useDebouncedValue(days, 250)
  const preview = useQuery(
    AgreementPreviewAdjustmentDocument,
    previewed === 0
      ? skipToken
      : { variables: { accountId: account.id, days: previewed }, fetchPolicy: 'network-only' },
  )
  const adjust = useDeed(AgreementAdjustBalanceDocument)
  const balanceAfter = previewed === days ? preview.data?.previewAdjustment.balanceAfter : undefined
  const { available } = account.balance
  const sum = `${formatNumber(available)} ${days < 0 ? '−' : '+'} ${formatNumber(Math.abs(days))}`

  const confirmed = async () => {
    const done = await adjust.run({ accountId: account.id, days, comment: comment.trim() })
    if (done === null) return
    notifications.show({
      message: `${formatChange(days)}: ${formatDays(done.adjustBalance.available)} are available.`,
    })
    setAsked(false)
    setTyped('')
    setComment('')
  }

  return (
    <Paper withBorder p="md" radius="md">
      <Title order={2} size="h4" mb="xs">
        Grant or take back days
      </Title>
      <Stack gap="sm">
        <NumberInput
          label="Days"
          description="With a minus they are taken back."
          allowDecimal={false}
          min={-1_000_000_000}
          max={1_000_000_000}
          value={typed}
          onChange={setTyped}
        />
        <TextInput
          label="Reason"
          description="It stands in the ledger, where the partner reads it too."
          maxLength={255}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <div aria-live="polite">
          {days !== 0 && previewed === days && preview.error !== undefined && <RefusalAlert error={preview.error} />}
          {days !== 0 && balanceAfter !== undefined && (
            <Text size="sm">
              Available afterwards: <b>{formatDays(balanceAfter)}</b> = {sum}
            </Text>
          )}
        </div>
        <div>
          <Button
            variant="light"
            disabled={comment.trim() === '' || balanceAfter === undefined || days === 0}
            onClick={() => setAsked(true)}
          >
            {days < 0 ? 'Take them back' : 'Grant them'}
          </Button>
        </div>
      </Stack>
      <ConfirmDialog
        opened={asked}
        title={days < 0 ? `Take ${formatDays(-days)} back?` : `Grant ${formatDays(days)}?`}
        confirmLabel={days < 0 ? `Take ${formatDays(-days)} back` : `Grant ${formatDays(days)}`}
        danger={days < 0}
        busy={adjust.busy}
        refusal={adjust.refusal}
        onConfirm={() => void confirmed()}
        onClose={() => {
          adjust.forget()
          setAsked(false)
        }}
      >
        <Text size="sm">
          {account.name} has {formatDays(available)} available, and will have{' '}
          {balanceAfter === undefined ? '…' : formatDays(balanceAfter)}. Movements stay in the ledger for good; a
          mistake is mended by the opposite movement.
        </Text>
        <Text size="sm">Reason: {comment.trim()}</Text>
      </ConfirmDialog>
    </Paper>
  )
}
