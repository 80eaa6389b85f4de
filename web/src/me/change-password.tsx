import { Button, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { fieldRefusal } from '../parts/field-refusal'
import { RefusalAlert } from '../parts/refusal-alert'
import { MeChangePasswordDocument } from './me.generated'

export function ChangePassword({ email, onChanged }: { email: string; onChanged: () => void }) {
  const [current, setCurrent] = useState('')
  const [wanted, setWanted] = useState('')
  const deed = useDeed(MeChangePasswordDocument)
  const wrongCurrent = fieldRefusal(deed.refusal, 'current')
  const wrongNew = fieldRefusal(deed.refusal, 'new')
  const change = async () => {
    if ((await deed.run({ current, new: wanted })) === null) return
    setCurrent('')
    setWanted('')
    notifications.show({ color: 'green', message: 'Your password is changed. Your other sessions have ended.' })
    onChanged()
  }
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Password">
      <Title order={2} size="h4">
        Password
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        A new one ends all your other sessions.
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void change()
        }}
      >
        <Stack gap="sm" maw={420}>
          {/* For password managers. */}
          <input type="email" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            label="Password now"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            autoComplete="current-password"
            error={wrongCurrent}
            aria-invalid={wrongCurrent !== undefined}
            required
          />
          <PasswordInput
            label="New password"
            description="12 characters at least: a few words that only you would put together do well."
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
            autoComplete="new-password"
            minLength={12}
            error={wrongNew}
            aria-invalid={wrongNew !== undefined}
            required
          />
          {deed.refusal !== null && wrongCurrent === undefined && wrongNew === undefined && (
            <RefusalAlert error={deed.refusal} onRetry={() => void change()} />
          )}
          <Group>
            <Button type="submit" loading={deed.busy}>
              Change the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  )
}
