import { Anchor, Badge, Group } from '@mantine/core'
import { Link } from 'react-router'

/** An account by its name, with the way to its pages. */
export function AccountLink({
  account,
  to = '',
}: {
  account: { id: string; name: string; sandbox: boolean }
  to?: string
}) {
  return (
    <Group gap={6} wrap="nowrap">
      <Anchor inherit component={Link} to={`/accounts/${account.id}${to}`} style={{ overflowWrap: 'anywhere' }}>
        {account.name}
      </Anchor>
      {account.sandbox && (
        <Badge variant="light" color="violet" size="sm" tt="none" className="status-badge" style={{ flexShrink: 0 }}>
          Sandbox
        </Badge>
      )}
    </Group>
  )
}
