import { Alert, Anchor, Text } from '@mantine/core'
import { Link } from 'react-router'
import { useViewer } from '../account/account-context'

/** Staff without a second factor may only read: said on every page until they have one. */
export function SecondFactorBanner() {
  if (!useViewer().secondFactorNeeded) return null
  return (
    <Alert color="orange" variant="light" mb="md" title="You may only read until you have a second factor">
      <Text size="sm">
        Staff need one to change anything.{' '}
        <Anchor component={Link} to="/me" size="sm">
          Set it up
        </Anchor>
      </Text>
    </Alert>
  )
}
