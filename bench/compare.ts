import { cpus } from 'node:os'

/** Something to be timed beside others. */
export interface Contender {
  name: string
  /** One call; `call` counts from 0. */
  once(call: number): Promise<void>
  /** Throws where what was done is not right. */
  check?(): Promise<void>
  close?(): Promise<void>
}

export interface Figures {
  name: string
  /** Calls a second, of each round. */
  rates: number[]
  /** Milliseconds, over all rounds. */
  latencies: number[]
}

/**
 * Times contenders side by side: round after round, each of them runs for a while with so many calls in flight, in an
 * order that turns, so that what else the machine does meets all of them alike.
 */
export async function compare(
  contenders: readonly Contender[],
  { inFlight, rounds, roundMs }: { inFlight: number; rounds: number; roundMs: number },
): Promise<Figures[]> {
  const figures = contenders.map(({ name }): Figures => ({ name, rates: [], latencies: [] }))
  let call = 0
  for (let round = -1; round < rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const index = (turn + round + 1) % contenders.length
      const contender = contenders[index]
      const figure = figures[index]
      if (contender === undefined || figure === undefined) continue
      const started = performance.now()
      const latencies: number[] = []
      const caller = async () => {
        while (performance.now() - started < roundMs) {
          const begun = performance.now()
          await contender.once(call++)
          latencies.push(performance.now() - begun)
        }
      }
      await Promise.all(Array.from({ length: inFlight }, caller))
      // The round before the first warms up plans, pools and caches, and counts for nothing.
      if (round < 0) continue
      figure.rates.push((latencies.length / (performance.now() - started)) * 1000)
      for (const latency of latencies) figure.latencies.push(latency)
    }
  }
  for (const contender of contenders) await contender.check?.()
  for (const contender of contenders) await contender.close?.()
  return figures
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Prints one comparison; the last contender is what the others are measured by. */
export function printTable(title: string, figures: readonly Figures[]): void {
  const base = figures.at(-1)
  if (base === undefined) return
  console.log(`\n${title}\n`)
  console.log(
    `| ${'contender'.padEnd(36)} | calls/s | spread        | x ${base.name} | p50 ms | p99 ms |\n|---|---|---|---|---|---|`,
  )
  for (const { name, rates, latencies } of figures) {
    const ratio = median(rates) / median(base.rates)
    console.log(
      `| ${name.padEnd(36)} | ${median(rates).toFixed(0).padStart(7)} | ${Math.min(...rates).toFixed(0)} to ${Math.max(
        ...rates,
      ).toFixed(
        0,
      )} | ${ratio.toFixed(2)} | ${quantile(latencies, 0.5).toFixed(1)} | ${quantile(latencies, 0.99).toFixed(1)} |`,
    )
  }
}

export function machine(): string {
  return `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`
}
