import { Alert, Anchor, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useHref, useLocation, useNavigate } from 'react-router'
import { asGatewayError } from '../api/use-deed'
import { useAccountPath } from '../account/account-context'
import { explainRefusal } from './refusals'

/** A refusal in words, with the way on. Read out at once by a screen reader. */
export function RefusalAlert({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const accountPath = useAccountPath()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const refusal = explainRefusal(asGatewayError(error))
  const to = refusal.wayOn === undefined ? '' : accountPath(refusal.wayOn.to)
  const href = useHref(to)
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={refusal.title} role="alert">
      <Text size="sm">{refusal.text}</Text>
      <Group mt="xs" gap="sm">
        {refusal.wayOn !== undefined && href !== pathname && (
          <Anchor
            size="sm"
            href={href}
            onClick={(event) => {
              event.preventDefault()
              void navigate(to)
            }}
          >
            {refusal.wayOn.label}
          </Anchor>
        )}
        {refusal.retry === true && onRetry !== undefined && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  )
}
