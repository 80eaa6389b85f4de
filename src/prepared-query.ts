import { createHash } from 'node:crypto'
import type { EntityMetadata, ObjectLiteral, SelectQueryBuilder } from 'typeorm'
import type { Sql } from './database'

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
  const columns = columnsOf(metadata, name)
  query.expressionMap.queryEntity = true
  const [text, values] = query.getQueryAndParameters()
  const rows = await sql.query<Record<string, unknown>>({ name: nameOf(text), text }, values as unknown[])
  const Entity = metadata.target as new () => Row
  return rows.map((row) => {
    const entity = new Entity() as Record<string, unknown>
    for (const { alias, property, read } of columns) {
      const value = row[alias]
      if (value !== undefined) entity[property] = read === null ? value : read(value)
    }
    return entity as Row
  })
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
const AS_THEY_ARE = new Set(['text', 'integer', 'boolean', 'jsonb', 'timestamptz', 'bytea', 'double precision'])

const known = new WeakMap<EntityMetadata, Map<string, ReadColumn[]>>()

function columnsOf(metadata: EntityMetadata, alias: string): ReadColumn[] {
  const ofEntity = known.get(metadata) ?? new Map<string, ReadColumn[]>()
  known.set(metadata, ofEntity)
  const found = ofEntity.get(alias)
  if (found !== undefined) return found
  const { driver } = metadata.dataSource
  const columns = metadata.columns.map((column): ReadColumn => {
    const isAsItIs = column.transformer === undefined && AS_THEY_ARE.has(String(column.type))
    return {
      alias: `${alias}_${column.databaseName}`,
      property: column.propertyName,
      read: isAsItIs ? null : (value) => driver.prepareHydratedValue(value, column) as unknown,
    }
  })
  ofEntity.set(alias, columns)
  return columns
}
