import './virtual-table.css'
import { VisuallyHidden } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useSyncExternalStore, type ReactNode } from 'react'
import { Await } from './await'
import type { PagedRows, RowKey } from './paged-rows'
import { RefusalAlert } from './refusal-alert'

export interface VirtualColumn {
  label: string
  /** It is read out and not seen. */
  hidden?: boolean
  /** Such as `wide`, for what narrow screens leave out, or `number`. */
  className?: string
}

const ROW_PX = 60
const HEAD_PX = 42
/** Rows drawn beyond what is seen, either way. */
const OVERSCAN = 6

/**
 * A table of thousands of rows, of which only those in view are drawn. Rows that come in above what is looked at don't
 * move it; who looks at the top sees them come.
 */
export function VirtualTable<Row>(props: {
  rows: PagedRows<Row>
  keyOf: (row: Row) => RowKey
  /** What it is a table of, for a screen reader. */
  label: string
  /** Has the widths of the columns. */
  className: string
  columns: readonly VirtualColumn[]
  /** Cells of the role `cell`. */
  renderRow: (row: Row, index: number) => ReactNode
  empty: ReactNode
  /** Where it changes, it is another list: it is seen from its top. */
  listId: string
}) {
  const { rows: paged, keyOf, label, className, columns, renderRow, empty, listId } = props
  const frame = useRef<HTMLDivElement>(null)
  const { rows, totalCount, hasMore, isOld, error } = useSyncExternalStore(paged.watch, paged.look)
  const count = hasMore ? Math.max(totalCount ?? 0, rows.length + 1) : rows.length
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    useFlushSync: false,
  })
  const items = virtualizer.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0

  useEffect(() => paged.reach(first, last), [paged, first, last])
  useEffect(() => {
    frame.current?.scrollTo({ top: 0 })
  }, [listId])

  const anchor = useRef<{ key: RowKey; index: number } | null>(null)
  useLayoutEffect(() => {
    const element = frame.current
    const held = anchor.current
    if (element !== null && held !== null && element.scrollTop > 0) {
      const there = rows[held.index]
      if (there === undefined || keyOf(there) !== held.key) {
        const index = rows.findIndex((row) => keyOf(row) === held.key)
        if (index >= 0) element.scrollTop += (index - held.index) * ROW_PX
      }
    }
  }, [rows, keyOf])
  useEffect(() => {
    const index = Math.floor((frame.current?.scrollTop ?? 0) / ROW_PX)
    const row = rows[index]
    anchor.current = row === undefined ? null : { key: keyOf(row), index }
  })

  if (isOld && rows.length === 0) {
    return (
      <Await query={{ error, refetch: () => paged.retry() }} lines={8}>
        {() => null}
      </Await>
    )
  }
  return (
    <>
      {error !== null && <RefusalAlert error={error} onRetry={() => paged.retry()} />}
      {rows.length === 0 && !hasMore ? (
        empty
      ) : (
        <div
          ref={frame}
          className="virtual-table"
          role="region"
          aria-label={`${label}, scrollable`}
          aria-busy={isOld}
          tabIndex={0}
          style={{
            height: `min(${count * ROW_PX + HEAD_PX + 2}px, max(380px, 100dvh - 400px))`,
            opacity: isOld ? 0.6 : undefined,
          }}
        >
          <div role="table" aria-label={label} aria-rowcount={count + 1}>
            <div role="rowgroup" className="virtual-table-head">
              <div role="row" aria-rowindex={1} className={`virtual-table-row ${className}`} style={{ height: 40 }}>
                {columns.map((column) => (
                  <div key={column.label} role="columnheader" className={column.className}>
                    {column.hidden === true ? <VisuallyHidden>{column.label}</VisuallyHidden> : column.label}
                  </div>
                ))}
              </div>
            </div>
            <div
              role="rowgroup"
              className="virtual-table-body"
              style={{ position: 'relative', height: virtualizer.getTotalSize() }}
            >
              {items.map(({ index, start }) => {
                const row = rows[index]
                return (
                  <div
                    key={row === undefined ? `waiting-${index}` : keyOf(row)}
                    role="row"
                    aria-rowindex={index + 2}
                    data-index={index}
                    className={`virtual-table-row ${className}`}
                    style={{ height: ROW_PX, transform: `translateY(${start}px)` }}
                  >
                    {row === undefined ? (
                      <div role="cell" className="virtual-table-waiting">
                        <VisuallyHidden>Loading</VisuallyHidden>
                      </div>
                    ) : (
                      renderRow(row, index)
                    )}
                  </div>
                )
              })}
            </div>
          </div>
        </div>
      )}
    </>
  )
}
