import { DOCUMENT_LIMITS } from '../../src/graphql/document-gate'
import { MAX_BODY_BYTES } from '../../src/http/server'
import { WEBSOCKET_LIMITS } from '../../src/http/websocket'
import { Api, type Partner, type Refusal } from '../api/api'

let api: Api
let partner: Partner
beforeAll(async () => {
  api = await Api.open()
  partner = await api.partner()
})
afterAll(() => api.close())

const L = DOCUMENT_LIMITS

const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => part(i)).join(' ')

/** Fields of the schema's own types, which go as deep as one likes and are one of another. */
const within = (selection: string) => `{ __type(name: "Account") { ${selection} } }`
const nested = (levels: number) => within(`${'ofType { '.repeat(levels - 2)}name${' }'.repeat(levels - 2)}`)

/** F0 comes to 2 fields, F1 to 9, F2 to 30, F3 to 93, F4 to 282 and F5 to 849. */
const FRAGMENTS = `fragment F0 on __Type { name kind } ${times(
  5,
  (i) => `fragment F${i + 1} on __Type { ${times(3, () => `ofType { ...F${i} }`)} }`,
)}`
/** 1 + 850 + 94 + 31 + 11 + 11 fields, and two more to the limit. */
const MANY = times(5, (i) => `ofType { ${['...F5', '...F3', '...F2', 'ofType { ...F1 }', 'ofType { ...F1 }'][i]} }`)
const fields = (count: number) =>
  `${within(`${MANY} ${['name', 'kind', 'description'].slice(0, count - 998).join(' ')}`)} ${FRAGMENTS}`

const DOCUMENTS: [what: string, limit: number, document: (count: number) => string][] = [
  ['tokens', L.tokens, (n) => `{ channels(filter: { status: [${times(n - 16, () => 'ACTIVE')}] }) { totalCount } }`],
  ['UTF-16 code units', L.sourceLength, (n) => '{ __typename }'.padEnd(n)],
  ['comments', L.comments, (n) => `{ __typename } ${'#\n'.repeat(n)}`],
  [
    'fragments',
    L.fragments,
    (n) =>
      `{ viewer { ...A0 } } ${times(n, (i) => `fragment A${i} on Viewer { role ${i + 1 < n ? `...A${i + 1}` : ''} }`)}`,
  ],
  ['levels of fields', L.depth, nested],
  ['root fields', L.rootFields, (n) => `{ ${times(n, (i) => `x${i}: __typename`)} }`],
  ['aliases', L.aliases, (n) => `{ viewer { ${times(n, (i) => `x${i}: role`)} } }`],
  ['repeats of one field', L.repeats, (n) => `{ viewer { ${times(n, () => 'role')} } }`],
  ['fields', L.fields, fields],
  ['directives in one place', L.directivesPerPlace, (n) => `{ __typename ${times(n, () => '@include(if: true)')} }`],
]

type Way = (document: string) => Promise<Refusal['extensions'] | undefined>

const WAYS: [name: string, ask: Way][] = [
  ['HTTP', async (query) => (await api.ask(partner.token, query)).errors[0]?.extensions],
  [
    'a socket',
    async (query) => {
      const socket = await api.connect(partner.token)
      socket.subscribe('one', query)
      const answer = await Promise.race([socket.receive('next', 'one'), socket.receive('error', 'one')])
      const { type, payload } = answer as unknown as { type: string; payload: { errors?: Refusal[] } & Refusal[] }
      socket.socket.close()
      return (type === 'error' ? payload : payload.errors)?.[0]?.extensions
    },
  ],
]

describe.each(WAYS)('R1: over %s', (_, ask) => {
  it.each(DOCUMENTS)(
    'a document of as many %s as %d is let in, and none of one more',
    async (what, limit, document) => {
      expect((await ask(document(limit)))?.code).not.toBe('QUERY_TOO_EXPENSIVE')
      expect(await ask(document(limit + 1))).toEqual({ code: 'QUERY_TOO_EXPENSIVE', what, limit })
    },
  )

  it('a document that goes as far as the limits and no further is answered', async () => {
    const honest = ['levels of fields', 'root fields', 'aliases', 'repeats of one field', 'fields', 'fragments']
    for (const [what, limit, document] of DOCUMENTS) {
      if (honest.includes(what)) expect([what, await ask(document(limit))]).toEqual([what, undefined])
    }
  })
})

describe('R4: a message', () => {
  const padded = (bytes: number, around: (variables: object) => object) => {
    const empty = JSON.stringify(around({ pad: '' }))
    return JSON.stringify(around({ pad: 'x'.repeat(bytes - empty.length) }))
  }

  it('of HTTP is a mebibyte at the most, and refused with 413 beyond it', async () => {
    const body = (bytes: number) => padded(bytes, (variables) => ({ query: '{ __typename }', variables }))
    const post = (bytes: number) => api.post({ authorization: `Bearer ${partner.token}` }, body(bytes))
    expect((await post(MAX_BODY_BYTES)).data).toEqual({ __typename: 'Query' })
    expect((await post(MAX_BODY_BYTES + 1)).status).toBe(413)
  })

  it('of a socket is 256 KiB at the most, and closes it with 1009 beyond that', async () => {
    const message = (bytes: number) =>
      padded(bytes, (variables) => ({ id: 'a', type: 'subscribe', payload: { query: '{ __typename }', variables } }))
    const socket = await api.connect(partner.token)
    socket.send(message(WEBSOCKET_LIMITS.maxMessageBytes))
    expect(await socket.receive('next', 'a')).toMatchObject({ payload: { data: { __typename: 'Query' } } })
    socket.send(message(WEBSOCKET_LIMITS.maxMessageBytes + 1))
    expect(await socket.closed).toMatchObject({ code: 1009 })
  })
})

describe('R9: a text that would be code', () => {
  // As graphql-jit marks a date in the program that it writes around a document.
  const query = `{ node(id: "__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74dglobalThis.wasRun = true") { id } }`

  it.each([
    ['of a partner', () => partner.token],
    ['of a stranger', () => ''],
  ])('is but a text, and answered the same however often it comes: %s', async (_, token) => {
    const { data, errors } = await api.ask(token(), query)
    const first = [data, errors.map(({ message, extensions }) => [message, extensions.code])]
    for (let time = 0; time < 30; time += 1) {
      const { data, errors } = await api.ask(token(), query)
      expect([data, errors.map(({ message, extensions }) => [message, extensions.code])]).toEqual(first)
    }
    expect('wasRun' in globalThis).toBe(false)
  })
})
