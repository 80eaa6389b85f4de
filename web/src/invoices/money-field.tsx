import { TextInput } from '@mantine/core'
import { parseMoney } from '../parts/format'

/** An amount as it is typed; what it comes to is read by parseMoney. */
export function MoneyField(props: {
  label: string
  description?: string
  currency: string
  value: string
  onChange: (value: string) => void
  /** What the gateway says to it. */
  error?: string | undefined
  autoFocus?: boolean
}) {
  const { label, description, currency, value, onChange, error, autoFocus = false } = props
  const isAmount = value.trim() === '' || parseMoney(value, currency) !== null
  return (
    <TextInput
      label={`${label} (${currency})`}
      description={description}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      inputMode="decimal"
      autoComplete="off"
      error={isAmount ? error : 'An amount such as 12.50'}
      data-autofocus={autoFocus || undefined}
    />
  )
}
