import { Button, Paper, Stack, Table, Text, Title } from '@mantine/core'
import { useContext } from 'react'
import { AccountContext, useMay, useViewer } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { Await } from '../parts/await'
import { Page } from '../parts/page'
import { ReadOnlyNote } from '../parts/read-only-note'
import { RefusalAlert } from '../parts/refusal-alert'
import { StatusBadge } from '../parts/status-badge'
import { useOpenDialog } from '../parts/use-open-dialog'
import { When } from '../parts/when'
import { ChangeRole } from './change-role'
import { InvitePerson } from './invite-person'
import { PeopleDocument, PeopleRevokeInvitationDocument, type PeopleQuery } from './people.generated'
import { RemovePerson } from './remove-person'
import { ROLES } from '../parts/person-roles'

/** Who signs in for the account in view; without one, for staff. */
export default function PeoplePage() {
  const accountId = useContext(AccountContext)?.account.id
  const { role } = useViewer()
  const leads = useMay(role === 'STAFF' ? 'ADMIN' : 'TOKENS')
  const { opened, of, close, opener } = useOpenDialog()
  const query = useLiveQuery(PeopleDocument, { variables: { accountId }, everyMs: 5_000 })
  const refetch = () => void query.refetch()
  const chosen = query.data?.people.find(({ id }) => id === of)
  return (
    <Page
      title={accountId === undefined ? 'Team' : 'People'}
      lead={accountId === undefined ? 'Who signs in as staff.' : 'Who signs in for this account, and what each may do.'}
      actions={leads && <Button {...opener('invite')}>Invite somebody</Button>}
    >
      <Await query={query}>
        {({ people, invitations }) => (
          <Stack gap="lg">
            {!leads && <ReadOnlyNote who={role === 'STAFF' ? 'Administrators' : 'Owners'} />}
            <PeopleTable people={people} leads={leads} opener={opener} />
            <Invitations invitations={invitations} leads={leads} onRevoked={refetch} />
          </Stack>
        )}
      </Await>
      {leads && <InvitePerson accountId={accountId} opened={opened === 'invite'} onClose={close} onInvited={refetch} />}
      {leads && chosen !== undefined && (
        <>
          <ChangeRole
            key={`role ${chosen.id}`}
            person={chosen}
            accountId={accountId}
            opened={opened === 'role'}
            onClose={close}
          />
          <RemovePerson person={chosen} opened={opened === 'remove'} onClose={close} onRemoved={refetch} />
        </>
      )}
    </Page>
  )
}

function PeopleTable(props: {
  people: PeopleQuery['people']
  leads: boolean
  opener: (name: string, of: string) => { id: string; onClick: () => void }
}) {
  const { people, leads, opener } = props
  const me = useViewer().person?.id
  if (people.length === 0) return <Text size="sm">Nobody signs in here yet. Invite somebody.</Text>
  return (
    <Paper withBorder p="md" radius="md">
      <Table.ScrollContainer minWidth={680}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>Role</Table.Th>
              <Table.Th>Second factor</Table.Th>
              <Table.Th>Last signed in</Table.Th>
              {leads && <Table.Th>Change</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.map((person) => (
              <Table.Tr key={person.id}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {person.name}
                  {person.id === me && ' (you)'}
                  <Text size="xs" c="dimmed">
                    {person.email}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {ROLES[person.role].label}
                  <Text size="xs" c="dimmed">
                    {ROLES[person.role].may}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <StatusBadge status={person.hasSecondFactor ? 'ON' : 'OFF'} />
                </Table.Td>
                <Table.Td>
                  {person.lastSignedInAt === null ? 'Never' : <When at={person.lastSignedInAt} relativeTo="now" />}
                </Table.Td>
                {leads && (
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>
                    <Button
                      size="compact-sm"
                      variant="default"
                      mr="xs"
                      aria-label={`Change the role of ${person.name}`}
                      {...opener('role', person.id)}
                    >
                      Role …
                    </Button>
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`Remove ${person.name}`}
                      {...opener('remove', person.id)}
                    >
                      Remove …
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  )
}

function Invitations(props: { invitations: PeopleQuery['invitations']; leads: boolean; onRevoked: () => void }) {
  const { invitations, leads, onRevoked } = props
  const deed = useDeed(PeopleRevokeInvitationDocument)
  if (invitations.length === 0) return null
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Open invitations">
      <Title order={2} size="h4" mb="sm">
        Open invitations
      </Title>
      {deed.refusal !== null && <RefusalAlert error={deed.refusal} />}
      <Table.ScrollContainer minWidth={520}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Whom</Table.Th>
              <Table.Th>Role</Table.Th>
              <Table.Th>Sent</Table.Th>
              <Table.Th>Good until</Table.Th>
              {leads && <Table.Th>Revoke</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {invitations.map(({ id, name, email, role, createdAt, expiresAt }) => (
              <Table.Tr key={id}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {name}
                  <Text size="xs" c="dimmed">
                    {email}
                  </Text>
                </Table.Td>
                <Table.Td>{ROLES[role].label}</Table.Td>
                <Table.Td>
                  <When at={createdAt} />
                </Table.Td>
                <Table.Td>
                  <When at={expiresAt} />
                </Table.Td>
                {leads && (
                  <Table.Td>
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`Revoke the invitation of ${email}`}
                      disabled={deed.busy}
                      onClick={() => void deed.run({ id }).then((done) => done !== null && onRevoked())}
                    >
                      Revoke
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  )
}
