import { Button, Chip, Group, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { DayInput } from '../parts/day-input'
import { formatWord } from '../parts/format'
import { STATUSES, type ChannelCriteria } from './channel-filter'

export function ChannelFilters({ criteria }: { criteria: ChannelCriteria }) {
  const { search, status, before, isFiltered, change } = criteria
  return (
    <Group align="flex-end" gap="sm">
      <TextInput
        type="search"
        label="Search"
        placeholder="Name or external ID"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={(event) => change({ search: event.currentTarget.value })}
        maxLength={255}
        style={{ flex: '1 1 220px' }}
      />
      <DayInput label="Ends before" value={before} onChange={(day) => change({ before: day })} />
      <Chip.Group multiple value={[...status]} onChange={(chosen) => change({ status: chosen.join(',') })}>
        <Group gap={6} role="group" aria-label="Status" mih={36}>
          {STATUSES.map((each) => (
            <Chip key={each} value={each} size="xs" variant="outline">
              {formatWord(each)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {isFiltered && (
        <Button variant="subtle" size="sm" onClick={() => change({ search: '', status: '', before: '' })}>
          Show all
        </Button>
      )}
    </Group>
  )
}
