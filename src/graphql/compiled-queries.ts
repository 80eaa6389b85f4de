import { BREAK, type DocumentNode, type ExecutionResult, type GraphQLSchema, Kind, visit } from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'
import { after } from '../after'

/** Executions before a document is compiled: that takes as long as some tens of them, and a document that was made up comes once. */
const WORTH_COMPILING = 20

/** Kept at once, of some 50 kB each; past it the one that was longest not asked is forgotten. A gateway's clients have a few dozen. */
const MAX_COMPILED = 256

/** Of one document: the largest of the dashboard has a fifth of it. */
export const MAX_FIELDS = 250

type Run = (root: unknown, context: unknown, variables: Variables) => ExecutionResult | Promise<ExecutionResult>
type Data = Record<string, unknown>
type Variables = Readonly<Record<string, unknown>>

export interface Compiling<Context> {
  readonly schema: GraphQLSchema
  /** Whether what this caller asks for may be compiled, and answered by what is compiled. */
  readonly mayCompile: (context: Context) => boolean
  /** Called where an answer is thrown away: what was loaded for it is not of the one that comes after. */
  readonly forget: (context: Context) => void
  /** By default after 20. */
  readonly worth?: number
}

/**
 * Queries as functions, made by graphql-jit, which goes from rows to an answer in a fifth of the time of graphql-js. Only what has
 * no error in it is ever answered so: an answer with one is thrown away, and graphql-js executes the query anew, so that
 * each message, its path and the order of errors are its own. See docs/adr/0052.
 */
export class CompiledQueries<Context> {
  private readonly executions = new WeakMap<DocumentNode, Map<string, number>>()
  /** The one that was asked last is the last. */
  private readonly compiled = new Map<DocumentNode, Map<string, Run | null>>()

  constructor(private readonly compiling: Compiling<Context>) {}

  /**
   * The answer's data; null where graphql-js is to execute it. At once where nothing has to be waited for. The document has been
   * found to be valid, and what it names is a query, or a subscription of which `root` is an event.
   */
  execute(
    document: DocumentNode,
    operationName: string | null | undefined,
    root: unknown,
    context: Context,
    variables: Variables | null | undefined,
  ): Data | null | Promise<Data | null> {
    const { mayCompile, forget, worth = WORTH_COMPILING } = this.compiling
    if (!mayCompile(context)) return null
    const name = operationName ?? ''
    const executions = this.executions.get(document) ?? new Map<string, number>()
    this.executions.set(document, executions)
    const count = (executions.get(name) ?? 0) + 1
    executions.set(name, count)
    if (count < worth) return null
    const run = this.runOf(document, name)
    if (run === null) return null
    const dataOf = ({ errors, data }: ExecutionResult): Data | null => {
      if (errors === undefined && data != null) return data
      // Executed twice: what is asked for something that isn't there may go on to be, so the next ones aren't.
      executions.set(name, 0)
      forget(context)
      return null
    }
    return after(run(root, context, variables ?? {}), dataOf)
  }

  private runOf(document: DocumentNode, name: string): Run | null {
    const ofDocument = this.compiled.get(document) ?? new Map<string, Run | null>()
    this.compiled.delete(document)
    this.compiled.set(document, ofDocument)
    const known = ofDocument.get(name)
    if (known !== undefined) return known
    const run = this.compile(document, name)
    ofDocument.set(name, run)
    const [oldest] = this.compiled.keys()
    if (this.compiled.size > MAX_COMPILED && oldest !== undefined) {
      this.compiled.delete(oldest)
      // It has to earn it anew: else whoever cycles through many would have one compiled with each request.
      this.executions.delete(oldest)
    }
    return run
  }

  private compile(document: DocumentNode, name: string): Run | null {
    if (!isPlain(document)) return null
    const compiled = compileQuery(this.compiling.schema, document, name)
    return isCompiledQuery(compiled) ? (compiled.query.bind(compiled) as Run) : null
  }
}

/**
 * Whether graphql-jit may be given a document. It writes a program around what the document says, so that this is a wall, and as narrow as
 * frequent queries leave it: names, variables and plain values.
 *
 * - A text in quotes that begins as its mark for dates does is written into the program as code; no text gets there at all.
 * - Names with two underscores are `__proto__`, or its own marks.
 * - It keeps a fragment's `@include` and `@skip` for all places where the fragment stands.
 * - It hands on the default of a variable as it is written, and not as its scalar reads it.
 * - A variable within an object that isn't given is null to it, where it should be absent.
 */
function isPlain(document: DocumentNode): boolean {
  let plain = true
  let fields = 0
  const refuse = (): typeof BREAK => {
    plain = false
    return BREAK
  }
  visit(document, {
    [Kind.STRING]: refuse,
    [Kind.DIRECTIVE]: refuse,
    [Kind.VARIABLE_DEFINITION]: ({ defaultValue }) => (defaultValue === undefined ? undefined : refuse()),
    [Kind.NAME]: ({ value }) => (value.startsWith('__') && value !== '__typename' ? refuse() : undefined),
    [Kind.ENUM]: ({ value }) => (value.startsWith('__') ? refuse() : undefined),
    [Kind.VARIABLE]: (_node, _key, _parent, _path, ancestors) =>
      ancestors.some((one) => 'kind' in one && (one.kind === Kind.OBJECT || one.kind === Kind.LIST))
        ? refuse()
        : undefined,
    [Kind.FIELD]: ({ alias }) =>
      (fields += 1) > MAX_FIELDS || alias?.value.startsWith('__') === true ? refuse() : undefined,
  })
  return plain
}
