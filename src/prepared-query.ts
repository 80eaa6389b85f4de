import { createHash } from 'node:crypto'
import type { EntityMetadata, ObjectLiteral, SelectQueryBuilder } from 'typeorm'
import type { Sql } from './database'
import { safeIntegerColumn } from './database-columns'

/** Names that a connection may come to hold: a plan that Postgres keeps takes some 50 kB of each. */
const MAX_NAMES = 100
/** A text that came so often is worth a name: one that a caller makes up by its filters isn't. */
const WORTH_A_NAME = 3
/** Texts that are counted; past it all are forgotten that have no name yet. */
const COUNTED_TEXTS = 1_000

const names = new Map<string, string>()
const counts = new Map<string, number>()

/**
 * The rows of a query for entities, as `getMany` answers them, by a statement that Postgres plans once a connection. TypeORM's
 * own way has it planned each time, and goes from the rows to the entities by way of groups, for joins that no query here has.
 */
export async function readPrepared<Row extends ObjectLiteral>(
  sql: Sql,
  query: SelectQueryBuilder<Row>,
): Promise<Row[]> {
  const { mainAlias, joinAttributes } = query.expressionMap
  if (mainAlias === undefined || joinAttributes.length > 0) throw new Error('a query that joins is TypeORM’s to read')
  const { metadata, name } = mainAlias
  query.expressionMap.queryEntity = true
  const { text, parameters, columns } = writtenOf(query, metadata, name)
  const given = query.expressionMap.parameters
  const values = parameters.map((parameter): unknown => given[parameter])
  const rows = await sql.query<unknown[]>({ name: nameOf(text), text, rowMode: 'array' }, values)
  const Entity = metadata.target as new () => Row
  return rows.map((row) => {
    const entity = new Entity() as Record<string, unknown>
    let index = 0
    for (const { property, read } of columns) {
      const value = row[index]
      entity[property] = read === null ? value : read(value)
      index += 1
    }
    return entity as Row
  })
}

/** What the form of a query comes to, whatever its values are. */
interface Written {
  text: string
  /** Names, in the order of the statement's numbers. */
  parameters: string[]
  /** In the order of the answer's. */
  columns: ReadColumn[]
}

/** Texts that are kept; past it all are forgotten, and written anew. */
const MAX_WRITTEN = 500
const written = new Map<string, Written>()

/**
 * TypeORM takes a tenth of a request's CPU to write a text, the same for all queries of one form. A form has the conditions and the
 * names of their values, never a value: what tells two callers apart, the wall's account too, is among the parameters.
 */
function writtenOf<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  metadata: EntityMetadata,
  alias: string,
): Written {
  const { wheres, orderBys, take, skip, limit, offset, selects, selectDistinctOn, ...other } = query.expressionMap
  const { selectDistinct, groupBys, havings, lockMode, withDeleted, comment, parameters } = other
  if (other.commonTableExpressions.length > 0) throw new Error('a query with subqueries before it is TypeORM’s to read')
  const form = JSON.stringify([
    [metadata.tablePath, alias, wheres, Object.entries(orderBys), take, skip, limit, offset, selects],
    [selectDistinctOn, selectDistinct, groupBys, havings, lockMode, withDeleted, comment, Object.keys(parameters)],
  ])
  const known = written.get(form)
  if (known !== undefined) return known
  const made = write(query, metadata, alias)
  if (written.size >= MAX_WRITTEN) written.clear()
  written.set(form, made)
  return made
}

/** With each value's name in its place: so the driver tells the order of its numbers. */
function write<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  metadata: EntityMetadata,
  alias: string,
): Written {
  const names = Object.keys(query.expressionMap.parameters)
  const [text, parameters] = metadata.dataSource.driver.escapeQueryWithParameters(
    query.getQuery(),
    Object.fromEntries(names.map((name) => [name, name])),
  )
  const columns = columnsOf(metadata, alias)
  const answered = [...(/^SELECT (.*?) FROM "/s.exec(text)?.[1] ?? '').matchAll(/ AS "(\w+)"/g)].map(
    ([, column]) => column,
  )
  if (answered.join() !== columns.map((column) => column.alias).join()) {
    throw new Error(`a query for a part of ${metadata.tableName} is TypeORM’s to read`)
  }
  return { text, parameters: parameters as string[], columns }
}

/** None, until the text has come often enough. */
function nameOf(text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  if (names.size >= MAX_NAMES) return ''
  const count = (counts.get(text) ?? 0) + 1
  if (count < WORTH_A_NAME) {
    if (counts.size >= COUNTED_TEXTS) counts.clear()
    counts.set(text, count)
    return ''
  }
  const name = `rows-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
  counts.delete(text)
  names.set(text, name)
  return name
}

interface ReadColumn {
  /** As it is called in the answer. */
  alias: string
  property: string
  /** Null where the driver's value is the property's. */
  read: ((value: unknown) => unknown) | null
}

/** What the driver answers as the property has it. */
const AS_THEY_ARE = new Set([
  'text',
  'integer',
  'boolean',
  'jsonb',
  'timestamptz',
  'bytea',
  'double precision',
  'bigint',
])

const known = new WeakMap<EntityMetadata, Map<string, ReadColumn[]>>()

function columnsOf(metadata: EntityMetadata, alias: string): ReadColumn[] {
  const ofEntity = known.get(metadata) ?? new Map<string, ReadColumn[]>()
  known.set(metadata, ofEntity)
  const found = ofEntity.get(alias)
  if (found !== undefined) return found
  const { driver } = metadata.dataSource
  const columns = metadata.columns
    .filter(({ isSelect }) => isSelect)
    .map((column): ReadColumn => {
      // The driver reads whole numbers of 64 bits with the same check.
      const { transformer = safeIntegerColumn } = column
      const isAsItIs = transformer === safeIntegerColumn && AS_THEY_ARE.has(String(column.type))
      return {
        alias: `${alias}_${column.databaseName}`,
        property: column.propertyName,
        read: isAsItIs ? null : (value) => driver.prepareHydratedValue(value, column) as unknown,
      }
    })
  ofEntity.set(alias, columns)
  return columns
}
