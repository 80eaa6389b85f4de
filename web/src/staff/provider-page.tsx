import { Alert, Text } from '@mantine/core'
import { useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { Page } from '../parts/page'
import { When } from '../parts/when'
import { ProviderForm } from './provider-form'
import { StaffProviderProfileDocument } from './provider.generated'

/** Who sends the invoices. */
export default function ProviderPage() {
  const mayChange = useMay('ADMIN')
  const query = useLiveQuery(StaffProviderProfileDocument, { variables: {} })
  return (
    <Page
      title="Provider’s profile"
      lead="Who sends the invoices that open from now on. Those that are open stay as they are."
    >
      <Await query={query} lines={8}>
        {({ providerProfile: profile }) => (
          <>
            {profile === null && (
              <Alert color="red" variant="light" title="No profile yet">
                <Text size="sm">No invoice of a live account opens until it is entered.</Text>
              </Alert>
            )}
            {profile?.sample === true && (
              <Alert color="blue" variant="light" title="A sample">
                <Text size="sm">It was made up for a first look. Enter your own before you send invoices.</Text>
              </Alert>
            )}
            {profile !== null && (
              <Text size="sm" c="dimmed">
                As it is since <When at={profile.createdAt} />.
              </Text>
            )}
            <ProviderForm
              key={profile?.createdAt ?? 'new'}
              profile={profile}
              mayChange={mayChange}
              onChanged={() => void query.refetch()}
            />
          </>
        )}
      </Await>
    </Page>
  )
}
