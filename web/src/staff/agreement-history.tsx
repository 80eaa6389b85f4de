import { Badge, Group, Paper, Stack, Table, Text, Title } from '@mantine/core'
import { formatCount, formatMoney, formatNumber, formatWord } from '../parts/format'
import { formatBasisPoints } from '../parts/rate'
import { When } from '../parts/when'
import { looseDayWords, taxWords } from './agreement-words'
import type { AgreedAccountFragment, AgreedPricesFragment } from './agreements.generated'

/** All agreements of an account, newest first: those to come, the one that holds, and those before it. */
export function AgreementHistory({ account }: { account: AgreedAccountFragment }) {
  const { priceAgreements, priceAgreement, plans, now } = account
  if (priceAgreements.length === 0) return null
  return (
    <Paper withBorder p="md" radius="md">
      <Title order={2} size="h4" mb="xs">
        Prices
      </Title>
      <Table.ScrollContainer minWidth={860} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table verticalSpacing="sm" aria-label="Price agreements">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>From</Table.Th>
              <Table.Th>Channel for 30 days</Table.Th>
              <Table.Th>Loose day</Table.Th>
              <Table.Th>Tax</Table.Th>
              <Table.Th>Yearly plan</Table.Th>
              <Table.Th>Invoices</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {priceAgreements.map((agreement) => (
              <Table.Tr key={agreement.id}>
                <Table.Td>
                  <Stack gap={4} align="flex-start">
                    <When at={agreement.validFrom} />
                    <Holds agreement={agreement} holding={priceAgreement?.id} now={now} />
                  </Stack>
                </Table.Td>
                <Table.Td>
                  {formatMoney(agreement.channelMonth)}
                  {agreement.tiers.map(({ fromChannels, channelMonth }) => (
                    <Text key={fromChannels} size="xs" c="dimmed">
                      from {formatNumber(fromChannels)} channels {formatMoney(channelMonth)}
                    </Text>
                  ))}
                </Table.Td>
                <Table.Td>{looseDayWords(agreement)}</Table.Td>
                <Table.Td>{taxWords(agreement)}</Table.Td>
                <Table.Td>
                  {agreement.yearlyDiscountBasisPoints === 0
                    ? 'no discount'
                    : `${formatBasisPoints(agreement.yearlyDiscountBasisPoints)} off`}
                </Table.Td>
                <Table.Td>
                  {agreement.autoPrepare ? 'open at once' : 'prepared by staff'}, due in{' '}
                  {formatCount(agreement.paymentTermDays, 'day')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" mt="xs">
        The tier of an invoice’s channels holds for all of them: where there are tiers, 100 channels cost 100 × the
        price of the highest tier that begins at 100 or fewer.
      </Text>
      {plans.length > 0 && (
        <Group gap="lg" mt="sm">
          {plans.map(({ id, interval, price, undiscounted }) => (
            <Text key={id} size="sm">
              {formatWord(interval)} plan of a channel: <b>{formatMoney(price)}</b>
              {undiscounted.amount !== price.amount && ` instead of ${formatMoney(undiscounted)}`}
            </Text>
          ))}
        </Group>
      )}
    </Paper>
  )
}

function Holds(props: { agreement: AgreedPricesFragment; holding: string | undefined; now: string }) {
  const { agreement, holding, now } = props
  if (agreement.id === holding) {
    return (
      <Badge variant="light" color="green" tt="none" className="status-badge">
        Holds now
      </Badge>
    )
  }
  const isToCome = Date.parse(agreement.validFrom) > Date.parse(now)
  return (
    <Badge variant="light" color={isToCome ? 'blue' : 'gray'} tt="none" className="status-badge">
      {isToCome ? 'To come' : 'Before'}
    </Badge>
  )
}
