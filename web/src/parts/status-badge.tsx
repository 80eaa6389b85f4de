import { Badge } from '@mantine/core'
import { formatWord } from './format'

const COLORS: Record<string, string> = {
  ACTIVE: 'green',
  PAID: 'green',
  SUCCEEDED: 'green',
  DELIVERED: 'green',
  APPLIED: 'green',
  OPEN: 'blue',
  REQUESTED: 'yellow',
  TRIAL: 'violet',
  TRIALING: 'violet',
  NEW: 'blue',
  EXPIRED: 'orange',
  PAST_DUE: 'orange',
  PENDING: 'yellow',
  OVERDUE: 'red',
  FAILED: 'red',
  PARKED: 'red',
  SUSPENDED: 'red',
  UNCOLLECTIBLE: 'red',
}

/** A state by its word; the colour says nothing that the word doesn't. */
export function StatusBadge({ status }: { status: string }) {
  return (
    <Badge variant="light" color={COLORS[status] ?? 'gray'} radius="sm" tt="none" className="status-badge">
      {formatWord(status)}
    </Badge>
  )
}
