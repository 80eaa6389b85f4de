import { Paper, SimpleGrid, Text, TextInput, Title } from '@mantine/core'
import { skipToken, useQuery } from '@apollo/client/react'
import { useDebouncedValue } from '@mantine/hooks'
import { useSearchParams } from 'react-router'
import { useAccount } from '../account/account-context'
import { Await } from '../parts/await'
import { Figure } from '../parts/explained'
import { formatDays, formatNumber } from '../parts/format'
import { When } from '../parts/when'
import { LedgerBalanceAsOfDocument } from './ledger.generated'

/** What the balance was at an instant, as accountants ask for a month's end. */
export function BalanceAsOf() {
  const { id: accountId, now } = useAccount()
  const [params, setParams] = useSearchParams()
  const typed = params.get('at') ?? monthStart(now)
  const [settled] = useDebouncedValue(typed, 300)
  const at = instantOf(settled)
  const query = useQuery(
    LedgerBalanceAsOfDocument,
    at === null ? skipToken : { variables: { accountId, at }, fetchPolicy: 'network-only' },
  )
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-labelledby="balance-as-of">
      <Title order={2} size="h4" mb="sm" id="balance-as-of">
        Balance as of an instant
      </Title>
      <TextInput
        type="datetime-local"
        label="As of"
        description="In your own time zone; not to come"
        value={typed}
        onChange={(event) => {
          const value = event.currentTarget.value
          setParams(
            (old) => {
              old.set('at', value)
              return old
            },
            { replace: true },
          )
        }}
        error={at === null ? 'A date and a time' : undefined}
        maw={280}
        mb="md"
      />
      {at !== null && (
        <div aria-live="polite">
          <Await query={query}>
            {({ balanceAsOf: { available, allocated, used, sequence, at: asOf } }) => (
              <>
                <SimpleGrid cols={{ base: 1, xs: 3 }}>
                  <Figure label="Available then" value={formatDays(available)} formula="could be put on channels" />
                  <Figure
                    label="Allocated then"
                    value={formatDays(allocated)}
                    formula="unused on channels"
                    why="Whole days that were paid on channels and had not begun at that instant."
                  />
                  <Figure
                    label="Used by then"
                    value={formatDays(used)}
                    formula={`= ${formatNumber(available + allocated + used)} in all − ${formatNumber(available)} − ${formatNumber(allocated)}`}
                    why="Every day that had begun by that instant, since the first one."
                  />
                </SimpleGrid>
                <Text size="xs" c="dimmed" mt="xs">
                  At <When at={asOf} />
                  {sequence === 0 ? ', before any movement.' : `, after movement ${formatNumber(sequence)}.`}
                </Text>
              </>
            )}
          </Await>
        </div>
      )}
    </Paper>
  )
}

/** The start of this month where the person is, as an input of date and time writes it. */
function monthStart(now: string): string {
  const date = new Date(now)
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-01T00:00`
}

function instantOf(text: string): string | null {
  const time = new Date(text)
  return text === '' || Number.isNaN(time.getTime()) ? null : time.toISOString()
}
