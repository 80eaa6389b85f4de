import {
  type DocumentNode,
  execute,
  getNamedType,
  GraphQLEnumType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
  validate,
  visit,
} from 'graphql'
import { createHash } from 'node:crypto'
import { CompiledQueries, MAX_FIELDS } from '../../src/graphql/compiled-queries'
import { createSchema } from '../../src/graphql/schema'
import { newId } from '../../src/typed-id'
import { Dice, seedOf } from '../support/dice'

/** How graphql-jit marks a date in the program that it writes: what follows becomes code. */
const CODE_OF_GRAPHQL_JIT = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d'

const RUNS = 400 * Number(process.env.DAYBOOK_LAW_RUNS ?? 1)

/** What a row of ours knows: which one it is, so that both ways of executing find the same in it. */
interface Row {
  __typename: string
  place: string
}

/** Of a thousand values, how many are wrong. Most answers of a run have some ten values, and so no error. */
interface Faults {
  perMille: number
  /**
   * Faults of promises are drawn apart from those that are there at once: of a list's items, where one fails at once,
   * graphql-js forgets the promises of those before it, and what they are rejected with ends the process.
   */
  areLate: boolean
  draw: string
}

/** The schema as it is, whose resolvers answer what the place and the arguments alone decide: values, promises, nulls and faults. */
function schemaOf(faults: () => Faults) {
  const schema = createSchema()
  const numberAt = (place: string, below: number): number =>
    createHash('sha256').update(`${faults().draw} ${place}`).digest().readUInt32BE(0) % below

  const isFaulty = (place: string, isLate: boolean): boolean =>
    faults().areLate === isLate && numberAt(`${place}faulty`, 1_000) < faults().perMille

  const leaf = (name: string, place: string): unknown => {
    switch (name) {
      case 'Boolean':
        return numberAt(place, 2) === 0
      case 'Int':
        return numberAt(place, 1_000) - 500
      case 'Float':
        return numberAt(place, 1_000) / 8
      case 'DateTime':
        return new Date(numberAt(place, 2 ** 31) * 1_000)
      case 'JSONObject':
        return { at: place, list: [1, null, 'two'] }
      case 'Days':
      case 'MinorUnits':
      case 'SafeInt':
      case 'Sequence':
        return numberAt(place, 1_000_000)
      default:
        return `${name} "${place}" é\u2028`
    }
  }
  const valueOf = (type: GraphQLOutputType, place: string): unknown => {
    if (isNonNullType(type)) {
      return isFaulty(`${place}null`, false) ? null : thereOf(type.ofType as GraphQLOutputType, place)
    }
    if (numberAt(`${place}??`, 6) === 0) return numberAt(`${place}???`, 2) === 0 ? null : undefined
    return thereOf(type, place)
  }
  const thereOf = (type: GraphQLOutputType, place: string): unknown => {
    if (isListType(type)) {
      return Array.from({ length: numberAt(`${place}#`, 4) }, (_, index) =>
        valueOf(type.ofType as GraphQLOutputType, `${place}.${index}`),
      )
    }
    // Nothing of its kind: a scalar can't be answered by an object, nor an enum by a name that it lacks.
    const isWrong = isFaulty(`${place}wrong`, false)
    if (isEnumType(type)) {
      const values = type.getValues()
      return isWrong ? 'none of them' : values[numberAt(place, values.length)]?.value
    }
    if (isAbstractType(type)) {
      const possible = schema.getPossibleTypes(type)
      return rowOf(new Dice(numberAt(place, 2 ** 31)).pick(possible), place)
    }
    if (isObjectType(type)) return rowOf(type, place)
    return isWrong ? { wrong: true } : leaf(type.toString(), place)
  }
  /** Fields that no resolver has are properties. */
  const rowOf = (type: GraphQLObjectType, place: string): Row => {
    const row: Row = { __typename: type.name, place }
    for (const field of Object.values(type.getFields())) {
      if (field.resolve !== undefined) continue
      Object.defineProperty(row, field.name, { get: () => valueOf(field.type, `${place}/${field.name}`) })
    }
    return row
  }

  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (isInterfaceType(type) || isUnionType(type)) type.resolveType = (row: Row) => row.__typename
    if (!isObjectType(type)) continue
    delete type.isTypeOf
    const isRoot = [schema.getQueryType(), schema.getSubscriptionType()].includes(type)
    for (const field of Object.values(type.getFields())) {
      if (!isRoot && field.resolve === undefined) continue
      field.resolve = (row: Row | undefined, args: object, context: unknown): unknown => {
        // By their names: in which order they come differs, and no resolver can tell.
        const given = JSON.stringify(Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1)))
        const place = `${row?.place ?? ''}/${field.name}(${given}) ${String(context)}`
        if (isFaulty(`${place}throws`, false)) throw new Error(`thrown at ${place}`)
        const { perMille, areLate } = faults()
        const isLate = perMille === 0 ? numberAt(`${place}waits`, 2) === 0 : areLate
        if (!isLate) return valueOf(field.type, place)
        if (isFaulty(`${place}rejects`, true)) return Promise.reject(new Error(`rejected at ${place}`))
        if (isFaulty(`${place}lacks`, true)) return Promise.resolve(null)
        return Promise.resolve(valueOf(field.type, place))
      }
    }
  }
  return schema
}

/** Draws documents that are valid: names, aliases, fragments, directives, and arguments as literals and variables. */
class Draft {
  readonly fragments: string[] = []
  private readonly fragmentsOn: [name: string, type: string][] = []
  readonly declared: string[] = []
  readonly variables: Record<string, unknown> = {}

  constructor(
    private readonly dice: Dice,
    private readonly schema: ReturnType<typeof createSchema>,
    /** Without directives, and with texts in variables alone: what may be compiled. */
    private readonly isPlain: boolean,
  ) {}

  selection(type: GraphQLOutputType, depth: number): string {
    const { dice, schema } = this
    const named = getNamedType(type)
    const parts: string[] = ['__typename']
    if (isObjectType(named) || isInterfaceType(named)) {
      const fields = Object.values(named.getFields()).filter(
        (field) => depth > 0 || !isCompositeType(getNamedType(field.type)),
      )
      for (const [index, field] of fields.entries()) {
        if (dice.below(fields.length) >= 5) continue
        const alias = dice.below(3) === 0 ? `${dice.pick(['a', 'constructor', 'toString', 'z'])}${index}: ` : ''
        const args = field.args
          .filter(
            ({ type: of, defaultValue }) => (isNonNullType(of) && defaultValue === undefined) || dice.below(3) === 0,
          )
          .map((arg) => `${arg.name}: ${this.argument(arg.type)}`)
        const below = isCompositeType(getNamedType(field.type)) ? this.selection(field.type, depth - 1) : ''
        const text = `${alias}${field.name}${args.length === 0 ? '' : `(${args.join(', ')})`}${this.directive()} ${below}`
        parts.push(text)
        // The same again, which is merged, and the same under a name of its own.
        if (dice.below(8) === 0) parts.push(text)
      }
    }
    if (isCompositeType(named)) {
      const on = isAbstractType(named) ? schema.getPossibleTypes(named) : [named]
      for (const one of on) {
        if (dice.below(on.length * 2) >= 2) continue
        // Names of their own, so that two fragments never ask the same name for different things.
        const body = `{ f${this.fragments.length}: __typename }`
        const [known] = this.fragmentsOn.filter(([, type]) => type === one.name)
        if (known !== undefined && dice.below(2) === 0) {
          parts.push(`...${known[0]}${this.directive()}`)
          continue
        }
        const inner = depth > 0 && isAbstractType(named) && dice.below(2) === 0 ? this.aliased(one, depth) : body
        if (dice.below(2) === 0) parts.push(`... on ${one.name}${this.directive()} ${inner}`)
        else {
          const name = `F${this.fragments.length}`
          this.fragments.push(`fragment ${name} on ${one.name} ${inner}`)
          this.fragmentsOn.push([name, one.name])
          parts.push(`...${name}${this.directive()}`)
        }
      }
    }
    return `{ ${parts.join(' ')} }`
  }

  private aliased(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields()).filter(
      ({ args, type: of }) => args.length === 0 && (depth > 0 || !isCompositeType(getNamedType(of))),
    )
    const chosen = fields.filter(() => this.dice.below(fields.length) < 3)
    const texts = chosen.map((field) => {
      const below = isCompositeType(getNamedType(field.type)) ? this.selection(field.type, depth - 1) : ''
      return `${type.name}_${field.name}: ${field.name} ${below}`
    })
    return `{ __typename ${texts.join(' ')} }`
  }

  private directive(): string {
    const { dice } = this
    if (this.isPlain || dice.below(6) > 0) return ''
    const name = dice.pick(['skip', 'include'])
    const value = dice.below(2) === 0
    if (dice.below(2) === 0) return ` @${name}(if: ${value})`
    return ` @${name}(if: ${this.variable('Boolean!', value)})`
  }

  private variable(type: string, value: unknown): string {
    const name = `v${this.declared.length}`
    this.declared.push(`$${name}: ${type}`)
    if (value !== undefined) this.variables[name] = value
    return `$${name}`
  }

  private argument(type: GraphQLInputType): string {
    const { dice } = this
    const value = this.input(type, 2)
    const literal = this.literal(type, value)
    if (dice.below(2) === 0 || (this.isPlain && literal.includes('"')))
      return this.variable(type.toString(), !isNonNullType(type) && dice.below(4) === 0 ? undefined : value)
    return literal
  }

  /** As JSON has it. */
  private input(type: GraphQLInputType, depth: number): unknown {
    const { dice } = this
    if (isNonNullType(type)) return this.input(type.ofType, depth)
    if (isListType(type)) {
      return Array.from({ length: dice.below(3) }, () => this.input(type.ofType, depth)).map((item) => item ?? null)
    }
    if (type instanceof GraphQLEnumType) return dice.pick(type.getValues()).name
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || (depth > 0 && dice.below(2) === 0),
      )
      return Object.fromEntries(fields.map((field) => [field.name, this.input(field.type, depth - 1)]))
    }
    switch (type.name) {
      case 'Boolean':
        return dice.below(2) === 0
      case 'Int':
      case 'Days':
      case 'MinorUnits':
      case 'SafeInt':
      case 'Sequence':
        return dice.below(200)
      case 'Float':
        return dice.below(200) / 4
      case 'DateTime':
        return new Date(dice.below(2 ** 31) * 1_000).toISOString()
      case 'JSONObject':
        return { a: dice.below(5), b: ['c', null] }
      default:
        return dice.pick(['', 'text', 'with "quotes"', '${x}', 'a\\b', '\u2028', '</script>'])
    }
  }

  private literal(type: GraphQLInputType, value: unknown): string {
    if (isNonNullType(type)) return this.literal(type.ofType, value)
    if (value == null) return 'null'
    if (isListType(type)) {
      return `[${(value as unknown[]).map((item) => this.literal(type.ofType, item)).join(', ')}]`
    }
    if (isEnumType(type)) return value as string
    if (isInputObjectType(type)) {
      const fields = Object.entries(value as Record<string, unknown>).map(([name, inner]) => {
        const field = type.getFields()[name]
        return `${name}: ${field === undefined ? 'null' : this.literal(field.type, inner)}`
      })
      return `{${fields.join(', ')}}`
    }
    if (type.name === 'JSONObject') return '{a: 1, b: ["c", null]}'
    return JSON.stringify(value)
  }
}

function fieldsOf(document: DocumentNode): number {
  let count = 0
  visit(document, { Field: () => void (count += 1) })
  return count
}

describe('queries that are compiled', () => {
  it('wait for no type of an interface', () => {
    const abstract = Object.values(createSchema().getTypeMap()).filter(isInterfaceType)
    const told = abstract.map(({ resolveType }) =>
      resolveType?.({ kind: 'OtherEvent', id: newId('account') }, null, {} as never, {} as never),
    )
    expect(told).toEqual(abstract.map(({ name }) => ({ Event: 'OtherEvent', Node: 'Account' })[name]))
  })

  const faults: Faults = { perMille: 0, areLate: false, draw: '' }
  const schema = schemaOf(() => faults)
  const queries = new CompiledQueries({ schema, mayCompile: () => true, forget: () => undefined, worth: 0 })
  it('R9: are answered as graphql-js answers them, byte for byte, and never where it finds an error', async () => {
    const dice = new Dice(seedOf())
    let answered = 0
    let erring = 0
    for (let run = 0; run < RUNS; run += 1) {
      const isEvent = dice.below(5) === 0
      const root = isEvent ? schema.getSubscriptionType() : schema.getQueryType()
      if (root == null) throw new Error('a schema without a root')
      const isPlain = dice.below(4) > 0
      const draft = new Draft(dice, schema, isPlain)
      const event = dice.pick(Object.values(root.getFields()))
      const selection = isEvent ? `{ ${event.name} ${draft.selection(event.type, 3)} }` : draft.selection(root, 3)
      const head = draft.declared.length === 0 ? '' : `(${draft.declared.join(', ')})`
      const source = `${isEvent ? 'subscription' : 'query'} Q${head} ${selection} ${draft.fragments.join(' ')}`
      const document = parse(source)
      if (validate(schema, document).length > 0) continue
      faults.draw = String(run)
      faults.perMille = dice.pick([0, 0, 5, 50])
      faults.areLate = dice.below(2) === 0
      const asked = { variableValues: draft.variables, contextValue: 'the context', rootValue: { place: 'event' } }
      const expected = await execute({ schema, document, ...asked })
      const data = await queries.execute(document, 'Q', asked.rootValue, asked.contextValue, asked.variableValues)
      if (expected.errors === undefined) answered += 1
      else erring += 1
      // What isn't plain is left to graphql-js, unless it happens to have none of what is not; and so is what is too large.
      if (data === null && (!isPlain || fieldsOf(document) > MAX_FIELDS)) continue
      const wanted = expected.errors === undefined ? JSON.stringify(expected.data) : null
      if ((data === null ? null : JSON.stringify(data)) !== wanted) {
        throw new Error(
          `run ${run}: ${source}\n${JSON.stringify(draft.variables)}\nexpected ${String(wanted)}\n${String(expected.errors)}\nreceived ${JSON.stringify(data)}`.slice(
            0,
            20000,
          ),
        )
      }
    }
    expect(answered).toBeGreaterThan(RUNS / 10)
    expect(erring).toBeGreaterThan(RUNS / 20)
  })

  it.each<[what: string, source: string, variables?: Record<string, unknown>]>([
    ['a text that would be code', `{ node(id: "${CODE_OF_GRAPHQL_JIT}globalThis.wasRun = true") { id } }`],
    [
      'one in a list',
      `{ channels(filter: { ids: ["${CODE_OF_GRAPHQL_JIT}globalThis.wasRun = true"] }) { totalCount } }`,
    ],
    ['one in a block', `{ node(id: """${CODE_OF_GRAPHQL_JIT}globalThis.wasRun = true""") { id } }`],
    [
      'a default that would be',
      `query ($id: ID = "${CODE_OF_GRAPHQL_JIT}globalThis.wasRun = true") { node(id: $id) { id } }`,
    ],
    ['a default', 'query ($first: Int = 3) { channels(first: $first) { nodes { id } } }'],
    ['a directive', 'query ($a: Boolean!) { self: viewer @include(if: $a) { role } viewer { role } }', { a: false }],
    [
      'a directive on a fragment',
      'query ($a: Boolean!) { ...F @include(if: $a) ...F } fragment F on Query { viewer { role } }',
    ],
    ['an alias of two underscores', '{ __proto__: viewer { role } }'],
    ['an alias of a name of its own', '{ viewer { __typename: role } }'],
    ['a variable in an object', 'query ($search: String) { channels(filter: { search: $search }) { nodes { id } } }'],
    [
      'more fields than any page asks for',
      `{ ${Array.from({ length: MAX_FIELDS + 1 }, (_, n) => `f${n}: __typename`).join(' ')} }`,
    ],
  ])('R9: are none with %s', async (_, source, variables = {}) => {
    const document = parse(source)
    for (let time = 0; time < 3; time += 1) {
      expect(await queries.execute(document, undefined, { place: '' }, 'the context', variables)).toBeNull()
    }
    expect('wasRun' in globalThis).toBe(false)
  })

  const text = '{ viewer { role } }'
  const ask = (of: CompiledQueries<string>, document: DocumentNode, who: string) =>
    Promise.resolve(of.execute(document, undefined, { place: '' }, who, {}))

  it('are none for strangers, who don’t earn it for others either', async () => {
    faults.perMille = 0
    const mayCompile = (who: string) => who !== 'a stranger'
    const known = new CompiledQueries<string>({ schema, mayCompile, forget: () => undefined, worth: 3 })
    const document = parse(text)
    for (let time = 0; time < 5; time += 1) expect(await ask(known, document, 'a stranger')).toBeNull()
    const answers = [await ask(known, document, 'a'), await ask(known, document, 'a'), await ask(known, document, 'a')]
    expect(answers.map((data) => data !== null)).toEqual([false, false, true])
    expect(await ask(known, document, 'a stranger')).toBeNull()
  })

  it('that are forgotten for others have to come often again, and those that come often are not forgotten', async () => {
    const few = new CompiledQueries<string>({ schema, mayCompile: () => true, forget: () => undefined, worth: 2 })
    const often = parse(text)
    const seldom = parse('{ viewer { role __typename } }')
    const isCompiled = async (document: DocumentNode) => (await ask(few, document, 'a')) !== null
    await isCompiled(seldom)
    expect(await isCompiled(seldom)).toBe(true)
    await isCompiled(often)
    for (let other = 0; other < 300; other += 1) {
      const document = parse(`{ viewer { r${other}: role } }`)
      await isCompiled(document)
      await isCompiled(document)
      expect(await isCompiled(often)).toBe(true)
    }
    expect(await isCompiled(seldom)).toBe(false)
  })
})
