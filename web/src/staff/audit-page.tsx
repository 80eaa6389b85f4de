import { Anchor, Button, Group, Paper, Select, SimpleGrid, Stack, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { dayStart } from '../parts/day'
import { DayInput } from '../parts/day-input'
import { formatWord } from '../parts/format'
import { OlderNewer, usePageStart } from '../parts/older-newer'
import { Page } from '../parts/page'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import type { AuditOutcome } from '../schema.generated'
import { AccountLink } from './account-link'
import { AccountPicker } from './account-picker'
import { AuditEntryDrawer } from './audit-entry-drawer'
import { StaffAuditDocument, type StaffAuditQuery } from './audit.generated'

type Entry = StaffAuditQuery['auditLog']['nodes'][number]

const OUTCOMES: { value: AuditOutcome | ''; label: string }[] = [
  { value: '', label: 'All' },
  { value: 'DONE', label: 'Done' },
  { value: 'REFUSED', label: 'Refused' },
]

/** Who did what, from where: every deed of staff, and those of partners that are more than moving days. */
export default function AuditPage() {
  const [params, setParams] = useSearchParams()
  const [shown, setShown] = useState<Entry | null>(null)
  const after = usePageStart()
  const asked = (name: string) => params.get(name) ?? ''
  const ask = (name: string, value: string) => {
    const next = new URLSearchParams(params)
    if (value === '') next.delete(name)
    else next.set(name, value)
    next.delete('after')
    setParams(next, { replace: true })
  }
  const wanted = (name: string) => (asked(name) === '' ? null : asked(name))
  const accountId = wanted('account')
  const from = dayStart(asked('from'))
  const to = dayStart(asked('to'), 1)
  const query = useLiveQuery(StaffAuditDocument, {
    variables: {
      accountId,
      action: wanted('action'),
      actor: wanted('actor'),
      subject: wanted('subject'),
      outcome: OUTCOMES.find(({ value }) => value !== '' && value === asked('outcome'))?.value as
        AuditOutcome | undefined,
      from,
      to,
      first: 50,
      after,
    },
    everyMs: after === null ? 5_000 : 0,
  })
  return (
    <Page
      title="Audit log"
      lead="Every deed of staff, and of partners what doesn’t stand in their ledger. Entries are never changed or deleted."
    >
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} role="search" aria-label="Filter the log">
        <AccountPicker value={accountId} onChange={(id) => ask('account', id ?? '')} />
        <Filter
          label="Action"
          placeholder="such as adjustBalance"
          value={asked('action')}
          onAsk={(value) => ask('action', value)}
        />
        <Filter
          label="Actor"
          placeholder="staff, or a token’s id"
          value={asked('actor')}
          onAsk={(value) => ask('actor', value)}
        />
        <Filter
          label="Done to"
          placeholder="an id, or a job’s name"
          value={asked('subject')}
          onAsk={(value) => ask('subject', value)}
        />
        <Select
          label="Outcome"
          data={OUTCOMES}
          value={asked('outcome')}
          allowDeselect={false}
          onChange={(value) => ask('outcome', value ?? '')}
        />
        <DayInput label="From this day on" value={asked('from')} onChange={(day) => ask('from', day)} />
        <DayInput label="Until this day, too" value={asked('to')} onChange={(day) => ask('to', day)} />
        <ExportLink accountId={accountId} from={from} to={to} />
      </SimpleGrid>
      <Await query={{ ...query, data: query.data ?? query.previousData }} lines={8}>
        {({ auditLog }) => (
          <Stack gap="xs">
            <EntriesTable
              entries={auditLog.nodes}
              onShow={setShown}
              onReset={params.size === 0 ? null : () => setParams({})}
            />
            <OlderNewer pageInfo={auditLog.pageInfo} />
          </Stack>
        )}
      </Await>
      {shown !== null && <AuditEntryDrawer entry={shown} onClose={() => setShown(null)} />}
    </Page>
  )
}

/** Asks when one has finished typing: with Enter, or by going on. */
function Filter(props: { label: string; placeholder: string; value: string; onAsk: (value: string) => void }) {
  const { label, placeholder, value, onAsk } = props
  const [typed, setTyped] = useState(value)
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => onAsk(typed.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onAsk(typed.trim())
      }}
    />
  )
}

function ExportLink({ accountId, from, to }: { accountId: string | null; from: string | null; to: string | null }) {
  if (accountId === null) {
    return (
      <Text size="xs" c="dimmed" style={{ alignSelf: 'end' }}>
        Choose an account to have its log as a CSV file.
      </Text>
    )
  }
  const asked = new URLSearchParams({ accountId, ...(from !== null && { from }), ...(to !== null && { to }) })
  return (
    <Group align="end">
      <Button component="a" href={`/exports/audit.csv?${asked}`} download variant="default">
        Export as CSV
      </Button>
    </Group>
  )
}

function EntriesTable(props: {
  entries: readonly Entry[]
  onShow: (entry: Entry) => void
  onReset: (() => void) | null
}) {
  const { entries, onShow, onReset } = props
  if (entries.length === 0) {
    return (
      <Paper withBorder p="lg" radius="md">
        <Text fw={600}>{onReset === null ? 'Nothing was done yet' : 'Nothing is like that'}</Text>
        {onReset !== null && (
          <Button variant="subtle" size="compact-sm" onClick={onReset}>
            Show all
          </Button>
        )}
      </Paper>
    )
  }
  return (
    <Table.ScrollContainer minWidth={860}>
      <Table verticalSpacing="sm" aria-label="Entries">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Action</Table.Th>
            <Table.Th>Outcome</Table.Th>
            <Table.Th>Actor</Table.Th>
            <Table.Th>Account</Table.Th>
            <Table.Th>Done to</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Table.Tr key={entry.id}>
              <Table.Td>
                <When at={entry.occurredAt} />
              </Table.Td>
              <Table.Td>
                <Anchor component="button" size="sm" onClick={() => onShow(entry)}>
                  {entry.action}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <StatusBadge status={entry.outcome} />
                {entry.code !== null && (
                  <Text size="xs" c="dimmed">
                    {formatWord(entry.code)}
                  </Text>
                )}
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{entry.actor}</Table.Td>
              <Table.Td>{entry.account === null ? '–' : <AccountLink account={entry.account} />}</Table.Td>
              <Table.Td>
                <Subject entry={entry} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** Where what it was done to is looked at. */
const PLACES: Record<string, string> = { invoice: '/invoices/', channel: '/channels/', webhook: '/webhooks/' }

function Subject({ entry: { account, subjectKind, subjectId } }: { entry: Entry }) {
  const words = formatWord(subjectKind)
  const place = PLACES[subjectKind]
  if (account !== null && place !== undefined && subjectId !== null) {
    return (
      <Anchor component={Link} size="sm" to={`/accounts/${account.id}${place}${subjectId}`}>
        {words}
      </Anchor>
    )
  }
  return <>{words}</>
}
