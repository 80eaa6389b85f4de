import { Anchor, Button, SimpleGrid, Table, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { useAccountPath } from '../account/account-context'
import { Figure } from '../parts/explained'
import { formatCount, formatDays, formatNumber } from '../parts/format'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import type { AutomationKeepAlivePreviewQuery, KeepAliveShortage } from './automation.generated'

export const SHORTAGES: Record<KeepAliveShortage, string> = {
  BALANCE: 'Too few days are available. Days that arrive are allocated at once.',
  CAP: 'The daily cap is reached. It goes on at the next UTC midnight.',
  OVERDUE: 'An invoice is overdue. It goes on once that is paid.',
  SUSPENDED: 'The account is suspended. It goes on when that ends.',
}

/** A dry run: which channels would get how many days, and what stays. */
export function KeepAlivePreview(props: {
  preview: AutomationKeepAlivePreviewQuery['previewKeepAlive']
  minDays: number
  onMore: (after: string) => Promise<unknown>
}) {
  const { preview, minDays, onMore } = props
  const { target, neededDays, days, missingDays, capLeft, balanceAfter, servedChannels, unservedChannels, shortage } =
    preview
  const path = useAccountPath()
  const [busy, setBusy] = useState(false)
  const { nodes, pageInfo } = preview.allocations
  const { hasNextPage, endCursor } = pageInfo
  const more = async (after: string) => {
    setBusy(true)
    await onMore(after).catch(() => undefined)
    setBusy(false)
  }
  return (
    <section aria-label="Dry run">
      <Title order={3} size="h5">
        Dry run: what it would do now
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        Every running channel is to last until <When at={target} />: {formatDays(minDays)} after the next UTC midnight.
        Nothing has been changed.
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} mb="sm">
        <Figure
          label="Needed"
          value={formatDays(neededDays)}
          formula={`for ${formatCount(servedChannels + unservedChannels, 'channel')} that end too early`}
        />
        <Figure
          label="Allocated"
          value={formatDays(days)}
          formula={capLeft === null ? 'no daily cap' : `the daily cap leaves ${formatDays(capLeft)} of this UTC day`}
        />
        <Figure
          label="Lacking"
          value={formatDays(missingDays)}
          color={missingDays > 0 ? 'red' : undefined}
          formula={`= ${formatNumber(neededDays)} needed − ${formatNumber(days)} allocated`}
        />
        <Figure
          label="Available afterwards"
          value={formatDays(balanceAfter)}
          formula={`= ${formatNumber(balanceAfter + days)} now − ${formatNumber(days)} allocated`}
        />
      </SimpleGrid>
      {shortage !== null && (
        <Text size="sm" mb="sm">
          {formatCount(unservedChannels, 'channel')} would get less than{' '}
          {unservedChannels === 1 ? 'it takes' : 'they take'}. {SHORTAGES[shortage]}
        </Text>
      )}
      {nodes.length === 0 ? (
        <Text size="sm">Every running channel lasts that long already: no days would move.</Text>
      ) : (
        <Table.ScrollContainer minWidth={520} maxHeight={420}>
          <Table stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Place</Table.Th>
                <Table.Th>Channel</Table.Th>
                <Table.Th>Needs</Table.Th>
                <Table.Th>Gets</Table.Th>
                <Table.Th>Lasts until</Table.Th>
                <Table.Th>Served</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {nodes.map(({ place, channel, neededDays: needed, days: given, paidUntil, served }) => (
                <Table.Tr key={channel.id}>
                  <Table.Td>{formatNumber(place)}</Table.Td>
                  <Table.Td>
                    <Anchor component={Link} to={path(`channels/${channel.id}`)}>
                      {channel.name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{formatDays(needed)}</Table.Td>
                  <Table.Td>{formatDays(given)}</Table.Td>
                  <Table.Td>
                    <When at={paidUntil} />
                  </Table.Td>
                  <Table.Td>
                    <StatusBadge status={served ? 'IN_FULL' : given > 0 ? 'IN_PART' : 'NOT_SERVED'} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {hasNextPage && endCursor !== null && (
        <Button variant="default" size="xs" mt="sm" loading={busy} onClick={() => void more(endCursor)}>
          Show more channels
        </Button>
      )}
    </section>
  )
}
