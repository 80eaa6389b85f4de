import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { AccountType } from '../accounts/accounts.types'
import { NodeType } from '../graphql/node.types'
import { DateTime } from '../graphql/scalars'
import { PersonType } from '../people/people.types'
import { Role, Scope } from './actor'

registerEnumType(Role, { name: 'Role' })
registerEnumType(Scope, {
  name: 'Scope',
  description: 'What a token may do. Each includes READ.',
  valuesConfig: {
    READ: { description: 'Read all of its account.' },
    CHANNELS: { description: 'Create, change and delete channels, and move days.' },
    BILLING: { description: 'Request invoices; for staff, also prepare, void and record payments.' },
    TOKENS: { description: 'Make and revoke tokens, and say where webhooks go.' },
    ADMIN: { description: 'Staff only: accounts, price agreements, adjustments.' },
  },
})

@ObjectType('Viewer', { description: 'Who is asking.' })
export class ViewerType {
  @Field(() => Role)
  role: Role

  @Field(() => [Scope])
  scopes: Scope[]

  @Field(() => AccountType, { nullable: true, description: 'The account of a partner; null for staff.' })
  account: AccountType | null

  @Field(() => PersonType, { nullable: true, description: 'Who has signed in; null where a token asks.' })
  person: PersonType | null

  @Field(() => ID, { nullable: true, description: 'The session it has signed in with; null where a token asks.' })
  sessionId: string | null

  @Field(() => Boolean, { description: 'Staff in production may only read until they have a second factor.' })
  secondFactorNeeded: boolean
}

@ObjectType('ApiToken', { implements: NodeType })
export class ApiTokenType extends NodeType {
  @Field(() => String)
  name: string

  @Field(() => [Scope])
  scopes: Scope[]

  @Field(() => DateTime)
  createdAt: Date

  @Field(() => DateTime, { nullable: true })
  expiresAt: Date | null

  @Field(() => DateTime, { nullable: true, description: 'To the minute.' })
  lastUsedAt: Date | null

  @Field(() => DateTime, { nullable: true })
  revokedAt: Date | null
}

@ObjectType('CreateTokenPayload')
export class CreateTokenPayload {
  @Field(() => ApiTokenType)
  token: ApiTokenType

  @Field(() => String, { description: 'The whole token. It is shown this once, and never stored.' })
  secret: string
}

@InputType('CreateTokenInput')
export class CreateTokenInput {
  @Field(() => ID, { nullable: true, description: 'A partner’s own; staff name one, or none for a token of staff.' })
  accountId?: string | null

  @Field(() => String)
  name: string

  @Field(() => [Scope])
  scopes: Scope[]

  @Field(() => DateTime, { nullable: true, description: 'Never, unless given.' })
  expiresAt?: Date | null
}
