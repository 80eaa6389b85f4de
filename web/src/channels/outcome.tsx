import { Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatDays } from '../parts/format'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'

export interface OutcomeRow {
  label: string
  value: ReactNode
  /** What the figure is made of. */
  formula?: string
}

/** What would be, figure by figure, before it is done. Read out when it changes. */
export function Outcome({ title = 'What would be', rows }: { title?: string; rows: readonly OutcomeRow[] }) {
  return (
    <div aria-live="polite">
      <Table withTableBorder fz="sm" captionSide="top">
        <Table.Caption mt={0} mb={4} ta="start">
          {title}
        </Table.Caption>
        <Table.Tbody>
          {rows.map(({ label, value, formula }) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" fw={400}>
                {label}
              </Table.Th>
              <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
                <Text size="sm" fw={600} component="div">
                  {value}
                </Text>
                {formula !== undefined && (
                  <Text size="xs" c="dimmed">
                    {formula}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

interface ChannelOutcome {
  status: string
  paidUntil: string | null
  unusedDays: number
}

/** A channel as it would be. */
export function channelOutcome({ status, paidUntil, unusedDays }: ChannelOutcome, whose = ''): OutcomeRow[] {
  return [
    { label: `${whose}Status`.trim(), value: <StatusBadge status={status} /> },
    { label: `${whose}Paid until`, value: <When at={paidUntil} /> },
    { label: `${whose}Unused days`, value: formatDays(unusedDays) },
  ]
}

/** The balance as it would be: "= 2,250 days − 30 days". */
export function balanceOutcome(after: number, change: number): OutcomeRow {
  const sign = change < 0 ? '−' : '+'
  return {
    label: 'Balance after it',
    value: formatDays(after),
    formula: change === 0 ? 'nothing moves' : `= ${formatDays(after - change)} ${sign} ${formatDays(Math.abs(change))}`,
  }
}
