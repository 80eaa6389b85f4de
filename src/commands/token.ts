import { InvalidArgumentError } from 'commander'
import { Scope } from '../auth/actor'
import type { ApiToken } from '../auth/api-token.entity'
import { CreateToken, createToken, revokeToken } from '../auth/create-token'
import { findToken, findTokens, MAX_TOKENS_LISTED } from '../auth/find-tokens'
import { FOUNDER } from '../auth/first-staff-token'
import { tokenPrefix } from '../auth/token-text'
import { VisibleRows } from '../auth/visible-rows'
import { DAY_MS, readClock } from '../clock'
import type { Database } from '../database'
import { NotFoundError } from '../errors'
import { parseInput } from '../input'
import { examples, ExitCode, type Register, type Run } from './command'
import { accountOption, homeOption, instant } from './options'
import { ownerOf, requireOwner, staffOption, type OwnerOptions } from './owner'
import { withDatabase } from './reach-database'
import { columns } from './terminal'

interface CreateOptions extends OwnerOptions {
  name: string
  scope: Scope[]
  expires?: Date | number
}

interface ListOptions extends OwnerOptions {
  json?: boolean
}

/** `daybook token`: tokens without a token, for whoever holds the database. */
export const registerToken: Register = (program, act) => {
  const token = program
    .command('token')
    .summary('make, list and revoke tokens')
    .description('Tokens of staff and of accounts. Whoever can reach the database may do everything here.')

  token
    .command('create')
    .summary('make a token, and print it once')
    .description(
      'Makes a token and prints it on standard output, alone, so that it can be piped. It is shown this once: only its digest is stored. What there is to say goes to standard error.',
    )
    .addOption(accountOption('of this account'))
    .addOption(staffOption())
    .requiredOption('--name <text>', 'what it is for, as lists show it')
    .requiredOption(
      '--scope <scope...>',
      `what it may do: ${Object.values(Scope).join(', ')}, several by comma or space; ADMIN is for staff`,
      scopes,
    )
    .option('--expires <instant>', 'when it ceases to be valid: 2027-01-31, 2027-01-31T12:00:00Z, or 90d from now', end)
    .addOption(homeOption())
    .addHelpText(
      'after',
      examples(
        [
          'the first token of a new installation',
          `daybook token create --staff --name Office --scope ${Object.values(Scope).join(',')}`,
        ],
        [
          'for a partner, for 90 days',
          'daybook token create --account account_01j... --name Reports --scope READ --expires 90d',
        ],
        [
          'into a file, for nobody else to read',
          '(umask 077; daybook token create --staff --name CI --scope READ > token)',
        ],
      ),
    )
    .action(act(create))

  token
    .command('list')
    .summary('list tokens, never their secrets')
    .description(
      `Tokens of an account or of staff, newest first, ${MAX_TOKENS_LISTED} at the most. Revoked ones are listed too.`,
    )
    .addOption(accountOption('of this account'))
    .addOption(staffOption())
    .option('--json', 'as JSON')
    .addOption(homeOption())
    .addHelpText('after', examples(['who can do everything?', 'daybook token list --staff']))
    .action(act(list))

  token
    .command('revoke')
    .summary('revoke a token for good')
    .description(
      'Revokes a token for good, at once: gateways refuse it from the next request on, and close its sockets within a second. One that is revoked already stays as it is.',
    )
    .argument('<id>', 'its id, as "daybook token list" shows it')
    .addOption(homeOption())
    .addHelpText('after', examples(['one that was lost', 'daybook token revoke token_01j...']))
    .action(act(revoke))
}

async function create(run: Run<CreateOptions>): Promise<number> {
  const { options, terminal } = run
  requireOwner(options)
  return withDatabase(run, {}, async ({ database }) => {
    const owner = await ownerOf(database.sql, options)
    const { expires, name } = options
    const expiresAt =
      typeof expires === 'number' ? new Date((await readClock(database.sql)).getTime() + expires) : expires
    const command = parseInput(CreateToken, { accountId: owner, name, scopes: [...new Set(options.scope)], expiresAt })
    const { token, secret } = await database.inTransaction((tx) => createToken(tx, FOUNDER, command))
    terminal.say(`${token.id} is ${ownerText(token)}’s, and may ${token.scopes.join(', ')}. ${validity(token)}`)
    terminal.say('This is shown once; only its digest is stored:')
    await terminal.print(`${secret}\n`)
    return ExitCode.DONE
  })
}

async function list(run: Run<ListOptions>): Promise<number> {
  const { options, terminal } = run
  requireOwner(options)
  return withDatabase(run, {}, async ({ database }) => {
    const tokens = await findTokens(staffRows(database), await ownerOf(database.sql, options))
    if (options.json === true) await terminal.print(`${JSON.stringify(tokens.map(faceOf), null, 2)}\n`)
    else {
      const rows = tokens
        .map(faceOf)
        .map((face) => [
          ...[face.id, face.prefix, face.scopes.join(',')],
          ...[face.createdAt, face.expiresAt, face.lastUsedAt, face.revokedAt].map((at) => at?.toISOString() ?? '-'),
          face.name,
        ])
      await terminal.print(
        columns([['ID', 'PREFIX', 'SCOPES', 'CREATED', 'EXPIRES', 'LAST USED', 'REVOKED', 'NAME'], ...rows]),
      )
    }
    if (tokens.length === MAX_TOKENS_LISTED) terminal.say('These are the newest; older ones are not listed.')
    return ExitCode.DONE
  })
}

async function revoke(run: Run<object>): Promise<number> {
  const { args, terminal } = run
  const [id = ''] = args
  return withDatabase(run, {}, async ({ database }) => {
    const visible = staffRows(database)
    const token = await findToken(visible, id)
    if (token === null) throw new NotFoundError('token', id)
    await database.inTransaction((tx) => revokeToken(tx, FOUNDER, id))
    terminal.say(
      token.revokedAt === null
        ? `${id}, ${ownerText(token)}’s "${token.name}", is revoked.`
        : `${id} was revoked at ${token.revokedAt.toISOString()} already.`,
    )
    return ExitCode.DONE
  })
}

function staffRows({ dataSource }: Database): VisibleRows {
  return new VisibleRows(dataSource.manager, FOUNDER)
}

function ownerText({ accountId }: ApiToken): string {
  return accountId ?? 'staff'
}

function validity({ expiresAt }: ApiToken): string {
  return expiresAt === null ? 'It is valid until it is revoked.' : `It is valid until ${expiresAt.toISOString()}.`
}

function faceOf(token: ApiToken) {
  const { id, accountId, name, scopes, createdAt, expiresAt, lastUsedAt, revokedAt } = token
  const prefix = tokenPrefix(accountId === null ? 'staff' : 'partner', id)
  return { id, prefix, accountId, name, scopes, createdAt, expiresAt, lastUsedAt, revokedAt }
}

function scopes(text: string, before: Scope[] | undefined): Scope[] {
  const given = text
    .split(',')
    .map((word) => word.trim().toUpperCase())
    .filter(Boolean)
    .map((word) => {
      const scope = Object.entries(Scope).find(([name]) => name === word)?.[1]
      if (scope === undefined) throw new InvalidArgumentError(`Scopes are ${Object.keys(Scope).join(', ')}.`)
      return scope
    })
  return [...(before ?? []), ...given]
}

/** An instant, or milliseconds from now, which the database's clock says. */
function end(text: string): Date | number {
  const days = /^(\d{1,5})d$/.exec(text)?.[1]
  return days === undefined ? instant(text) : Number(days) * DAY_MS
}
