import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql'
import { accountSeen } from '../accounts/accounts.resolver'
import { accountIdFor, Scope } from '../auth/actor'
import type { Tx } from '../database'
import { NotFoundError } from '../errors'
import type { Context } from '../graphql/context'
import { parseInput } from '../input'
import { changePersonRole, removePerson } from './change-person'
import { findInvitation, findInvitations, findPeople, findPerson } from './find-people'
import { InvitePerson, invitePerson, requireLead, revokeInvitation } from './invite-person'
import { invitationFace, InvitationType, InvitePersonInput, personFace, PersonType } from './people.types'
import { PersonRole } from './person-role'

@Resolver()
export class PeopleResolver {
  @Authorized(Scope.READ)
  @Query(() => [PersonType], {
    description: 'Who signs in for an account, 250 at the most. Of staff where staff name no account.',
  })
  async people(
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null | undefined,
    @Ctx() context: Context,
  ): Promise<PersonType[]> {
    const owner = await ownerAsked(context, accountId)
    return (await findPeople(context.visible, owner)).map(personFace)
  }

  @Authorized(Scope.READ)
  @Query(() => [InvitationType], {
    description: 'Invitations that can be accepted still, newest first, 250 at the most.',
  })
  async invitations(
    @Arg('accountId', () => ID, { nullable: true }) accountId: string | null | undefined,
    @Ctx() context: Context,
  ): Promise<InvitationType[]> {
    const owner = await ownerAsked(context, accountId)
    return (await findInvitations(context.visible, owner)).map(invitationFace)
  }

  @Authorized(Scope.READ)
  @Mutation(() => InvitationType, {
    description: 'Needs TOKENS; of staff, ADMIN. The link in the mail is good once, for seven days.',
  })
  async invitePerson(
    @Arg('input', () => InvitePersonInput) input: InvitePersonInput,
    @Ctx() context: Context,
  ): Promise<InvitationType> {
    const { actor, visible, signIn } = context
    requireLead(actor)
    const owner = ownerOf(context, input.accountId)
    const command = parseInput(InvitePerson, { ...input, accountId: owner })
    await signIn.throttle.take('invitationsOfAccount', owner ?? 'staff')
    const { invitationId } = await changeOf(context, owner, (tx) => invitePerson(tx, actor, command))
    return invitationFace(seen(await findInvitation(visible, invitationId), 'invitation', invitationId))
  }

  @Authorized(Scope.READ)
  @Mutation(() => InvitationType, { description: 'Needs TOKENS; of staff, ADMIN. Its link leads nowhere any more.' })
  async revokeInvitation(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<InvitationType> {
    const { actor, visible } = context
    requireLead(actor)
    const { accountId } = seen(await findInvitation(visible, id), 'invitation', id)
    await changeOf(context, accountId, (tx) => revokeInvitation(tx, actor, accountId, id))
    return invitationFace(seen(await findInvitation(visible, id), 'invitation', id))
  }

  @Authorized(Scope.READ)
  @Mutation(() => PersonType, {
    description: 'Needs TOKENS; of staff, ADMIN. At once: on open sockets within a second.',
  })
  async changePersonRole(
    @Arg('id', () => ID) id: string,
    @Arg('role', () => PersonRole) role: PersonRole,
    @Ctx() context: Context,
  ): Promise<PersonType> {
    const { actor, visible } = context
    requireLead(actor)
    const { accountId } = seen(await findPerson(visible, id), 'person', id)
    await changeOf(context, accountId, (tx) => changePersonRole(tx, actor, accountId, { id, role }))
    return personFace(seen(await findPerson(visible, id), 'person', id))
  }

  @Authorized(Scope.READ)
  @Mutation(() => PersonType, {
    description: 'Needs TOKENS; of staff, ADMIN. For good, and at once: on open sockets within a second.',
  })
  async removePerson(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<PersonType> {
    const { actor, visible } = context
    requireLead(actor)
    const { accountId } = seen(await findPerson(visible, id), 'person', id)
    await changeOf(context, accountId, (tx) => removePerson(tx, actor, accountId, id))
    return personFace(seen(await findPerson(visible, id), 'person', id))
  }
}

/** The account whose people they are; null for staff's. */
function ownerOf({ actor }: Context, accountId: string | null | undefined): string | null {
  return actor.accountId === null && accountId == null ? null : accountIdFor(actor, accountId)
}

/** The same, seen. Throws NOT_FOUND for an account that the caller doesn't see. */
async function ownerAsked(context: Context, accountId: string | null | undefined): Promise<string | null> {
  const owner = ownerOf(context, accountId)
  if (owner !== null) await accountSeen(context, owner)
  return owner
}

function changeOf<T>(context: Context, accountId: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
  return accountId === null ? context.database.inTransaction(work) : context.change(accountId, work)
}

function seen<T>(found: T | null, what: string, id: string): T {
  if (found === null) throw new NotFoundError(what, id)
  return found
}
