import {
  Anchor,
  Button,
  Group,
  Modal,
  NumberInput,
  Radio,
  ScrollArea,
  Stack,
  Table,
  Text,
  TextInput,
} from '@mantine/core'
import { useApolloClient } from '@apollo/client/react'
import { useEffect, useMemo, useState } from 'react'
import { Link } from 'react-router'
import { useAccountPath } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { formatCount, formatDays, formatNumber } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { focusTitleIfNothingIs } from '../shell/kept-focus'
import type { BulkMode } from '../schema.generated'
import {
  ChannelsAllocateInBulkDocument,
  ChannelsPreviewBulkDocument,
  type ChannelsPreviewBulkQuery,
} from './channels.generated'
import { balanceOutcome, Outcome } from './outcome'
import type { Selection } from './selection-bar'

/** A person changes days and mode a few times: not each step is asked for. */
const SETTLE_MS = 350
/** Refusals that are listed; all of them stay selected. */
const MAX_LISTED = 100

export function BulkAllocation(props: {
  opened: boolean
  selected: Selection
  onSelect: (selection: Selection) => void
  onClose: () => void
}) {
  const { opened, selected, onSelect, onClose } = props
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={focusTitleIfNothingIs}
      title="Allocate days to many channels"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <BulkForm selected={selected} onSelect={onSelect} onClose={onClose} />
    </Modal>
  )
}

interface Refused {
  id: string
  name: string
  message: string
}

type Preview = ChannelsPreviewBulkQuery['previewBulkAllocation']
type Previewed = { asked: string; preview: Preview } | { asked: string; error: unknown }

function BulkForm({
  selected: given,
  onSelect,
  onClose,
}: {
  selected: Selection
  onSelect: (selection: Selection) => void
  onClose: () => void
}) {
  // What is done is done for those that were selected when it was asked for.
  const [selected] = useState(given)
  const apollo = useApolloClient()
  const [days, setDays] = useState<number | ''>(30)
  const [mode, setMode] = useState<BulkMode>('ATOMIC')
  const [comment, setComment] = useState('')
  const [previewed, setPreviewed] = useState<Previewed | null>(null)
  const [done, setDone] = useState<{ allocatedDays: number; available: number; refused: Refused[] } | null>(null)
  const deed = useDeed(ChannelsAllocateInBulkDocument, { uncached: true })

  const isWhole = typeof days === 'number' && days >= 1 && days <= 36_500
  const items = useMemo(
    () => (isWhole ? [...selected.keys()].map((channelId) => ({ channelId, days })) : []),
    [selected, days, isWhole],
  )
  const asked = `${mode} ${days}`
  useEffect(() => {
    if (items.length === 0) return
    let isGone = false
    const timer = window.setTimeout(() => {
      // 10,000 answers are looked at once, and not kept in the cache.
      apollo
        .query({ query: ChannelsPreviewBulkDocument, variables: { items, mode }, fetchPolicy: 'no-cache' })
        .then(({ data }) => {
          if (!isGone && data !== undefined) setPreviewed({ asked, preview: data.previewBulkAllocation })
        })
        .catch((error: unknown) => {
          if (!isGone) setPreviewed({ asked, error })
        })
    }, SETTLE_MS)
    return () => {
      isGone = true
      window.clearTimeout(timer)
    }
  }, [apollo, items, mode, asked])

  const fresh = previewed?.asked === asked && isWhole ? previewed : null
  const preview = fresh !== null && 'preview' in fresh ? fresh.preview : null
  const refusedAhead = preview?.items.filter(({ error }) => error !== null).length ?? 0

  const allocate = async () => {
    const answer = await deed.run({ items, mode, comment: comment.trim() === '' ? null : comment.trim() })
    if (answer === null) return
    const { allocatedDays, balance, items: results } = answer.allocateDaysInBulk
    const refused = refusedOf([...selected], results)
    setDone({ allocatedDays, available: balance.available, refused })
    // What was refused stays selected, to be tried again or looked at.
    onSelect(new Map(refused.map(({ id, name }) => [id, name])))
  }

  if (done !== null) return <BulkResult {...done} count={selected.size} onClose={onClose} />
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void allocate()
      }}
    >
      <Stack>
        <Text size="sm">{formatCount(selected.size, 'channel')} selected.</Text>
        <NumberInput
          label="Days for each channel"
          description="1 to 36,500"
          value={days}
          onChange={(value) => setDays(typeof value === 'number' ? value : '')}
          min={1}
          max={36_500}
          allowDecimal={false}
          thousandSeparator
          required
          data-autofocus
        />
        <Radio.Group label="Where one of them can’t have them" value={mode} onChange={(value) => setMode(value)}>
          <Stack gap="xs" mt="xs">
            <Radio value="ATOMIC" label="None gets any" description="All or nothing: the first refusal stops it all" />
            <Radio
              value="PARTIAL"
              label="The others get theirs"
              description="Each for itself, in the order of the selection; you see which were refused, and why"
            />
          </Stack>
        </Radio.Group>
        <TextInput
          label="Comment"
          description="Stands in the ledger beside each movement"
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          maxLength={255}
        />
        {fresh === null && isWhole && (
          <Text size="sm" c="dimmed" role="status">
            Working out what would be …
          </Text>
        )}
        {fresh !== null && 'error' in fresh && <RefusalAlert error={fresh.error} />}
        {preview !== null && isWhole && (
          <Outcome
            rows={[
              {
                label: 'Days to allocate',
                value: formatDays(preview.allocatedDays),
                formula: `= ${formatCount(selected.size - refusedAhead, 'channel')} × ${formatDays(days)}`,
              },
              ...(refusedAhead === 0
                ? []
                : [{ label: 'Would be refused', value: formatCount(refusedAhead, 'channel') }]),
              balanceOutcome(preview.balanceAfter, -preview.allocatedDays),
            ]}
          />
        )}
        {preview !== null && refusedAhead > 0 && (
          <RefusedList refused={refusedOf([...selected], preview.items)} title="Would be refused" />
        )}
        {deed.refusal !== null && <RefusalAlert error={deed.refusal} onRetry={() => void allocate()} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={deed.busy} disabled={preview === null || preview.allocatedDays === 0}>
            {preview === null ? 'Allocate' : `Allocate ${formatDays(preview.allocatedDays)}`}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Results come in the order of what was asked. */
function refusedOf(
  asked: readonly (readonly [string, string])[],
  results: readonly { error: { message: string } | null }[],
): Refused[] {
  return asked.flatMap(([id, name], index) => {
    const error = results[index]?.error
    return error == null ? [] : [{ id, name, message: error.message }]
  })
}

function BulkResult(props: {
  allocatedDays: number
  available: number
  count: number
  refused: Refused[]
  onClose: () => void
}) {
  const { allocatedDays, available, count, refused, onClose } = props
  return (
    <Stack>
      <Text role="status" fw={600}>
        {formatDays(allocatedDays)} allocated to {formatCount(count - refused.length, 'channel')}
        {refused.length === 0 ? '.' : `; ${formatNumber(refused.length)} refused.`}
      </Text>
      <Text size="sm">{formatDays(available)} are available now.</Text>
      {refused.length > 0 && <RefusedList refused={refused} title="Refused; they are still selected" />}
      <Group justify="flex-end">
        <Button onClick={onClose} autoFocus>
          Done
        </Button>
      </Group>
    </Stack>
  )
}

function RefusedList({ refused, title }: { refused: readonly Refused[]; title: string }) {
  const path = useAccountPath()
  const listed = refused.slice(0, MAX_LISTED)
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {title}
      </Text>
      <ScrollArea.Autosize mah={240} viewportProps={{ tabIndex: 0, 'aria-label': title }}>
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Channel</Table.Th>
              <Table.Th>Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {listed.map(({ id, name, message }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Anchor component={Link} to={path(`channels/${id}`)} size="sm">
                    {name}
                  </Anchor>
                </Table.Td>
                <Table.Td>{message}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      {refused.length > listed.length && (
        <Text size="sm" c="dimmed">
          and {formatNumber(refused.length - listed.length)} more
        </Text>
      )}
    </div>
  )
}
