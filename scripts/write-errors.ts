import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'

/**
 * Writes docs/errors.md and the SDK's figures of each code: from the classes of src/errors.ts, what the sources give them,
 * and what the presenter makes itself. `--check` fails where a file is not what it would write.
 */
const root = join(__dirname, '..')
const config = ts.getParsedCommandLineOfConfigFile(
  join(root, 'tsconfig.build.json'),
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
)
if (config === undefined) throw new Error('tsconfig.build.json can’t be read')
const program = ts.createProgram(config.fileNames, config.options)
const checker = program.getTypeChecker()
const catalogue = sourceAt('src/errors.ts')

/** Codes that the SDK also gives by itself, where no answer of the gateway's came: then there are no figures. */
const ALSO_OF_THE_SDK = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_REQUEST', 'UNAVAILABLE', 'INTERNAL'])

/** Refusals that have no class. */
const WITHOUT_CLASS = [
  ['GRAPHQL_PARSE_FAILED', 'The document is no GraphQL.'],
  ['GRAPHQL_VALIDATION_FAILED', "The document doesn't fit the schema."],
  ['BAD_REQUEST', 'The request is no GraphQL request.'],
  ['INTERNAL', 'A fault of ours. `requestId` finds it in the log; nothing was changed.'],
] as const

/** The figures that stand beside a code: which types a value has, and whether it is always there. */
type Figures = Map<string, { types: Set<string>; always: boolean }>
const none = (): Figures => new Map()

const described: [code: string, when: string][] = []
const figures = new Map<string, Figures>()

const classes = new Map<ts.Symbol, { code: string; details: number }>()
for (const statement of catalogue.statements) {
  if (!ts.isClassDeclaration(statement) || statement.name === undefined) continue
  const text = statement.getText()
  const code = /readonly code = ErrorCode\.(\w+)/.exec(text)?.[1]
  if (code === undefined) continue
  const comment = ts
    .getJSDocCommentsAndTags(statement)
    .map((doc) => (typeof doc.comment === 'string' ? doc.comment : ''))
    .join(' ')
    .replace(/\s+/g, ' ')
  const message = /super\(\s*[`'"]([^]*?)[`'"](,|\s*\))/.exec(text)?.[1] ?? ''
  described.push([code, comment || message])
  const maker = statement.members.find(ts.isConstructorDeclaration)
  const [, given] = (maker && calls(maker, ts.SyntaxKind.SuperKeyword)[0]?.arguments) ?? []
  // Several classes may share a code: a figure is always there only where each of them gives it.
  add(code, given === undefined ? none() : figuresOf(given), 'instead')
  const details = maker?.parameters.findIndex(({ name }) => name.getText() === 'details') ?? -1
  const symbol = checker.getSymbolAtLocation(statement.name)
  if (symbol !== undefined && details >= 0) classes.set(symbol, { code, details })
}
for (const [code, when] of WITHOUT_CLASS) described.push([code, when])

for (const file of program.getSourceFiles()) {
  if (!file.fileName.startsWith(join(root, 'src'))) continue
  visit(file, (node) => {
    // What those who throw it add.
    if (!ts.isNewExpression(node) || !ts.isIdentifier(node.expression) || !node.expression.text.endsWith('Error'))
      return
    const named = checker.getSymbolAtLocation(node.expression)
    const known = named && classes.get(named.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(named) : named)
    const given = known && node.arguments?.[known.details]
    if (given !== undefined) add(known?.code ?? '', figuresOf(given), 'sometimes')
  })
}
visit(sourceAt('src/graphql/present-error.ts'), (node) => {
  if (!ts.isObjectLiteralExpression(node)) return
  const valueOf = (name: string) =>
    node.properties.filter(ts.isPropertyAssignment).find((one) => one.name.getText() === name)?.initializer
  const code = /^ErrorCode\.(\w+)$/.exec(valueOf('code')?.getText() ?? '')?.[1]
  const given = valueOf('details')
  if (code !== undefined) add(code, given === undefined ? none() : figuresOf(given), 'instead')
})

const page = `# Errors

Generated from \`src/errors.ts\` by \`npm run errors\`: change it there.

Every failure is an entry of \`errors\` whose \`extensions.code\` is one of these, the same over HTTP and sockets. Beside the
code stand the figures that a program needs, such as \`available\` and \`requested\`. A refusal has changed nothing.

| code | when |
| --- | --- |
${described.map(([code, when]) => `| \`${code}\` | ${when} |`).join('\n')}
`

const typed = `/**
 * Generated from the gateway's sources by \`npm run errors\`. Figures are added as the gateway grows, and one that this version
 * doesn't know is \`unknown\`.
 */
export interface OpenFigures {
  readonly [figure: string]: unknown
}

/** The figures that stand beside each code. */
export interface ErrorFigures {
${[...new Set(described.map(([code]) => code))].map((code) => `  /** ${whenOf(code)} */\n  ${code}: ${typeText(code)}`).join('\n')}
}
`

const files: [name: string, text: string][] = [
  [join('docs', 'errors.md'), page],
  [join('sdk', 'generated', 'errors.ts'), typed],
]
for (const [name, text] of files) {
  const file = join(root, name)
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${name} is not what the sources say: run \`npm run errors\``)
    process.exitCode = 1
  }
}

/** All that a code may mean: several errors may have it. */
function whenOf(code: string): string {
  return described
    .filter(([one]) => one === code)
    .map(([, when]) => when)
    .join(' Or: ')
}

function typeText(code: string): string {
  const known = [...(figures.get(code) ?? [])].sort(([one], [other]) => (one < other ? -1 : 1))
  const fields = known.map(([name, { types, always }]) => {
    const optional = !always || ALSO_OF_THE_SDK.has(code)
    return `readonly ${name}${optional ? '?' : ''}: ${[...types].sort().join(' | ')}`
  })
  return fields.length === 0 ? 'OpenFigures' : `OpenFigures & { ${fields.join('; ')} }`
}

/** Figures that may come beside those of the class, or in the place of them. */
function add(code: string, more: Figures, how: 'sometimes' | 'instead'): void {
  const known = figures.get(code)
  if (known === undefined) {
    figures.set(code, more)
    return
  }
  for (const [name, { types }] of more) {
    const before = known.get(name)
    if (before === undefined) known.set(name, { types: new Set(types), always: false })
    else for (const type of types) before.types.add(type)
  }
  if (how === 'instead') for (const [name, figure] of known) figure.always &&= more.get(name)?.always === true
}

/** The figures of an expression. A union of shapes has those of each. */
function figuresOf(node: ts.Expression): Figures {
  const type = checker.getTypeAtLocation(node)
  const shapes = type.isUnion() ? type.types : [type]
  const found: Figures = new Map()
  for (const property of shapes.flatMap((shape) => shape.getProperties())) {
    const { name } = property
    const types = new Set(plainTypes(checker.getTypeOfSymbolAtLocation(property, node)))
    const always = !types.delete('undefined') && shapes.every((shape) => isAlwaysIn(shape, name))
    if (types.size > 0) found.set(name, { types: new Set([...types, ...(found.get(name)?.types ?? [])]), always })
  }
  return found
}

function isAlwaysIn(shape: ts.Type, name: string): boolean {
  const property = shape.getProperty(name)
  return property !== undefined && (property.flags & ts.SymbolFlags.Optional) === 0
}

function plainTypes(type: ts.Type): string[] {
  if (type.flags & ts.TypeFlags.BooleanLike) return ['boolean']
  if (type.isUnion()) return type.types.flatMap(plainTypes)
  if (type.flags & ts.TypeFlags.StringLike) return ['string']
  if (type.flags & ts.TypeFlags.NumberLike) return ['number']
  if (type.flags & ts.TypeFlags.Null) return ['null']
  if (type.flags & ts.TypeFlags.Undefined) return ['undefined']
  if (checker.isArrayLikeType(type)) return ['readonly string[]']
  throw new Error(`a figure is a ${checker.typeToString(type)}`)
}

function calls(node: ts.Node, callee: ts.SyntaxKind): ts.CallExpression[] {
  const found: ts.CallExpression[] = []
  visit(node, (one) => {
    if (ts.isCallExpression(one) && one.expression.kind === callee) found.push(one)
  })
  return found
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node)
  node.forEachChild((child) => visit(child, look))
}

function sourceAt(name: string): ts.SourceFile {
  const file = program.getSourceFile(resolve(root, name))
  if (file === undefined) throw new Error(`${name} is not among the sources`)
  return file
}

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
}
