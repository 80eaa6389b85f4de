import 'reflect-metadata'
import { existsSync } from 'node:fs'
import { ConfigError, readConfig } from './config'
import { createGateway, type Gateway } from './gateway'

/** Past this a drain is cut short: whoever stops us would soon kill us anyway. */
const DRAIN_DEADLINE_MS = 9_000

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const config = readConfig()
  const gateway = await createGateway(config)
  greet(gateway)
  let stopping = false
  const stop = () => {
    // A second signal doesn't wait.
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), DRAIN_DEADLINE_MS).unref()
    gateway.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
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

function fail(error: unknown): never {
  console.error(error instanceof ConfigError ? `Daybook can't start:\n${error.message}` : error)
  process.exit(1)
}

main().catch(fail)
