import { Button, Paper, SimpleGrid, Stack, Text } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useAccount, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { Page } from '../parts/page'
import { AccountTerms } from './account-terms'
import { AdjustBalance } from './adjust-balance'
import { AgreementDialog } from './agreement-dialog'
import { AgreementHistory } from './agreement-history'
import { AgreementsDocument, type AgreementsQuery } from './agreements.generated'
import { DunningTerms } from './dunning-terms'

/** What is agreed with one account: its prices, how it pays, and when it is reminded. */
export default function AgreementsPage() {
  const { id } = useAccount()
  const mayChange = useMay('ADMIN')
  const [params, setParams] = useSearchParams()
  const query = useLiveQuery(AgreementsDocument, {
    variables: { accountId: id },
    on: ['account.', 'price_agreement.', 'balance.'],
  })
  const refetch = () => void query.refetch()
  return (
    <Page
      title="Agreements and account"
      lead="Prices hold from an instant on, until the next agreement’s. An invoice keeps the price it was requested at."
      actions={mayChange && <Button onClick={() => setParams({ new: '' })}>Agree new prices</Button>}
    >
      <Await query={query} lines={6}>
        {(data) => (
          <>
            <Agreed data={data} mayChange={mayChange} onChanged={refetch} />
            {mayChange && params.has('new') && (
              <AgreementDialog
                account={data.account}
                onDone={refetch}
                onClose={() => setParams({}, { replace: true })}
              />
            )}
          </>
        )}
      </Await>
    </Page>
  )
}

function Agreed(props: { data: AgreementsQuery; mayChange: boolean; onChanged: () => void }) {
  const { account, dunningSchedule } = props.data
  const { mayChange, onChanged } = props
  return (
    <Stack gap="lg">
      {account.priceAgreement === null && (
        <Paper withBorder p="lg" radius="md">
          <Text fw={600}>No prices hold now</Text>
          <Text size="sm" c="dimmed">
            Nothing can be sold to this account until prices are agreed.
          </Text>
        </Paper>
      )}
      <AgreementHistory account={account} />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <AccountTerms account={account} mayChange={mayChange} onChanged={onChanged} />
        <Stack>
          {mayChange && <AdjustBalance account={account} />}
          <DunningTerms schedule={dunningSchedule} mayChange={mayChange} onChanged={onChanged} />
        </Stack>
      </SimpleGrid>
    </Stack>
  )
}
