import { Button, Group, Paper, Table, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatCount } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { StatusBadge } from '../parts/status-badge'
import { useOpenDialog } from '../parts/use-open-dialog'
import { When } from '../parts/when'
import { browserIn } from './browser-in'
import { MeRevokeOtherSessionsDocument, MeRevokeSessionDocument, type MeQuery } from './me.generated'

export function Sessions({ sessions, onEnded }: { sessions: MeQuery['sessions']; onEnded: () => void }) {
  const { opened, close, opener } = useOpenDialog()
  const one = useDeed(MeRevokeSessionDocument)
  const others = useDeed(MeRevokeOtherSessionsDocument)
  const count = sessions.filter(({ current }) => !current).length
  const endOthers = async () => {
    const done = await others.run({})
    if (done === null) return
    notifications.show({ color: 'green', message: `${formatCount(done.revokeOtherSessions, 'session')} ended.` })
    close()
    onEnded()
  }
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Sessions">
      <Group justify="space-between" mb="sm">
        <div>
          <Title order={2} size="h4">
            Sessions
          </Title>
          <Text size="sm" c="dimmed">
            Where you are signed in. One that isn’t used for seven days ends by itself.
          </Text>
        </div>
        {count > 0 && (
          <Button variant="default" {...opener('end-others')}>
            End all others …
          </Button>
        )}
      </Group>
      {one.refusal !== null && <RefusalAlert error={one.refusal} />}
      <Table.ScrollContainer minWidth={600}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Browser</Table.Th>
              <Table.Th>From</Table.Th>
              <Table.Th>Begun</Table.Th>
              <Table.Th>Last used</Table.Th>
              <Table.Th>End</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sessions.map(({ id, userAgent, address, createdAt, lastUsedAt, current }) => (
              <Table.Tr key={id}>
                <Table.Td title={userAgent ?? undefined}>{browserIn(userAgent)}</Table.Td>
                <Table.Td>{address ?? '–'}</Table.Td>
                <Table.Td>
                  <When at={createdAt} />
                </Table.Td>
                <Table.Td>
                  <When at={lastUsedAt} relativeTo="now" />
                </Table.Td>
                <Table.Td>
                  {current ? (
                    <StatusBadge status="THIS_ONE" />
                  ) : (
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`End the session of ${browserIn(userAgent)} from ${address ?? 'somewhere'}`}
                      disabled={one.busy}
                      onClick={() => void one.run({ id }).then((done) => done !== null && onEnded())}
                    >
                      End
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <ConfirmDialog
        opened={opened === 'end-others'}
        title="End all other sessions"
        confirmLabel="End them"
        danger
        busy={others.busy}
        refusal={others.refusal}
        onConfirm={() => void endOthers()}
        onClose={close}
      >
        <Text size="sm">
          {formatCount(count, 'session')} {count === 1 ? 'ends' : 'end'} at once; this one stays. Whoever used{' '}
          {count === 1 ? 'it' : 'them'} has to sign in again.
        </Text>
      </ConfirmDialog>
    </Paper>
  )
}
