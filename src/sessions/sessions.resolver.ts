import { Arg, Authorized, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql'
import { Scope, type SignedIn } from '../auth/actor'
import { ForbiddenError, NotFoundError } from '../errors'
import type { Context } from '../graphql/context'
import { parseInput } from '../input'
import { ChangePassword, hashNewPassword, requirePassword, setPassword } from '../people/change-person'
import { findPerson } from '../people/find-people'
import { lockPerson } from '../people/known-person'
import { GivenPassword } from '../people/passwords'
import { ConfirmedSecondFactorType, personFace, PersonType, StartedSecondFactorType } from '../people/people.types'
import type { Person } from '../people/person.entity'
import { confirmSecondFactor, FactorCode, removeSecondFactor, startSecondFactor } from '../people/second-factor'
import { endSessionsOf, revokeSession } from './end-sessions'
import { findSession, findSessions } from './find-sessions'
import { sessionFace, SessionType } from './sessions.types'

/** What a person does about itself. */
@Resolver()
export class SessionsResolver {
  @Authorized(Scope.READ)
  @Query(() => [SessionType], { description: 'The viewer’s own, newest first; none where a token asks.' })
  async sessions(@Ctx() { actor, visible }: Context): Promise<SessionType[]> {
    const { signedIn } = actor
    if (signedIn === undefined) return []
    const sessions = await findSessions(visible, signedIn.personId)
    return sessions.map((session) => sessionFace(session, signedIn.sessionId))
  }

  @Authorized(Scope.READ)
  @Mutation(() => SessionType, {
    description: 'One of the viewer’s own, at once: on open sockets within a second.',
  })
  async revokeSession(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<SessionType> {
    const { personId, sessionId } = signedInOf(context)
    await context.database.inTransaction((tx) => revokeSession(tx, personId, id))
    const session = await findSession(context.visible, personId, id)
    if (session === null) throw new NotFoundError('session', id)
    return sessionFace(session, sessionId)
  }

  @Authorized(Scope.READ)
  @Mutation(() => Int, { description: 'All of the viewer’s own but the one that asks. Answers how many that were.' })
  async revokeOtherSessions(@Ctx() context: Context): Promise<number> {
    const { personId, sessionId } = signedInOf(context)
    const ended = await context.database.inTransaction(async (tx) => ({
      personId,
      count: await endSessionsOf(tx, personId, sessionId),
    }))
    return ended.count
  }

  @Authorized(Scope.READ)
  @Mutation(() => StartedSecondFactorType, {
    description: 'What an authenticator makes its codes of, for the viewer. It counts once it was confirmed by a code.',
  })
  async startSecondFactor(@Ctx() context: Context): Promise<StartedSecondFactorType> {
    const { personId } = signedInOf(context)
    const { secrets } = context.signIn
    return context.database.inTransaction(async (tx) => startSecondFactor(tx, await lockPerson(tx, personId), secrets))
  }

  @Authorized(Scope.READ)
  @Mutation(() => ConfirmedSecondFactorType, { description: 'From now on the viewer signs in with a code too.' })
  async confirmSecondFactor(
    @Arg('code', () => String) code: string,
    @Ctx() context: Context,
  ): Promise<ConfirmedSecondFactorType> {
    const { personId } = signedInOf(context)
    const { secrets, throttle } = context.signIn
    const command = parseInput(FactorCode, { code })
    await throttle.take('codesOfPerson', personId)
    const confirmed = await context.database.inTransaction(async (tx) =>
      confirmSecondFactor(tx, await lockPerson(tx, personId), command.code, secrets),
    )
    await throttle.forget('codesOfPerson', personId)
    return confirmed
  }

  @Authorized(Scope.READ)
  @Mutation(() => PersonType, { description: 'From now on the viewer signs in without a code.' })
  async removeSecondFactor(
    @Arg('password', () => String) password: string,
    @Ctx() context: Context,
  ): Promise<PersonType> {
    const person = await personWithPassword(context, 'password', parseInput(GivenPassword, { password }).password)
    await context.database.inTransaction(async (tx) => removeSecondFactor(tx, (await lockPerson(tx, person.id)).id))
    return personFace(await ownPerson(context))
  }

  @Authorized(Scope.READ)
  @Mutation(() => PersonType, { description: 'The viewer’s. All its other sessions end.' })
  async changePassword(
    @Arg('current', () => String) current: string,
    @Arg('new', () => String) wanted: string,
    @Ctx() context: Context,
  ): Promise<PersonType> {
    const { sessionId } = signedInOf(context)
    const command = parseInput(ChangePassword, { current, new: wanted })
    const person = await personWithPassword(context, 'current', command.current)
    const passwordHash = await hashNewPassword(context.signIn.passwords, 'new', command.new, person)
    await context.database.inTransaction(async (tx) => {
      const { id } = await lockPerson(tx, person.id)
      return setPassword(tx, id, passwordHash, sessionId)
    })
    return personFace(await ownPerson(context))
  }
}

/** Throws FORBIDDEN where a token asks: it is no person. */
function signedInOf({ actor }: Context): SignedIn {
  if (actor.signedIn === undefined) throw new ForbiddenError('This is for a person who has signed in.')
  return actor.signedIn
}

async function ownPerson(context: Context): Promise<Person> {
  const { personId } = signedInOf(context)
  const person = await findPerson(context.visible, personId)
  if (person === null) throw new NotFoundError('person', personId)
  return person
}

/** Throws BAD_USER_INPUT (field), CONFLICT where it has none, RATE_LIMITED. */
async function personWithPassword(context: Context, field: string, password: string): Promise<Person> {
  const { passwords, throttle } = context.signIn
  const person = await ownPerson(context)
  await throttle.take('passwordsOfPerson', person.id)
  await requirePassword(passwords, person, field, password)
  await throttle.forget('passwordsOfPerson', person.id)
  return person
}
