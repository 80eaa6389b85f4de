import { Option } from 'commander'
import { FOUNDER } from '../auth/first-staff-token'
import { parseInput } from '../input'
import { InvitePerson, invitePerson } from '../people/invite-person'
import { PersonRole } from '../people/person-role'
import { examples, ExitCode, type Register, type Run } from './command'
import { accountOption, homeOption } from './options'
import { ownerOf, requireOwner, staffOption, type OwnerOptions } from './owner'
import { withDatabase } from './reach-database'

interface InviteOptions extends OwnerOptions {
  email: string
  name: string
  role: PersonRole
}

/** `daybook invite`: the first person of staff has nobody else who could invite it. */
export const registerInvite: Register = (program, act) => {
  program
    .command('invite')
    .summary('invite a person to the dashboard')
    .description(
      'Invites a person to sign in to the dashboard: of staff, or of an account. The link is in a mail, which a gateway sends; without SMTP_URL it is a file in the outbox under its home. It is good for seven days, once.',
    )
    .addOption(accountOption('to this account'))
    .addOption(staffOption())
    .requiredOption('--email <address>', 'where the mail goes, and with what the person signs in')
    .requiredOption('--name <text>', 'how the person is called')
    .addOption(
      new Option('--role <role>', 'of staff ADMIN or OPERATOR, of an account OWNER, BILLING or VIEWER')
        .choices(Object.values(PersonRole))
        .makeOptionMandatory(),
    )
    .addOption(homeOption())
    .addHelpText(
      'after',
      examples(
        ['the first person of staff', 'daybook invite --staff --email ada@company.example --name Ada --role ADMIN'],
        [
          'the owner of a partner’s account',
          'daybook invite --account account_01j... --email olu@partner.example --name Olu --role OWNER',
        ],
      ),
    )
    .action(act(invite))
}

async function invite(run: Run<InviteOptions>): Promise<number> {
  const { options, terminal } = run
  requireOwner(options)
  return withDatabase(run, {}, async ({ database }) => {
    const { email, name, role } = options
    const command = parseInput(InvitePerson, { accountId: await ownerOf(database.sql, options), email, name, role })
    const { invitationId } = await database.inTransaction((tx) => invitePerson(tx, FOUNDER, command))
    terminal.say(`${command.email} is invited as ${role.toLowerCase()}; a gateway sends the mail with the link.`)
    await terminal.print(`${invitationId}\n`)
    return ExitCode.DONE
  })
}
