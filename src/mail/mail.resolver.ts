import { Arg, Authorized, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql'
import { accountAsked } from '../accounts/accounts.resolver'
import { accountIdFor, Role, Scope } from '../auth/actor'
import { NotFoundError } from '../errors'
import { connectionOf, type ConnectionOf } from '../graphql/connection'
import type { Context } from '../graphql/context'
import { parseInput } from '../input'
import { cursorOf } from '../paging'
import { findMail, findMails, findUnwantedMails, MAIL_LIST } from './find-mails'
import { MailState } from './mail.entity'
import { MailConnection, mailFace, MailPreferencesType, MailType, SetMailPreferencesInput } from './mail.types'
import { ResendMail, resendMail } from './resend-mail'
import { SetMailPreferences, setMailPreferences } from './set-mail-preferences'

@Resolver(() => MailType)
export class MailResolver {
  @Authorized(Scope.READ)
  @Query(() => MailConnection, {
    description: 'Mails to an account, newest first. Staff see those to all accounts where they name none.',
  })
  async mails(
    @Ctx() context: Context,
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Arg('state', () => MailState, { nullable: true }) state: MailState | null,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
  ): Promise<ConnectionOf<MailType>> {
    const { actor, visible } = context
    const ofAll = actor.role === Role.STAFF && accountId == null
    const criteria = { accountId: ofAll ? null : await accountAsked(context, accountId), state: state ?? null }
    return connectionOf(await findMails(visible, criteria, { first, after }), mailFace, ({ id }) =>
      cursorOf(MAIL_LIST, id),
    )
  }

  @Authorized(Scope.READ)
  @Query(() => MailPreferencesType)
  async mailPreferences(
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null,
    @Ctx() context: Context,
  ): Promise<MailPreferencesType> {
    return preferencesOf(context, await accountAsked(context, accountId))
  }

  @Authorized(Scope.BILLING)
  @Mutation(() => MailPreferencesType, { description: 'Says what an account wants no mail about.' })
  async setMailPreferences(
    @Arg('input', () => SetMailPreferencesInput) input: SetMailPreferencesInput,
    @Ctx() context: Context,
  ): Promise<MailPreferencesType> {
    const accountId = accountIdFor(context.actor, input.accountId)
    const command = parseInput(SetMailPreferences, { ...input, accountId })
    await context.change(accountId, (tx) => setMailPreferences(tx, context.actorName, command))
    return preferencesOf(context, accountId)
  }

  @Authorized<Scope | Role>(Role.STAFF, Scope.BILLING)
  @Mutation(() => MailType, {
    description:
      'Sends a mail anew, to the address that the account has now. A reminder is sent only while it is the newest of its invoice.',
  })
  async resendMail(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<MailType> {
    const command = parseInput(ResendMail, { id })
    const { accountId } = await mailSeen(context, command.id)
    await context.change(accountId, (tx) => resendMail(tx, context.actorName, accountId, command))
    return mailFace(await mailSeen(context, id))
  }
}

async function preferencesOf({ visible }: Context, accountId: string): Promise<MailPreferencesType> {
  return { accountId, unwanted: await findUnwantedMails(visible, accountId) }
}

/** Throws NOT_FOUND for a mail that the caller doesn't see. */
async function mailSeen({ visible }: Context, id: string) {
  const mail = await findMail(visible, id)
  if (mail === null) throw new NotFoundError('mail', id)
  return mail
}
