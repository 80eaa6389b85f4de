import { Text, TextInput, type TextInputProps } from '@mantine/core'
import { parseMoney } from './format'

/**
 * An amount as a person types it, such as 12.50; parseMoney makes minor units of it. What is none is told, unless there is
 * something else to tell.
 */
export function MoneyInput({ currency, error, ...input }: TextInputProps & { currency: string }) {
  const { value } = input
  const isAmount =
    currency === '' || typeof value !== 'string' || value.trim() === '' || parseMoney(value, currency) !== null
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      rightSection={
        <Text size="sm" c="dimmed" component="span">
          {currency}
        </Text>
      }
      rightSectionWidth={52}
      error={error ?? (isAmount ? undefined : 'An amount such as 12.50')}
      {...input}
    />
  )
}
