import { Stack, Title } from '@mantine/core'
import { skipToken, useQuery } from '@apollo/client/react'
import { useSearchParams } from 'react-router'
import { ChannelPicker } from '../channels/channel-picker'
import { Page } from '../parts/page'
import { BalanceAsOf } from './balance-as-of'
import { LedgerChannelDocument } from './ledger.generated'
import { LedgerFiles } from './ledger-files'
import { TransactionsTable } from './transactions-table'

export default function LedgerPage() {
  const [params, setParams] = useSearchParams()
  const channelId = params.get('channel') ?? undefined
  const { data } = useQuery(
    LedgerChannelDocument,
    channelId === undefined ? skipToken : { variables: { id: channelId } },
  )
  const picked = channelId === undefined ? null : { id: channelId, name: data?.channel?.name ?? channelId }
  return (
    <Page
      title="Ledger"
      lead="Every movement of days, for good: nothing here is changed or taken away later. A movement takes days out of one account and puts as many into another: issued → available is a purchase, available → allocated an allocation, allocated → used a day that was used."
    >
      <Stack gap="lg">
        <Stack gap="sm" component="section" aria-labelledby="ledger-transactions">
          <Title order={2} size="h4" id="ledger-transactions">
            Transactions
          </Title>
          <ChannelPicker
            label="Only of one channel"
            placeholder="All channels; type a name or an external ID"
            picked={picked}
            onPick={(channel) =>
              setParams(
                (old) => {
                  if (channel === null) old.delete('channel')
                  else old.set('channel', channel.id)
                  return old
                },
                { replace: true },
              )
            }
          />
          <TransactionsTable channelId={channelId} />
        </Stack>
        <BalanceAsOf />
        <LedgerFiles />
      </Stack>
    </Page>
  )
}
