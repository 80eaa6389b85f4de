import 'reflect-metadata'
import { DataSource } from 'typeorm'
import { dataSourceOptions } from '../../src/database'
import { createTestDatabase } from '../support/database'

describe('the migrations', () => {
  it('make the tables that the entities describe', async () => {
    const database = await createTestDatabase()
    const dataSource = await new DataSource(dataSourceOptions(database.url, 2)).initialize()
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log()
      expect(upQueries.map(({ query }) => query)).toEqual([])
    } finally {
      await dataSource.destroy()
      await database.drop()
    }
  })
})
