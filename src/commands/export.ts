import { open, rename, rm } from 'node:fs/promises'
import { Argument } from 'commander'
import { FOUNDER } from '../auth/first-staff-token'
import { exportedAccount, EXPORTS } from '../exports/account-files'
import { CommandRefusal, examples, ExitCode, type Register, type Run } from './command'
import { accountOption, homeOption, instant, progressOption, wholeNumber } from './options'
import { withDatabase } from './reach-database'
import type { Terminal } from './terminal'

interface ExportOptions {
  account: string
  from?: Date
  to?: Date
  after?: number
  out?: string
}

/** `daybook export`: the files of `/exports`, without a gateway. */
export const registerExport: Register = (program, act) => {
  program
    .command('export')
    .summary('write an account’s records as CSV')
    .description(
      'Writes the same CSV as /exports, of any size, as staff see it: a page is read at a time, and no snapshot is held. With --out the file takes its name when it is whole, so that what is there is never half of one.',
    )
    .addArgument(new Argument('<what>', 'what to write').choices(Object.keys(EXPORTS)))
    .addOption(accountOption('of this account').makeOptionMandatory())
    .option('--from <instant>', 'from this instant on: 2027-01-31T00:00:00Z, or a date for its UTC midnight', instant)
    .option('--to <instant>', 'up to this instant, and without it', instant)
    .option(
      '--after <number>',
      'of the ledger: after the movement with this number',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--out <file>', 'into this file, in place of standard output')
    .addOption(progressOption())
    .addOption(homeOption())
    .addHelpText(
      'after',
      examples(
        ['all movements of days', 'daybook export ledger --account account_01j... --out ledger.csv'],
        [
          'the invoices of a month',
          'daybook export invoices --account account_01j... --from 2027-01-01 --to 2027-02-01',
        ],
        ['packed', 'daybook export audit --account account_01j... | gzip > audit.csv.gz'],
      ),
    )
    .action(act(runExport))
}

async function runExport(run: Run<ExportOptions>): Promise<number> {
  const { args, options, terminal, signal } = run
  const { account, from, to, after, out } = options
  const what = args[0] as keyof typeof EXPORTS
  const wanted = EXPORTS[what].asked({
    accountId: account,
    ...(from !== undefined && { from: from.toISOString() }),
    ...(to !== undefined && { to: to.toISOString() }),
    ...(after !== undefined && { after }),
  })
  return withDatabase(run, {}, async ({ database }) => {
    const accountId = await exportedAccount(database.sql, FOUNDER, wanted.accountId)
    const pieces = told(wanted.pieces(database.sql, accountId, FOUNDER), terminal, signal)
    if (out === undefined) for await (const piece of pieces) await terminal.print(piece)
    else await writeWhole(out, pieces)
    terminal.endProgress()
    return ExitCode.DONE
  })
}

async function* told(pieces: AsyncGenerator<string>, terminal: Terminal, signal: AbortSignal): AsyncGenerator<string> {
  let bytes = 0
  for await (const piece of pieces) {
    signal.throwIfAborted()
    yield piece
    bytes += Buffer.byteLength(piece)
    terminal.progress(`${(bytes / 1_000_000).toFixed(1)} MB`)
  }
}

/** Aside first: it takes its name when it is whole. Throws CommandRefusal where it can’t be written. */
async function writeWhole(path: string, pieces: AsyncGenerator<string>): Promise<void> {
  const aside = `${path}.${process.pid}.unfinished`
  const done = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw new CommandRefusal(`${path} can’t be written: ${(error as Error).message}`)
    }
  }
  const file = await done(open(aside, 'wx', 0o600))
  try {
    for await (const piece of pieces) await done(file.appendFile(piece))
    await done(file.sync())
    await file.close()
    await done(rename(aside, path))
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(aside, { force: true })
    throw error
  }
}
