import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres'

/**
 * Stands in for a gateway that can be killed: starts Postgres on the home of its argument, says so in one line of JSON,
 * and stops it when its input ends.
 */
async function main(): Promise<void> {
  const log = { info: () => undefined, warn: () => undefined }
  const postgres = await startEmbeddedPostgres({ home: process.argv[2] ?? '', log, settings: { fsync: 'off' } })
  process.stdin.once('end', () => void postgres.stop().then(() => process.exit())).resume()
  process.stdout.write(`${JSON.stringify({ url: postgres.url, started: postgres.started })}\n`)
}

void main()
