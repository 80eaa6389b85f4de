import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { DateTime } from '../graphql/scalars'
import type { Invitation } from './invitation.entity'
import { PersonRole } from './person-role'
import type { Person } from './person.entity'

registerEnumType(PersonRole, {
  name: 'PersonRole',
  description: 'What somebody is: OWNER, BILLING or VIEWER in a partner’s account; OPERATOR or ADMIN of staff.',
  valuesConfig: {
    OWNER: { description: 'Everything that an account may: READ, CHANNELS, BILLING, TOKENS.' },
    BILLING: { description: 'READ and BILLING.' },
    VIEWER: { description: 'READ.' },
    OPERATOR: { description: 'Of staff: READ, CHANNELS, BILLING.' },
    ADMIN: { description: 'Of staff: everything.' },
  },
})

@ObjectType('Person', { description: 'Somebody who signs in: for an account, or of staff.' })
export class PersonType {
  @Field(() => ID)
  id: string

  @Field(() => String)
  name: string

  @Field(() => String)
  email: string

  @Field(() => PersonRole)
  role: PersonRole

  @Field(() => Boolean)
  hasSecondFactor: boolean

  @Field(() => DateTime, { nullable: true })
  lastSignedInAt: Date | null

  @Field(() => DateTime)
  createdAt: Date
}

@ObjectType('Invitation', { description: 'That somebody may become a person. Its link is in the mail, and good once.' })
export class InvitationType {
  @Field(() => ID)
  id: string

  @Field(() => String)
  email: string

  @Field(() => String)
  name: string

  @Field(() => PersonRole)
  role: PersonRole

  @Field(() => DateTime)
  createdAt: Date

  @Field(() => DateTime)
  expiresAt: Date
}

@InputType('InvitePersonInput')
export class InvitePersonInput {
  @Field(() => ID, { nullable: true, description: 'A partner’s own; staff name one, or none for a person of staff.' })
  accountId?: string | null

  @Field(() => String)
  email: string

  @Field(() => String)
  name: string

  @Field(() => PersonRole)
  role: PersonRole
}

@ObjectType('StartedSecondFactor')
export class StartedSecondFactorType {
  @Field(() => String, { description: 'In base 32, to be typed into an authenticator.' })
  secret: string

  @Field(() => String, { description: 'The same as an address, to be shown as a QR code.' })
  otpauthUrl: string
}

@ObjectType('ConfirmedSecondFactor')
export class ConfirmedSecondFactorType {
  @Field(() => [String], { description: 'Each is good once in place of a code. They are shown this once.' })
  recoveryCodes: string[]
}

/** Nothing of what it signs in with is in it. */
export function personFace({ id, name, email, role, factorSecret, lastSignedInAt, createdAt }: Person): PersonType {
  return { id, name, email, role, hasSecondFactor: factorSecret !== null, lastSignedInAt, createdAt }
}

export const invitationFace = (invitation: Invitation): InvitationType => invitation
