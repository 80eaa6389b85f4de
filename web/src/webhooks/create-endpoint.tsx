import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useAccount, useAccountPath } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { fieldRefusal } from '../parts/field-refusal'
import { RefusalAlert } from '../parts/refusal-alert'
import { EventTypesField } from './event-types-field'
import { SecretShown } from './secret-shown'
import { WebhookCreateDocument, type WebhookCreateMutation } from './webhooks.generated'

export function CreateEndpoint(props: { opened: boolean; onClose: () => void; onCreated: () => void }) {
  const { opened, onClose, onCreated } = props
  const path = useAccountPath()
  const navigate = useNavigate()
  const [created, setCreated] = useState<WebhookCreateMutation['createWebhookEndpoint'] | null>(null)
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={created === null ? 'New endpoint' : 'The endpoint is created'}
      closeButtonProps={{ 'aria-label': 'Close' }}
      size="lg"
      // A secret that is shown once isn't closed by a slip.
      closeOnClickOutside={created === null}
      closeOnEscape={created === null}
      withCloseButton={created === null}
    >
      {created === null ? (
        <CreateForm
          onClose={onClose}
          onCreated={(made) => {
            setCreated(made)
            onCreated()
          }}
        />
      ) : (
        <SecretShown
          secret={created.secret}
          doneLabel="I have it: go to the endpoint"
          onDone={() => void navigate(path(`webhooks/${created.endpoint.id}`))}
        />
      )}
    </Modal>
  )
}

function CreateForm(props: {
  onClose: () => void
  onCreated: (made: WebhookCreateMutation['createWebhookEndpoint']) => void
}) {
  const { id: accountId } = useAccount()
  const [url, setUrl] = useState('')
  const [description, setDescription] = useState('')
  const [eventTypes, setEventTypes] = useState<string[] | null>(null)
  const [from, setFrom] = useState('NOW')
  const deed = useDeed(WebhookCreateDocument)
  const wrongUrl = fieldRefusal(deed.refusal, 'url')
  const create = async () => {
    const done = await deed.run({
      accountId,
      url: url.trim(),
      description: description.trim() === '' ? null : description.trim(),
      eventTypes,
      after: from === 'FIRST' ? 0 : null,
    })
    if (done !== null) props.onCreated(done.createWebhookEndpoint)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void create()
      }}
    >
      <Stack>
        <TextInput
          label="Address"
          description="With https, on the public internet. It has to answer 200 to 299 within some seconds."
          placeholder="https://example.com/daybook"
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
        <Radio.Group label="Begin with" value={from} onChange={setFrom}>
          <Stack gap="xs" mt="xs">
            <Radio value="NOW" label="What happens from now on" />
            <Radio value="FIRST" label="The first event there was" description="Everything up to now is sent first." />
          </Stack>
        </Radio.Group>
        {deed.refusal !== null && wrongUrl === undefined && (
          <RefusalAlert error={deed.refusal} onRetry={() => void create()} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={deed.busy} disabled={eventTypes?.length === 0}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
