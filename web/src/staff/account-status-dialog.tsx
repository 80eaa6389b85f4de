import { List, Text } from '@mantine/core'
import { useDeed } from '../api/use-deed'
import { ConfirmDialog } from '../parts/confirm-dialog'
import { formatDays } from '../parts/format'
import type { AccountStatus } from '../schema.generated'
import { AgreementSetStatusDocument, type AgreedAccountFragment } from './agreements.generated'

interface Meaning {
  title: string
  confirm: string
  points: (account: AgreedAccountFragment) => readonly string[]
}

const MEANINGS: Record<AccountStatus, Meaning> = {
  SUSPENDED: {
    title: 'Suspend this account?',
    confirm: 'Suspend it',
    points: () => [
      'The partner can read everything, and change nothing.',
      'Running channels go on until their days end. None is renewed.',
      'Top-ups rest. It can be lifted at any time.',
    ],
  },
  ACTIVE: {
    title: 'Lift the suspension?',
    confirm: 'Lift it',
    points: () => [
      'The partner can work again at once.',
      'Channels that renew by themselves are renewed from now on, and a top-up that is due is requested.',
    ],
  },
  CLOSED: {
    title: 'Close this account for good?',
    confirm: 'Close it for good',
    points: ({ balance }) => [
      'It can’t be opened again. It stays readable for good.',
      `${formatDays(balance.available)} are available now; nothing can be done with them afterwards.`,
      'Its channel subscriptions are cancelled at the payment provider.',
      'An account that owes days can’t be closed.',
    ],
  },
}

/** Asks before an account is suspended, woken or closed, and says what that means. */
export function AccountStatusDialog(props: {
  account: AgreedAccountFragment
  status: AccountStatus
  onDone: () => void
  onClose: () => void
}) {
  const { account, status, onDone, onClose } = props
  const set = useDeed(AgreementSetStatusDocument)
  const { title, confirm, points } = MEANINGS[status]
  const confirmed = async () => {
    if ((await set.run({ accountId: account.id, status })) === null) return
    onDone()
    onClose()
  }
  return (
    <ConfirmDialog
      opened
      title={title}
      confirmLabel={confirm}
      danger={status !== 'ACTIVE'}
      busy={set.busy}
      refusal={set.refusal}
      onConfirm={() => void confirmed()}
      onClose={onClose}
    >
      <Text size="sm" fw={600}>
        {account.name}
      </Text>
      <List size="sm" spacing={4}>
        {points(account).map((point) => (
          <List.Item key={point}>{point}</List.Item>
        ))}
      </List>
    </ConfirmDialog>
  )
}
