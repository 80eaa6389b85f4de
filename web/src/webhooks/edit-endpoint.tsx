import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useDeed } from '../api/use-deed'
import { fieldRefusal } from '../parts/field-refusal'
import { RefusalAlert } from '../parts/refusal-alert'
import { EventTypesField } from './event-types-field'
import { WebhookUpdateDocument, type WebhookHeadFragment } from './webhooks.generated'

export function EditEndpoint(props: { endpoint: WebhookHeadFragment; opened: boolean; onClose: () => void }) {
  const { endpoint, opened, onClose } = props
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Edit the endpoint"
      closeButtonProps={{ 'aria-label': 'Close' }}
      size="lg"
    >
      <EditForm endpoint={endpoint} onClose={onClose} />
    </Modal>
  )
}

function EditForm({ endpoint, onClose }: { endpoint: WebhookHeadFragment; onClose: () => void }) {
  const [url, setUrl] = useState(endpoint.url)
  const [description, setDescription] = useState(endpoint.description ?? '')
  const [eventTypes, setEventTypes] = useState<string[] | null>(endpoint.eventTypes)
  const deed = useDeed(WebhookUpdateDocument)
  const wrongUrl = fieldRefusal(deed.refusal, 'url')
  const save = async () => {
    const text = description.trim()
    const done = await deed.run({
      id: endpoint.id,
      url: url.trim(),
      description: text === '' ? null : text,
      eventTypes,
    })
    if (done === null) return
    notifications.show({ color: 'green', message: 'Saved. What is sent from now on goes by it.' })
    onClose()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Stack>
        <TextInput
          label="Address"
          type="url"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={wrongUrl}
          required
          data-autofocus
        />
        <TextInput
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <EventTypesField value={eventTypes} onChange={setEventTypes} error={fieldRefusal(deed.refusal, 'eventTypes')} />
        {deed.refusal !== null && wrongUrl === undefined && (
          <RefusalAlert error={deed.refusal} onRetry={() => void save()} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={deed.busy} disabled={eventTypes?.length === 0}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
