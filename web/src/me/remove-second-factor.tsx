import { Button, PasswordInput, Text } from '@mantine/core'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { fieldRefusal } from '../parts/field-refusal'
import { useOpenDialog } from '../parts/use-open-dialog'
import { MeRemoveSecondFactorDocument } from './me.generated'

export function RemoveSecondFactor({ onRemoved }: { onRemoved: () => void }) {
  const { opened, close, opener } = useOpenDialog()
  const [password, setPassword] = useState('')
  const deed = useDeed(MeRemoveSecondFactorDocument)
  const wrongPassword = fieldRefusal(deed.refusal, 'password')
  const end = () => {
    setPassword('')
    deed.forget()
    close()
  }
  const remove = async () => {
    if ((await deed.run({ password })) === null) return
    end()
    onRemoved()
  }
  return (
    <>
      <Button variant="default" {...opener('remove-factor')}>
        Remove it …
      </Button>
      <ConfirmDialog
        opened={opened === 'remove-factor'}
        title="Remove the second factor"
        confirmLabel="Remove it"
        danger
        busy={deed.busy}
        disabled={password === ''}
        refusal={wrongPassword === undefined ? deed.refusal : null}
        onConfirm={() => void remove()}
        onClose={end}
      >
        <Text size="sm">
          From then on your password alone signs you in, and your recovery codes are good for nothing.
        </Text>
        <PasswordInput
          label="Your password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          error={wrongPassword}
          aria-invalid={wrongPassword !== undefined}
          required
        />
      </ConfirmDialog>
    </>
  )
}
