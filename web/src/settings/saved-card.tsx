import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { Link, useHref, useSearchParams } from 'react-router'
import { useAccount, useAccountPath, useMay } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { RefusalAlert } from '../parts/refusal-alert'
import { useOpenDialog } from '../parts/use-open-dialog'
import { When } from '../parts/when'
import { SettingsRemoveCardDocument, SettingsSaveCardDocument, type SettingsQuery } from './settings.generated'

type Card = SettingsQuery['account']['savedCard']

/** The card that pays for automatic top-ups. */
export function SavedCard({ card, onDone }: { card: Card; onDone: () => void }) {
  const path = useAccountPath()
  const mayBill = useMay('BILLING')
  const { opened, close, opener } = useOpenDialog()
  return (
    <Stack gap="md">
      <BackFromProvider card={card} />
      <Paper withBorder p="md" radius="md">
        <Title order={2} size="h4" mb="xs">
          The card that pays by itself
        </Title>
        <Stack gap="sm">
          {card === null ? (
            <Text size="sm">No card is saved. Invoices are paid one by one, on their payment pages.</Text>
          ) : (
            <Text size="sm">
              {card.brand.charAt(0).toUpperCase() + card.brand.slice(1)} ending in {card.lastFour}, good until{' '}
              {String(card.expiryMonth).padStart(2, '0')}/{card.expiryYear}; saved <When at={card.savedAt} />.
            </Text>
          )}
          <Text size="sm" c="dimmed">
            It is charged for the invoices of the{' '}
            <Anchor component={Link} to={path('automation')} size="sm" underline="always">
              automatic top-up
            </Anchor>{' '}
            as they open, and for nothing else. Its number is known to the payment provider only.
          </Text>
          {mayBill ? (
            <Group gap="sm">
              <SaveCardButton label={card === null ? 'Save a card' : 'Save another card'} />
              {card !== null && (
                <Button variant="default" {...opener('remove-card')}>
                  Remove the card
                </Button>
              )}
            </Group>
          ) : (
            <Text size="sm">Your role can’t change it.</Text>
          )}
        </Stack>
      </Paper>
      {opened === 'remove-card' && card !== null && mayBill && (
        <RemoveCardDialog
          card={card}
          onClose={close}
          onDone={() => {
            close()
            onDone()
          }}
        />
      )}
    </Stack>
  )
}

function BackFromProvider({ card }: { card: Card }) {
  const [params] = useSearchParams()
  const back = params.get('back')
  if (back === 'left') {
    return (
      <Alert color="blue" variant="light" title="No card was saved" role="status">
        <Text size="sm">The provider’s page was left. What was saved before is so still.</Text>
      </Alert>
    )
  }
  if (back !== 'saved') return null
  return (
    <Alert
      color={card === null ? 'blue' : 'green'}
      variant="light"
      title="Back from the payment provider"
      role="status"
    >
      <Text size="sm">
        {card === null
          ? 'The card is shown here as soon as the payment provider confirms it, mostly within seconds.'
          : `The card ending in ${card.lastFour} is saved.`}
      </Text>
    </Alert>
  )
}

function SaveCardButton({ label }: { label: string }) {
  const { id } = useAccount()
  const path = useAccountPath()
  const here = useHref(path('settings'))
  const deed = useDeed(SettingsSaveCardDocument)
  const [goesAway, setGoesAway] = useState(false)
  return (
    <>
      <Button
        loading={deed.busy || goesAway}
        onClick={() => {
          const back = `${location.origin}${here}?tab=card&back=`
          void deed.run({ accountId: id, successUrl: `${back}saved`, cancelUrl: `${back}left` }).then((done) => {
            if (done === null) return
            setGoesAway(true)
            location.assign(done.saveCard.url)
          })
        }}
      >
        {label}
      </Button>
      {deed.refusal !== null && <RefusalAlert error={deed.refusal} />}
    </>
  )
}

function RemoveCardDialog(props: { card: NonNullable<Card>; onClose: () => void; onDone: () => void }) {
  const { card, onClose, onDone } = props
  const { id } = useAccount()
  const deed = useDeed(SettingsRemoveCardDocument)
  return (
    <ConfirmDialog
      opened
      title="Remove the card?"
      confirmLabel="Remove it"
      danger
      busy={deed.busy}
      refusal={deed.refusal}
      onClose={onClose}
      onConfirm={() => {
        void deed.run({ accountId: id }).then((done) => done !== null && onDone())
      }}
    >
      <Text size="sm">
        The card ending in {card.lastFour} is forgotten, here and at the payment provider. Invoices of the automatic
        top-up are requested still, and have to be paid by hand then.
      </Text>
    </ConfirmDialog>
  )
}
