import { Button, Code, CopyButton, Group } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/** Text to be taken along whole: a secret, or a command. */
export function CopyText({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <Code block aria-label={label} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text}
      </Code>
      <Group mt={6}>
        <CopyButton value={text} timeout={2_000}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            >
              <span aria-live="polite">{copied ? 'Copied' : `Copy ${label.toLowerCase()}`}</span>
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  )
}
