import { TextInput, type TextInputProps } from '@mantine/core'

interface DayInputProps extends Omit<TextInputProps, 'type' | 'onChange' | 'value' | 'label'> {
  /** Without the zone, which is put after it: a day is one of UTC. */
  label: string
  /** As 2026-01-31; empty for none. */
  value: string
  onChange: (day: string) => void
}

/** The one control for a day. */
export function DayInput({ label, onChange, ...input }: DayInputProps) {
  return (
    <TextInput
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      {...input}
      type="date"
      label={`${label}, UTC`}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
