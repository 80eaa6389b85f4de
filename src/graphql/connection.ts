import { Field, ObjectType } from 'type-graphql'
import type { Page } from '../paging'

@ObjectType('PageInfo', { description: 'Whether a list goes on, and from where.' })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage: boolean

  @Field(() => String, { nullable: true, description: 'The cursor of the last row of this page.' })
  endCursor: string | null
}

export interface Edge<Node> {
  cursor: string
  node: Node
}

/** What the resolver of a connection answers. `count` is only asked where totalCount is. */
export interface ConnectionOf<Node> {
  readonly edges: Edge<Node>[]
  nodes: Node[]
  pageInfo: PageInfo
  count?: () => Promise<number>
}

/** The connection's value for a page of rows; `cursor` makes the cursor of a row. */
export function connectionOf<Row, Node>(
  page: Page<Row>,
  toNode: (row: Row) => Node,
  cursor: (row: Row) => string,
  count?: () => Promise<number>,
): ConnectionOf<Node> {
  const { rows, hasNextPage } = page
  const nodes = rows.map(toNode)
  const last = rows.at(-1)
  return {
    // Cursors of all rows are made where they are asked for.
    get edges() {
      return rows.map((row, index) => ({ cursor: cursor(row), node: nodes[index] as Node }))
    },
    nodes,
    pageInfo: { hasNextPage, endCursor: last === undefined ? null : cursor(last) },
    count,
  }
}

/** Makes the two GraphQL types of a list, `<name>Edge` and `<name>Connection`. */
export function connectionType<Node extends object>(name: string, node: () => abstract new () => Node) {
  const nodeType = node as () => new () => Node

  @ObjectType(`${name}Edge`)
  class EdgeType implements Edge<Node> {
    @Field(() => String, { description: 'Where the row stands in its list: opaque.' })
    cursor: string

    @Field(nodeType)
    node: Node
  }

  @ObjectType(`${name}Connection`)
  class ConnectionType implements ConnectionOf<Node> {
    @Field(() => [EdgeType])
    edges: EdgeType[]

    @Field(() => [node()] as [new () => Node])
    nodes: Node[]

    @Field(() => PageInfo)
    pageInfo: PageInfo

    count?: () => Promise<number>
  }
  return ConnectionType
}
