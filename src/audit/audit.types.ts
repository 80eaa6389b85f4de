import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { Role, shownActor, type Actor } from '../auth/actor'
import { connectionType } from '../graphql/connection'
import { DateTime, JSONObject } from '../graphql/scalars'
import { AuditOrigin, AuditOutcome, type AuditEntry } from './audit-entry.entity'

registerEnumType(AuditOutcome, { name: 'AuditOutcome' })
registerEnumType(AuditOrigin, { name: 'AuditOrigin' })

@ObjectType('AuditEntry', { description: 'Who did what to which object, from where, and what it changed.' })
export class AuditEntryType {
  @Field(() => ID)
  id: string

  @Field(() => ID, { nullable: true, description: 'Null where it concerns no account.' })
  accountId: string | null

  @Field(() => DateTime, { description: 'In real time, of a sandbox too.' })
  occurredAt: Date

  @Field(() => String, { description: 'A token, or staff.' })
  actor: string

  @Field(() => Role)
  role: Role

  @Field(() => String, { description: 'The mutation’s name.' })
  action: string

  @Field(() => String, { description: 'What it was done to, such as `channel`.' })
  subjectKind: string

  @Field(() => String, { nullable: true, description: 'Its id; of a job, its name.' })
  subjectId: string | null

  @Field(() => JSONObject, {
    description: 'As it was given: long texts are cut short, and what is secret is left out.',
  })
  input: object

  @Field(() => JSONObject, { nullable: true, description: 'Of the fields that it changed, what they were.' })
  before: object | null

  @Field(() => JSONObject, { nullable: true, description: 'Of the fields that it changed, what they are now.' })
  after: object | null

  @Field(() => AuditOutcome)
  outcome: AuditOutcome

  @Field(() => String, { nullable: true, description: 'The code of a refusal.' })
  code: string | null

  @Field(() => AuditOrigin)
  origin: AuditOrigin

  @Field(() => String, { description: 'As in the header x-request-id; of a socket, the connection’s.' })
  requestId: string

  @Field(() => String, { nullable: true, description: 'Null for partners where staff did it.' })
  ip: string | null

  @Field(() => String, { nullable: true, description: 'Null for partners where staff did it.' })
  userAgent: string | null
}

export const AuditEntryConnection = connectionType('AuditEntry', () => AuditEntryType)

@InputType('AuditFilter')
export class AuditFilterInput {
  @Field(() => String, { nullable: true, description: 'As it is shown: the id of a token, or `staff`.' })
  actor?: string | null

  @Field(() => String, { nullable: true, description: 'The name of a mutation.' })
  action?: string | null

  @Field(() => String, { nullable: true, description: 'The id of what it was done to, or the name of a job.' })
  subject?: string | null

  @Field(() => DateTime, { nullable: true })
  from?: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Itself not in it.' })
  to?: Date | null

  @Field(() => AuditOutcome, { nullable: true })
  outcome?: AuditOutcome | null
}

/** An entry as its viewer may see it. */
export function auditEntryFace(entry: AuditEntry, viewer: Actor): AuditEntryType {
  const isHidden = viewer.role === Role.PARTNER && entry.role === Role.STAFF
  return { ...entry, actor: shownActor(entry.actor, viewer), ...(isHidden && { ip: null, userAgent: null }) }
}
