import { Anchor, Button, Group, Modal, NativeSelect, Paper, Stack, Table, Text, Title } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'
import { useAccount, useAccountPath, useMay, useViewer } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { Await } from '../parts/await'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatNumber } from '../parts/format'
import { OlderNewer, usePageStart } from '../parts/older-newer'
import { StatusBadge } from '../parts/status-badge'
import { useOpenDialog } from '../parts/use-open-dialog'
import { When } from '../parts/when'
import type { MailState } from '../schema.generated'
import { MAIL_KINDS } from './mail-kinds'
import { SettingsMailsDocument, SettingsResendMailDocument, type SettingsMailFragment } from './settings.generated'

type Mail = SettingsMailFragment

const STATES: readonly { value: MailState | ''; label: string }[] = [
  { value: '', label: 'All' },
  { value: 'SENT', label: 'Sent' },
  { value: 'PENDING', label: 'Pending' },
  { value: 'FAILED', label: 'Failed' },
  { value: 'SKIPPED', label: 'Skipped' },
]

/** A mail is no event: what has become of those under way is asked for again. */
const LOOK_AGAIN_MS = 15_000

export function MailsSent() {
  const { id } = useAccount()
  const { role } = useViewer()
  const mayBill = useMay('BILLING')
  const [params, setParams] = useSearchParams()
  const { opened, of, close } = useOpenDialog()
  const after = usePageStart()
  const state = STATES.find(({ value }) => value === params.get('state'))?.value ?? ''
  const query = useLiveQuery(SettingsMailsDocument, {
    variables: { accountId: id, after, state: state === '' ? null : state },
    on: ['invoice', 'credit_note.', 'balance.low', 'auto_top_up.', 'keep_alive.', 'mail.'],
    everyMs: LOOK_AGAIN_MS,
  })
  const mayResend = role === 'STAFF' && mayBill
  const turnTo = (changes: Record<string, string | null>) => {
    const next = new URLSearchParams(params)
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') next.delete(name)
      else next.set(name, value)
    }
    setParams(next)
  }
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-end" mb="sm">
        <Title order={2} size="h4">
          Mails sent
        </Title>
        <NativeSelect
          label="State"
          data={STATES.map(({ value, label }) => ({ value, label }))}
          value={state}
          onChange={(event) => turnTo({ state: event.currentTarget.value, after: null })}
        />
      </Group>
      <Await query={query} lines={5}>
        {({ mails: { nodes, pageInfo } }) => {
          const chosen = nodes.find((mail) => mail.id === of)
          return (
            <Stack gap="xs">
              {nodes.length === 0 ? (
                <Text size="sm">{state === '' ? 'No mail was sent yet.' : 'No mail is in this state.'}</Text>
              ) : (
                <MailTable mails={nodes} mayResend={mayResend} />
              )}
              <OlderNewer pageInfo={pageInfo} />
              {chosen !== undefined && opened === 'read' && <MailText mail={chosen} onClose={close} />}
              {chosen !== undefined && opened === 'resend' && mayResend && (
                <ResendDialog
                  mail={chosen}
                  onClose={close}
                  onDone={() => {
                    close()
                    void query.refetch()
                  }}
                />
              )}
            </Stack>
          )
        }}
      </Await>
    </Paper>
  )
}

function MailTable({ mails, mayResend }: { mails: readonly Mail[]; mayResend: boolean }) {
  const path = useAccountPath()
  const { opener } = useOpenDialog()
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Mail</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Deeds</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {mails.map((mail) => {
            const { id, kind, subject, subjectId, recipient, state, error, attempts, createdAt, nextAttemptAt, text } =
              mail
            return (
              <Table.Tr key={id}>
                <Table.Td>
                  <When at={createdAt} />
                </Table.Td>
                <Table.Td>
                  {subject}
                  <Text size="xs" c="dimmed">
                    {MAIL_KINDS[kind].label}
                    {recipient !== null && ` · to ${recipient}`}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <StatusBadge status={state} />
                  {state !== 'SENT' && error !== null && (
                    <Text size="xs" c="dimmed">
                      {error}
                    </Text>
                  )}
                  {state === 'PENDING' && nextAttemptAt !== null && attempts > 0 && (
                    <Text size="xs" c="dimmed">
                      tried {formatNumber(attempts)} times, again <When at={nextAttemptAt} />
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <Group gap="xs">
                    {text !== null && (
                      <Button
                        size="compact-xs"
                        variant="default"
                        {...opener('read', id)}
                        aria-label={`Read “${subject}”`}
                      >
                        Read
                      </Button>
                    )}
                    {subjectId?.startsWith('invoice_') === true && (
                      <Anchor component={Link} to={path(`invoices/${subjectId}`)} size="sm">
                        Invoice
                      </Anchor>
                    )}
                    {mayResend && (
                      <Button
                        size="compact-xs"
                        variant="default"
                        {...opener('resend', id)}
                        aria-label={`Send again: “${subject}”`}
                      >
                        Send again
                      </Button>
                    )}
                  </Group>
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function MailText({ mail: { subject, text }, onClose }: { mail: Mail; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={subject} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text}
      </Text>
    </Modal>
  )
}

function ResendDialog({ mail, onClose, onDone }: { mail: Mail; onClose: () => void; onDone: () => void }) {
  const deed = useDeed(SettingsResendMailDocument)
  return (
    <ConfirmDialog
      opened
      title="Send it again?"
      confirmLabel="Send it again"
      busy={deed.busy}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        void deed.run({ id: mail.id }).then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        “{mail.subject}” goes out anew, to the address that the account has now. A mail that was sent can’t be called
        back.
      </Text>
    </ConfirmDialog>
  )
}
