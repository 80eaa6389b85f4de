import {
  Alert,
  Anchor,
  Button,
  Group,
  NumberInput,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { skipToken, useQuery } from '@apollo/client/react'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState, type SyntheticEvent } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { useAccount, useAccountPath, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { asGatewayError, useDeed } from '../api/use-deed'
import { formatCount, formatDays, formatMoney, formatNumber } from '../parts/format'
import { Page } from '../parts/page'
import { RefusalAlert } from '../parts/refusal-alert'
import { boughtWords } from './bought-words'
import { InvoiceLines, type TaxRate } from './invoice-lines'
import {
  InvoicesPricesDocument,
  InvoicesQuoteDocument,
  InvoicesRequestDocument,
  type InvoicesPricesQuery,
  type InvoicesQuoteQuery,
} from './invoices.generated'

/** A channel is bought for so many days. */
const CHANNEL_DAYS = 30

export default function RequestInvoicePage() {
  const { id } = useAccount()
  const prices = useLiveQuery(InvoicesPricesDocument, {
    variables: { accountId: id },
    on: ['price_agreement.', 'balance.'],
  })
  const account = prices.data?.account
  return (
    <Page
      title="Request an invoice"
      lead="Say what you want to buy. The quote is what the invoice will say; its days are credited once it is paid."
    >
      {prices.error != null && <RefusalAlert error={prices.error} onRetry={() => void prices.refetch()} />}
      {account?.priceAgreement === null && (
        <Alert color="blue" variant="light" title="No prices are agreed">
          <Text size="sm">
            Days can be sold once your provider has entered a price agreement for this account. Ask them for one.
          </Text>
        </Alert>
      )}
      <RequestForm account={account} />
    </Page>
  )
}

type PricedAccount = InvoicesPricesQuery['account']

function RequestForm({ account }: { account: PricedAccount | undefined }) {
  const { id } = useAccount()
  const path = useAccountPath()
  const navigate = useNavigate()
  const mayBuy = useMay('BILLING')
  const [params, setParams] = useSearchParams()
  const [channels, setChannels] = useState(() => amountOf(params.get('channels')))
  const [looseDays, setLooseDays] = useState(() => amountOf(params.get('looseDays')))
  const [purchaseOrder, setPurchaseOrder] = useState('')
  const [asked] = useDebouncedValue(`${channels ?? ''}/${looseDays ?? ''}`, 250)
  const [askedChannels = null, askedDays = null] = asked.split('/').map(amountOf)
  const isAsked = askedChannels !== null || askedDays !== null
  const quote = useQuery(
    InvoicesQuoteDocument,
    isAsked
      ? {
          variables: { accountId: id, channels: askedChannels, looseDays: askedDays },
          fetchPolicy: 'network-only',
        }
      : skipToken,
  )
  const deed = useDeed(InvoicesRequestDocument)

  // What is asked for stands in the address: it can be sent to whoever may buy.
  useEffect(() => {
    const next = new URLSearchParams()
    if (askedChannels !== null) next.set('channels', String(askedChannels))
    if (askedDays !== null) next.set('looseDays', String(askedDays))
    setParams(next, { replace: true })
  }, [askedChannels, askedDays, setParams])

  const fieldError = (field: string): string | undefined => {
    const refused = [deed.refusal, quote.error === undefined ? null : asGatewayError(quote.error)]
    return refused.find((error) => error?.code === 'BAD_USER_INPUT' && error.details.field === field)?.message
  }
  const isOfField = (error: unknown): boolean => {
    const { code, details } = asGatewayError(error)
    return code === 'BAD_USER_INPUT' && FIELDS.includes(String(details.field))
  }
  const request = async (event: SyntheticEvent) => {
    event.preventDefault()
    const order = purchaseOrder.trim()
    const done = await deed.run({
      accountId: id,
      channels,
      looseDays,
      purchaseOrder: order === '' ? null : order,
    })
    if (done !== null) void navigate(path(`invoices/${done.requestInvoice.invoice.id}`))
  }
  const shown = isAsked ? (quote.data ?? (quote.error === undefined ? quote.previousData : undefined)) : undefined
  const isFresh = shown !== undefined && quote.data === shown && asked === `${channels ?? ''}/${looseDays ?? ''}`
  return (
    <form onSubmit={(event) => void request(event)}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Paper withBorder p="md" radius="md">
          <Stack>
            <NumberInput
              label="Channels"
              description={`Each for ${CHANNEL_DAYS} days, to spend on any channels you like`}
              value={channels ?? ''}
              onChange={(value) => setChannels(amountOf(value))}
              min={1}
              max={1_000_000}
              allowDecimal={false}
              allowNegative={false}
              thousandSeparator=" "
              error={fieldError('channels')}
            />
            <NumberInput
              label="Loose days"
              description="Single days, beside the channels or instead of them"
              value={looseDays ?? ''}
              onChange={(value) => setLooseDays(amountOf(value))}
              min={1}
              max={36_500_000}
              allowDecimal={false}
              allowNegative={false}
              thousandSeparator=" "
              error={fieldError('looseDays')}
            />
            <TextInput
              label="Purchase order"
              description="Stands on the invoice. Without one, that of the billing details does, if there is any."
              value={purchaseOrder}
              onChange={(event) => setPurchaseOrder(event.currentTarget.value)}
              maxLength={255}
              error={fieldError('purchaseOrder')}
            />
            <Prices agreement={account?.priceAgreement} />
          </Stack>
        </Paper>
        <Paper withBorder p="md" radius="md" component="section" aria-label="Quote">
          <Stack gap="sm" aria-live="polite" style={{ opacity: shown === undefined || isFresh ? 1 : 0.6 }}>
            <Title order={2} size="h4">
              Quote
            </Title>
            {!isAsked && <Text c="dimmed">Type how many channels or days you want, and the quote stands here.</Text>}
            {isAsked && quote.error !== undefined && !isOfField(quote.error) && (
              <RefusalAlert error={quote.error} onRetry={() => void quote.refetch()} />
            )}
            {shown !== undefined && <Quote quote={shown.previewInvoice} account={account} />}
            {deed.refusal !== null && !isOfField(deed.refusal) && <RefusalAlert error={deed.refusal} />}
            {mayBuy ? (
              <Group justify="flex-end">
                <Button variant="default" component={Link} to={path('invoices')}>
                  Back to the invoices
                </Button>
                <Button type="submit" loading={deed.busy} disabled={!isFresh}>
                  {shown === undefined
                    ? 'Request the invoice'
                    : `Request it for ${formatMoney(shown.previewInvoice.total)}`}
                </Button>
              </Group>
            ) : (
              <Text size="sm">
                Your role can’t request invoices.{' '}
                <Anchor component={Link} to={path('people')} underline="always">
                  See who can
                </Anchor>{' '}
                and send them the address of this page: it has what you typed.
              </Text>
            )}
          </Stack>
        </Paper>
      </SimpleGrid>
    </form>
  )
}

const FIELDS = ['channels', 'looseDays', 'purchaseOrder']

/** A whole number of 1 or more; null for none. */
function amountOf(value: string | number | null): number | null {
  const amount = Number(value ?? '')
  return Number.isSafeInteger(amount) && amount > 0 ? amount : null
}

function Quote(props: { quote: InvoicesQuoteQuery['previewInvoice']; account: PricedAccount | undefined }) {
  const { quote, account } = props
  const { days, opensAtOnce, paymentTermDays, taxRounding } = quote
  const agreement = account?.priceAgreement ?? null
  const rate: TaxRate | null = agreement && {
    partsPerMillion: agreement.taxPartsPerMillion,
    reverseCharge: agreement.reverseCharge,
  }
  return (
    <>
      <div>
        <Text fz={28} fw={650} lh={1.25}>
          {formatDays(days)}
        </Text>
        <Text size="sm" c="dimmed">
          {daysFormula(quote)}
        </Text>
      </div>
      <InvoiceLines priced={quote} rate={rate} taxRounding={taxRounding} />
      <Text size="sm">
        {opensAtOnce
          ? 'The invoice is ready at once.'
          : 'Staff prepare the invoice within half an hour of the request.'}{' '}
        {paymentTermDays === 0
          ? 'It is due as it is ready.'
          : `It is due ${formatCount(paymentTermDays, 'day')} after that.`}
      </Text>
      {account !== undefined && (
        <Text size="sm" c="dimmed">
          Once it is paid, {formatDays(account.balance.available + days - Math.min(days, account.balance.owed))} are
          available: {formatNumber(account.balance.available)} now + {formatNumber(days)}
          {account.balance.owed > 0 && ` − ${formatNumber(Math.min(days, account.balance.owed))} that are owed`}.
        </Text>
      )}
    </>
  )
}

/** "2,250 = 75 channels × 30 days + 5 loose days". */
function daysFormula({ days, lines }: InvoicesQuoteQuery['previewInvoice']): string {
  return `${formatNumber(days)} = ${boughtWords(lines)}`
}

function Prices({ agreement }: { agreement: PricedAccount['priceAgreement'] | undefined }) {
  if (agreement == null) return null
  const { channelMonth, looseDay, tiers } = agreement
  return (
    <div>
      <Title order={2} size="h5" mb={4}>
        Your prices, without tax
      </Title>
      <Text size="sm">
        {formatMoney(channelMonth)} for a channel and {CHANNEL_DAYS} days.{' '}
        {looseDay === null
          ? 'A loose day costs a thirtieth of that; the sum is rounded once.'
          : `A loose day costs ${formatMoney(looseDay)}.`}
      </Text>
      {tiers.map((tier) => (
        <Text size="sm" key={tier.fromChannels}>
          From {formatCount(tier.fromChannels, 'channel')} on, each of them costs {formatMoney(tier.channelMonth)}.
        </Text>
      ))}
    </div>
  )
}
