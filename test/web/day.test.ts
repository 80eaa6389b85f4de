import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dayOf, dayStart, isDay, isDayStart, monthsLater } from '../../web/src/parts/day'

const SOURCES = join(__dirname, '../../web/src')

describe('a day in the dashboard', () => {
  it.each(['2026-01-31', '2028-02-29'])('is written as %s', (text) => {
    expect(isDay(text)).toBe(true)
  })

  it.each([
    '',
    '2026-1-31',
    '2026-02-30',
    '2027-02-29',
    '2026-13-01',
    '31.01.2026',
    '2026-01-31T00:00',
    '+012026-01-01',
  ])('is not written as “%s”, which has no start', (text) => {
    expect(isDay(text)).toBe(false)
    expect(dayStart(text)).toBeNull()
  })

  it('begins and ends with that of UTC', () => {
    expect(dayStart('2026-01-31')).toBe('2026-01-31T00:00:00.000Z')
    expect(dayStart('2026-02-28', 1)).toBe('2026-03-01T00:00:00.000Z')
    expect(dayOf('2026-01-31T23:59:59.999Z')).toBe('2026-01-31')
    expect(isDayStart('2026-01-31T00:00:00Z')).toBe(true)
    expect(isDayStart('2026-01-31T00:00:01Z')).toBe(false)
  })

  it.each([
    ['2026-01-31T08:30:00.000Z', 1, '2026-02-28T08:30:00.000Z'],
    ['2026-01-31T08:30:00.000Z', 3, '2026-04-30T08:30:00.000Z'],
    ['2026-11-30T00:00:00.000Z', 3, '2027-02-28T00:00:00.000Z'],
    ['2026-12-15T00:00:00.000Z', 1, '2027-01-15T00:00:00.000Z'],
  ])('of %s lies %i months later at %s, and never in the month after', (at, months, later) => {
    expect(monthsLater(at, months)).toBe(later)
  })

  it('is asked for by one control and read by one file', () => {
    const own = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .filter((file) => /type="date"|T00:00:00/.test(readFileSync(join(SOURCES, file), 'utf8')))
    expect(own).toEqual([join('parts', 'day-input.tsx')])
  })
})
