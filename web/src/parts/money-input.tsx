import { Text, TextInput, type TextInputProps } from '@mantine/core'

/** An amount as a person types it, such as 12.50; parseMoney makes minor units of it. */
export function MoneyInput({ currency, ...input }: TextInputProps & { currency: string }) {
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
      {...input}
    />
  )
}
