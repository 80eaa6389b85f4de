import { readConfig } from '../config'
import type { Gateway } from '../gateway'
import { examples, ExitCode, type Register, type Run } from './command'
import { homeOption, wholeNumber } from './options'
import type { Terminal } from './terminal'

interface ServeOptions {
  host?: string
  port?: number
}

/** `daybook serve`: the gateway, until it is told to stop. */
export const registerServe: Register = (program, act) => {
  program
    .command('serve')
    .summary('run the gateway')
    .description(
      'Runs the gateway, and the embedded Postgres where DATABASE_URL is not set, until Ctrl-C or SIGTERM. Requests under way are answered first; that takes nine seconds at the most.',
    )
    .option('--port <number>', 'in place of PORT; 0 takes any free one', wholeNumber(0, 65_535))
    .option('--host <address>', 'in place of HOST: where it listens')
    .addOption(homeOption())
    .addHelpText(
      'after',
      examples(
        ['on the embedded Postgres, at http://127.0.0.1:4000', 'daybook serve'],
        ['another gateway beside it, with data of its own', 'daybook serve --port 4001 --home /tmp/daybook'],
      ),
    )
    .action(act(serve))
}

async function serve({ options, terminal, signal }: Run<ServeOptions>): Promise<number> {
  const { host, port, home } = options
  const config = readConfig(undefined, {
    ...(host !== undefined && { HOST: host }),
    ...(port !== undefined && { PORT: String(port) }),
    ...(home !== undefined && { DAYBOOK_HOME: home }),
  })
  const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  // Told to stop before it has started: what is half started must be stopped too.
  // GraphQL, HTTP and PDFs take half a second to load, which no other command needs.
  const { createGateway } = module.require('../gateway') as typeof import('../gateway')
  const gateway = await createGateway(config)
  if (!signal.aborted) {
    await greet(terminal, gateway)
    await stopped
  }
  await gateway.close()
  return ExitCode.DONE
}

async function greet(terminal: Terminal, { url, shown: { staffToken, demoToken } }: Gateway): Promise<void> {
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
  // A gateway serves whether anybody reads this or not.
  await terminal.print(`${lines.join('\n')}\n`).catch(() => undefined)
}
