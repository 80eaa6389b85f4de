import {
  getNamedType,
  getNullableType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql'
import { priceOf, type OperationPrice } from '../../src/graphql/operation-cost'
import { SCHEMA } from '../api/api'
import { Dice, seedOf } from '../support/dice'

function price(source: string): OperationPrice {
  const document = parse(source)
  const [operation] = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  return priceOf(SCHEMA, document, operation as OperationDefinitionNode)
}

/** A document, and an answer as the schema allows it. */
interface Drawn {
  selection: string
  /** Of one object of a type. */
  answer: (type: GraphQLObjectType) => Record<string, unknown>
}

function draw(dice: Dice, type: GraphQLOutputType, depth: number): Drawn {
  const named = getNamedType(type)
  if (isAbstractType(named)) {
    const possible = SCHEMA.getPossibleTypes(named)
    const parts = possible.filter(() => dice.below(2) === 0).map((one) => [one, draw(dice, one, depth - 1)] as const)
    return {
      selection: `{ __typename ${parts.map(([one, { selection }]) => `... on ${one.name} ${selection}`).join(' ')} }`,
      answer: (actual) => parts.find(([one]) => one === actual)?.[1].answer(actual) ?? {},
    }
  }
  const fields = Object.values((named as GraphQLObjectType).getFields()).filter(
    ({ args, type: of }) =>
      args.every((arg) => !isNonNullType(arg.type) || arg.defaultValue !== undefined) &&
      (depth > 0 || !isCompositeType(getNamedType(of))),
  )
  const chosen = fields.filter(() => dice.below(fields.length) < 4)
  const drawn = chosen.map((field, index) => {
    const within = isCompositeType(getNamedType(field.type)) ? draw(dice, field.type, depth - 1) : null
    const size = field.args.some(({ name }) => name === 'first') ? dice.between(1, 100) : null
    const key = dice.below(4) === 0 ? `a${index}` : field.name
    const alias = key === field.name ? '' : `${key}: `
    return { field, within, key, text: `${alias}${field.name}${size === null ? '' : `(first: ${size})`}`, size }
  })
  const valueOf = (of: GraphQLOutputType, within: Drawn | null): unknown => {
    if (!isNonNullType(of) && dice.below(5) === 0) return null
    const nullable = getNullableType(of)
    if (isListType(nullable)) {
      return Array.from({ length: dice.below(within === null ? 2 : dice.pick([2, 2, 2, 12, 120])) }, () =>
        valueOf(nullable.ofType, within),
      )
    }
    if (within === null) return 'x'
    const one = getNamedType(of)
    return within.answer(isAbstractType(one) ? dice.pick(SCHEMA.getPossibleTypes(one)) : (one as GraphQLObjectType))
  }
  return {
    selection: `{ __typename ${drawn.map(({ text, within }) => `${text} ${within?.selection ?? ''}`).join(' ')} }`,
    answer: () => Object.fromEntries(drawn.map(({ field, key, within }) => [key, valueOf(field.type, within)])),
  }
}

describe('the cost of an operation', () => {
  const seed = seedOf()
  it(`R2: as answered is never more than as asked (seed ${seed})`, () => {
    const dice = new Dice(seed)
    let nonzero = 0
    for (let round = 0; round < 150; round += 1) {
      const root = SCHEMA.getQueryType()
      if (root == null) throw new Error('the schema has no queries')
      const { selection, answer } = draw(dice, root, dice.between(1, 3))
      const { requested, actual } = price(selection)
      for (let answers = 0; answers < 3; answers += 1) {
        const cost = actual(answer(root), {})
        expect(cost).toBeLessThanOrEqual(requested({}))
        if (cost > 1) nonzero += 1
      }
      expect(actual(null, {})).toBeLessThanOrEqual(requested({}))
    }
    expect(nonzero).toBeGreaterThan(50)
  })

  const nodes = (count: number) => ({ channels: { nodes: Array.from({ length: count }, () => ({ id: 'x' })) } })
  it.each([
    ['scalars are free with their object', '{ viewer { role scopes } }', {}, 1],
    ['a page costs its rows', '{ channels(first: 7) { nodes { id } } }', {}, 8],
    ['pages multiply', '{ channels(first: 10) { nodes { allocations: subscription { id } } } }', {}, 21],
    ['the size comes from a variable', 'query ($n: Int!) { channels(first: $n) { nodes { id } } }', { n: 20 }, 21],
    ['or from its default', 'query ($n: Int! = 30) { channels(first: $n) { nodes { id } } }', {}, 31],
    ['or from the schema', '{ channels { nodes { id } } }', {}, 51],
    ['a senseless size is at most a page', '{ channels(first: 2000000000) { nodes { id } } }', {}, 101],
    [
      'a fragment costs where it is spread',
      '{ a: viewer { ...F } b: viewer { ...F } } fragment F on Viewer { role }',
      {},
      2,
    ],
    ['what costs nothing costs a point', '{ __schema { types { name } } }', {}, 1],
  ])('%s', (_, source, variables, cost) => {
    expect(price(source).requested(variables)).toBe(cost)
  })

  it('of a page that is not full is that of its rows', () => {
    const { requested, actual } = price('{ channels(first: 50) { nodes { id } } }')
    expect([requested({}), actual(nodes(3), {}), actual(nodes(0), {})]).toEqual([51, 4, 1])
  })

  it('of a bulk grows with its items, asked for as variables or in the document', () => {
    const bulk = price(
      'mutation ($input: AllocateDaysInBulkInput!) { allocateDaysInBulk(input: $input) { items { channel { id } } } }',
    )
    const input = (count: number) => ({ input: { items: Array.from({ length: count }, () => ({ days: 1 })) } })
    expect(bulk.requested(input(10_000))).toBe(10 + 1_000 + 20_000)
    expect(bulk.requested(input(1))).toBe(10 + 1 + 20)
  })
})
