import { Paper, Stack, Table, Text, Title } from '@mantine/core'
import { useViewer } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { Page } from '../parts/page'
import { ROLES } from '../parts/person-roles'
import { When } from '../parts/when'
import { ChangePassword } from './change-password'
import { MeDocument } from './me.generated'
import { SecondFactor } from './second-factor'
import { Sessions } from './sessions'

export default function MePage() {
  const { secondFactorNeeded } = useViewer()
  const query = useLiveQuery(MeDocument, { variables: {}, everyMs: 10_000 })
  const refetch = () => void query.refetch()
  return (
    <Page title="Your sign-in and sessions">
      <Await query={query} lines={6}>
        {({ viewer, sessions }) =>
          viewer.person === null ? (
            <Text size="sm">A token asks here, and no person: there is nothing to set.</Text>
          ) : (
            <Stack gap="lg" maw={860}>
              <Paper withBorder p="md" radius="md" component="section" aria-label="You">
                <Title order={2} size="h4" mb="sm">
                  You
                </Title>
                <Table variant="vertical" layout="fixed" withRowBorders={false}>
                  <Table.Tbody>
                    <Table.Tr>
                      <Table.Th w={130}>Name</Table.Th>
                      <Table.Td>{viewer.person.name}</Table.Td>
                    </Table.Tr>
                    <Table.Tr>
                      <Table.Th>E-mail</Table.Th>
                      <Table.Td style={{ overflowWrap: 'anywhere' }}>{viewer.person.email}</Table.Td>
                    </Table.Tr>
                    <Table.Tr>
                      <Table.Th>Role</Table.Th>
                      <Table.Td>
                        {ROLES[viewer.person.role].label}
                        <Text size="xs" c="dimmed">
                          {ROLES[viewer.person.role].may}
                        </Text>
                      </Table.Td>
                    </Table.Tr>
                    <Table.Tr>
                      <Table.Th>Signed in</Table.Th>
                      <Table.Td>
                        <When at={viewer.person.lastSignedInAt} />
                      </Table.Td>
                    </Table.Tr>
                  </Table.Tbody>
                </Table>
              </Paper>
              <SecondFactor isOn={viewer.person.hasSecondFactor} isNeeded={secondFactorNeeded} onChanged={refetch} />
              <ChangePassword email={viewer.person.email} onChanged={refetch} />
              <Sessions sessions={sessions} onEnded={refetch} />
            </Stack>
          )
        }
      </Await>
    </Page>
  )
}
