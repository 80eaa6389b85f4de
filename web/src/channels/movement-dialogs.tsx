import { NumberInput, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useState, type ReactNode } from 'react'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatDays } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import {
  ChannelAllocateDocument,
  ChannelDeleteDocument,
  ChannelPreviewAllocationDocument,
  ChannelPreviewDeletionDocument,
  ChannelPreviewReleaseDocument,
  ChannelPreviewTransferDocument,
  ChannelReleaseDocument,
  ChannelTransferDocument,
} from './channel.generated'
import type { WholeChannel } from './channel-page'
import { ChannelPicker, type PickedChannel } from './channel-picker'
import { balanceOutcome, channelOutcome, Outcome } from './outcome'

interface DialogProps {
  channel: WholeChannel
  opened: boolean
  onClose: () => void
}

const MAX_DAYS = 36_500
const SETTLE_MS = 250
/** What else moves days makes a preview old. */
const MOVES = ['balance.changed', 'channel.', 'account.'] as const

/** A dialog is drawn anew each time that it opens: nothing of the last time stands in it. */
export function AllocateDialog(props: DialogProps) {
  return props.opened && <Allocate {...props} />
}

function Allocate({ channel, opened, onClose }: DialogProps) {
  const [days, setDays] = useState<number | ''>(30)
  const [comment, setComment] = useState('')
  const [settled] = useDebouncedValue(days, SETTLE_MS)
  const asked = settled === '' ? 0 : settled
  const query = useLiveQuery(ChannelPreviewAllocationDocument, {
    variables: { channelId: channel.id, days: asked },
    on: MOVES,
    skip: asked < 1,
  })
  const deed = useDeed(ChannelAllocateDocument)
  const preview = query.error == null && settled === days ? query.data?.previewAllocation : undefined
  const allocate = async () => {
    if (days === '') return
    const done = await deed.run({ channelId: channel.id, days, comment: textOrNull(comment) })
    if (done !== null) finish(onClose, `${formatDays(days)} allocated to ${channel.name}`)
  }
  return (
    <ConfirmDialog
      opened={opened}
      title={`Allocate days to ${channel.name}`}
      confirmLabel={preview === undefined ? 'Allocate' : `Allocate ${formatDays(preview.days)}`}
      busy={deed.busy}
      disabled={preview === undefined || query.loading}
      refusal={deed.refusal}
      onConfirm={() => void allocate()}
      onClose={onClose}
    >
      <DaysInput value={days} onChange={setDays} max={MAX_DAYS} description="1 to 36,500" />
      <CommentInput value={comment} onChange={setComment} />
      <PreviewRefusal error={query.error} />
      {preview !== undefined && (
        <Outcome rows={[...channelOutcome(preview.channel), balanceOutcome(preview.balanceAfter, -preview.days)]} />
      )}
    </ConfirmDialog>
  )
}

export function ReleaseDialog(props: DialogProps) {
  return props.opened && <Release {...props} />
}

function Release({ channel, opened, onClose }: DialogProps) {
  const [which, setWhich] = useState<'ALL' | 'SOME'>('ALL')
  const [days, setDays] = useState<number | ''>(channel.unusedDays)
  const [comment, setComment] = useState('')
  // All is asked for as all: what is unused may be less by the time that it is done.
  const wanted = which === 'ALL' ? null : days === '' ? 0 : days
  const [settled] = useDebouncedValue(wanted, SETTLE_MS)
  const query = useLiveQuery(ChannelPreviewReleaseDocument, {
    variables: { channelId: channel.id, days: settled },
    on: MOVES,
    skip: settled !== null && settled < 1,
  })
  const deed = useDeed(ChannelReleaseDocument)
  const preview = query.error == null && settled === wanted ? query.data?.previewRelease : undefined
  const release = async () => {
    const done = await deed.run({ channelId: channel.id, days: wanted, comment: textOrNull(comment) })
    if (done !== null) finish(onClose, `Days of ${channel.name} are back in the balance`)
  }
  return (
    <ConfirmDialog
      opened={opened}
      title={`Release days of ${channel.name}`}
      confirmLabel={preview === undefined ? 'Release' : `Release ${formatDays(preview.days)}`}
      busy={deed.busy}
      disabled={preview === undefined || query.loading}
      refusal={deed.refusal}
      onConfirm={() => void release()}
      onClose={onClose}
    >
      <Radio.Group label="How many" value={which} onChange={(value) => setWhich(value === 'ALL' ? 'ALL' : 'SOME')}>
        <Stack gap="xs" mt="xs">
          <Radio value="ALL" label={`All that are unused, ${formatDays(channel.unusedDays)} now`} />
          <Radio value="SOME" label="Some of them" />
        </Stack>
      </Radio.Group>
      {which === 'SOME' && (
        <DaysInput
          value={days}
          onChange={setDays}
          max={channel.unusedDays}
          description={`${formatDays(channel.unusedDays)} are unused`}
        />
      )}
      <CommentInput value={comment} onChange={setComment} />
      <PreviewRefusal error={query.error} />
      {preview !== undefined && (
        <Outcome rows={[...channelOutcome(preview.channel), balanceOutcome(preview.balanceAfter, preview.days)]} />
      )}
    </ConfirmDialog>
  )
}

export function TransferDialog(props: DialogProps) {
  return props.opened && <Transfer {...props} />
}

function Transfer({ channel, opened, onClose }: DialogProps) {
  const [to, setTo] = useState<PickedChannel | null>(null)
  const [days, setDays] = useState<number | ''>(channel.unusedDays)
  const [comment, setComment] = useState('')
  const [settled] = useDebouncedValue(days, SETTLE_MS)
  const asked = settled === '' ? 0 : settled
  const query = useLiveQuery(ChannelPreviewTransferDocument, {
    variables: { fromChannelId: channel.id, toChannelId: to?.id ?? '', days: asked },
    on: MOVES,
    skip: to === null || asked < 1,
  })
  const deed = useDeed(ChannelTransferDocument)
  const preview = query.error == null && settled === days && to !== null ? query.data?.previewTransfer : undefined
  const transfer = async () => {
    if (to === null || days === '') return
    const done = await deed.run({
      fromChannelId: channel.id,
      toChannelId: to.id,
      days,
      comment: textOrNull(comment),
    })
    if (done !== null) finish(onClose, `${formatDays(days)} moved to ${to.name}`)
  }
  return (
    <ConfirmDialog
      opened={opened}
      title={`Transfer days of ${channel.name}`}
      confirmLabel={preview === undefined ? 'Transfer' : `Transfer ${formatDays(preview.days)}`}
      busy={deed.busy}
      disabled={preview === undefined || query.loading}
      refusal={deed.refusal}
      onConfirm={() => void transfer()}
      onClose={onClose}
    >
      <ChannelPicker label="To channel" picked={to} onPick={setTo} without={channel.id} />
      <DaysInput
        value={days}
        onChange={setDays}
        max={channel.unusedDays}
        description={`${formatDays(channel.unusedDays)} are unused`}
      />
      <CommentInput value={comment} onChange={setComment} />
      <PreviewRefusal error={query.error} />
      {preview !== undefined && to !== null && (
        <>
          <Outcome title={`${channel.name} would be`} rows={channelOutcome(preview.from)} />
          <Outcome
            title={`${to.name} would be`}
            rows={[...channelOutcome(preview.to), balanceOutcome(preview.balanceAfter, 0)]}
          />
        </>
      )}
    </ConfirmDialog>
  )
}

export function DeleteDialog(props: DialogProps) {
  return props.opened && <Delete {...props} />
}

function Delete({ channel, opened, onClose }: DialogProps) {
  const [comment, setComment] = useState('')
  const query = useLiveQuery(ChannelPreviewDeletionDocument, { variables: { channelId: channel.id }, on: MOVES })
  const deed = useDeed(ChannelDeleteDocument)
  const preview = query.error == null ? query.data?.previewDeletion : undefined
  const remove = async () => {
    const done = await deed.run({ channelId: channel.id, comment: textOrNull(comment) })
    if (done === null) return
    finish(onClose, `${channel.name} is deleted; ${formatDays(done.deleteChannel.returnedDays)} returned`)
  }
  return (
    <ConfirmDialog
      opened={opened}
      title={`Delete ${channel.name}`}
      confirmLabel="Delete for good"
      danger
      busy={deed.busy}
      disabled={preview === undefined || query.loading}
      refusal={deed.refusal}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <Text size="sm">
        The channel stops at once and can’t come back. Its unused days return to the balance, a subscription of it is
        cancelled, and its history stays readable.
      </Text>
      <CommentInput value={comment} onChange={setComment} />
      <PreviewRefusal error={query.error} />
      {preview !== undefined && (
        <Outcome
          rows={[
            { label: 'Days that return', value: formatDays(preview.days) },
            balanceOutcome(preview.balanceAfter, preview.days),
          ]}
        />
      )}
    </ConfirmDialog>
  )
}

function finish(onClose: () => void, title: string): void {
  onClose()
  notifications.show({ title, message: 'Done.', color: 'green' })
}

function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim()
}

function PreviewRefusal({ error }: { error: unknown }) {
  return error == null ? null : <RefusalAlert error={error} />
}

function DaysInput(props: {
  value: number | ''
  onChange: (days: number | '') => void
  max: number
  description: ReactNode
}) {
  const { value, onChange, max, description } = props
  return (
    <NumberInput
      label="Days"
      description={description}
      value={value}
      onChange={(typed) => onChange(typeof typed === 'number' ? typed : '')}
      min={1}
      max={max}
      allowDecimal={false}
      thousandSeparator
      required
    />
  )
}

function CommentInput({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  return (
    <TextInput
      label="Comment"
      description="Stands in the ledger beside the movement"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      maxLength={255}
    />
  )
}
