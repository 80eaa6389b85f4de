import { MultiSelect, Stack, Switch } from '@mantine/core'
import { EVENT_TYPES } from '../../../src/events/event-types'

const NOUNS = [...new Set(EVENT_TYPES.map((type) => type.slice(0, type.indexOf('.'))))]

/** Each noun's own types, and all of them at once. */
const CHOICES = NOUNS.map((noun) => ({
  group: noun.replaceAll('_', ' '),
  items: [
    { value: `${noun}.*`, label: `${noun}.* (all of them)` },
    ...EVENT_TYPES.filter((type) => type.startsWith(`${noun}.`)).map((type) => ({ value: type, label: type })),
  ],
}))

/** Which events an endpoint wants; null for whatever happens. */
export function EventTypesField(props: {
  value: readonly string[] | null
  onChange: (types: string[] | null) => void
  error?: string
}) {
  const { value, onChange, error } = props
  return (
    <Stack gap="xs">
      <Switch
        label="All events, of types to come too"
        checked={value === null}
        onChange={(event) => onChange(event.currentTarget.checked ? null : [])}
      />
      {value !== null && (
        <MultiSelect
          label="Event types"
          description="Type to search. All of a noun, such as invoice.*, or single types; 50 at the most."
          data={CHOICES}
          value={[...value]}
          onChange={onChange}
          error={error}
          searchable
          clearable
          maxValues={50}
          hidePickedOptions
          nothingFoundMessage="There is no such type."
          withScrollArea={false}
          styles={{ options: { maxHeight: 240, overflowY: 'auto' } }}
          required
        />
      )}
    </Stack>
  )
}
