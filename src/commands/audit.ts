import { auditLedger } from '../ledger/audit-ledger'
import { examples, ExitCode, type Register, type Run } from './command'
import { accountOption, homeOption, progressOption } from './options'
import { withDatabase } from './reach-database'
import { counted } from './terminal'

interface AuditOptions {
  account?: string
  json?: boolean
}

/** `daybook audit`: every rule of the ledger, from its first row. */
export const registerAudit: Register = (program, act) => {
  program
    .command('audit')
    .summary('check every rule of the ledger')
    .description(
      'Goes through the whole ledger, an account at a time, each from one snapshot, while gateways go on: entries and their running balances, numbers without gaps, the time of each channel, invoices and credit notes, seals. Prints a line for each rule that is broken, and exits with 1 where there is one.',
    )
    .addOption(accountOption('this account only'))
    .option('--json', 'as JSON: ok, accountsChecked, transactionsChecked, violations')
    .addOption(progressOption())
    .addOption(homeOption())
    .addHelpText(
      'after',
      examples(['all accounts', 'daybook audit'], ['one of them', 'daybook audit --account account_01j... --json']),
    )
    .action(act(audit))
}

async function audit(run: Run<AuditOptions>): Promise<number> {
  const { options, terminal, signal } = run
  return withDatabase(run, {}, async ({ database }) => {
    const [row] = await database.sql.query<{ accounts: number }>({
      name: 'accounts-to-audit',
      text: 'SELECT count(*) AS accounts FROM account',
    })
    const all = options.account === undefined ? (row?.accounts ?? 0) : 1
    const found = await auditLedger(database, options.account ?? null, signal, (so) =>
      terminal.progress(
        `${so.accountsChecked.toLocaleString('en')} of ${counted(all, 'account')}, ${counted(so.transactionsChecked, 'movement')}, ${counted(so.violations.length, 'broken rule')}`,
      ),
    )
    terminal.endProgress()
    if (options.json === true) await terminal.print(`${JSON.stringify(found, null, 2)}\n`)
    else for (const violation of found.violations) await terminal.print(`${violation}\n`)
    const checked = `${counted(found.accountsChecked, 'account')} with ${counted(found.transactionsChecked, 'movement')}`
    if (found.ok) terminal.say(`Every rule holds: ${checked}.`)
    else
      terminal.say(`${counted(found.violations.length, 'broken rule')} in ${checked}; a hundred are told at the most.`)
    return found.ok ? ExitCode.DONE : ExitCode.REFUSED
  })
}
