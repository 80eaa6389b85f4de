import { Center, Loader } from '@mantine/core'
import type { ReactNode } from 'react'
import { useQuery } from '@apollo/client/react'
import type { Client } from '../../../sdk/index'
import { LiveFeed } from '../api/live-feed'
import { RefusalAlert } from '../parts/refusal-alert'
import { AccountHeadDocument } from './account.generated'
import { AccountContext } from './account-context'

/** Puts an account in view, and follows it live for as long as it is. */
export function AccountScope(props: {
  gateway: Client
  accountId: string
  base: string
  onSignedOut: () => void
  children: ReactNode
}) {
  const { gateway, accountId, base, onSignedOut, children } = props
  const { data, error, refetch } = useQuery(AccountHeadDocument, { variables: { id: accountId } })
  if (data === undefined) {
    return (
      <Center mih="100dvh" p="md">
        {error === undefined ? (
          <Loader aria-label="Loading the account" />
        ) : (
          <RefusalAlert error={error} onRetry={() => void refetch()} />
        )}
      </Center>
    )
  }
  return (
    <AccountContext value={{ account: data.account, base }}>
      <LiveFeed gateway={gateway} accountId={accountId} after={data.account.balance.sequence} onSignedOut={onSignedOut}>
        {children}
      </LiveFeed>
    </AccountContext>
  )
}
