import { buildSchema, getIntrospectionQuery, parse } from 'graphql'
import { createDocumentGate, DOCUMENT_LIMITS, isIntrospection } from '../../src/graphql/document-gate'
import { presentError } from '../../src/graphql/present-error'

const fields = Array.from({ length: 60 }, (_, i) => `f${i}`)
const schema = buildSchema(`
  type Query { a(x: Int): String self: Query ${fields.map((name) => `${name}: Int`).join(' ')} }
  type Mutation { touch: Boolean ${fields.map((name) => `${name}: Int`).join(' ')} }
`)
const gate = createDocumentGate({ schema })
const silent = { error: () => undefined, warn: () => undefined }

/** The codes and figures with which a document is refused; nothing where it is let in. */
function refusals(source: string): unknown[] {
  return (gate.admit(source).errors ?? []).map((error) => presentError(error, silent).extensions)
}
const tooMany = (what: string, limit: number): object => ({ code: 'QUERY_TOO_EXPENSIVE', what, limit })
const times = (count: number, part: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => part(i)).join(' ')
const nest = (depth: number): string => `${'{ self '.repeat(depth - 1)}{ a }${' }'.repeat(depth - 1)}`
/** Padding of `count` tokens that break no limit but that of tokens: lists within one literal. */
const padded = (tokens: number): string => `{ a(x: [${times(tokens - 9, () => '1')}]) }`

describe('R1: the document gate', () => {
  const L = DOCUMENT_LIMITS
  it.each([
    ['levels of fields', L.depth, nest],
    ['levels of fields', L.depth, (n: number) => `{ self { ...F } } fragment F on Query ${nest(n - 1)}`],
    [
      'levels of fields',
      L.depth,
      (n: number) => `{ ... { self { ... { ...F } } } } fragment F on Query ${nest(n - 1)}`,
    ],
    ['root fields', L.rootFields, (n: number) => `mutation { ${times(n, (i) => `f${i}`)} }`],
    ['root fields', L.rootFields, (n: number) => `{ ...F } fragment F on Query { ${times(n, (i) => `f${i}`)} }`],
    ['aliases', L.aliases, (n: number) => `{ self { ${times(n, (i) => `x${i}: a`)} } }`],
    ['aliases', L.aliases, (n: number) => `{ self { ${times(n, (i) => `x${i}: __typename`)} } }`],
    ['aliases', L.aliases, (n: number) => `{ self { ...F } } fragment F on Query { ${times(n, (i) => `x${i}: a`)} }`],
    ['repeats of one field', L.repeats, (n: number) => `{ self { ${times(n, () => 'a')} } }`],
    ['repeats of one field', L.repeats, (n: number) => `{ self { ${times(n, () => '__typename')} } }`],
    ['repeats of one field', L.repeats, (n: number) => `{ self { ${times(n, () => '... on Query { a }')} } }`],
    [
      'repeats of one field',
      L.repeats,
      (n: number) => `{ self { ${times(n, () => '...F')} } } fragment F on Query { a }`,
    ],
    [
      'fragments',
      L.fragments,
      (n: number) =>
        `{ self { ...F0 } } ${times(n, (i) => `fragment F${i} on Query { a ${i + 1 < n ? `...F${i + 1}` : ''} }`)}`,
    ],
  ])('lets in documents up to the limit of %s, %d, and none beyond it', (what, limit, document) => {
    expect(refusals(document(limit))).toEqual([])
    expect(refusals(document(limit + 1))).toContainEqual(tooMany(what, limit))
  })

  it('lets in as many tokens as its limit, and none beyond it', () => {
    expect(parse(padded(L.tokens)).tokenCount).toBe(L.tokens)
    expect(refusals(padded(L.tokens))).not.toContainEqual(expect.objectContaining({ code: 'QUERY_TOO_EXPENSIVE' }))
    expect(refusals(padded(L.tokens + 1))).toEqual([tooMany('tokens', L.tokens)])
  })

  it('bounds comments and the length of the text', () => {
    expect(refusals(`{ a } ${'#\n'.repeat(L.comments)}`)).toEqual([])
    expect(refusals(`{ a } ${'#\n'.repeat(L.comments + 1)}`)).toEqual([tooMany('comments', L.comments)])
    expect(refusals('{ a }'.padEnd(L.sourceLength))).toEqual([])
    expect(refusals('{ a }'.padEnd(L.sourceLength + 1))).toEqual([tooMany('UTF-16 code units', L.sourceLength)])
  })

  it('bounds directives, in one place and in all', () => {
    const skip = (n: number): string => times(n, () => '@include(if: true)')
    // Within the limit it is for graphql-js to refuse: of these directives a place may hold one each.
    expect(refusals(`{ a ${skip(L.directivesPerPlace)} }`)).toContainEqual({ code: 'GRAPHQL_VALIDATION_FAILED' })
    expect(refusals(`{ a ${skip(L.directivesPerPlace + 1)} }`)).toEqual([
      tooMany('directives in one place', L.directivesPerPlace),
    ])
    expect(refusals(`query ${times(5, () => '@aa')} { a }`)).toEqual([
      tooMany('directives in one place', L.directivesPerPlace),
    ])
    const spread = (n: number): string => `{ self { ${times(n, (i) => `f${i} @include(if: true)`)} } }`
    expect(refusals(spread(L.directives))).toEqual([])
    expect(refusals(spread(L.directives + 1))).toEqual([tooMany('directives', L.directives)])
  })

  it('counts what spreads come to without expanding them', () => {
    const doubling = (n: number): string =>
      `{ ...F0 } ${times(n, (i) => `fragment F${i} on Query { x: self { ...F${i + 1} } self { ...F${i + 1} } }`)} fragment F${n} on Query { a }`
    expect(refusals(doubling(3))).toEqual([])
    const began = performance.now()
    expect(refusals(doubling(45))).toEqual(
      expect.arrayContaining([tooMany('fields', L.fields), tooMany('aliases', L.aliases)]),
    )
    expect(performance.now() - began).toBeLessThan(200)
  })

  it('leaves cycles of fragments and unknown ones to validation', () => {
    expect(
      refusals('{ ...F } fragment F on Query { self { ...G } } fragment G on Query { self { ...F } }'),
    ).toContainEqual({ code: 'GRAPHQL_VALIDATION_FAILED' })
    expect(refusals('{ ...F } fragment F on Query { ...F }')).toContainEqual({ code: 'GRAPHQL_VALIDATION_FAILED' })
    expect(refusals('{ ...Nowhere }')).toEqual([{ code: 'GRAPHQL_VALIDATION_FAILED' }])
  })

  it('refuses an oversized document before validation walks it', () => {
    // graphql-js's rule that compares fields takes 60 ms over a thousand of one name.
    expect(refusals(`{ ${times(21, () => 'a')} unknown }`)).toEqual([
      tooMany('root fields', L.rootFields),
      tooMany('repeats of one field', L.repeats),
    ])
  })

  it.each(['[', '{', '(', '"""', '{ a(x: [', '{ ... ', 'query($x: ['])('survives a hundred kilobytes of %p', (part) => {
    const [refusal] = refusals(part.repeat(100_000 / part.length))
    expect(['GRAPHQL_PARSE_FAILED', 'QUERY_TOO_EXPENSIVE']).toContain((refusal as { code: string }).code)
  })

  it('lets the introspection query in, and knows it', () => {
    const source = getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true, specifiedByUrl: true })
    expect(refusals(source)).toEqual([])
    expect(isIntrospection(parse(source))).toBe(true)
    expect(
      isIntrospection(parse('{ ...F } fragment F on Query { ... { kind: __type(name: "Query") { name } } }')),
    ).toBe(true)
    expect(isIntrospection(parse('{ __typename self { __typename } }'))).toBe(false)
  })

  it('suggests no names, but where it is told to', () => {
    expect(gate.admit('{ sel }').errors?.[0]?.message).toBe('Cannot query field "sel" on type "Query".')
    const helpful = createDocumentGate({ schema, suggestions: true })
    expect(helpful.admit('{ sel }').errors?.[0]?.message).toContain('Did you mean "self"')
  })

  it('remembers the documents that it let in', () => {
    const first = gate.admit('{ a self { a } }')
    expect(first.document).toBeDefined()
    expect(gate.admit('{ a self { a } }').document).toBe(first.document)
    for (let i = 0; i < 300; i++) gate.admit(`query Q${i} { a }`)
    expect(gate.admit('{ a self { a } }').document).not.toBe(first.document)
  })
})
