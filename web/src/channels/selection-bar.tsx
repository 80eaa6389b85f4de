import { Button, Group, Paper, Progress, Text } from '@mantine/core'
import { useApolloClient } from '@apollo/client/react'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useAccount } from '../account/account-context'
import type { PagedRows } from '../parts/paged-rows'
import { formatCount, formatNumber } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import type { ChannelFilter } from '../schema.generated'
import {
  ChannelsPageMatchingDocument,
  type ChannelsPageMatchingQuery,
  type ChannelRowFragment,
} from './channels.generated'

/** Channels that were chosen, by their ids, with their names. */
export type Selection = ReadonlyMap<string, string>

/** What one bulk takes. */
export const MAX_SELECTED = 10_000

interface Gathering {
  looked: number
  cancelled: boolean
}

/** How many are chosen, and what can be done with them. */
export function SelectionBar(props: {
  rows: PagedRows<ChannelRowFragment>
  filter: ChannelFilter
  selected: Selection
  onSelect: (selection: Selection) => void
  onAllocate: () => void
}) {
  const { rows, filter, selected, onSelect, onAllocate } = props
  const { id: accountId } = useAccount()
  const apollo = useApolloClient()
  const { totalCount, isOld } = useSyncExternalStore(rows.watch, rows.look)
  const [looked, setLooked] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const under = useRef<Gathering | null>(null)
  useEffect(
    () => () => {
      if (under.current !== null) under.current.cancelled = true
    },
    [],
  )

  const readMatching = async (after: string | null): Promise<ChannelsPageMatchingQuery | undefined> => {
    const { data } = await apollo.query({
      query: ChannelsPageMatchingDocument,
      variables: { accountId, after, filter },
      fetchPolicy: 'no-cache',
    })
    return data
  }
  const gather = async () => {
    const gathering: Gathering = { looked: 0, cancelled: false }
    under.current = gathering
    setError(null)
    setLooked(0)
    const found = new Map<string, string>()
    try {
      let after: string | null = null
      while (found.size < MAX_SELECTED) {
        const data = await readMatching(after)
        if (gathering.cancelled || data === undefined) return
        for (const { id, name, status } of data.channels.nodes) {
          if (status !== 'DELETED' && found.size < MAX_SELECTED) found.set(id, name)
        }
        gathering.looked += data.channels.nodes.length
        setLooked(gathering.looked)
        after = data.channels.pageInfo.endCursor
        if (!data.channels.pageInfo.hasNextPage) break
      }
      onSelect(found)
    } catch (refused) {
      setError(refused)
    } finally {
      if (!gathering.cancelled) setLooked(null)
    }
  }
  const cancel = () => {
    if (under.current !== null) under.current.cancelled = true
    setLooked(null)
  }

  const total = totalCount ?? 0
  if (total === 0 && selected.size === 0) return null
  if (looked !== null) {
    const goal = Math.max(1, Math.min(total, MAX_SELECTED))
    return (
      <Paper withBorder shadow="md" p="sm" className="selection-bar">
        <Group justify="space-between" mb={6}>
          <Text size="sm">
            Selecting: {formatNumber(looked)} of {formatNumber(goal)} looked at
          </Text>
          <Button size="compact-sm" variant="default" onClick={cancel}>
            Stop
          </Button>
        </Group>
        <Progress value={(looked / goal) * 100} aria-label="Channels looked at" />
      </Paper>
    )
  }
  return (
    <Paper
      withBorder
      shadow={selected.size > 0 ? 'md' : undefined}
      p="sm"
      className={selected.size > 0 ? 'selection-bar' : undefined}
    >
      {error !== null && <RefusalAlert error={error} onRetry={() => void gather()} />}
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={550} aria-live="polite">
          {selected.size === 0 ? 'Nothing selected' : `${formatCount(selected.size, 'channel')} selected`}
        </Text>
        <Group gap="xs">
          {total > 0 && !isOld && (
            <Button size="compact-sm" variant="default" onClick={() => void gather()}>
              {total > MAX_SELECTED
                ? `Select the newest ${formatNumber(MAX_SELECTED)}`
                : `Select all ${formatNumber(total)} that match`}
            </Button>
          )}
          {selected.size > 0 && (
            <>
              <Button size="compact-sm" variant="default" onClick={() => onSelect(new Map())}>
                Clear selection
              </Button>
              <Button size="compact-sm" onClick={onAllocate} disabled={selected.size > MAX_SELECTED}>
                Allocate days
              </Button>
            </>
          )}
        </Group>
      </Group>
    </Paper>
  )
}
