import {
  type ArgumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isListType,
  isUnionType,
  Kind,
  type DocumentNode,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql'
import { MAX_PAGE } from '../paging'

type Variables = Readonly<Record<string, unknown>>

/**
 * Points of cost. A scalar is free: it comes with its object. Each object of an answer is 1; each mutation is 10, since
 * it is a transaction, and 1 more for every ten things that its input lists.
 */
const OBJECT = 1
const ROOT: Record<OperationTypeNode, number> = {
  [OperationTypeNode.QUERY]: 1,
  [OperationTypeNode.MUTATION]: 10,
  [OperationTypeNode.SUBSCRIPTION]: 1,
}
/** Of a document that asks for nothing that costs, such as the schema: it was parsed and checked. */
const LEAST = 1
const LISTED_THINGS_A_POINT = 10

/** Of a list whose size nothing tells, such as the lines of an invoice; longer ones are counted so far. */
const UNTOLD_SIZE = 10

/** Arguments that say how much a field answers, and the most that they can say. */
const SIZES: Record<string, number> = { first: MAX_PAGE, days: 366 }

/** What one operation costs: as it asks, before it runs, and as it was answered. The latter is never more. */
export interface OperationPrice {
  readonly requested: (variables: Variables) => number
  /** `data` as it is sent. */
  readonly actual: (data: unknown, variables: Variables) => number
}

interface Price {
  requested: (sizes: Sizes) => number
  actual: (data: Readonly<Record<string, unknown>>, sizes: Sizes) => number
}

/** What is told beforehand of the lists of an answer. */
interface Sizes {
  variables: Variables
  /** Things in the input, which a payload may answer one by one. */
  listed: number
  /** Rows of the page whose `edges` and `nodes` come next. */
  page: number | null
}

const prices = new WeakMap<OperationDefinitionNode, OperationPrice>()

/** The price of an operation of a valid document within the limits of the gate. Worked out once for a document that is kept. */
export function priceOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationPrice {
  const known = prices.get(operation)
  if (known !== undefined) return known
  const price = new Pricing(schema, document, operation).price()
  prices.set(operation, price)
  return price
}

class Pricing {
  private readonly fragments = new Map<string, FragmentDefinitionNode>()
  private readonly priced = new Map<string, Price>()
  private readonly defaults: Variables

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition)
    }
    this.defaults = Object.fromEntries(
      (operation.variableDefinitions ?? [])
        .filter(({ defaultValue }) => defaultValue !== undefined)
        .map(({ variable, defaultValue }) => [variable.name.value, valueFromASTUntyped(defaultValue as ValueNode)]),
    )
  }

  price(): OperationPrice {
    const { operation } = this.operation
    const root = this.schema.getRootType(operation)
    const base = ROOT[operation]
    if (root == null) return { requested: () => base, actual: () => base }
    const { requested, actual } = this.ofSelections(this.operation.selectionSet, root, base)
    const sizes = (given: Variables): Sizes => ({ variables: { ...this.defaults, ...given }, listed: 0, page: null })
    return {
      requested: (variables) => Math.max(LEAST, requested(sizes(variables))),
      actual: (data, variables) => Math.max(LEAST, actual(isObject(data) ? data : {}, sizes(variables))),
    }
  }

  /**
   * What an answer's type can't tell is taken at its dearest: of fragments on several types, those of the type for which
   * they come to most. A field that is selected twice counts twice, asked and answered.
   */
  private ofSelections({ selections }: SelectionSetNode, type: GraphQLCompositeType, root: number | null): Price {
    const always: Price[] = []
    const narrowed: { on: GraphQLCompositeType; price: Price }[] = []
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const field = isUnionType(type) ? undefined : type.getFields()[node.name.value]
        const price = field === undefined ? NOTHING : this.ofField(node, field, root)
        if (price !== NOTHING) always.push(price)
        continue
      }
      const condition =
        node.kind === Kind.INLINE_FRAGMENT
          ? node.typeCondition?.name.value
          : this.fragments.get(node.name.value)?.typeCondition.name.value
      const on = condition === undefined ? type : this.schema.getType(condition)
      if (!isCompositeType(on)) continue
      const price =
        node.kind === Kind.INLINE_FRAGMENT
          ? this.ofSelections(node.selectionSet, on, root)
          : this.ofFragment(node.name.value, on, root)
      if (on === type || !isAbstractType(type)) always.push(price)
      else narrowed.push({ on, price })
    }
    const fragments = narrowed.map(({ price }) => price)
    const variants = this.variants(type, narrowed)
    return {
      requested: (sizes) =>
        total(always, (price) => price.requested(sizes)) +
        dearest(fragments, variants, (price) => price.requested(sizes)),
      actual: (data, sizes) =>
        total(always, (price) => price.actual(data, sizes)) +
        dearest(fragments, variants, (price) => price.actual(data, sizes)),
    }
  }

  private ofFragment(name: string, on: GraphQLCompositeType, root: number | null): Price {
    const place = root === null ? name : `${name} at the root`
    const known = this.priced.get(place)
    if (known !== undefined) return known
    const fragment = this.fragments.get(name)
    if (fragment === undefined) return NOTHING
    const price = this.ofSelections(fragment.selectionSet, on, root)
    this.priced.set(place, price)
    return price
  }

  /** For each type that it may be, which of the fragments then apply. */
  private variants(type: GraphQLCompositeType, narrowed: { on: GraphQLCompositeType }[]): number[][] {
    if (narrowed.length === 0 || !isAbstractType(type)) return []
    return this.schema
      .getPossibleTypes(type)
      .map((possible) =>
        narrowed.flatMap(({ on }, index) =>
          on === possible || (isAbstractType(on) && this.schema.isSubType(on, possible)) ? [index] : [],
        ),
      )
  }

  private ofField(
    node: Extract<SelectionSetNode['selections'][number], { kind: Kind.FIELD }>,
    { type, args, name }: GraphQLField<unknown, unknown>,
    root: number | null,
  ): Price {
    const key = (node.alias ?? node.name).value
    const named = getNamedType(type)
    const isComposite = isCompositeType(named)
    const isList = isListType(getNullableType(type))
    const isPage = name === 'edges' || name === 'nodes'
    const within =
      node.selectionSet === undefined || !isComposite ? NOTHING : this.ofSelections(node.selectionSet, named, null)
    const given = node.arguments ?? []
    const sizedBy = args.find((arg) => arg.name in SIZES)
    const own = isComposite ? OBJECT : 0
    // It comes with its object: nothing is to be looked at in any of the rows.
    if (!isComposite && root === null) return NOTHING

    const below = (sizes: Sizes): Sizes => ({
      variables: sizes.variables,
      listed: root === null ? sizes.listed : listedIn(given, sizes.variables),
      page: sizedBy === undefined ? null : sizeSaid(sizedBy.name, sizedBy.defaultValue, given, sizes.variables),
    })
    /** Items of the field's own list at the most. */
    const length = ({ page, listed }: Sizes, inner: Sizes): number =>
      inner.page ?? (isPage && page !== null ? page : Math.max(UNTOLD_SIZE, listed))
    /** Of a root field, whatever it answers. */
    const outright = ({ listed }: Sizes): number =>
      root === null ? 0 : Math.max(root - own, 0) + Math.ceil(listed / LISTED_THINGS_A_POINT)

    return {
      requested: (sizes) => {
        const inner = below(sizes)
        if (!isList) return outright(inner) + own + within.requested(inner)
        if (!isComposite) return outright(inner)
        return outright(inner) + length(sizes, inner) * (own + within.requested(inner))
      },
      actual: (data, sizes) => {
        const inner = below(sizes)
        const value = data[key]
        if (!isComposite) return outright(inner)
        if (!isList)
          return outright(inner) + (isObject(value) ? own + within.actual(value, inner) : root === null ? 0 : own)
        if (!Array.isArray(value)) return outright(inner)
        let sum = 0
        for (const item of flat(value).slice(0, length(sizes, inner))) {
          if (isObject(item)) sum += own + within.actual(item, inner)
        }
        return outright(inner) + sum
      },
    }
  }
}

const NOTHING: Price = { requested: () => 0, actual: () => 0 }

function total(prices: readonly Price[], cost: (price: Price) => number): number {
  let sum = 0
  for (const price of prices) sum += cost(price)
  return sum
}

function dearest(fragments: readonly Price[], variants: readonly number[][], cost: (price: Price) => number): number {
  if (variants.length === 0) return 0
  const costs = fragments.map(cost)
  return Math.max(...variants.map((variant) => variant.reduce((sum, index) => sum + (costs[index] ?? 0), 0)))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function flat(items: readonly unknown[]): readonly unknown[] {
  return items.some(Array.isArray) ? items.flat(Infinity) : items
}

/** An argument that isn't what it should be is refused by whoever runs the field; here it says nothing. */
function sizeSaid(name: string, fallback: unknown, given: readonly ArgumentNode[], variables: Variables): number {
  const argument = given.find((node) => node.name.value === name)
  const said = argument === undefined ? undefined : valueFromASTUntyped(argument.value, { ...variables })
  const size = said === undefined ? fallback : said
  const most = SIZES[name] ?? MAX_PAGE
  return typeof size === 'number' && size >= 0 ? Math.min(Math.ceil(size), most) : most
}

/** Things in the lists of a root field's arguments, however deep. */
function listedIn(given: readonly ArgumentNode[], variables: Variables): number {
  let listed = 0
  for (const { value } of given) {
    if (value.kind === Kind.VARIABLE) listed += thingsIn(variables[value.name.value])
    else if (value.kind === Kind.OBJECT || value.kind === Kind.LIST) {
      listed += thingsIn(valueFromASTUntyped(value, { ...variables }))
    }
  }
  return listed
}

/** An input of ours is no deeper than this. */
const INPUT_DEPTH = 6

function thingsIn(value: unknown, depth = INPUT_DEPTH): number {
  if (typeof value !== 'object' || value === null || depth === 0) return 0
  let things = Array.isArray(value) ? value.length : 0
  for (const inner of Object.values(value)) {
    // Ten thousand items of scalars are looked at once.
    if (typeof inner === 'object' && inner !== null) things += thingsIn(inner, depth - 1)
  }
  return things
}
