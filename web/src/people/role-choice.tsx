import { Radio, Stack } from '@mantine/core'
import type { PersonRole } from '../schema.generated'
import { ROLES, rolesOf } from '../parts/person-roles'

export function RoleChoice(props: {
  accountId: string | undefined
  value: PersonRole
  onChange: (role: PersonRole) => void
}) {
  const { accountId, value, onChange } = props
  return (
    <Radio.Group label="Role" value={value} onChange={(role) => onChange(role)}>
      <Stack gap="xs" mt="xs">
        {rolesOf(accountId).map((role) => (
          <Radio key={role} value={role} label={ROLES[role].label} description={ROLES[role].may} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
