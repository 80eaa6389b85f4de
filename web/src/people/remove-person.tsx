import { Text } from '@mantine/core'
import { useViewer } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { When } from '../parts/when'
import { PeopleRemoveDocument, type PersonRowFragment } from './people.generated'

export function RemovePerson(props: {
  person: PersonRowFragment
  opened: boolean
  onClose: () => void
  onRemoved: () => void
}) {
  const { person, opened, onClose, onRemoved } = props
  const me = useViewer().person?.id
  const deed = useDeed(PeopleRemoveDocument)
  const remove = async () => {
    if ((await deed.run({ id: person.id })) === null) return
    onClose()
    onRemoved()
  }
  return (
    <ConfirmDialog
      opened={opened}
      title={`Remove ${person.name}`}
      confirmLabel="Remove for good"
      danger
      busy={deed.busy}
      refusal={deed.refusal}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <Text size="sm">
        {person.name} ({person.email}) is signed out everywhere at once and can’t sign in any more.{' '}
        {person.lastSignedInAt !== null && (
          <>
            Last signed in <When at={person.lastSignedInAt} relativeTo="now" />.{' '}
          </>
        )}
        What they did stays in the records, and tokens that they made go on working. The address can be invited again.
        {person.id === me && ' This is you.'}
      </Text>
    </ConfirmDialog>
  )
}
