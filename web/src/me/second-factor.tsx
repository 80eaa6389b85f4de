import { Alert, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useApolloClient } from '@apollo/client/react'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { ViewerDocument } from '../account/account.generated'
import { useDeed } from '../api/use-deed'
import { CopyText } from '../parts/copy-text'
import { fieldRefusal } from '../parts/field-refusal'
import { RefusalAlert } from '../parts/refusal-alert'
import { StatusBadge } from '../parts/status-badge'
import { MeConfirmSecondFactorDocument, MeStartSecondFactorDocument } from './me.generated'
import { QrCode } from './qr-code'
import { RecoveryCodes } from './recovery-codes'
import { RemoveSecondFactor } from './remove-second-factor'

export function SecondFactor(props: { isOn: boolean; isNeeded: boolean; onChanged: () => void }) {
  const { isOn, isNeeded, onChanged } = props
  const apollo = useApolloClient()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  // What the person may do hangs on it.
  const changed = () => {
    void apollo.refetchQueries({ include: [ViewerDocument] })
    onChanged()
  }
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Second factor">
      <Group gap="sm" mb={4}>
        <Title order={2} size="h4">
          Second factor
        </Title>
        <StatusBadge status={isOn ? 'ON' : 'OFF'} />
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        With it, signing in takes a code of your authenticator beside your password: a stolen password alone opens
        nothing.
      </Text>
      {isNeeded && !isOn && (
        <Alert color="orange" variant="light" mb="sm" title="You may only read until it is on">
          <Text size="sm">Staff need a second factor to change anything.</Text>
        </Alert>
      )}
      {codes !== null && <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />}
      {codes === null && !isOn && (
        <Start
          onConfirmed={(recoveryCodes) => {
            setCodes(recoveryCodes)
            changed()
          }}
        />
      )}
      {codes === null && isOn && (
        <RemoveSecondFactor
          onRemoved={() => {
            notifications.show({ color: 'green', message: 'The second factor is off.' })
            changed()
          }}
        />
      )}
    </Paper>
  )
}

function Start({ onConfirmed }: { onConfirmed: (recoveryCodes: readonly string[]) => void }) {
  const start = useDeed(MeStartSecondFactorDocument)
  const confirm = useDeed(MeConfirmSecondFactorDocument)
  const [started, setStarted] = useState<{ secret: string; otpauthUrl: string } | null>(null)
  const [code, setCode] = useState('')
  const wrongCode = fieldRefusal(confirm.refusal, 'code')
  const begin = async () => {
    const done = await start.run({})
    if (done !== null) setStarted(done.startSecondFactor)
  }
  const finish = async () => {
    const done = await confirm.run({ code: code.replaceAll(/\s/g, '') })
    if (done !== null) onConfirmed(done.confirmSecondFactor.recoveryCodes)
  }
  if (started === null) {
    return (
      <Stack gap="sm" align="flex-start">
        {start.refusal !== null && <RefusalAlert error={start.refusal} onRetry={() => void begin()} />}
        <Button loading={start.busy} onClick={() => void begin()}>
          Set it up
        </Button>
      </Stack>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void finish()
      }}
    >
      <Stack gap="sm" maw={460}>
        <Text size="sm">1. Scan this with your authenticator, or type the secret into it.</Text>
        <QrCode text={started.otpauthUrl} label="QR code for your authenticator; the secret stands below it as text" />
        <CopyText label="Secret" text={started.secret} />
        <TextInput
          label="2. The code that it shows"
          description="Six digits."
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          inputMode="numeric"
          autoComplete="one-time-code"
          error={wrongCode}
          required
          autoFocus
        />
        {confirm.refusal !== null && wrongCode === undefined && (
          <RefusalAlert error={confirm.refusal} onRetry={() => void finish()} />
        )}
        <Group>
          <Button type="submit" loading={confirm.busy}>
            Turn it on
          </Button>
          <Button variant="default" onClick={() => setStarted(null)}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
