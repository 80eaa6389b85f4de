import {
  Alert,
  Anchor,
  Button,
  Center,
  Divider,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useEffect, useState, type SubmitEvent, type ReactNode } from 'react'
import { Link, useLocation } from 'react-router'
import {
  acceptInvitation,
  explainSessionRefusal,
  forgotPassword,
  giveSecondFactor,
  lookAtInvitation,
  resetPassword,
  signIn,
  signInToDemo,
  type InvitationSeen,
  type NextStep,
  type SessionState,
} from './session-door'

/** What a door's form does when it is sent: it waits, tells a refusal, and goes on. */
function useStep(onNext: (step: NextStep) => void) {
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const take = async (step: () => Promise<NextStep>) => {
    setBusy(true)
    setRefusal(null)
    try {
      onNext(await step())
    } catch (error) {
      setRefusal(explainSessionRefusal(error))
    } finally {
      setBusy(false)
    }
  }
  return { busy, refusal, take }
}

function Door({ title, children, refusal }: { title: string; children: ReactNode; refusal?: string | null }) {
  useEffect(() => {
    document.title = `${title} · Daybook`
  }, [title])
  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper withBorder radius="lg" p="xl" w="100%" maw={420} shadow="sm">
        <Stack>
          <div>
            <Text size="sm" fw={600} c="dimmed">
              Daybook
            </Text>
            <Title order={1} size="h2">
              {title}
            </Title>
          </div>
          {refusal != null && (
            <Alert color="red" role="alert">
              {refusal}
            </Alert>
          )}
          {children}
        </Stack>
      </Paper>
    </Center>
  )
}

/** Sends a form by hand: nothing is ever put into an address. */
function onSubmit(work: () => unknown) {
  return (event: SubmitEvent) => {
    event.preventDefault()
    work()
  }
}

/** Why signing in at the organisation's provider came to nothing. */
const REFUSED_ELSEWHERE: Record<string, string> = {
  unknown: 'Your organisation signed you in, but no person here has that e-mail address. Ask whoever invites people.',
  unavailable: 'Your organisation’s sign-in can’t be reached. Try again in a moment, or sign in with a password.',
  throttled: 'Too many attempts. Wait some minutes, then try again.',
  failed: 'Signing in at your organisation didn’t work. Try again, or sign in with a password.',
}

export function SignInPage({ session, onSignedIn }: { session: SessionState; onSignedIn: () => void }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const { hash, search } = useLocation()
  // Whoever comes from the organisation's sign-in and has a second factor here has a challenge already.
  const [challenge, setChallenge] = useState(hash === '' ? null : hash.slice(1))
  const [code, setCode] = useState('')
  const refused = new URLSearchParams(search).get('refused')
  const { busy, refusal, take } = useStep((step) => {
    if (step.next === 'SIGNED_IN') onSignedIn()
    else setChallenge(step.challenge)
  })
  if (challenge !== null) {
    return (
      <Door title="Second factor" refusal={refusal}>
        <form onSubmit={onSubmit(() => take(() => giveSecondFactor(challenge, code.replaceAll(/\s/g, ''))))}>
          <Stack>
            <TextInput
              label="Code of your authenticator"
              description="Six digits; or one of your recovery codes."
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
              autoComplete="one-time-code"
              autoFocus
              required
            />
            <Button type="submit" loading={busy}>
              Sign in
            </Button>
            <Button variant="subtle" onClick={() => setChallenge(null)}>
              Back
            </Button>
          </Stack>
        </form>
      </Door>
    )
  }
  return (
    <Door
      title="Sign in"
      refusal={refusal ?? (refused === null ? null : (REFUSED_ELSEWHERE[refused] ?? REFUSED_ELSEWHERE.failed))}
    >
      <form onSubmit={onSubmit(() => take(() => signIn(email, password)))}>
        <Stack>
          <TextInput
            label="E-mail"
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            autoComplete="username"
            required
          />
          <PasswordInput
            label="Password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            required
          />
          <Button type="submit" loading={busy}>
            Sign in
          </Button>
          <Anchor component={Link} to="/forgot-password" size="sm">
            I forgot my password
          </Anchor>
        </Stack>
      </form>
      {session.openId !== null && (
        <Button component="a" href="/session/open-id" variant="default">
          Sign in with {session.openId.name}
        </Button>
      )}
      {session.demo && (
        <>
          <Divider label="Demo" />
          <Button variant="light" onClick={() => take(() => signInToDemo('PARTNER'))} disabled={busy}>
            Look around as the demo partner
          </Button>
          <Button variant="light" color="gray" onClick={() => take(() => signInToDemo('STAFF'))} disabled={busy}>
            Look around as staff
          </Button>
        </>
      )}
    </Door>
  )
}

export function ForgotPasswordPage() {
  const [email, setEmail] = useState('')
  const [sent, setSent] = useState(false)
  const { busy, refusal, take } = useStep(() => setSent(true))
  if (sent) {
    return (
      <Door title="Look into your mail">
        <Text>
          If somebody here has the address {email}, a mail with a link is on its way. The link is good for an hour.
        </Text>
        <Anchor component={Link} to="/sign-in">
          Back to sign-in
        </Anchor>
      </Door>
    )
  }
  return (
    <Door title="Forgot your password?" refusal={refusal}>
      <form onSubmit={onSubmit(() => take(() => forgotPassword(email).then(() => ({ next: 'SIGNED_IN' as const }))))}>
        <Stack>
          <TextInput
            label="E-mail"
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            autoComplete="username"
            required
          />
          <Button type="submit" loading={busy}>
            Send me a link
          </Button>
          <Anchor component={Link} to="/sign-in" size="sm">
            Back to sign-in
          </Anchor>
        </Stack>
      </form>
    </Door>
  )
}

/** The token of a mail's link stands behind the #: it is never sent with the page's address, nor kept in a log. */
function useLinkToken(): string {
  return useLocation().hash.slice(1)
}

const PASSWORD_RULE = '12 characters at least: a few words that only you would put together do well.'

export function ResetPasswordPage({ onSignedIn }: { onSignedIn: () => void }) {
  const token = useLinkToken()
  const [password, setPassword] = useState('')
  const { busy, refusal, take } = useStep((step) => {
    if (step.next === 'SIGNED_IN') onSignedIn()
    else location.assign('/sign-in')
  })
  return (
    <Door title="Choose a new password" refusal={refusal}>
      <form onSubmit={onSubmit(() => take(() => resetPassword(token, password)))}>
        <Stack>
          <PasswordInput
            label="New password"
            description={PASSWORD_RULE}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="new-password"
            minLength={12}
            required
          />
          <Button type="submit" loading={busy}>
            Set the password
          </Button>
        </Stack>
      </form>
    </Door>
  )
}

export function InvitationPage({ onSignedIn }: { onSignedIn: () => void }) {
  const token = useLinkToken()
  const [seen, setSeen] = useState<InvitationSeen | string | null>(null)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const { busy, refusal, take } = useStep(onSignedIn)
  useEffect(() => {
    lookAtInvitation(token).then(
      (invitation) => {
        setSeen(invitation)
        setName(invitation.name ?? '')
      },
      (error: unknown) => setSeen(explainSessionRefusal(error)),
    )
  }, [token])
  if (seen === null) return null
  if (typeof seen === 'string') {
    return (
      <Door title="Invitation" refusal={seen}>
        <Anchor component={Link} to="/sign-in">
          Go to sign-in
        </Anchor>
      </Door>
    )
  }
  return (
    <Door title={`Join ${seen.account?.name ?? 'the staff'}`} refusal={refusal}>
      <Text size="sm">
        You were invited as {seen.role.toLowerCase()} with the address {seen.email}.
      </Text>
      <form onSubmit={onSubmit(() => take(() => acceptInvitation(token, name, password)))}>
        <Stack>
          <TextInput
            label="Your name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="name"
            required
          />
          <PasswordInput
            label="Password"
            description={PASSWORD_RULE}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="new-password"
            minLength={12}
            required
          />
          <Button type="submit" loading={busy}>
            Join
          </Button>
        </Stack>
      </form>
    </Door>
  )
}
