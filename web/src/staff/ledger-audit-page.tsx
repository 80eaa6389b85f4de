import { Alert, Button, Group, List, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { useLazyQuery } from '@apollo/client/react'
import { useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'
import { formatCount } from '../parts/format'
import { Page } from '../parts/page'
import { RefusalAlert } from '../parts/refusal-alert'
import { AccountPicker } from './account-picker'
import { StaffLedgerAuditDocument, type StaffLedgerAuditQuery } from './ledger-audit.generated'
import { LedgerSeals } from './ledger-seals'
import { RebuildLots } from './rebuild-lots'

/** What the audit goes through, and what each rule is there for. */
const RULES: readonly (readonly [string, string])[] = [
  ['Entries sum to zero', 'What leaves one day account arrives in another: no day appears from nowhere or gets lost.'],
  [
    'Running balances',
    'Each entry tells the balance after it; added up from the first entry on, they come to the same.',
  ],
  ['Numbers without gaps', 'Events of an account are numbered from 1, each number once: nothing was left out.'],
  ['Time runs forward', 'No movement is dated before the one before it.'],
  ['Channels’ time', 'Each channel’s days, replayed from its movements, end when the channel says they end.'],
  ['Used days', 'What was burnt is what those runs have used, and what is allocated is what they have left.'],
  ['Credit limit', 'No balance lies under its credit limit.'],
  ['Paid invoices', 'Each paid invoice was credited exactly once, with its own days, and its payments add up.'],
  ['Credit notes', 'Each credit note took its days exactly once.'],
  ['Owed days', 'What chargebacks could not take is owed, no more and no less.'],
  ['Seals', 'Each seal, a hash over all movements up to it, still fits: nothing was changed afterwards.'],
]

/** Goes through the whole book of days, at somebody's wish, and says what it found. */
export default function LedgerAuditPage() {
  const [params, setParams] = useSearchParams()
  const accountId = params.get('account')
  const [audit, { data, error, loading }] = useLazyQuery(StaffLedgerAuditDocument, { fetchPolicy: 'network-only' })
  const [asked, setAsked] = useState<{ accountId: string | null } | null>(null)
  const run = () => {
    setAsked({ accountId })
    // What is wrong with it stands in `error`.
    audit({ variables: { accountId } }).catch(() => undefined)
  }
  const isOfChosen = asked !== null && asked.accountId === accountId
  return (
    <Page
      title="Ledger audit"
      lead="Goes through the ledger from its first row and checks every rule. A job does it each night; here it is done at once."
    >
      <Group align="end">
        <AccountPicker value={accountId} onChange={(id) => setParams(id === null ? {} : { account: id })} />
        <Button loading={loading} onClick={run}>
          {accountId === null ? 'Audit all accounts' : 'Audit this account'}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        It reads the whole ledger {accountId === null ? 'of all accounts' : 'of this account'}: with millions of
        movements it takes minutes. It changes nothing, and others go on working meanwhile.
      </Text>
      {loading && <UnderWay key={String(asked?.accountId)} all={asked?.accountId == null} />}
      {!loading && error !== undefined && isOfChosen && <RefusalAlert error={error} onRetry={run} />}
      {!loading && data !== undefined && error === undefined && isOfChosen && <Found audit={data.ledgerAudit} />}
      <Rules />
      {accountId === null ? (
        <Text size="sm" c="dimmed">
          Choose an account to see its seals, and to make its lots anew.
        </Text>
      ) : (
        <>
          <RebuildLots key={`lots ${accountId}`} accountId={accountId} />
          <LedgerSeals key={`seals ${accountId}`} accountId={accountId} />
        </>
      )}
    </Page>
  )
}

function UnderWay({ all }: { all: boolean }) {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const began = Date.now()
    const timer = window.setInterval(() => setSeconds(Math.floor((Date.now() - began) / 1000)), 1_000)
    return () => window.clearInterval(timer)
  }, [])
  return (
    <Paper withBorder p="md" radius="md">
      <Group>
        <Loader size="sm" aria-hidden />
        <div>
          <Text fw={600} role="status">
            {all ? 'Every account’s ledger is gone through' : 'The account’s ledger is gone through'}
          </Text>
          <Text size="sm" c="dimmed" role="timer">
            for {formatCount(seconds, 'second')}. Stay on the page to see what it finds.
          </Text>
        </div>
      </Group>
    </Paper>
  )
}

function Found({ audit }: { audit: StaffLedgerAuditQuery['ledgerAudit'] }) {
  const { ok, accountsChecked, transactionsChecked, violations } = audit
  const extent = `${formatCount(transactionsChecked, 'movement')} of ${formatCount(accountsChecked, 'account')} were gone through`
  return (
    <Alert
      role="status"
      color={ok ? 'green' : 'red'}
      variant="light"
      title={ok ? 'Every rule holds' : `${formatCount(violations.length, 'rule')} broken`}
    >
      <Text size="sm">{extent}.</Text>
      {!ok && (
        <Stack gap="xs" mt="xs">
          <List size="sm">
            {violations.map((violation) => (
              <List.Item key={violation} style={{ overflowWrap: 'anywhere' }}>
                {violation}
              </List.Item>
            ))}
          </List>
          {violations.length >= 100 && <Text size="sm">There may be more: the first 100 are told.</Text>}
        </Stack>
      )}
    </Alert>
  )
}

function Rules() {
  return (
    <Paper withBorder p="md" radius="md">
      <Title order={2} size="h4" mb="xs">
        The rules
      </Title>
      <List size="sm" spacing={6}>
        {RULES.map(([rule, text]) => (
          <List.Item key={rule}>
            <b>{rule}.</b> {text}
          </List.Item>
        ))}
      </List>
    </Paper>
  )
}
