import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seedOf } from '../support/dice'
import { PostgresServer } from './postgres-server'
import { playRound } from './round'

/** Those that have broken something, once: `npm run faults` says which. */
const KEPT = JSON.parse(readFileSync(join(__dirname, 'seeds.json'), 'utf8')) as number[]

jest.setTimeout(300_000)

describe('L1, L2, L4, L5, L10, V1: two gateways and a Postgres under faults', () => {
  let server: PostgresServer

  beforeAll(async () => {
    server = await PostgresServer.start()
  })
  afterAll(async () => {
    await server.stop()
  })

  it.each([seedOf('FAULT_SEED'), ...KEPT])(
    'lose, double and invent nothing, answer as one book would, and serve again by themselves (seed %i)',
    async (seed) => {
      const lines: string[] = []
      const report = await playRound(server, {
        seed,
        faults: 8,
        clients: 12,
        pace: 30,
        // The ten seconds are of a machine that has nothing else to do: `npm run faults` holds them.
        recoverWithinMs: 60_000,
        say: (line) => lines.push(line),
      })
      expect({ amiss: report.amiss, lines }).toEqual({ amiss: [], lines })
      expect(new Set(report.faults).size).toBe(8)
      expect(Object.entries(report.struck).filter(([, count]) => count === 0)).toEqual([])
      expect(report.counts.unknown).toBeGreaterThan(0)
    },
  )
})
