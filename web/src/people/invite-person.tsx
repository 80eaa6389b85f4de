import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { fieldRefusal } from '../parts/field-refusal'
import { RefusalAlert } from '../parts/refusal-alert'
import type { PersonRole } from '../schema.generated'
import { PeopleInviteDocument } from './people.generated'
import { RoleChoice } from './role-choice'

interface InvitePersonProps {
  accountId: string | undefined
  opened: boolean
  onClose: () => void
  onInvited: () => void
}

export function InvitePerson(props: InvitePersonProps) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Invite somebody"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <InviteForm {...props} />
    </Modal>
  )
}

function InviteForm({ accountId, onClose, onInvited }: InvitePersonProps) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<PersonRole>(accountId === undefined ? 'OPERATOR' : 'VIEWER')
  const deed = useDeed(PeopleInviteDocument)
  const wrongEmail = fieldRefusal(deed.refusal, 'email')
  const invite = async () => {
    const done = await deed.run({ accountId, name: name.trim(), email: email.trim(), role })
    if (done === null) return
    notifications.show({ color: 'green', message: `A mail is on its way to ${done.invitePerson.email}.` })
    onInvited()
    onClose()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void invite()
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
        />
        <TextInput
          label="E-mail"
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={wrongEmail}
          required
        />
        <RoleChoice accountId={accountId} value={role} onChange={setRole} />
        <Text size="sm" c="dimmed">
          A mail brings them a link that is good once, for seven days. An earlier invitation of the same address is
          replaced.
        </Text>
        {deed.refusal !== null && wrongEmail === undefined && (
          <RefusalAlert error={deed.refusal} onRetry={() => void invite()} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={deed.busy}>
            Send the invitation
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
