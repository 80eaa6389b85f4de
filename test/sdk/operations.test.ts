import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildSchema,
  getNamedType,
  type GraphQLField,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql'
import { DOCUMENT_LIMITS, createDocumentGate } from '../../src/graphql/document-gate'
import * as sdk from '../../sdk'

const root = join(__dirname, '..', '..')
const schema = buildSchema(readFileSync(join(root, 'schema.graphql'), 'utf8'))
const folder = join(root, 'sdk', 'operations')
const operations = readdirSync(folder)
  .flatMap((file) => parse(readFileSync(join(folder, file), 'utf8')).definitions)
  .filter((definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION)

const rootFields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field) => ({ place: `${type?.name ?? ''}.${field.name}`, field })),
)

function placesOf({ operation, selectionSet }: OperationDefinitionNode): string[] {
  const type = operation.charAt(0).toUpperCase() + operation.slice(1)
  return selectionSet.selections.flatMap((node) => (node.kind === Kind.FIELD ? [`${type}.${node.name.value}`] : []))
}

/** The arguments of a field, or the fields of its input. */
function inputsOf({ args }: GraphQLField<unknown, unknown>): string[] {
  return args.flatMap(({ name, type }) => {
    const input = getNamedType(type)
    return name === 'input' && isInputObjectType(input) ? Object.keys(input.getFields()) : [name]
  })
}

describe('the operations of the SDK', () => {
  it.each(rootFields)('cover $place with all that it takes', ({ place, field }) => {
    const ofPlace = operations.filter((operation) => placesOf(operation).includes(place))
    const declared = ofPlace.flatMap(({ variableDefinitions = [] }) => variableDefinitions)
    expect(declared.map(({ variable }) => variable.name.value)).toEqual(expect.arrayContaining(inputsOf(field)))
    expect(ofPlace).not.toEqual([])
  })

  const documents = Object.entries(sdk).filter(([name]) => name.endsWith('Document'))

  it.each(documents)('%s passes the gate of the gateway with room to spare', (_, document) => {
    const half = Object.fromEntries(Object.entries(DOCUMENT_LIMITS).map(([name, limit]) => [name, limit / 2]))
    const gate = createDocumentGate({ schema, limits: half })
    expect(gate.admit(String(document)).errors).toBeUndefined()
  })
})
