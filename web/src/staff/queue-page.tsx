import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { PrepareDialog } from '../invoices/prepare-dialog'
import { Await } from '../parts/await'
import { formatNumber } from '../parts/format'
import { Page } from '../parts/page'
import { PromiseReport } from './promise-report'
import { QueueTable } from './queue-table'
import { InvoiceQueueDocument, type QueuedInvoiceFragment } from './queue.generated'

const SHOWN = 50

/** What partners wait for: the requests that are to be prepared, in the order in which they were promised. */
export default function QueuePage() {
  const mayPrepare = useMay('BILLING')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [preparing, setPreparing] = useState<readonly QueuedInvoiceFragment[]>([])
  const query = useLiveQuery(InvoiceQueueDocument, { variables: { first: SHOWN }, everyMs: 5_000 })
  const waiting = query.data?.invoices.nodes ?? []
  const close = () => {
    setPreparing([])
    setChosen([])
    void query.refetch()
  }
  const chosenNow = waiting.filter(({ id }) => chosen.includes(id))
  return (
    <Page
      title="Invoice queue"
      lead="Requests that wait to be prepared. Each is promised within 30 minutes; the one that is due first stands first."
      actions={
        mayPrepare && (
          <Button disabled={chosenNow.length === 0} onClick={() => setPreparing(chosenNow)}>
            {chosenNow.length < 2 ? 'Prepare the chosen' : `Prepare ${formatNumber(chosenNow.length)} chosen`}
          </Button>
        )
      }
    >
      <PromiseReport />
      <Await query={query} lines={4}>
        {({ invoices }) => (
          <Stack gap="xs">
            <QueueTable
              invoices={invoices.nodes}
              mayPrepare={mayPrepare}
              chosen={chosen}
              onChoose={setChosen}
              onPrepare={(invoice) => setPreparing([invoice])}
            />
            {invoices.totalCount > SHOWN && (
              <Group justify="flex-end">
                <Text size="sm" c="dimmed">
                  The first {formatNumber(SHOWN)} of {formatNumber(invoices.totalCount)}; the others follow as these are
                  prepared.
                </Text>
              </Group>
            )}
          </Stack>
        )}
      </Await>
      {preparing.length > 0 && (
        <PrepareDialog invoices={preparing} onPrepared={() => void query.refetch()} onDone={close} onClose={close} />
      )}
    </Page>
  )
}
