import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  lexicographicSortSchema,
  printSchema,
} from 'graphql'
import { createSchema } from '../../src/graphql/schema'

const file = (...path: string[]) => readFileSync(join(__dirname, ...path), 'utf8')

describe('schema.graphql', () => {
  it('is what the code says: else run `npm run schema`', () => {
    expect(file('..', '..', 'schema.graphql')).toBe(`${printSchema(lexicographicSortSchema(createSchema()))}\n`)
  })

  it('narrows nothing of the public contract', () => {
    const contract = buildSchema(file('api-contract.graphql'))
    const schema = buildSchema(file('..', '..', 'schema.graphql'))
    // Parts of the contract that are still to come may be absent; what is there must be as it says.
    const absent = /_REMOVED|REMOVED_FROM/
    const narrowed = [
      ...findBreakingChanges(contract, schema),
      ...findDangerousChanges(contract, schema).filter(
        ({ type }) => type === DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
      ),
    ].filter(({ type }) => !absent.test(type))
    expect(narrowed).toEqual([])
  })
})
