import { Anchor, Group } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'

/** Where the page of a list that is looked at begins: it stands in the address. */
export function usePageStart(): string | null {
  return useSearchParams()[0].get('after')
}

/** To the rows before and after those that are shown. */
export function OlderNewer({ pageInfo }: { pageInfo: { hasNextPage: boolean; endCursor: string | null } }) {
  const [params] = useSearchParams()
  const at = (after: string | null) => {
    const next = new URLSearchParams(params)
    if (after === null) next.delete('after')
    else next.set('after', after)
    return `?${next}`
  }
  if (!pageInfo.hasNextPage && !params.has('after')) return null
  return (
    <Group component="nav" aria-label="Pages of the list" justify="flex-end">
      {params.has('after') && (
        <Anchor component={Link} to={at(null)} size="sm">
          Back to the newest
        </Anchor>
      )}
      {pageInfo.hasNextPage && (
        <Anchor component={Link} to={at(pageInfo.endCursor)} size="sm">
          Older
        </Anchor>
      )}
    </Group>
  )
}
