import { cpus } from 'node:os'
import { sayTable } from './record'

/** Something to be timed beside others. */
export interface Contender {
  name: string
  /** One call; `call` counts from 0. */
  once?(call: number): Promise<void>
  /** In the place of `once`, where somebody else makes the calls: a whole turn, so many at once. */
  turn?(inFlight: number, forMs: number): Promise<Turn>
  /** Throws where what was done is not right. */
  check?(): Promise<void>
  close?(): Promise<void>
}

export interface Turn {
  calls: number
  tookMs: number
  /** Milliseconds. */
  latencies: number[]
  /** CPU of the process that serves, microseconds in all. */
  cpuUs?: number
}

export interface Figures {
  name: string
  /** Calls a second, of each round. */
  rates: number[]
  /** Milliseconds, over all rounds. */
  latencies: number[]
  /** CPU of the process that serves, microseconds a call, of each round. */
  cpu: number[]
}

/**
 * Times contenders side by side: round after round, each of them runs for a while with so many calls in flight, in an
 * order that turns, so that what else the machine does meets all of them alike.
 */
export async function compare(
  contenders: readonly Contender[],
  { inFlight, rounds, roundMs }: { inFlight: number; rounds: number; roundMs: number },
): Promise<Figures[]> {
  const figures = contenders.map(({ name }): Figures => ({ name, rates: [], latencies: [], cpu: [] }))
  let call = 0
  for (let round = -1; round < rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const index = (turn + round + 1) % contenders.length
      const contender = contenders[index]
      const figure = figures[index]
      if (contender === undefined || figure === undefined) continue
      const { calls, tookMs, latencies, cpuUs } =
        contender.turn === undefined
          ? await callsOf(contender, () => call++, inFlight, roundMs)
          : await contender.turn(inFlight, roundMs)
      // The round before the first warms up plans, pools and caches, and counts for nothing.
      if (round < 0) continue
      figure.rates.push((calls / tookMs) * 1000)
      if (cpuUs !== undefined) figure.cpu.push(cpuUs / calls)
      for (const latency of latencies) figure.latencies.push(latency)
    }
  }
  for (const contender of contenders) await contender.check?.()
  for (const contender of contenders) await contender.close?.()
  return figures
}

async function callsOf(contender: Contender, next: () => number, inFlight: number, forMs: number): Promise<Turn> {
  const started = performance.now()
  const latencies: number[] = []
  const caller = async () => {
    while (performance.now() - started < forMs) {
      const begun = performance.now()
      await contender.once?.(next())
      latencies.push(performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, caller))
  return { calls: latencies.length, tookMs: performance.now() - started, latencies }
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
  const base = median(figures.at(-1)?.rates ?? [])
  sayTable(
    title,
    figures.map(({ name, rates, latencies, cpu }) => ({
      name,
      rate: median(rates),
      least: Math.min(...rates),
      most: Math.max(...rates),
      ratio: median(rates) / base,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      ...(cpu.length > 0 && { cpuUs: median(cpu) }),
    })),
  )
}

export function machine(): string {
  return `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`
}
