import { Table, Text } from '@mantine/core'
import { Why } from '../parts/explained'
import { formatMoney, formatNumber, type MoneyAmount } from '../parts/format'
import { formatRate } from '../parts/rate'

interface Line {
  description: string
  quantity: number
  per: number
  days: number
  rounding: string | null
  unitPrice: MoneyAmount
  amount: MoneyAmount
}

export interface Priced {
  lines: readonly Line[]
  days: number
  subtotal: MoneyAmount
  tax: MoneyAmount
  total: MoneyAmount
}

/** The rate by which the tax was reckoned. */
export interface TaxRate {
  partsPerMillion: number
  reverseCharge: boolean
  sentence?: string | null
}

/** The lines of an invoice or of a quote, each with how its amount comes about. */
export function InvoiceLines(props: { priced: Priced; rate: TaxRate | null; taxRounding?: string | null }) {
  const { priced, rate, taxRounding } = props
  const { lines, days, subtotal, tax, total } = priced
  return (
    <Table verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>What</Table.Th>
          <Table.Th ta="right">Days</Table.Th>
          <Table.Th ta="right">Amount</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line) => (
          <Table.Tr key={line.description}>
            <Table.Td>
              {line.description}
              <Text size="xs" c="dimmed">
                {lineFormula(line)}
              </Text>
              {line.rounding !== null && (
                <Text size="xs" c="dimmed">
                  Rounded: {line.rounding}
                </Text>
              )}
            </Table.Td>
            <Table.Td ta="right">{formatNumber(line.days)}</Table.Td>
            <Table.Td ta="right">{formatMoney(line.amount)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Td>Without tax</Table.Td>
          <Table.Td ta="right">{formatNumber(days)}</Table.Td>
          <Table.Td ta="right">{formatMoney(subtotal)}</Table.Td>
        </Table.Tr>
        <Table.Tr>
          <Table.Td>
            Tax
            <Text size="xs" c="dimmed">
              {taxFormula(rate, subtotal, tax)}
            </Text>
            {taxRounding != null && (
              <Text size="xs" c="dimmed">
                Rounded: {taxRounding}
              </Text>
            )}
          </Table.Td>
          <Table.Td />
          <Table.Td ta="right">{formatMoney(tax)}</Table.Td>
        </Table.Tr>
        <Table.Tr fw={650}>
          <Table.Td>
            To pay{' '}
            <Why label="To pay">
              {formatMoney(subtotal)} without tax + {formatMoney(tax)} tax = {formatMoney(total)}.
            </Why>
          </Table.Td>
          <Table.Td />
          <Table.Td ta="right">{formatMoney(total)}</Table.Td>
        </Table.Tr>
      </Table.Tfoot>
    </Table>
  )
}

function lineFormula({ quantity, per, unitPrice, amount }: Line): string {
  const divided = per === 1 ? '' : ` ÷ ${formatNumber(per)}`
  return `${formatNumber(quantity)} × ${formatMoney(unitPrice)}${divided} = ${formatMoney(amount)}`
}

function taxFormula(rate: TaxRate | null, subtotal: MoneyAmount, tax: MoneyAmount): string {
  if (rate === null) return tax.amount === 0 ? 'No tax is charged.' : 'At the rate of the price agreement.'
  if (rate.sentence != null) return rate.sentence
  if (rate.reverseCharge) return 'Reverse charge: you owe the tax yourself, and none is charged.'
  if (rate.partsPerMillion === 0) return 'No tax is charged.'
  return `${formatRate(rate.partsPerMillion)} of ${formatMoney(subtotal)} = ${formatMoney(tax)}`
}
