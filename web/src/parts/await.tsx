import { Skeleton, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { RefusalAlert } from './refusal-alert'

interface Awaited<Data> {
  data?: Data
  error?: unknown
  refetch: () => unknown
}

/** What a query answers, once it has; until then its place is held, and a refusal is told with a way to try again. */
export function Await<Data>(props: {
  query: Awaited<Data>
  /** Lines of the placeholder. */
  lines?: number
  children: (data: NonNullable<Data>) => ReactNode
}) {
  const { query, lines = 3, children } = props
  if (query.data != null) {
    return (
      <>
        {query.error !== undefined && query.error !== null && (
          <RefusalAlert error={query.error} onRetry={() => void query.refetch()} />
        )}
        {children(query.data)}
      </>
    )
  }
  if (query.error != null) return <RefusalAlert error={query.error} onRetry={() => void query.refetch()} />
  return (
    <Stack gap="sm" role="status" aria-busy="true" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={28} />
      ))}
    </Stack>
  )
}
