/** Loaded before a process that is to be weighed: answers each message with its memory after a collection of garbage. */
process.on('message', () => {
  void weigh().then((weight) => process.send?.(weight))
})

export interface Weight {
  rss: number
  heapUsed: number
  external: number
  cpuMs: number
}

async function weigh(): Promise<Weight> {
  // What a first collection lets go of is finalised after it.
  for (let round = 0; round < 4; round += 1) {
    gc?.()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return { rss, heapUsed, external, cpuMs: (user + system) / 1000 }
}
