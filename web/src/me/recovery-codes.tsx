import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { CopyText } from '../parts/copy-text'

/** Shown once: whoever loses the authenticator has nothing else. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const text = codes.join('\n')
  return (
    <Stack gap="sm" maw={460} role="status">
      <Alert color="yellow" variant="light" title="It is on. Keep these recovery codes">
        <Text size="sm">
          Each signs you in once in place of a code, should you lose your authenticator. They are shown this once.
        </Text>
      </Alert>
      <CopyText label="Recovery codes" text={text} />
      <Group>
        <Button
          component="a"
          variant="default"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
          download="daybook-recovery-codes.txt"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          Download them
        </Button>
        <Button onClick={onDone}>I have them</Button>
      </Group>
    </Stack>
  )
}
