import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { CopyText } from '../parts/copy-text'

/** A signing secret, in the one moment in which it is shown. */
export function SecretShown({ secret, doneLabel, onDone }: { secret: string; doneLabel: string; onDone: () => void }) {
  return (
    <Stack>
      <Alert color="yellow" variant="light" title="Copy it now">
        <Text size="sm">It is shown this once and can’t be read again. Who has it can sign messages as Daybook.</Text>
      </Alert>
      <CopyText label="Signing secret" text={secret} />
      <Text size="sm">
        Messages are signed by the scheme of Standard Webhooks, in the headers webhook-id, webhook-timestamp and
        webhook-signature. Any library of it checks them with this secret.
      </Text>
      <Group justify="flex-end">
        <Button onClick={onDone}>{doneLabel}</Button>
      </Group>
    </Stack>
  )
}
