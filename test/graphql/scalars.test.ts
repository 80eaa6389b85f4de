import { type GraphQLScalarType, parseValue } from 'graphql'
import { DateTime, Days, JSONObject, MAX_JSON_DEPTH, MinorUnits, SafeInt, Sequence } from '../../src/graphql/scalars'

const literal = (scalar: GraphQLScalarType, text: string): unknown => scalar.parseLiteral(parseValue(text))

describe.each([
  ['Days', Days],
  ['MinorUnits', MinorUnits],
  ['SafeInt', SafeInt],
])('%s', (_name, scalar: GraphQLScalarType) => {
  it.each([0, 1, -1, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])('takes and answers %d', (number) => {
    expect(scalar.parseValue(number)).toBe(number)
    expect(scalar.serialize(number)).toBe(number)
    expect(literal(scalar, String(number))).toBe(number)
  })

  it.each([1.5, Number.NaN, Infinity, 2 ** 53, -(2 ** 53), '1', true, null, [1], {}, 1n])('refuses %p', (value) => {
    expect(() => scalar.parseValue(value)).toThrow('takes a whole number')
    expect(() => scalar.serialize(value)).toThrow(TypeError)
  })

  it.each(['1.0', '"1"', 'true', 'ONE', '9007199254740992', '[1]', '{}', '1e3'])('refuses %s in a document', (text) => {
    expect(() => literal(scalar, text)).toThrow('takes a whole number')
  })

  it('takes -0 as 0', () => {
    expect(scalar.parseValue(-0)).toBe(0)
    expect(literal(scalar, '-0')).toBe(0)
  })
})

describe('Sequence', () => {
  it('begins at 0', () => {
    expect(Sequence.parseValue(0)).toBe(0)
    expect(() => Sequence.parseValue(-1)).toThrow('Sequence takes a whole number, 0 to 9007199254740991.')
    expect(() => Sequence.serialize(-1)).toThrow(TypeError)
  })
})

describe('DateTime', () => {
  it('answers UTC with milliseconds', () => {
    expect(DateTime.serialize(new Date(Date.UTC(2026, 0, 31, 9, 30)))).toBe('2026-01-31T09:30:00.000Z')
  })

  it.each([
    ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31T09:30:00.123456789Z', '2026-01-31T09:30:00.123Z'],
    ['2026-01-31T09:30:00+02:00', '2026-01-31T07:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('takes %s', (text, instant) => {
    expect(DateTime.parseValue(text).toISOString()).toBe(instant)
    expect((literal(DateTime, JSON.stringify(text)) as Date).toISOString()).toBe(instant)
  })

  it.each([
    '2026-01-31',
    '2026-01-31T09:30:00', // no zone
    '2026-01-31 09:30:00Z',
    '2026-02-29T00:00:00Z', // no such day
    '2026-01-31T24:00:00Z',
    '2026-01-31T09:30:60Z', // a leap second
    '1969-12-31T23:59:59.999Z',
    '10000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-01:00', // 10000 in UTC
    '+012026-01-31T09:30:00Z',
    `2026-01-31T09:30:00.${'0'.repeat(100)}Z`,
    'yesterday',
    '',
    1_700_000_000,
    new Date(),
    null,
  ])('refuses %p', (value) => {
    expect(() => DateTime.parseValue(value)).toThrow('a DateTime is a text such as')
  })

  it('answers neither an invalid Date, nor a text, nor a year that it does not take', () => {
    for (const value of [new Date(Number.NaN), '2026-01-31T09:30:00Z', new Date(-1), new Date(Date.UTC(10_000, 0))]) {
      expect(() => DateTime.serialize(value)).toThrow(TypeError)
    }
  })
})

describe('JSONObject', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { inner: nested(depth - 1) })

  it('takes objects from variables and documents', () => {
    expect(JSONObject.parseValue({ a: [1, null, 'x'] })).toEqual({ a: [1, null, 'x'] })
    expect(literal(JSONObject, '{ a: [1, null, "x"], b: { c: 1.5 } }')).toEqual({ a: [1, null, 'x'], b: { c: 1.5 } })
  })

  it.each([[[]], ['{}'], [1], [null], [true]])('refuses %p', (value) => {
    expect(() => JSONObject.parseValue(value)).toThrow('JSONObject takes a JSON object.')
    expect(() => JSONObject.serialize(value)).toThrow(TypeError)
  })

  it.each(['[]', '1', '"x"', 'ONE'])('refuses %s in a document', (text) => {
    expect(() => literal(JSONObject, text)).toThrow('JSONObject takes a JSON object.')
  })

  it('takes what is nested to its limit, and not a level more', () => {
    expect(JSONObject.parseValue(nested(MAX_JSON_DEPTH))).toBeDefined()
    expect(() => JSONObject.parseValue(nested(MAX_JSON_DEPTH + 1))).toThrow('nested at most 32 deep')
    const bottomless = JSON.parse(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`) as unknown
    expect(() => JSONObject.parseValue(bottomless)).toThrow('nested at most 32 deep')
  })
})
