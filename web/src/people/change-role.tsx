import { Text } from '@mantine/core'
import { useState } from 'react'
import { useViewer } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import type { PersonRole } from '../schema.generated'
import { PeopleChangeRoleDocument, type PersonRowFragment } from './people.generated'
import { RoleChoice } from './role-choice'

export function ChangeRole(props: {
  person: PersonRowFragment
  accountId: string | undefined
  opened: boolean
  onClose: () => void
}) {
  const { person, accountId, opened, onClose } = props
  const me = useViewer().person?.id
  const [role, setRole] = useState<PersonRole>(person.role)
  const deed = useDeed(PeopleChangeRoleDocument)
  return (
    <ConfirmDialog
      opened={opened}
      title={`Role of ${person.name}`}
      confirmLabel="Change the role"
      busy={deed.busy}
      disabled={role === person.role}
      refusal={deed.refusal}
      onConfirm={() => void deed.run({ id: person.id, role }).then((done) => done !== null && onClose())}
      onClose={onClose}
    >
      <RoleChoice accountId={accountId} value={role} onChange={setRole} />
      <Text size="sm">
        It counts at once, in open sessions too.
        {person.id === me && role !== person.role && ' This is you: you can’t give yourself back what you give away.'}
      </Text>
    </ConfirmDialog>
  )
}
