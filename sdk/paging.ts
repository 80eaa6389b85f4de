/** A page of a list, as every list of the gateway is answered. */
export interface Connection {
  readonly nodes?: readonly unknown[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** The connection in an answer, at whatever depth it is. */
export type ConnectionOf<Data> = Data extends { readonly pageInfo: unknown }
  ? Data
  : Data extends readonly unknown[]
    ? never
    : Data extends object
      ? { [Field in keyof Data]: ConnectionOf<Data[Field]> }[keyof Data]
      : never

type RowOf<Page> = Page extends { readonly nodes: readonly (infer Node)[] } ? Node : never

/** What the rows of the connection in an answer are. */
export type NodeOf<Data> = RowOf<ConnectionOf<Data>>

/** Holds a document to having what is needed of it: the rest says what to select. */
export type Selects<What, Selection> = [What] extends [never] ? Selection : unknown

/** The one connection in an answer. Throws a TypeError where there is none, or more than one: then it is not clear which to turn. */
export function connectionIn(data: unknown): Connection {
  const found = connectionsIn(data)
  const [connection] = found
  if (connection === undefined || found.length > 1) {
    throw new TypeError(
      `An answer whose pages are turned has one list with \`pageInfo { hasNextPage endCursor }\`; this one has ${found.length}.`,
    )
  }
  return connection
}

/** Not those within the rows of one: they are of the rows. */
function connectionsIn(data: unknown): Connection[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return []
  const { pageInfo } = data as Partial<Connection>
  if (typeof pageInfo?.hasNextPage === 'boolean') return [data as Connection]
  return Object.values(data).flatMap(connectionsIn)
}

const AFTER_SEQUENCE = /\$after\s*:\s*Sequence\b/

/** The `after` of the next page: a cursor, or for the log of events the last one's sequence. */
export function turnTo({ nodes, pageInfo: { endCursor } }: Connection, query: string): string | number {
  if (!/\$after\s*:/.test(query)) throw new TypeError('A page is turned by its $after: declare and use it.')
  if (AFTER_SEQUENCE.test(query)) {
    const { sequence } = (nodes?.at(-1) ?? {}) as { sequence?: unknown }
    if (typeof sequence === 'number') return sequence
    throw new TypeError('A log is read on by the `sequence` of its rows: select it.')
  }
  if (endCursor == null) throw new TypeError('A list is read on by its `endCursor`: select it.')
  return endCursor
}
