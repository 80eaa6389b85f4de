import { rm } from 'node:fs/promises'
import { Client } from 'pg'
import { TEMPLATE } from './database'

export default async function tearDown(): Promise<void> {
  const server = globalThis.testServer
  if (!server) return
  if (server.embedded) {
    await server.embedded.postgres.stop()
    await rm(server.embedded.home, { recursive: true, force: true })
    return
  }
  const client = new Client(server.url)
  await client.connect()
  await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE}`)
  await client.end()
}
