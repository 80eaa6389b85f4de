import { Button, Paper, Switch, Table, Text } from '@mantine/core'
import { useContext, useState } from 'react'
import { useSearchParams } from 'react-router'
import { AccountContext, useMay, useViewer } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { Await } from '../parts/await'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { Page } from '../parts/page'
import { StatusBadge } from '../parts/status-badge'
import { useOpenDialog } from '../parts/use-open-dialog'
import { useNow, When } from '../parts/when'
import { CreateToken } from './create-token'
import { TokenRevokeDocument, TokensDocument, type TokenRowFragment } from './tokens.generated'

/** An account's tokens; without an account in view, staff's own. */
export default function TokensPage() {
  const accountId = useContext(AccountContext)?.account.id
  const mayEdit = useMay(accountId === undefined ? 'ADMIN' : 'TOKENS')
  const { role } = useViewer()
  const { opened, of, close, opener } = useOpenDialog()
  const query = useLiveQuery(TokensDocument, {
    variables: { accountId },
    on: ['token.'],
    everyMs: accountId === undefined ? 5_000 : 30_000,
  })
  const toRevoke = query.data?.tokens.find(({ id }) => id === of)
  return (
    <Page
      title={accountId === undefined ? 'Staff’s tokens' : 'Tokens'}
      lead={
        accountId === undefined
          ? 'With them programs of yours use the API as staff, over all accounts.'
          : 'With them programs use the API for this account.'
      }
      actions={mayEdit && <Button {...opener('new')}>New token</Button>}
    >
      <Await query={query}>
        {({ tokens }) => <TokenTable tokens={tokens} mayEdit={mayEdit} opener={(id) => opener('revoke', id)} />}
      </Await>
      {mayEdit && (
        <>
          <CreateToken
            accountId={accountId}
            isStaff={role === 'STAFF'}
            opened={opened === 'new'}
            onClose={close}
            onCreated={() => void query.refetch()}
          />
          {toRevoke !== undefined && <RevokeToken token={toRevoke} opened={opened === 'revoke'} onClose={close} />}
        </>
      )}
    </Page>
  )
}

function TokenTable(props: {
  tokens: readonly TokenRowFragment[]
  mayEdit: boolean
  opener: (id: string) => { id: string; onClick: () => void }
}) {
  const { tokens, mayEdit, opener } = props
  const now = useNow()
  const [params, setParams] = useSearchParams()
  const isAll = params.has('all')
  const stateOf = ({ revokedAt, expiresAt }: TokenRowFragment) =>
    revokedAt !== null ? 'REVOKED' : expiresAt !== null && Date.parse(expiresAt) <= now ? 'EXPIRED' : 'ACTIVE'
  const shown = tokens.filter((token) => isAll || stateOf(token) === 'ACTIVE')
  return (
    <Paper withBorder p="md" radius="md">
      <Switch
        label="Revoked and expired ones too"
        checked={isAll}
        onChange={(event) => setParams(event.currentTarget.checked ? { all: '' } : {}, { replace: true })}
        mb="sm"
      />
      {shown.length === 0 ? (
        <Text size="sm">
          There is no token{isAll ? '' : ' that works'}. {mayEdit && 'Create one, and it is shown once.'}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={760}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Begins with</Table.Th>
                <Table.Th>May</Table.Th>
                <Table.Th>Last used</Table.Th>
                <Table.Th>Expires</Table.Th>
                <Table.Th>State</Table.Th>
                {mayEdit && <Table.Th>Revoke</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((token) => (
                <Table.Tr key={token.id}>
                  <Table.Td>
                    {token.name}
                    <Text size="xs" c="dimmed">
                      created <When at={token.createdAt} />
                    </Text>
                  </Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    <code>{token.prefix}…</code>
                  </Table.Td>
                  <Table.Td>{token.scopes.join(', ')}</Table.Td>
                  <Table.Td>
                    {token.lastUsedAt === null ? 'Never' : <When at={token.lastUsedAt} relativeTo="now" />}
                  </Table.Td>
                  <Table.Td>{token.expiresAt === null ? 'Never' : <When at={token.expiresAt} />}</Table.Td>
                  <Table.Td>
                    <StatusBadge status={stateOf(token)} />
                  </Table.Td>
                  {mayEdit && (
                    <Table.Td>
                      {token.revokedAt === null && (
                        <Button
                          size="compact-sm"
                          variant="default"
                          aria-label={`Revoke ${token.name}`}
                          {...opener(token.id)}
                        >
                          Revoke …
                        </Button>
                      )}
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  )
}

function RevokeToken(props: { token: TokenRowFragment; opened: boolean; onClose: () => void }) {
  const { token, opened, onClose } = props
  const deed = useDeed(TokenRevokeDocument)
  const [{ name, prefix, lastUsedAt }] = useState(token)
  return (
    <ConfirmDialog
      opened={opened}
      title="Revoke the token"
      confirmLabel="Revoke for good"
      danger
      busy={deed.busy}
      refusal={deed.refusal}
      onConfirm={() => void deed.run({ id: token.id }).then((done) => done !== null && onClose())}
      onClose={onClose}
    >
      <Text size="sm">
        Whatever uses “{name}” ({prefix}…) is refused at once, and its open connections end within a second.{' '}
        {lastUsedAt === null ? (
          'It was never used.'
        ) : (
          <>
            It was last used <When at={lastUsedAt} relativeTo="now" />.
          </>
        )}
      </Text>
    </ConfirmDialog>
  )
}
