import { Alert, Button, Group, Paper, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useAccount, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { useDeed } from '../api/use-deed'
import { Await } from '../parts/await'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatDays } from '../parts/format'
import { ReadOnlyNote } from '../parts/read-only-note'
import { StatusBadge } from '../parts/status-badge'
import { When } from '../parts/when'
import { WholeNumberInput } from '../parts/whole-number-input'
import {
  AutomationKeepAlivePreviewDocument,
  SetKeepAliveDocument,
  type AutomationQuery,
  type KeepAliveOrder,
} from './automation.generated'
import { KeepAlivePreview, SHORTAGES } from './keep-alive-preview'

type Account = AutomationQuery['account']

const ORDERS: Record<KeepAliveOrder, string> = {
  ENDING_FIRST: 'The channel that ends soonest',
  OLDEST_FIRST: 'The oldest channel',
  NEWEST_FIRST: 'The newest channel',
  FEWEST_DAYS_FIRST: 'The channel that lacks the fewest days',
}

export function KeepAliveSection({ account }: { account: Account }) {
  const { keepAlive } = account
  const mayEdit = useMay('CHANNELS')
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Keep-alive">
      <Group gap="sm" mb={4}>
        <Title order={2} size="h4">
          Keep-alive
        </Title>
        <StatusBadge status={keepAlive === null ? 'OFF' : keepAlive.shortage === null ? 'ACTIVE' : 'SHORT'} />
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        At each UTC midnight, and whenever days arrive, every running channel is given as many days as it takes to last
        the minimum. Channels that renew by themselves, or are paid by a subscription, are left alone.
      </Text>
      <Stack gap="md">
        {keepAlive !== null && <KeepAliveState keepAlive={keepAlive} />}
        {mayEdit ? (
          // Set elsewhere, it begins anew with what is set.
          <KeepAliveForm
            key={JSON.stringify([keepAlive?.minDays, keepAlive?.dailyCap, keepAlive?.order])}
            account={account}
          />
        ) : (
          <>
            <ReadOnlyNote who="Owners" />
            {keepAlive !== null && (
              <DryRun minDays={keepAlive.minDays} dailyCap={keepAlive.dailyCap} order={keepAlive.order} />
            )}
          </>
        )}
      </Stack>
    </Paper>
  )
}

function KeepAliveState({ keepAlive }: { keepAlive: NonNullable<Account['keepAlive']> }) {
  const { minDays, dailyCap, order, spentToday, shortSince, shortage } = keepAlive
  return (
    <div aria-live="polite">
      <Text size="sm">
        Every running channel is kept at {formatDays(minDays)} or more. First served: {ORDERS[order].toLowerCase()}.{' '}
        {dailyCap === null
          ? `${formatDays(spentToday)} were allocated today, without a cap.`
          : `${formatDays(spentToday)} of the daily cap of ${formatDays(dailyCap)} were allocated today (UTC).`}
      </Text>
      {shortage !== null && (
        <Alert color="orange" variant="light" mt="xs" title="Not every channel can be served">
          <Text size="sm">
            Since <When at={shortSince} />. {SHORTAGES[shortage]}
          </Text>
        </Alert>
      )}
    </div>
  )
}

function KeepAliveForm({ account }: { account: Account }) {
  const { id: accountId } = useAccount()
  const { keepAlive } = account
  const [minDays, setMinDays] = useState<number | null>(keepAlive?.minDays ?? 7)
  const [dailyCap, setDailyCap] = useState<number | null>(keepAlive?.dailyCap ?? null)
  const [order, setOrder] = useState<KeepAliveOrder>(keepAlive?.order ?? 'ENDING_FIRST')
  const [asked, setAsked] = useState<'SET' | 'OFF' | null>(null)
  const deed = useDeed(SetKeepAliveDocument)
  const isChanged = keepAlive?.minDays !== minDays || keepAlive.dailyCap !== dailyCap || keepAlive.order !== order
  const close = () => {
    setAsked(null)
    deed.forget()
  }
  const confirm = async () => {
    const rule = asked === 'OFF' ? { order } : { minDays, dailyCap, order }
    if ((await deed.run({ accountId, ...rule })) === null) return
    setAsked(null)
    notifications.show({ color: 'green', message: asked === 'OFF' ? 'Keep-alive is off.' : 'Keep-alive is set.' })
  }
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <WholeNumberInput
          label="Minimum of days"
          description="What every running channel has left, at the least."
          value={minDays}
          onChange={setMinDays}
          max={36_500}
          required
        />
        <Select
          label="Served first"
          description="Where there are not days enough for all."
          inputWrapperOrder={['label', 'input', 'description']}
          data={Object.entries(ORDERS).map(([value, label]) => ({ value, label }))}
          value={order}
          onChange={(value) => setOrder((value ?? 'ENDING_FIRST') as KeepAliveOrder)}
          allowDeselect={false}
        />
        <WholeNumberInput
          label="Daily cap"
          description="Days of one UTC day at the most. Empty: as many as it takes."
          value={dailyCap}
          onChange={setDailyCap}
          max={1_000_000_000}
        />
      </SimpleGrid>
      <Group gap="sm">
        <Button disabled={!isChanged || minDays === null} onClick={() => setAsked('SET')}>
          {keepAlive === null ? 'Turn on …' : 'Set anew …'}
        </Button>
        {keepAlive !== null && (
          <Button variant="default" onClick={() => setAsked('OFF')}>
            Turn off …
          </Button>
        )}
      </Group>
      {minDays !== null && <DryRun minDays={minDays} dailyCap={dailyCap} order={order} />}
      <ConfirmDialog
        opened={asked !== null}
        title={asked === 'OFF' ? 'Turn keep-alive off' : 'Set keep-alive'}
        confirmLabel={asked === 'OFF' ? 'Turn off' : 'Set it'}
        danger={asked === 'OFF'}
        busy={deed.busy}
        refusal={deed.refusal}
        onConfirm={() => void confirm()}
        onClose={close}
      >
        {asked === 'OFF' ? (
          <Text size="sm">
            Channels keep the days that they have. From now on they end when those are used, unless each renews by
            itself.
          </Text>
        ) : (
          minDays !== null && <DryRunFigures minDays={minDays} dailyCap={dailyCap} order={order} />
        )}
      </ConfirmDialog>
    </>
  )
}

interface Rule {
  minDays: number
  dailyCap: number | null
  order: KeepAliveOrder
}

function useDryRun(rule: Rule) {
  const { id: accountId } = useAccount()
  return useLiveQuery(AutomationKeepAlivePreviewDocument, {
    variables: { accountId, ...rule },
    on: ['balance.', 'channel.', 'keep_alive.', 'account.'],
  })
}

/** What the rule would do now, before it is set. */
function DryRun(rule: Rule) {
  const [{ minDays, dailyCap, order }] = useDebouncedValue(rule, 250)
  const query = useDryRun({ minDays, dailyCap, order })
  const shown = query.data ?? query.previousData
  return (
    <Await query={{ ...query, data: query.error == null ? shown : query.data }} lines={3}>
      {({ previewKeepAlive }) => (
        <KeepAlivePreview
          preview={previewKeepAlive}
          minDays={minDays}
          onMore={(after) =>
            query.fetchMore({
              variables: { after },
              updateQuery: (before: typeof shown, { fetchMoreResult }: { fetchMoreResult: typeof shown }) =>
                before === undefined || fetchMoreResult === undefined
                  ? before
                  : {
                      previewKeepAlive: {
                        ...fetchMoreResult.previewKeepAlive,
                        allocations: {
                          ...fetchMoreResult.previewKeepAlive.allocations,
                          nodes: [
                            ...before.previewKeepAlive.allocations.nodes,
                            ...fetchMoreResult.previewKeepAlive.allocations.nodes,
                          ],
                        },
                      },
                    },
            })
          }
        />
      )}
    </Await>
  )
}

/** The same in a sentence, where it is confirmed. */
function DryRunFigures(rule: Rule) {
  const query = useDryRun(rule)
  return (
    <Await query={query} lines={1}>
      {({ previewKeepAlive: { days, servedChannels, unservedChannels, missingDays, balanceAfter, shortage } }) => (
        <Stack gap="xs">
          <Text size="sm">
            {days === 0
              ? 'Nothing is allocated at once.'
              : `${formatDays(days)} are allocated at once; ${formatDays(balanceAfter)} stay available. ${servedChannels} channels are served in full.`}{' '}
            From then on it runs at each UTC midnight.
          </Text>
          {shortage !== null && (
            <Text size="sm">
              {unservedChannels} channels get less than they take: {formatDays(missingDays)} are lacking.{' '}
              {SHORTAGES[shortage]}
            </Text>
          )}
        </Stack>
      )}
    </Await>
  )
}
