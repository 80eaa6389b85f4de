import { Code, Drawer, Stack, Table, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatWord } from '../parts/format'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import { AccountLink } from './account-link'
import type { StaffAuditQuery } from './audit.generated'

type Entry = StaffAuditQuery['auditLog']['nodes'][number]

/** One entry with all that was written down of it. */
export function AuditEntryDrawer({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  return (
    <Drawer
      opened
      onClose={onClose}
      title={entry.action}
      position="right"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Table aria-label="The entry">
          <Table.Tbody>
            <Row name="When" value={<When at={entry.occurredAt} />} />
            <Row name="Outcome" value={<StatusBadge status={entry.outcome} />} />
            {entry.code !== null && <Row name="Refused with" value={<Code>{entry.code}</Code>} />}
            <Row name="Actor" value={`${entry.actor} (${formatWord(entry.role)})`} />
            {entry.account !== null && <Row name="Account" value={<AccountLink account={entry.account} />} />}
            <Row name="Done to" value={`${formatWord(entry.subjectKind)} ${entry.subjectId ?? ''}`} />
            <Row name="Address" value={entry.ip ?? 'not known'} />
            <Row name="Program" value={entry.userAgent ?? 'not known'} />
            <Row name="Came by" value={entry.origin === 'HTTP' ? 'a request' : 'a socket'} />
            <Row name="Request id" value={<Code>{entry.requestId}</Code>} />
          </Table.Tbody>
        </Table>
        <Fields title="As it was asked for" fields={entry.input} />
        {entry.before !== null && <Fields title="What it was" fields={entry.before} />}
        {entry.after !== null && <Fields title="What it is since" fields={entry.after} />}
        <Text size="xs" c="dimmed">
          Long texts are cut short, and what is secret is left out. The request id stands in the gateway’s log too.
        </Text>
      </Stack>
    </Drawer>
  )
}

function Row({ name, value }: { name: string; value: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} w={120}>
        {name}
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
    </Table.Tr>
  )
}

function Fields({ title, fields }: { title: string; fields: Record<string, unknown> }) {
  return (
    <div>
      <Title order={3} size="h5" mb={4}>
        {title}
      </Title>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {JSON.stringify(fields, null, 2)}
      </Code>
    </div>
  )
}
