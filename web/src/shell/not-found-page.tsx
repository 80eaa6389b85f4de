import { Anchor, Text } from '@mantine/core'
import { Link } from 'react-router'
import { useAccountPath } from '../account/account-context'
import { Page } from '../parts/page'

export function NotFoundPage() {
  const path = useAccountPath()
  return (
    <Page title="There is no such page">
      <Text>The address may be mistyped, or from an older version of the dashboard.</Text>
      <Anchor component={Link} to={path('')}>
        Back to the first page
      </Anchor>
    </Page>
  )
}
