import { existsSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { version } from '../../package.json'
import { ConfigError, isDebugging } from '../config'
import { isDatabaseAway } from '../database-errors'
import { BadUserInputError, DomainError } from '../errors'
import { registerAudit } from './audit'
import { CommandRefusal, ExitCode, type Act, type CommonOptions, type Deed, type Register } from './command'
import { registerDoctor } from './doctor'
import { registerExport } from './export'
import { InterruptedError, onInterruption } from './interruption'
import { registerInvite } from './invite'
import { registerMigrate } from './migrate'
import { registerReplay } from './replay'
import { registerSeed } from './seed'
import { registerServe } from './serve'
import { OutputClosedError, Terminal } from './terminal'
import { registerToken } from './token'

/** In the order of the help. */
const COMMANDS: readonly Register[] = [
  ...[registerServe, registerMigrate, registerSeed, registerToken, registerInvite],
  ...[registerAudit, registerExport, registerReplay, registerDoctor],
]

/** The command line with all its commands. `act` is what their deeds are run by. */
export function createProgram(act: Act, helpWidth?: number): Command {
  const program = new Command('daybook')
    .description('Daybook, a partner billing gateway: runs it and looks after it.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp(helpWidth === undefined ? {} : { helpWidth })
    .showHelpAfterError('--help tells what it takes.')
    .exitOverride()
    .addHelpText(
      'after',
      `
Settings come from the environment and from a file .env here;
docs/settings.md lists them. Without DATABASE_URL commands use the embedded
Postgres under DAYBOOK_HOME (.daybook here), beside a gateway that runs on it or
by themselves.

Exit codes: 0 done, 1 refused or a check that failed, 2 wrong usage,
130 stopped by Ctrl-C.
`,
    )
  for (const register of COMMANDS) register(program, act)
  return program
}

/** Columns of the help where it is a page. */
const PAGE_WIDTH = 100

/** The help of the program and of every command that does something, as it is printed. */
export function commandHelps(): { name: string; help: string }[] {
  const program = createProgram(() => () => Promise.resolve(), PAGE_WIDTH)
  const below = (command: Command): Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(below)
  return [program, ...below(program)].map((command) => {
    let help = ''
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
    const names: string[] = []
    for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name())
    return { name: names.join(' '), help }
  })
}

/** Runs one command line to its end, and the process with it. */
export async function runDaybook(args: readonly string[]): Promise<never> {
  const terminal = new Terminal(process.stdout, process.stderr)
  const exitCode = await performCommand(args, terminal)
  await terminal.flush()
  process.exit(exitCode)
}

/** Performs one command line. Answers the exit code, and throws nothing. */
export async function performCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = ExitCode.DONE
  const interruption = onInterruption()
  try {
    const program = createProgram((deed) => async (...given) => {
      exitCode = await perform(deed, given, terminal, interruption.signal)
    })
    for (const one of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
      one.configureOutput({
        writeOut: (text) => terminal.write(text),
        writeErr: (text) => terminal.say(text.trimEnd()),
      })
    }
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    exitCode = failed(error, args[0], terminal)
  } finally {
    interruption.end()
  }
  return exitCode
}

/** Commander hands over the arguments, the options and the command. */
async function perform<Options>(
  deed: Deed<Options>,
  given: readonly unknown[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const command = given.at(-1) as Command
  const options: Options & CommonOptions = command.opts()
  if (options.progress === true) terminal.shows = true
  return deed({ options, args: command.args, terminal, signal })
}

/** Says why in a sentence; whoever debugs gets all of it. */
function failed(error: unknown, command: string | undefined, terminal: Terminal): number {
  // It has said what there is to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.DONE : ExitCode.WRONG_USAGE
  if (error instanceof OutputClosedError) return ExitCode.REFUSED
  terminal.endProgress()
  if (error instanceof InterruptedError) {
    terminal.say('Stopped.')
    return error.exitCode
  }
  terminal.say(explain(error, command === 'serve'))
  if (isDebugging() && error instanceof Error) terminal.say(error.stack ?? '')
  if (error instanceof CommandRefusal) return error.exitCode
  return error instanceof BadUserInputError ? ExitCode.WRONG_USAGE : ExitCode.REFUSED
}

function explain(error: unknown, isStart: boolean): string {
  const { code, message = '' } = error as { code?: string; message?: string }
  const why = isStart ? 'Daybook can’t start: ' : ''
  if (error instanceof ConfigError)
    return `${isStart ? 'Daybook can’t start:' : 'These settings can’t be:'}\n${message}`
  if (error instanceof DomainError) {
    const { id } = error.details
    return typeof id === 'string' ? `${message} (${id})` : message
  }
  if (code === 'EADDRINUSE') return `${why}its port is taken (${message}). PORT or --port say another.`
  if (isDatabaseAway(error) || code === '3D000' || code === '28P01') {
    return `${why}${isStart ? 'its' : 'The'} Postgres can’t be used (${message === '' ? (code ?? '') : message}). DATABASE_URL says which one.`
  }
  return `${why}${message === '' ? String(error) : message}`
}
