import { Combobox, InputBase, Loader, ScrollArea, Text, useCombobox } from '@mantine/core'
import { skipToken, useQuery } from '@apollo/client/react'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useAccount } from '../account/account-context'
import { formatDays, formatWord } from '../parts/format'
import { ChannelsFoundDocument } from './channels.generated'

export interface PickedChannel {
  id: string
  name: string
}

/** One of thousands of channels, found by a part of its name or of its external ID. */
export function ChannelPicker(props: {
  label: string
  picked: PickedChannel | null
  onPick: (channel: PickedChannel | null) => void
  /** One that can't be picked. */
  without?: string
  placeholder?: string
}) {
  const { label, picked, onPick, without, placeholder = 'Type a name or an external ID' } = props
  const { id: accountId } = useAccount()
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [text, setText] = useState<string | null>(null)
  const [search] = useDebouncedValue(text ?? '', 200)
  const { data, previousData, loading, error } = useQuery(
    ChannelsFoundDocument,
    combobox.dropdownOpened
      ? { variables: { accountId, search: search === '' ? null : search }, fetchPolicy: 'network-only' }
      : skipToken,
  )
  const found = (data ?? previousData)?.channels
  const options = found?.nodes.filter(({ id }) => id !== without) ?? []
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        const channel = options.find((each) => each.id === id)
        if (channel !== undefined) onPick(channel)
        setText(null)
        combobox.closeDropdown()
      }}
    >
      <Combobox.Target>
        <InputBase
          label={label}
          placeholder={placeholder}
          value={text ?? picked?.name ?? ''}
          onChange={(event) => {
            setText(event.currentTarget.value)
            if (event.currentTarget.value === '') onPick(null)
            combobox.openDropdown()
            combobox.updateSelectedOptionIndex()
          }}
          onClick={() => combobox.openDropdown()}
          onBlur={() => {
            combobox.closeDropdown()
            setText(null)
          }}
          rightSection={loading ? <Loader size={16} /> : <Combobox.Chevron />}
          rightSectionPointerEvents="none"
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={label}>
          <ScrollArea.Autosize mah={260} type="auto">
            {options.map(({ id, name, externalId, status, unusedDays }) => (
              <Combobox.Option key={id} value={id}>
                <Text size="sm">{name}</Text>
                <Text size="xs" c="dimmed">
                  {externalId === null ? '' : `${externalId} · `}
                  {formatWord(status)} · {formatDays(unusedDays)} unused
                </Text>
              </Combobox.Option>
            ))}
          </ScrollArea.Autosize>
          {error !== undefined && <Combobox.Empty>{error.message}</Combobox.Empty>}
          {error === undefined && options.length === 0 && (
            <Combobox.Empty>{loading ? 'Looking …' : 'No channel is like that.'}</Combobox.Empty>
          )}
        </Combobox.Options>
        {found !== undefined && found.totalCount > found.nodes.length && (
          <Combobox.Footer>
            <Text size="xs" c="dimmed">
              The newest {found.nodes.length} of {found.totalCount}: type more to find the one.
            </Text>
          </Combobox.Footer>
        )}
      </Combobox.Dropdown>
    </Combobox>
  )
}
