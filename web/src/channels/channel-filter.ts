import { useDebouncedValue } from '@mantine/hooks'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { dayStart } from '../parts/day'
import type { ChannelFilter, ChannelStatus } from '../schema.generated'

export const LIVING: readonly ChannelStatus[] = ['NEW', 'TRIAL', 'ACTIVE', 'EXPIRED']
export const STATUSES: readonly ChannelStatus[] = [...LIVING, 'DELETED']

const TYPING_MS = 200

export interface ChannelCriteria {
  search: string
  status: readonly ChannelStatus[]
  /** A day, as 2026-01-31; empty for none. */
  before: string
  isFiltered: boolean
  /** As the gateway takes it; typing comes into it a moment later. */
  filter: ChannelFilter
  change: (changes: Partial<Record<'search' | 'status' | 'before', string>>) => void
}

/** What is looked for stands in the address, so that it can be sent to somebody and gone back to. */
export function useChannelCriteria(): ChannelCriteria {
  const [params, setParams] = useSearchParams()
  const search = params.get('search') ?? ''
  const statusText = params.get('status') ?? ''
  const before = params.get('before') ?? ''
  const [typed] = useDebouncedValue(search, TYPING_MS)
  const filter = useMemo<ChannelFilter>(() => {
    const status = statusesIn(statusText)
    return {
      search: typed === '' ? null : typed,
      // Deleted ones are there for whoever asks for them.
      status: status.length === 0 ? [...LIVING] : [...status],
      endsBefore: dayStart(before),
    }
  }, [typed, statusText, before])
  return {
    search,
    status: statusesIn(statusText),
    before,
    isFiltered: search !== '' || statusText !== '' || before !== '',
    filter,
    change: (changes) =>
      setParams(
        (old) => {
          for (const [name, value] of Object.entries(changes)) {
            if (value === '') old.delete(name)
            else old.set(name, value)
          }
          return old
        },
        { replace: true },
      ),
  }
}

function statusesIn(text: string): readonly ChannelStatus[] {
  const words = text.split(',')
  return STATUSES.filter((status) => words.includes(status))
}
