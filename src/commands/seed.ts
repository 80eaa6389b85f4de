import { seedDemo, seedSandboxAccount } from '../demo'
import { seedSampleProfile } from '../particulars/provider-profile'
import { examples, ExitCode, type Register, type Run } from './command'
import { homeOption, progressOption, wholeNumber } from './options'
import { withDatabase } from './reach-database'
import { counted } from './terminal'

/** Of one run. */
const MAX_ACCOUNTS = 10_000
const MAX_CHANNELS = 1_000_000

interface SeedOptions {
  channels?: number
  accounts?: number
}

/** `daybook seed`: things to play with. */
export const registerSeed: Register = (program, act) => {
  program
    .command('seed')
    .summary('make a demo partner, or sandbox accounts of any size')
    .description(
      'Without options it makes the demo partner, once, and prints its token; that is what a gateway with DAYBOOK_DEMO=on does at its start. With --accounts or --channels it opens that many new sandbox accounts instead, with that many channels each, and prints their ids. The schema is brought up to date first, unless DAYBOOK_MIGRATE is off. In production it is refused, unless DAYBOOK_ALLOW lists "demo".',
    )
    .option(
      '--accounts <number>',
      'sandbox accounts to open (1, if only --channels is given)',
      wholeNumber(1, MAX_ACCOUNTS),
    )
    .option('--channels <number>', 'channels of each (10, if only --accounts is given)', wholeNumber(0, MAX_CHANNELS))
    .addOption(progressOption())
    .addOption(homeOption())
    .addHelpText(
      'after',
      examples(
        ['the demo partner', 'daybook seed'],
        ['a large account, to see how lists and forecasts behave', 'daybook seed --channels 100000'],
        ['many small ones', 'daybook seed --accounts 200 --channels 25'],
      ),
    )
    .action(act(seed))
}

async function seed(run: Run<SeedOptions>): Promise<number> {
  const { options, terminal } = run
  const atSize = options.accounts !== undefined || options.channels !== undefined
  return withDatabase(run, { makes: true, settings: { DAYBOOK_DEMO: 'on' } }, async ({ config, database }) => {
    if (atSize)
      return seedAtSize(run, (name, channels, progress) => seedSandboxAccount(database, name, channels, progress))
    // Its invoice takes somebody who sends it; a gateway does the same at its start.
    await database.inTransaction(seedSampleProfile)
    const token = await seedDemo(database, config)
    if (token === null) terminal.say('The demo partner is there already, and its token was shown before.')
    else {
      terminal.say('The demo partner is there. Its token:')
      await terminal.print(`${token}\n`)
    }
    return ExitCode.DONE
  })
}

async function seedAtSize(
  { options: { accounts = 1, channels = 10 }, terminal, signal }: Run<SeedOptions>,
  open: (name: string, channels: number, progress: Parameters<typeof seedSandboxAccount>[3]) => Promise<string>,
): Promise<number> {
  const all = accounts * channels
  for (let number = 1; number <= accounts; number += 1) {
    signal.throwIfAborted()
    const before = (number - 1) * channels
    const onChannels = (made: number) =>
      terminal.progress(
        `Account ${number} of ${accounts}: ${(before + made).toLocaleString('en')} of ${counted(all, 'channel')}`,
      )
    onChannels(0)
    const id = await open(`Sandbox ${number} of ${counted(channels, 'channel')}`, channels, { signal, onChannels })
    await terminal.print(`${id}\n`)
  }
  terminal.endProgress()
  terminal.say(
    `${counted(accounts, 'sandbox account')} with ${counted(channels, 'channel')} each. "daybook token create --account <id>" makes a token.`,
  )
  return ExitCode.DONE
}
