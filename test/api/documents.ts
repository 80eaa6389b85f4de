import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  isCompositeType,
  isObjectType,
} from 'graphql'
import { SCHEMA } from './api'

export type Operation = 'query' | 'mutation' | 'subscription'

/** The fields at the top of an operation, by their names. */
export function rootFields(operation: Operation): Record<string, GraphQLField<unknown, unknown>> {
  const type = { query: SCHEMA.getQueryType(), mutation: SCHEMA.getMutationType(), subscription: null }[operation]
  return (type ?? SCHEMA.getSubscriptionType())?.getFields() ?? {}
}

/** A document that calls one root field, with a variable of the same name for each of its arguments. */
export function documentOf(operation: Operation, name: string, selection?: string): string {
  const field = rootFields(operation)[name]
  if (field === undefined) throw new Error(`the schema has no ${operation} ${name}`)
  const chosen = selection ?? (isCompositeType(getNamedType(field.type)) ? '{ __typename }' : '')
  return `${operation} ${declared(field.args)} { ${name}${passed(field.args)} ${chosen} }`
}

export function declared(args: readonly GraphQLArgument[]): string {
  return args.length === 0 ? '' : `(${args.map((arg) => `$${arg.name}: ${typeOfVariable(arg)}`).join(', ')})`
}

export function passed(args: readonly GraphQLArgument[]): string {
  return args.length === 0 ? '' : `(${args.map(({ name }) => `${name}: $${name}`).join(', ')})`
}

/** An argument with a default takes a variable that may be left out. */
function typeOfVariable({ type, defaultValue }: GraphQLArgument): string {
  return String(defaultValue === undefined ? type : getNullableType(type))
}

/** The object types that a field may answer with. */
export function possibleTypes(type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type]
  return isCompositeType(type) ? SCHEMA.getPossibleTypes(type) : []
}
