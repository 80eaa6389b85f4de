import { Alert, Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useHref, Link } from 'react-router'
import { useAccount, useAccountPath, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { Await } from '../parts/await'
import { Figure } from '../parts/explained'
import { Page } from '../parts/page'
import { RefusalAlert } from '../parts/refusal-alert'
import { useOpenDialog } from '../parts/use-open-dialog'
import { BackFromCheckout } from './back-from-checkout'
import { monthText, planFormula, planName, planPrice } from './plan-terms'
import { PlansDocument, PlansPortalDocument, type PlansQuery } from './plans.generated'
import { SubscribeDialog } from './subscribe-dialog'
import { SubscribedChannels } from './subscribed-channels'

export default function PlansPage() {
  const { id } = useAccount()
  const mayBill = useMay('BILLING')
  const { opened, close, opener } = useOpenDialog()
  const query = useLiveQuery(PlansDocument, { variables: { accountId: id }, on: ['price_agreement.'] })
  const plans = query.data?.account.plans ?? []
  return (
    <Page
      title="Plans"
      lead="A channel can have a subscription of its own. It renews by itself, is paid by card, and takes no days from the balance."
      actions={
        mayBill && (
          <>
            <PortalButton />
            {plans.length > 0 && <Button {...opener('subscribe')}>Subscribe a channel</Button>}
          </>
        )
      }
    >
      <BackFromCheckout />
      <Await query={query}>{({ account }) => <Plans account={account} />}</Await>
      <SubscribedChannels plans={plans} />
      {opened === 'subscribe' && mayBill && plans.length > 0 && <SubscribeDialog plans={plans} onClose={close} />}
    </Page>
  )
}

function Plans({ account: { plans, priceAgreement } }: { account: PlansQuery['account'] }) {
  const path = useAccountPath()
  if (plans.length === 0 || priceAgreement === null) {
    return (
      <Alert color="blue" variant="light" title="No prices are agreed">
        <Text size="sm">
          There are plans once your provider has entered a price agreement for this account. Ask them for one.
        </Text>
      </Alert>
    )
  }
  const { yearlyDiscountBasisPoints } = priceAgreement
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }}>
        {plans.map((plan) => (
          <Figure
            key={plan.id}
            label={planName(plan)}
            value={planPrice(plan)}
            formula={plan.interval === 'YEAR' ? `${monthText(plan)} a month, for each channel` : 'for each channel'}
            why={planFormula(plan, yearlyDiscountBasisPoints)}
          />
        ))}
        <Paper withBorder p="md" radius="md">
          <Title order={2} size="h5">
            Or by days
          </Title>
          <Text size="sm" mt={4}>
            Channels without a subscription use days of the balance.{' '}
            <Anchor component={Link} to={path('invoices/new')} size="sm" underline="always">
              Buy days
            </Anchor>
          </Text>
        </Paper>
      </SimpleGrid>
    </Stack>
  )
}

/** The payment provider's page with the account's cards, subscriptions and receipts. */
function PortalButton() {
  const { id } = useAccount()
  const path = useAccountPath()
  const back = useHref(path('plans'))
  const deed = useDeed(PlansPortalDocument)
  return (
    <Group gap="xs">
      <Button
        variant="default"
        loading={deed.busy}
        onClick={() => {
          void deed.run({ accountId: id, returnUrl: `${location.origin}${back}` }).then((done) => {
            if (done !== null) location.assign(done.billingPortal.url)
          })
        }}
      >
        Cards and receipts
      </Button>
      {deed.refusal !== null && <RefusalAlert error={deed.refusal} />}
    </Group>
  )
}
