import './channels.css'
import { Button, Stack, Text } from '@mantine/core'
import { useApolloClient } from '@apollo/client/react'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useSearchParams } from 'react-router'
import { useAccount, useAccountPath, useMay } from '../account/account-context'
import { useEvents } from '../api/live-feed'
import { formatCount } from '../parts/format'
import { Page } from '../parts/page'
import { PagedRows } from '../parts/paged-rows'
import { VirtualTable } from '../parts/virtual-table'
import { BulkAllocation } from './bulk-allocation'
import { ChannelCells, type Selecting } from './channel-cells'
import { useChannelCriteria } from './channel-filter'
import { ChannelFilters } from './channel-filters'
import { ChannelsPageRowsDocument, type ChannelRowFragment } from './channels.generated'
import { CreateChannelDialog } from './create-channel-dialog'
import { SelectionBar, type Selection } from './selection-bar'

const idOf = ({ id }: ChannelRowFragment) => id

export default function ChannelsPage() {
  const { id: accountId } = useAccount()
  const path = useAccountPath()
  const apollo = useApolloClient()
  const mayMove = useMay('CHANNELS')
  const criteria = useChannelCriteria()
  const [params, setParams] = useSearchParams()
  const [rows] = useState(() => new PagedRows<ChannelRowFragment>())
  const [selected, setSelected] = useState<Selection>(new Map())
  const [bulkOpened, setBulkOpened] = useState(false)
  const { filter } = criteria
  const listId = JSON.stringify(filter)

  useEffect(() => {
    rows.ask({
      keyOf: idOf,
      read: async (after) => {
        const { data } = await apollo.query({
          query: ChannelsPageRowsDocument,
          variables: { accountId, after, filter },
          fetchPolicy: 'no-cache',
        })
        if (data === undefined) throw new Error('The gateway answered nothing.')
        const { nodes, pageInfo, totalCount } = data.channels
        return { rows: nodes, totalCount, endCursor: pageInfo.endCursor, hasNextPage: pageInfo.hasNextPage }
      },
    })
  }, [rows, apollo, accountId, filter])

  useEvents(['channel.'], (event) => {
    if (event.type === 'channel.created') rows.touchHead()
    else if ('channel' in event) rows.touch(event.channel.id)
    else if ('subject' in event && event.subject !== null) rows.touch(event.subject)
    // It may have come under what is looked for, or left it.
    if (criteria.isFiltered || event.type === 'channel.deleted') rows.touchView()
  })

  const latest = useRef<number | null>(null)
  const selecting = useMemo<Selecting>(() => {
    const select: Selecting['select'] = (index, chosen, through) => {
      const from = through && latest.current !== null ? latest.current : index
      latest.current = index
      const range = rows.look().rows.slice(Math.min(from, index), Math.max(from, index) + 1)
      setSelected((before) => withChosen(before, range, chosen))
    }
    return {
      select,
      moveFrom: (index, step, through) => {
        const next = document.querySelector<HTMLInputElement>(`[data-index="${index + step}"] input[type="checkbox"]`)
        if (next === null) return
        if (through) select(index + step, true, true)
        next.focus()
        next.scrollIntoView({ block: 'center' })
      },
    }
  }, [rows])

  const renderRow = useCallback(
    (channel: ChannelRowFragment, index: number) => (
      <ChannelCells
        channel={channel}
        index={index}
        to={path(`channels/${channel.id}`)}
        chosen={selected.has(channel.id)}
        selecting={mayMove ? selecting : null}
      />
    ),
    [path, selected, selecting, mayMove],
  )
  const columns = [
    ...(mayMove ? [{ label: 'Select', hidden: true }] : []),
    { label: 'Channel' },
    { label: 'Status', className: 'wide' },
    { label: 'Paid until', className: 'wide' },
    { label: 'Unused', className: 'number' },
    { label: 'Paid by', className: 'wide' },
  ]
  const openCreation = (opened: boolean) =>
    setParams(
      (old) => {
        if (opened) old.set('new', '')
        else old.delete('new')
        return old
      },
      { replace: true },
    )

  return (
    <Page
      title="Channels"
      lead="Each channel runs while it has paid or trial time, and uses one day in 24 hours. Unused days are those that have not begun: they can be released."
      actions={mayMove && <Button onClick={() => openCreation(true)}>Create a channel</Button>}
    >
      <Stack gap="sm">
        <ChannelFilters criteria={criteria} />
        <ChannelCount rows={rows} isFiltered={criteria.isFiltered} />
        <VirtualTable
          rows={rows}
          keyOf={idOf}
          label="Channels"
          className={mayMove ? 'channel-columns' : 'channel-columns without-selection'}
          columns={columns}
          renderRow={renderRow}
          listId={listId}
          empty={
            <Stack align="flex-start" gap="xs" py="lg">
              <Text>{criteria.isFiltered ? 'No channel is like that.' : 'There are no channels yet.'}</Text>
              {criteria.isFiltered ? (
                <Button variant="default" onClick={() => criteria.change({ search: '', status: '', before: '' })}>
                  Show all
                </Button>
              ) : (
                mayMove && <Button onClick={() => openCreation(true)}>Create the first channel</Button>
              )}
            </Stack>
          }
        />
        {mayMove && (
          <SelectionBar
            rows={rows}
            filter={filter}
            selected={selected}
            onSelect={setSelected}
            onAllocate={() => setBulkOpened(true)}
          />
        )}
      </Stack>
      {mayMove && (
        <>
          <BulkAllocation
            opened={bulkOpened}
            selected={selected}
            onClose={() => setBulkOpened(false)}
            onSelect={setSelected}
          />
          <CreateChannelDialog opened={params.has('new')} onClose={() => openCreation(false)} />
        </>
      )}
    </Page>
  )
}

function withChosen(before: Selection, channels: readonly ChannelRowFragment[], chosen: boolean): Selection {
  const after = new Map(before)
  for (const { id, name, status } of channels) {
    if (!chosen) after.delete(id)
    else if (status !== 'DELETED') after.set(id, name)
  }
  return after
}

function ChannelCount({ rows, isFiltered }: { rows: PagedRows<ChannelRowFragment>; isFiltered: boolean }) {
  const { totalCount, isOld } = useSyncExternalStore(rows.watch, rows.look)
  return (
    <Text size="sm" c="dimmed" aria-live="polite" mih={20}>
      {totalCount === null || isOld
        ? ''
        : `${formatCount(totalCount, 'channel')}${isFiltered ? ' found' : ', deleted ones not counted'}`}
    </Text>
  )
}
