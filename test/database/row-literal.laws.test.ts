import fc from 'fast-check'
import { Client } from 'pg'
import { rowsLiteral } from '../../src/row-literal'
import { createTestDatabase, type TestDatabase } from '../support/database'

let database: TestDatabase
let client: Client
beforeAll(async () => {
  database = await createTestDatabase()
  client = new Client(database.url)
  await client.connect()
  await client.query('CREATE TYPE any_row AS (t text, n bigint, b boolean, at timestamptz, j jsonb, last text)')
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

/** Postgres keeps no NUL, and pg writes a lone surrogate as another character. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((word) => word.replaceAll('\u0000', '')),
  fc.constantFrom('', ' ', 'NULL', 'null', '"', '\\', ',', '()', '{}', '""', '\\"', '\n\t', "';--", '{"a":1}', 'a b'),
)
const row = fc.tuple(
  fc.option(text),
  fc.option(fc.maxSafeInteger()),
  fc.option(fc.boolean()),
  fc.option(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })),
  fc.option(fc.dictionary(fc.constantFrom('a', 'b"', 'c\\'), fc.oneof(text, fc.integer(), fc.constant(null)))),
  fc.option(text),
)

describe('rows that are handed to Postgres as an array of a composite type', () => {
  it('are there as they were, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 5 }), async (rows) => {
        const { rows: found } = await client.query<Record<'t' | 'n' | 'b' | 'at' | 'j' | 'last', unknown>>(
          'SELECT t, n::text, b, at, j, last FROM unnest($1::any_row[]) WITH ORDINALITY AS r (t, n, b, at, j, last, place) ORDER BY place',
          [rowsLiteral(rows)],
        )
        expect(found.map(({ t, n, b, at, j, last }) => [t, n === null ? null : Number(n), b, at, j, last])).toEqual(
          rows.map((values) => [...values]),
        )
      }),
      { numRuns: 300 },
    )
  })
})
