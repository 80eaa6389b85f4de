import { Paper, Text, Title } from '@mantine/core'
import { When } from '../parts/when'
import type { Invoice } from './invoice-page'

/** How far reminding has come; nothing while the invoice isn't open. */
export function InvoiceDunning({ invoice: { dunning, overdue } }: { invoice: Invoice }) {
  if (dunning === null) return null
  const { nextAt, stoppedAt, uncollectibleProposedAt } = dunning
  return (
    <Paper withBorder p="md" radius="md">
      <Title order={2} size="h4" mb="xs">
        Reminders
      </Title>
      {stoppedAt !== null ? (
        <Text size="sm">
          Stopped since <When at={stoppedAt} />: no more reminders are sent. What the invoice blocks stays blocked.
        </Text>
      ) : nextAt !== null ? (
        <Text size="sm">
          {overdue ? 'The next reminder is sent' : 'The first word, or the next, is sent'} <When at={nextAt} />.
        </Text>
      ) : (
        <Text size="sm">All reminders of the schedule were sent.</Text>
      )}
      {uncollectibleProposedAt !== null && (
        <Text size="sm">
          On <When at={uncollectibleProposedAt} /> it was proposed to write it off.
        </Text>
      )}
    </Paper>
  )
}
