import { Field, ID, ObjectType } from 'type-graphql'
import { DateTime } from '../graphql/scalars'
import type { Session } from './session.entity'

@ObjectType('Session', { description: 'That a person has signed in, on one browser.' })
export class SessionType {
  @Field(() => ID)
  id: string

  @Field(() => DateTime)
  createdAt: Date

  @Field(() => DateTime, { description: 'To the minute. Seven days after it the session is over.' })
  lastUsedAt: Date

  @Field(() => DateTime, { description: 'However much it is used.' })
  expiresAt: Date

  @Field(() => String, { nullable: true })
  userAgent: string | null

  @Field(() => String, { nullable: true, description: 'From where it was begun.' })
  address: string | null

  @Field(() => Boolean, { description: 'Whether it is the one that asks.' })
  current: boolean
}

export function sessionFace(session: Session, currentId: string | null): SessionType {
  const { id, createdAt, lastUsedAt, expiresAt, userAgent, address } = session
  return { id, createdAt, lastUsedAt, expiresAt, userAgent, address, current: id === currentId }
}
