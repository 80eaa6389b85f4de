import fc from 'fast-check'
import { types } from 'pg'
import { readInstant } from '../../src/database-columns'

const readByDriver = types.getTypeParser(types.builtins.TIMESTAMPTZ, 'text') as (text: string) => unknown

const digits = (count: number, max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(count, '0'))

describe('an instant of Postgres', () => {
  it('is read as the driver reads it, whatever its year, its fraction and its zone', () => {
    const days = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    const fractions = fc.oneof(
      fc.constant(''),
      fc.integer({ min: 1, max: 6 }).chain((n) => digits(n, 10 ** n - 1)),
    )
    const zones = fc.constantFrom('+00', '+02', '-05:30', '+00 BC')
    fc.assert(
      fc.property(days, fractions, zones, (day, fraction, zone) => {
        const text = `${day.toISOString().slice(0, 19).replace('T', ' ')}${fraction === '' ? '' : `.${fraction}`}${zone}`
        expect(readInstant(text)).toEqual(readByDriver(text))
      }),
      { numRuns: 1_000 },
    )
  })

  it.each(['infinity', '-infinity', '20266-01-02 03:04:05+00', '0099-01-02 03:04:05.5+00'])(
    'is read where it is %s',
    (text) => {
      expect(readInstant(text)).toEqual(readByDriver(text))
    },
  )
})
