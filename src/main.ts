import 'reflect-metadata'
import { existsSync } from 'node:fs'
import { ConfigError, readConfig } from './config'
import { isDatabaseAway } from './database-errors'
import { createGateway, type Gateway } from './gateway'

/** Past this a drain is cut short: whoever stops us would soon kill us anyway. */
const DRAIN_DEADLINE_MS = 9_000

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const config = readConfig()
  const starting = createGateway(config)
  const signals = { stopping: false }
  const stop = () => {
    // A second signal doesn't wait.
    if (signals.stopping) process.exit(1)
    signals.stopping = true
    setTimeout(() => process.exit(1), DRAIN_DEADLINE_MS).unref()
    starting
      .then((gateway) => gateway.close())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      )
  }
  // Before it has started: what is half started must be stopped too.
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  const gateway = await starting
  if (!signals.stopping) greet(gateway)
}

function greet({ url, shown: { staffToken, demoToken } }: Gateway): void {
  const lines = [`Daybook serves ${url}/graphql`]
  if (staffToken !== null) lines.push('', `Staff token    ${staffToken}`)
  if (demoToken !== null) {
    lines.push(
      `Partner token  ${demoToken}`,
      '',
      'Three queries to try, with the header "Authorization: Bearer <partner token>":',
      '',
      '  { balance { available allocated used } }',
      '  { channels(first: 5) { nodes { id name status paidUntil unusedDays } } }',
      '  { ledger(first: 5) { nodes { kind occurredAt entries { account days balanceAfter } } } }',
      '',
      'The first of them as a command:',
      '',
      `  curl -s ${url}/graphql -H 'content-type: application/json' -H 'authorization: Bearer ${demoToken}' \\`,
      `    -d '{"query":"{ balance { available allocated used } }"}'`,
    )
  }
  console.log(lines.join('\n'))
}

function explain(error: unknown): unknown {
  if (error instanceof ConfigError) return `Daybook can't start:\n${error.message}`
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'EADDRINUSE') return `Daybook can't start: its port is taken (${message ?? code}). PORT says another.`
  if (isDatabaseAway(error) || code === '3D000' || code === '28P01') {
    return `Daybook can't start: its Postgres can't be used (${message ?? code ?? ''}). DATABASE_URL says which one.`
  }
  return error
}

function fail(error: unknown): never {
  console.error(explain(error))
  process.exit(1)
}

main().catch(fail)
