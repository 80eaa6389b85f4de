import { ApolloProvider, useQuery } from '@apollo/client/react'
import { Center, Loader } from '@mantine/core'
import { IconArrowLeft, IconFileCertificate } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Navigate, Route, Routes, useLocation, useNavigate, useParams } from 'react-router'
import type { Client } from '../../sdk/index'
import { ViewerContext } from './account/account-context'
import { AccountScope } from './account/account-scope'
import { AccountShell } from './account/account-shell'
import { ViewerDocument, type ViewerQuery } from './account/account.generated'
import { createApolloClient, createGatewayClient } from './api/client'
import { asGatewayError } from './api/use-deed'
import { RefusalAlert } from './parts/refusal-alert'
import { ForgotPasswordPage, InvitationPage, ResetPasswordPage, SignInPage } from './session/front-door'
import { readSession, signOut, type SessionState } from './session/session-door'
import { ACCOUNT_PAGES, STAFF_PAGES } from './shell/routes'
import { Shell } from './shell/shell'
import { STAFF_SECTIONS } from './staff/staff-sections'

/** Who is signed in decides what there is: the front door, an account, or all of them. */
export function App() {
  const [session, setSession] = useState<SessionState | 'AWAY' | null>(null)
  const navigate = useNavigate()
  const { pathname, search } = useLocation()
  const look = () => {
    readSession().then(setSession, () => setSession('AWAY'))
  }
  useEffect(look, [])

  const enter = () => {
    // Back to the page that was asked for, or to the first one.
    void navigate(new URLSearchParams(search).get('to') ?? '/', { replace: true })
    look()
  }
  const leave = () => {
    signOut()
      .catch(() => undefined)
      // A page that is loaded anew keeps nothing of the one who left.
      .finally(() => location.assign('/sign-in'))
  }

  if (session === null) return <Waiting />
  if (session === 'AWAY') {
    return (
      <Center mih="100dvh" p="md">
        <RefusalAlert error={asGatewayError(undefined)} onRetry={look} />
      </Center>
    )
  }
  return (
    <Routes>
      <Route path="/invitation" element={<InvitationPage onSignedIn={enter} />} />
      <Route path="/reset-password" element={<ResetPasswordPage onSignedIn={enter} />} />
      <Route path="/forgot-password" element={<ForgotPasswordPage />} />
      <Route
        path="/sign-in"
        element={session.signedIn ? <Navigate to="/" replace /> : <SignInPage session={session} onSignedIn={enter} />}
      />
      <Route
        path="*"
        element={
          session.signedIn ? (
            <SignedIn onSignOut={leave} />
          ) : (
            <Navigate to={pathname === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(pathname)}`} replace />
          )
        }
      />
    </Routes>
  )
}

function Waiting() {
  return (
    <Center mih="100dvh">
      <Loader aria-label="Loading" />
    </Center>
  )
}

interface Clients {
  gateway: Client
  apollo: ReturnType<typeof createApolloClient>
}

function SignedIn({ onSignOut }: { onSignOut: () => void }) {
  const [{ gateway, apollo }] = useState<Clients>(() => {
    const made = createGatewayClient()
    return { gateway: made, apollo: createApolloClient(made) }
  })
  return (
    <ApolloProvider client={apollo}>
      <ViewerScope gateway={gateway} onSignOut={onSignOut} />
    </ApolloProvider>
  )
}

function ViewerScope({ gateway, onSignOut }: { gateway: Client; onSignOut: () => void }) {
  const { data, error, refetch } = useQuery(ViewerDocument)
  if (data === undefined) {
    if (error === undefined) return <Waiting />
    return (
      <Center mih="100dvh" p="md">
        <RefusalAlert error={error} onRetry={() => void refetch()} />
      </Center>
    )
  }
  const { viewer } = data
  const frame = { gateway, person: personOf(viewer), onSignOut }
  return (
    <ViewerContext value={viewer}>
      {viewer.account === null ? (
        <Routes>
          <Route path="/accounts/:accountId/*" element={<StaffAccount {...frame} />} />
          <Route
            element={<Shell title="Daybook" sections={STAFF_SECTIONS} person={frame.person} onSignOut={onSignOut} />}
          >
            {STAFF_PAGES}
          </Route>
        </Routes>
      ) : (
        <AccountScope gateway={gateway} accountId={viewer.account.id} base="" onSignedOut={onSignOut}>
          <Routes>
            <Route element={<AccountShell person={frame.person} onSignOut={onSignOut} />}>{ACCOUNT_PAGES}</Route>
          </Routes>
        </AccountScope>
      )}
    </ViewerContext>
  )
}

function personOf({ person, role }: ViewerQuery['viewer']): string {
  return person?.name ?? (role === 'STAFF' ? 'Staff' : 'Partner')
}

/** Staff look at one account: its own pages, and theirs for it. */
function StaffAccount({ gateway, person, onSignOut }: { gateway: Client; person: string; onSignOut: () => void }) {
  const { accountId = '' } = useParams()
  const base = `/accounts/${accountId}`
  return (
    <AccountScope key={accountId} gateway={gateway} accountId={accountId} base={base} onSignedOut={onSignOut}>
      <Routes>
        <Route
          element={
            <AccountShell
              person={person}
              onSignOut={onSignOut}
              above={{
                items: [
                  { label: 'All accounts', to: '/accounts', icon: IconArrowLeft, end: true },
                  { label: 'Agreements and account', to: `${base}/agreements`, icon: IconFileCertificate },
                ],
              }}
            />
          }
        >
          {ACCOUNT_PAGES}
        </Route>
      </Routes>
    </AccountScope>
  )
}
