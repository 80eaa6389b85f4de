import { Alert, Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useViewer } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { CopyText } from '../parts/copy-text'
import { fieldRefusal } from '../parts/field-refusal'
import { formatDate } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import type { Scope } from '../schema.generated'
import { TokenCreateDocument } from './tokens.generated'

const DAY_MS = 86_400_000

const SCOPES: readonly { scope: Scope; ofAccount: string; ofStaff: string }[] = [
  { scope: 'READ', ofAccount: 'See everything of the account.', ofStaff: 'See everything of all accounts.' },
  {
    scope: 'CHANNELS',
    ofAccount: 'Create, change and delete channels, and move days.',
    ofStaff: 'Create, change and delete channels, and move days.',
  },
  {
    scope: 'BILLING',
    ofAccount: 'Request and pay invoices; alerts, top-up and billing details.',
    ofStaff: 'Request, prepare and void invoices, and record payments.',
  },
  {
    scope: 'TOKENS',
    ofAccount: 'Make and revoke tokens, say where webhooks go, and invite people.',
    ofStaff: 'Make and revoke tokens, and say where webhooks go.',
  },
  { scope: 'ADMIN', ofAccount: '', ofStaff: 'Accounts, price agreements, adjustments, staff.' },
]

const LIVES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: '', label: 'For ever' },
]

interface CreateTokenProps {
  /** Undefined for a token of staff. */
  accountId: string | undefined
  isStaff: boolean
  opened: boolean
  onClose: () => void
  onCreated: () => void
}

export function CreateToken(props: CreateTokenProps) {
  const { accountId, opened, onClose } = props
  const [secret, setSecret] = useState<string | null>(null)
  const close = () => {
    setSecret(null)
    onClose()
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={secret === null ? 'New token' : 'The token is created'}
      closeButtonProps={{ 'aria-label': 'Close' }}
      size="lg"
      // A secret that is shown once isn't closed by a slip.
      closeOnClickOutside={secret === null}
      closeOnEscape={secret === null}
      withCloseButton={secret === null}
    >
      {secret === null ? (
        <CreateForm {...props} onSecret={setSecret} />
      ) : (
        <Stack>
          <Alert color="yellow" variant="light" title="Copy it now">
            <Text size="sm">It is shown this once and can’t be read again. Who has it can do what it may.</Text>
          </Alert>
          <CopyText label="Token" text={secret} />
          <Text size="sm">Try it:</Text>
          <CopyText label="Command" text={commandWith(secret, accountId)} />
          <Group justify="flex-end">
            <Button onClick={close}>I have it</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}

function CreateForm({
  accountId,
  isStaff,
  onClose,
  onCreated,
  onSecret,
}: CreateTokenProps & { onSecret: (secret: string) => void }) {
  const { scopes: own } = useViewer()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<string[]>(['READ'])
  const [life, setLife] = useState('90')
  const deed = useDeed(TokenCreateDocument)
  const isOfStaff = accountId === undefined
  const offered = SCOPES.filter(({ scope }) => own.includes(scope) && (isOfStaff || scope !== 'ADMIN'))
  const wrongName = fieldRefusal(deed.refusal, 'name')
  const create = async () => {
    const done = await deed.run({
      accountId,
      name: name.trim(),
      scopes: scopes as Scope[],
      expiresAt: expiryOf(life),
    })
    if (done === null) return
    onCreated()
    onSecret(done.createToken.secret)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void create()
      }}
    >
      <Stack>
        {isStaff && !isOfStaff && (
          <Text size="sm">It is a token of this account’s: its partner sees it in its list.</Text>
        )}
        <TextInput
          label="Name"
          description="What will use it."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={wrongName}
          required
          data-autofocus
        />
        <Checkbox.Group
          label="What it may do"
          description="Each includes reading. Give no more than its program needs."
          value={scopes}
          onChange={setScopes}
          error={fieldRefusal(deed.refusal, 'scopes')}
          required
        >
          <Stack gap="xs" mt="xs">
            {offered.map(({ scope, ofAccount, ofStaff }) => (
              <Checkbox key={scope} value={scope} label={scope} description={isOfStaff ? ofStaff : ofAccount} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Select
          label="Good for"
          description={life === '' ? 'Until it is revoked.' : `Until ${formatDate(expiryOf(life) ?? '')}.`}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          data={LIVES}
          value={life}
          onChange={(value) => setLife(value ?? '')}
          error={fieldRefusal(deed.refusal, 'expiresAt')}
          allowDeselect={false}
        />
        {deed.refusal !== null && wrongName === undefined && (
          <RefusalAlert error={deed.refusal} onRetry={() => void create()} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={deed.busy} disabled={scopes.length === 0 || name.trim() === ''}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** At the end of its last day, so that the same form asked again is the same wish. */
function expiryOf(life: string): string | null {
  if (life === '') return null
  const end = new Date(Date.now() + Number(life) * DAY_MS)
  end.setUTCHours(23, 59, 59, 0)
  return end.toISOString()
}

function commandWith(secret: string, accountId: string | undefined): string {
  const query = accountId === undefined ? '{ viewer { role scopes } }' : '{ balance { available allocated used } }'
  return [
    `curl -s ${location.origin}/graphql`,
    `  -H 'content-type: application/json'`,
    `  -H 'authorization: Bearer ${secret}'`,
    `  -d '${JSON.stringify({ query })}'`,
  ].join(' \\\n')
}
