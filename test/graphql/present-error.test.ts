import { buildSchema, execute, type ExecutionResult, GraphQLError, graphql, parse } from 'graphql'
import { ArgumentValidationError, AuthenticationError, AuthorizationError } from 'type-graphql'
import { QueryFailedError } from 'typeorm'
import { isDatabaseAway, isSerializationFailure } from '../../src/database-errors'
import { BadUserInputError, InsufficientDaysError, NotFoundError } from '../../src/errors'
import { presentError } from '../../src/graphql/present-error'
import { Days } from '../../src/graphql/scalars'

interface Line {
  level: 'error' | 'warn'
  facts: Record<string, unknown>
  message: string
}

const lines: Line[] = []
const log = {
  error: (facts: object, message: string) => void lines.push({ level: 'error', facts: { ...facts }, message }),
  warn: (facts: object, message: string) => void lines.push({ level: 'warn', facts: { ...facts }, message }),
}
beforeEach(() => lines.splice(0))

const coded = (code: string, message = 'driver text', more: object = {}): Error =>
  Object.assign(new Error(message), { code, ...more })
const wrapped = (driverError: Error): QueryFailedError =>
  new QueryFailedError('SELECT secret', ['parameter'], driverError)
const located = (originalError: Error): GraphQLError =>
  new GraphQLError(originalError.message, { originalError, path: ['account', 'balance'] })

describe('a refusal', () => {
  it('shows its message, its code and its figures', () => {
    expect(presentError(new InsufficientDaysError(3, 5), log)).toEqual({
      message: 'The balance holds 3 days; 5 were asked for.',
      extensions: { code: 'INSUFFICIENT_DAYS', available: 3, requested: 5 },
    })
  })

  it('shows where in the answer it arose, through any wrapping', () => {
    const error = new GraphQLError('outer', { originalError: located(new NotFoundError('channel')), path: ['channel'] })
    expect(presentError(error, log)).toEqual({
      message: 'There is no such channel.',
      path: ['channel'],
      extensions: { code: 'NOT_FOUND' },
    })
  })

  it('is not logged', () => {
    presentError(new BadUserInputError('days', 'At least 1.'), log)
    expect(lines).toEqual([])
  })
})

describe("type-graphql's errors", () => {
  it.each([
    [new AuthenticationError(), 'UNAUTHENTICATED'],
    [new AuthorizationError(), 'FORBIDDEN'],
    [new ArgumentValidationError([]), 'BAD_USER_INPUT'],
  ])('%s are ours', (error, code) => {
    expect(presentError(located(error), log).extensions).toEqual({ code })
  })

  it('name the field that failed, and do not echo the input', () => {
    const fault = {
      target: { secret: 1 },
      value: 'secret',
      property: 'items',
      children: [
        { property: '3', children: [{ property: 'days', constraints: { min: 'days must not be less than 1' } }] },
      ],
    }
    expect(presentError(located(new ArgumentValidationError([fault] as never)), log)).toEqual({
      message: 'days must not be less than 1',
      path: ['account', 'balance'],
      extensions: { code: 'BAD_USER_INPUT', field: 'items.3.days' },
    })
  })
})

describe('the absent database', () => {
  const away: [string, Error][] = [
    ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND'].map((code): [string, Error] => [
      code,
      coded(code),
    ]),
    ...['08000', '08006', '08P01', '53300', '55P03', '57014', '57P01', '57P02', '57P03', '25006'].map(
      (code): [string, Error] => [code, wrapped(coded(code))],
    ),
    ...[
      'Connection terminated unexpectedly',
      'Connection terminated due to connection timeout',
      'timeout exceeded when trying to connect',
      'Query read timeout',
      'Client has encountered a connection error and is not queryable',
      'Cannot use a pool after calling end on the pool',
    ].map((message): [string, Error] => [message, wrapped(new Error(message))]),
    ['the cause', new Error('could not begin', { cause: coded('ECONNREFUSED') })],
    ['one of several addresses', new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')])],
  ]

  it.each(away)('%s is UNAVAILABLE, and warned of', (_name, error) => {
    expect(isDatabaseAway(error)).toBe(true)
    expect(presentError(located(error), log)).toEqual({
      message: expect.stringContaining('Send the same request again') as string,
      path: ['account', 'balance'],
      extensions: { code: 'UNAVAILABLE', retryable: true },
    })
    expect(lines.map(({ level }) => level)).toEqual(['warn'])
  })

  it.each(['23505', '42P01', '22P02', '57000', '0800', 'ENOENT'])('%s is not', (code) => {
    expect(isDatabaseAway(wrapped(coded(code)))).toBe(false)
  })

  it.each([undefined, null, 'ECONNREFUSED', 57014, {}])('%p is not', (error) => {
    expect(isDatabaseAway(error)).toBe(false)
  })

  it('is not looked for without end', () => {
    const error: Error & { cause?: unknown } = new Error('itself')
    error.cause = error
    expect(isDatabaseAway(error)).toBe(false)
  })

  it.each(['40001', '40P01'])(
    'is told from a transaction that lost a race, %s, which may be sent again too',
    (code) => {
      expect(isSerializationFailure(wrapped(coded(code)))).toBe(true)
      expect(isDatabaseAway(wrapped(coded(code)))).toBe(false)
      expect(presentError(wrapped(coded(code)), log).extensions).toEqual({ code: 'UNAVAILABLE', retryable: true })
    },
  )
})

describe('a bug', () => {
  it.each([
    ['an error', new TypeError('x is undefined at /srv/daybook/src/secret.ts')],
    ['a statement', wrapped(coded('23505', 'duplicate key value', { detail: 'Key (token)=(canary)' }))],
    ['an error with a stack', Object.assign(new Error('secret'), { stack: 'secret stack' })],
    ['a GraphQLError with a foreign code', new GraphQLError('secret', { extensions: { code: 'STRIPE', secret: 1 } })],
    ['a GraphQLError without a code', new GraphQLError('secret')],
    ['a text', 'secret'],
    ['nothing', undefined],
  ])('%s shows an id, and nothing of itself', (_name, error) => {
    const shown = presentError(error instanceof Error ? located(error) : error, log, 'request-1')
    expect(shown.extensions).toEqual({ code: 'INTERNAL', requestId: 'request-1' })
    expect(JSON.stringify(shown)).not.toMatch(/secret|canary|duplicate|srv/)
    expect(lines).toEqual([expect.objectContaining({ level: 'error', message: 'an error was masked' })])
    expect(lines[0]?.facts.requestId).toBe('request-1')
  })

  it('is logged with its cause and stack, and without parameters or conflicting values', () => {
    const driverError = coded('23505', 'duplicate key', { detail: 'Key (token)=(canary)', constraint: 'token_unique' })
    presentError(located(new Error('could not create', { cause: wrapped(driverError) })), log)
    const logged = JSON.stringify(lines)
    expect(logged).toContain('"could not create"')
    expect(logged).toContain('"query":"SELECT secret"')
    expect(logged).toContain('"constraint":"token_unique"')
    expect(logged).toContain('present-error.test.ts') // a stack
    expect(logged).toContain('"account.balance"')
    expect(logged).not.toMatch(/canary|parameter/)
  })

  it('is logged once for a request, however many fields it fails', () => {
    const error = new Error('a batch failed')
    for (let i = 0; i < 100; i++) presentError(located(error), log, 'one request')
    expect(lines).toHaveLength(1)
    presentError(located(error), log, 'another request')
    expect(lines).toHaveLength(2)
  })

  it('has an id of its own where the request has none', () => {
    const [first, second] = [presentError(new Error('a'), log), presentError(new Error('b'), log)]
    expect(first.extensions?.requestId).not.toBe(second.extensions?.requestId)
  })
})

describe('a mistake in the request', () => {
  const schema = buildSchema(`
    scalar Days
    enum Mode { ATOMIC PARTIAL }
    input Item { id: ID! days: Days! }
    input Input { items: [Item!], count: Int, mode: Mode }
    type Query { do(input: Input, id: ID): Int  need(id: ID!): Int broken: Days }
  `)
  const { serialize, parseValue, parseLiteral } = Days
  Object.assign(schema.getType('Days') ?? {}, { serialize, parseValue, parseLiteral })
  const rootValue = { do: () => 1, need: () => 1, broken: () => 'secret' }
  const errorsOf = async (source: string, variableValues?: Record<string, unknown>): Promise<unknown[]> => {
    const result: ExecutionResult = await execute({ schema, document: parse(source), rootValue, variableValues })
    return (result.errors ?? []).map((error) => {
      const { message, extensions } = presentError(error, log)
      return [message, extensions]
    })
  }
  const query = 'query ($input: Input, $id: ID) { do(input: $input, id: $id) }'

  it.each([
    [
      {
        items: [
          { id: 'a', days: 1 },
          { id: 'b', days: 1.5 },
        ],
      },
      'items.1.days',
      'Days takes a whole number',
    ],
    [{ items: [{ id: 'a' }] }, 'items.0.days', 'Field "days" of required type "Days!" was not provided.'],
    [{ items: [null] }, 'items.0', 'Expected non-nullable type "Item!" not to be null.'],
    [{ other: 1 }, 'other', 'Field "other" is not defined by type "Input".'],
    [{ count: 'x' }, 'count', 'Int cannot represent non-integer value: "x"'],
    [{ mode: 'x' }, 'mode', 'Value "x" does not exist in "Mode" enum.'],
    ['text', 'input', 'Expected type "Input" to be an object.'],
  ])('in %j is named %s', async (input, field, rule) => {
    expect(await errorsOf(query, { input })).toEqual([
      [expect.stringContaining(`Variable "$input" is refused: ${rule}`), { code: 'BAD_USER_INPUT', field }],
    ])
  })

  it('in a variable as a whole is named by the variable', async () => {
    const needing = 'query ($id: ID!) { need(id: $id) }'
    expect(await errorsOf(needing, {})).toEqual([
      ['Variable "$id" of required type "ID!" was not provided.', { code: 'BAD_USER_INPUT', field: 'id' }],
    ])
    expect(await errorsOf(needing, { id: null })).toEqual([
      ['Variable "$id" of non-null type "ID!" must not be null.', { code: 'BAD_USER_INPUT', field: 'id' }],
    ])
  })

  it('in an argument is named by the argument', async () => {
    const [error] = await errorsOf('query ($id: ID) { need(id: $id) }', {})
    expect(error).toEqual([
      expect.stringContaining('Argument "id" of required type "ID!"'),
      { code: 'BAD_USER_INPUT', field: 'id' },
    ])
  })

  it('R5: is not answered with the value', async () => {
    const canary = `canary" at "input.evil"; ${'x'.repeat(100_000)}`
    for (const input of [
      canary,
      { items: canary },
      { count: { canary } },
      { [canary]: 1 },
      { items: [{ days: canary }] },
    ]) {
      for (const [message, extensions] of (await errorsOf(query, { input })) as [string, { field: string }][]) {
        expect(message.length).toBeLessThanOrEqual(300)
        expect(extensions.field.length).toBeLessThanOrEqual(200)
        expect(extensions.field).not.toContain('evil')
      }
    }
    const [shown] = await errorsOf(query, { input: { items: [{ id: 'a', days: canary }] } })
    expect(JSON.stringify(shown)).not.toContain('canary')
  })

  it('is cut short where a name is the mistake', () => {
    const long = 'x'.repeat(100_000)
    const error = new GraphQLError(`Cannot query field "${long}"`, {
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    })
    expect(presentError(error, log).message).toHaveLength(300)
  })

  it('is not what a scalar says that cannot be answered', async () => {
    const result = await graphql({ schema, source: '{ broken }', rootValue })
    const [error] = result.errors ?? []
    expect(presentError(error, log).extensions?.code).toBe('INTERNAL')
  })

  it.each([
    ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_PARSE_FAILED'],
    ['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED'],
    ['BAD_REQUEST', 'BAD_REQUEST'],
    ['OPERATION_RESOLUTION_FAILURE', 'BAD_REQUEST'],
    ['PERSISTED_QUERY_NOT_SUPPORTED', 'BAD_REQUEST'],
  ])('of code %s shows %s and no other extension', (code, shown) => {
    const error = new GraphQLError('Not so.', { extensions: { code, stacktrace: ['secret'], http: { status: 400 } } })
    expect(presentError(error, log)).toEqual({ message: 'Not so.', extensions: { code: shown } })
  })

  it('that is over a limit of the parser is QUERY_TOO_EXPENSIVE', () => {
    let error: unknown
    try {
      parse('{ a b c }', { maxLexicalTokens: 3 })
    } catch (thrown) {
      error = thrown
    }
    expect(presentError(error, log).extensions).toEqual({ code: 'QUERY_TOO_EXPENSIVE', what: 'tokens', limit: 3 })
  })
})
