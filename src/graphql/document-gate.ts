import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  GraphQLError,
  Kind,
  parse,
  type ParseOptions,
  type SelectionNode,
  type SelectionSetNode,
  validate,
} from 'graphql'
import { ErrorCode, QueryTooExpensiveError } from '../errors'

/**
 * What a document may be, before a line of it runs. The measure of an honest one is the full introspection query, with
 * 184 tokens, 15 levels and one fragment within another.
 */
export interface DocumentLimits {
  /** Words and signs. The parser recurses once for each that opens something: 3,000 overflow Node's default stack. */
  tokens: number
  /** UTF-16 units: 64 for each token. Long texts belong into variables. */
  sourceLength: number
  /** Comments aren't tokens, but each is kept beside the document. */
  comments: number
  fragments: number
  /** Fields within fields, seen through fragments. */
  depth: number
  /** Fields at the top of one operation: each mutation is a transaction, each query a round to the database. */
  rootFields: number
  /** Renamed fields, `__typename` too, seen through fragments: they make one field run many times. */
  aliases: number
  /** The same answer asked for again within one selection. A node of five types with `... on` for each needs 5. */
  repeats: number
  /** Fields once every spread is expanded: 30 fragments that spread each other twice would come to 2^30. */
  fields: number
  directivesPerPlace: number
  directives: number
}

export const DOCUMENT_LIMITS: DocumentLimits = {
  tokens: 2_000,
  sourceLength: 128 * 1024,
  comments: 200,
  fragments: 50,
  depth: 16,
  rootFields: 20,
  aliases: 30,
  repeats: 20,
  fields: 1_000,
  directivesPerPlace: 4,
  directives: 50,
}

/** Of validation: what a person can mend in one go. graphql-js would list 100. */
const MAX_VALIDATION_ERRORS = 10

/** Documents remembered for the sockets. A client has a few dozen; larger ones than this are parsed each time. */
const REMEMBERED_DOCUMENTS = 256
const REMEMBERED_LENGTH = 8 * 1024

export type Admission =
  | { readonly document: DocumentNode; readonly errors?: never }
  | { readonly document?: never; readonly errors: readonly GraphQLError[] }

export interface DocumentGate {
  readonly parseOptions: ParseOptions
  /** Parses and checks; remembers what it let in. */
  admit(source: string): Admission
  /** Nothing where a parsed document is within the limits and valid. The same document is looked at once. */
  check(document: DocumentNode): readonly GraphQLError[]
}

export interface DocumentGateOptions {
  schema: GraphQLSchema
  limits?: Partial<DocumentLimits>
  /** "Did you mean" in the messages tells a stranger the schema, field by field. Default: no. */
  suggestions?: boolean
}

/**
 * The gate that stands before HTTP and sockets alike. The order matters: graphql-js's own rules compare fields with
 * each other and take 60 ms and more over a hostile document, so they see only what is within the limits.
 */
export function createDocumentGate({
  schema,
  limits: own = {},
  suggestions = false,
}: DocumentGateOptions): DocumentGate {
  const limits = { ...DOCUMENT_LIMITS, ...own }
  const parseOptions: ParseOptions = {
    maxLexicalTokens: limits.tokens,
    maxComments: limits.comments,
    maxSourceLength: limits.sourceLength,
  }
  const verdicts = new WeakMap<DocumentNode, readonly GraphQLError[]>()
  const remembered = new Map<string, DocumentNode>()

  const check = (document: DocumentNode): readonly GraphQLError[] => {
    const known = verdicts.get(document)
    if (known !== undefined) return known
    const excesses = findExcesses(document, limits)
    const errors =
      excesses.length > 0
        ? excesses
        : validate(schema, document, undefined, {
            maxErrors: MAX_VALIDATION_ERRORS,
            hideSuggestions: !suggestions,
          }).map((error) => withCode(error, ErrorCode.GRAPHQL_VALIDATION_FAILED))
    verdicts.set(document, errors)
    return errors
  }

  const admit = (source: string): Admission => {
    let document = remembered.get(source)
    if (document === undefined) {
      try {
        document = parse(source, parseOptions)
      } catch (error) {
        return { errors: [withCode(error, ErrorCode.GRAPHQL_PARSE_FAILED)] }
      }
    }
    const errors = check(document)
    if (errors.length > 0) return { errors }
    if (source.length <= REMEMBERED_LENGTH) remember(remembered, source, document)
    return { document }
  }

  return { parseOptions, admit, check }
}

/** The document last used goes to the end, the one longest unused is forgotten. */
function remember(documents: Map<string, DocumentNode>, source: string, document: DocumentNode): void {
  documents.delete(source)
  documents.set(source, document)
  if (documents.size <= REMEMBERED_DOCUMENTS) return
  for (const oldest of documents.keys()) {
    documents.delete(oldest)
    return
  }
}

function withCode(error: unknown, code: ErrorCode): GraphQLError {
  if (!(error instanceof GraphQLError))
    return new GraphQLError('The document is nested too deep.', { extensions: { code } })
  const { message, nodes, source, positions } = error
  return new GraphQLError(message, { nodes, source, positions, extensions: { code }, originalError: error })
}

/** Whether a document asks for the schema. The two names are reserved, so a name is enough. */
export function isIntrospection(document: DocumentNode): boolean {
  const known = introspections.get(document)
  if (known !== undefined) return known
  const asks = document.definitions.some(
    (definition) => hasSelections(definition) && everySelection(definition.selectionSet).some(isIntrospectionField),
  )
  introspections.set(document, asks)
  return asks
}

const introspections = new WeakMap<DocumentNode, boolean>()

function isIntrospectionField(node: SelectionNode): boolean {
  return node.kind === Kind.FIELD && (node.name.value === '__schema' || node.name.value === '__type')
}

function everySelection({ selections }: SelectionSetNode): SelectionNode[] {
  return selections.flatMap((node) =>
    node.kind !== Kind.FRAGMENT_SPREAD && node.selectionSet ? [node, ...everySelection(node.selectionSet)] : [node],
  )
}

type Selecting = Extract<DefinitionNode, { selectionSet: SelectionSetNode }>

function hasSelections(definition: DefinitionNode): definition is Selecting {
  return definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION
}

/** What a selection comes to once its spreads are expanded. Counts may be as large as 2^1000; they are only compared. */
interface Extent {
  depth: number
  fields: number
  aliases: number
  /** Fields at its own top, for the root fields of an operation. */
  width: number
}

/** One error for each limit that is broken, at the first place that breaks it. */
function findExcesses(document: DocumentNode, limits: DocumentLimits): GraphQLError[] {
  const excesses = new Map<string, GraphQLError>()
  const refuse = (what: string, limit: number, node?: DefinitionNode | SelectionNode): void => {
    if (excesses.has(what)) return
    const refusal = new QueryTooExpensiveError(what, limit)
    excesses.set(
      what,
      new GraphQLError(refusal.message, {
        nodes: node,
        originalError: refusal,
        extensions: { code: refusal.code },
      }),
    )
  }

  const definitions = document.definitions.filter(hasSelections)
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const count = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).length
  if (count > limits.fragments) refuse('fragments', limits.fragments)

  // Each fragment is measured once, wherever and however often it is spread.
  const measured = new Map<string, Extent>()
  const measureFragment = (name: string): Extent => {
    const known = measured.get(name)
    if (known !== undefined) return known
    // A cycle and an unknown fragment count as nothing: graphql-js's own rules refuse both.
    measured.set(name, EMPTY)
    const fragment = fragments.get(name)
    const extent = fragment === undefined ? EMPTY : measure(fragment.selectionSet)
    measured.set(name, extent)
    return extent
  }
  const measureField = (node: FieldNode): Extent => {
    const below = node.selectionSet === undefined ? EMPTY : measure(node.selectionSet)
    const aliases = below.aliases + (node.alias === undefined ? 0 : 1)
    return { depth: below.depth + 1, fields: below.fields + 1, aliases, width: 1 }
  }
  const measure = ({ selections }: SelectionSetNode): Extent =>
    selections
      .map((node) => {
        if (node.kind === Kind.FIELD) return measureField(node)
        return node.kind === Kind.FRAGMENT_SPREAD ? measureFragment(node.name.value) : measure(node.selectionSet)
      })
      .reduce(
        (sum, part) => ({
          depth: Math.max(sum.depth, part.depth),
          fields: sum.fields + part.fields,
          aliases: sum.aliases + part.aliases,
          width: sum.width + part.width,
        }),
        EMPTY,
      )

  let aliases = 0
  let fields = 0
  for (const definition of definitions) {
    const extent =
      definition.kind === Kind.FRAGMENT_DEFINITION
        ? measureFragment(definition.name.value)
        : measure(definition.selectionSet)
    if (extent.depth > limits.depth) refuse('levels of fields', limits.depth, definition)
    // An unused fragment costs no one anything but its validation, which the tokens bound.
    if (definition.kind === Kind.FRAGMENT_DEFINITION) continue
    if (extent.width > limits.rootFields) refuse('root fields', limits.rootFields, definition)
    aliases += extent.aliases
    fields += extent.fields
  }
  if (aliases > limits.aliases) refuse('aliases', limits.aliases)
  if (fields > limits.fields) refuse('fields', limits.fields)

  let directives = 0
  const countDirectives = (node: Selecting | SelectionNode): void => {
    const here = node.directives?.length ?? 0
    directives += here
    if (here > limits.directivesPerPlace) refuse('directives in one place', limits.directivesPerPlace, node)
  }
  for (const definition of definitions) {
    countDirectives(definition)
    for (const node of everySelection(definition.selectionSet)) countDirectives(node)
    const repeated = findRepeated(definition.selectionSet, limits.repeats)
    if (repeated !== null) refuse('repeats of one field', limits.repeats, repeated)
  }
  if (directives > limits.directives) refuse('directives', limits.directives)
  return [...excesses.values()]
}

const EMPTY: Extent = { depth: 0, fields: 0, aliases: 0, width: 0 }

/** The field or spread that stands more often than `limit` in one selection, its `... on` blocks included. */
function findRepeated(selectionSet: SelectionSetNode, limit: number): SelectionNode | null {
  const counts = new Map<string, number>()
  const below: SelectionSetNode[] = []
  const flatten = ({ selections }: SelectionSetNode): SelectionNode | null => {
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const repeated = flatten(node.selectionSet)
        if (repeated !== null) return repeated
        continue
      }
      const key = node.kind === Kind.FIELD ? (node.alias ?? node.name).value : `...${node.name.value}`
      const count = (counts.get(key) ?? 0) + 1
      if (count > limit) return node
      counts.set(key, count)
      if (node.kind === Kind.FIELD && node.selectionSet !== undefined) below.push(node.selectionSet)
    }
    return null
  }
  const repeated = flatten(selectionSet)
  if (repeated !== null) return repeated
  for (const inner of below) {
    const found = findRepeated(inner, limit)
    if (found !== null) return found
  }
  return null
}
