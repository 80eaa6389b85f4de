import 'reflect-metadata'
import { DataSource } from 'typeorm'
import { readConfig } from './src/config'
import { dataSourceOptions } from './src/database'

/** For the TypeORM command line: DATABASE_URL says which Postgres. */
export default new DataSource(dataSourceOptions(readConfig().databaseUrl ?? 'postgres://127.0.0.1/daybook', 2))
