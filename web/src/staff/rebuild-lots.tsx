import { Alert, Button, List, Paper, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useMay } from '../account/account-context'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatCount } from '../parts/format'
import { StaffRebuildLotsDocument, type StaffRebuildLotsMutation } from './ledger-audit.generated'

/** Makes an account's lots anew out of its ledger. */
export function RebuildLots({ accountId }: { accountId: string }) {
  const mayRebuild = useMay('ADMIN')
  const rebuild = useDeed(StaffRebuildLotsDocument)
  const [asked, setAsked] = useState(false)
  const [found, setFound] = useState<StaffRebuildLotsMutation['rebuildLots'] | null>(null)
  if (!mayRebuild) return null
  const confirmed = async () => {
    const done = await rebuild.run({ accountId })
    if (done === null) return
    setFound(done.rebuildLots)
    setAsked(false)
  }
  return (
    <Paper withBorder p="md" radius="md">
      <Title order={2} size="h4" mb="xs">
        Lots
      </Title>
      <Text size="sm" c="dimmed" maw={720} mb="sm">
        Lots tell what days have cost: each purchase is one, and days are drawn from the oldest first. They are made of
        the ledger and can be made anew at any time; no day and no balance moves.
      </Text>
      <Button variant="default" onClick={() => setAsked(true)}>
        Make its lots anew
      </Button>
      {found !== null && (
        <Alert
          mt="sm"
          role="status"
          variant="light"
          color={found.violations.length === 0 ? 'green' : 'red'}
          title={
            found.violations.length === 0
              ? 'The lots were made anew and agree with the ledger'
              : `${formatCount(found.violations.length, 'difference')} from the ledger`
          }
        >
          <List size="sm">
            {found.violations.map((violation) => (
              <List.Item key={violation}>{violation}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <ConfirmDialog
        opened={asked}
        title="Make its lots anew?"
        confirmLabel="Make them anew"
        busy={rebuild.busy}
        refusal={rebuild.refusal}
        onConfirm={() => void confirmed()}
        onClose={() => {
          rebuild.forget()
          setAsked(false)
        }}
      >
        <Text size="sm">
          The account’s whole ledger is folded once more. With many movements it takes a while; costs and margins of its
          channels wait for it.
        </Text>
      </ConfirmDialog>
    </Paper>
  )
}
