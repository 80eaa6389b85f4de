import { NumberInput, type NumberInputProps } from '@mantine/core'

interface WholeNumberInputProps extends Omit<NumberInputProps, 'value' | 'onChange'> {
  /** Null while it is empty. */
  value: number | null
  onChange: (value: number | null) => void
}

/** Days, channels and hours are whole, and never negative here. */
export function WholeNumberInput({ value, onChange, min = 1, ...rest }: WholeNumberInputProps) {
  return (
    <NumberInput
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      min={min}
      clampBehavior="strict"
      allowDecimal={false}
      allowNegative={false}
      thousandSeparator
      {...rest}
      value={value ?? ''}
      onChange={(given) => onChange(typeof given === 'number' ? given : null)}
    />
  )
}
