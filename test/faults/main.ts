import 'reflect-metadata'
import { parseArgs } from 'node:util'
import { PostgresServer } from './postgres-server'
import { playRound } from './round'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string' },
    faults: { type: 'string', default: '12' },
    clients: { type: 'string', default: '32' },
    pace: { type: 'string', default: '150' },
  },
})

/** The long run of the fault harness: rounds of other seeds each, until one is broken. */
async function main(): Promise<number> {
  const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
  const rounds = Number(values.rounds)
  const print = (line: string) => process.stdout.write(`${line}\n`)
  print(`${rounds} rounds from seed ${first}`)
  const server = await PostgresServer.start()
  const broken: number[] = []
  try {
    for (let round = 0; round < rounds; round += 1) {
      const seed = first + round
      const begunAt = Date.now()
      print(`round ${round + 1} of ${rounds}, seed ${seed}`)
      const report = await playRound(server, {
        seed,
        faults: Number(values.faults),
        clients: Number(values.clients),
        pace: Number(values.pace),
        recoverWithinMs: 10_000,
        say: (line) => {
          print(`  ${((Date.now() - begunAt) / 1_000).toFixed(1)} s: ${line}`)
        },
      })
      const { ok, refused, unknown } = report.counts
      const struck = Object.entries(report.struck).map(([what, count]) => `${count} ${what}`)
      print(`  ${ok} done, ${refused} refused, ${unknown} unknown; ${struck.join(', ')}; ${Date.now() - begunAt} ms`)
      for (const sentence of report.amiss) print(`  BROKEN: ${sentence}`)
      if (report.amiss.length > 0) broken.push(seed)
    }
  } finally {
    await server.stop()
  }
  if (broken.length === 0) print('nothing was lost, doubled or invented')
  else print(`broken by ${broken.join(', ')}: add them to test/faults/seeds.json, so that they are played for ever`)
  return broken.length === 0 ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)
