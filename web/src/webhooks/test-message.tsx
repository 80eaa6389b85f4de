import { Button, Code, Group, Paper, Text, Title } from '@mantine/core'
import { useDeed } from '../api/use-deed'
import { formatNumber } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { StatusBadge } from '../parts/status-badge'
import { useState } from 'react'
import { WebhookTestDocument, type WebhookTestMutation } from './webhooks.generated'

/** Sends a message of the type webhook.test, and shows what the receiver answered. */
export function TestMessage({ endpointId }: { endpointId: string }) {
  const deed = useDeed(WebhookTestDocument)
  const [outcome, setOutcome] = useState<WebhookTestMutation['sendTestWebhook'] | null>(null)
  const send = async () => {
    setOutcome(null)
    const done = await deed.run({ id: endpointId })
    if (done !== null) setOutcome(done.sendTestWebhook)
  }
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Test message">
      <Group justify="space-between" gap="sm">
        <div>
          <Title order={2} size="h4">
            Test message
          </Title>
          <Text size="sm" c="dimmed">
            One message of the type webhook.test, signed like any other. It is no event, and is not tried again.
          </Text>
        </div>
        <Button variant="light" loading={deed.busy} onClick={() => void send()}>
          Send a test
        </Button>
      </Group>
      <div aria-live="polite">
        {deed.refusal !== null && <RefusalAlert error={deed.refusal} onRetry={() => void send()} />}
        {outcome !== null && (
          <>
            <Group gap="sm" mt="sm">
              <StatusBadge status={outcome.delivered ? 'DELIVERED' : 'FAILED'} />
              <Text size="sm">
                {outcome.status === null ? 'No answer' : `Answered ${outcome.status}`} after{' '}
                {formatNumber(outcome.durationMs)} ms.{outcome.error !== null && ` ${outcome.error}`}
              </Text>
            </Group>
            {outcome.answer !== null && outcome.answer !== '' && (
              <Code block mt="xs" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {outcome.answer}
              </Code>
            )}
          </>
        )}
      </div>
    </Paper>
  )
}
