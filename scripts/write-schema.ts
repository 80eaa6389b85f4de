import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printSchema, lexicographicSortSchema } from 'graphql'
import { createSchema } from '../src/graphql/schema'

writeFileSync(join(__dirname, '..', 'schema.graphql'), `${printSchema(lexicographicSortSchema(createSchema()))}\n`)
