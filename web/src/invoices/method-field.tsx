import { NativeSelect } from '@mantine/core'
import type { PaymentMethod } from '../schema.generated'

const METHODS: readonly { value: PaymentMethod; label: string }[] = [
  { value: 'BANK_TRANSFER', label: 'Bank transfer' },
  { value: 'CARD', label: 'Card' },
  { value: 'OTHER', label: 'Other' },
]

export function MethodField(props: {
  label: string
  description?: string
  error?: string
  value: PaymentMethod
  onChange: (method: PaymentMethod) => void
  methods?: readonly PaymentMethod[]
}) {
  const { label, description, error, value, onChange, methods } = props
  return (
    <NativeSelect
      label={label}
      description={description}
      error={error}
      data={METHODS.filter((method) => methods?.includes(method.value) ?? true)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as PaymentMethod)}
    />
  )
}
