import { Rounds } from '../src/rounds'

/** Rounds whose ends are in the hands of the test. */
function makeRounds(pauseMs = 0) {
  const warnings: string[] = []
  const begun: ((error?: Error) => void)[] = []
  let heard: () => void = () => undefined
  const rounds = new Rounds(
    () =>
      new Promise<void>((resolve, reject) => {
        begun.push((error) => {
          if (error === undefined) resolve()
          else reject(error)
        })
        heard()
      }),
    {
      pauseMs,
      failure: 'it failed',
      log: { warn: (_facts: unknown, message?: string) => void warnings.push(message ?? '') },
    },
  )
  const begins = (count: number) =>
    new Promise<void>((resolve) => {
      heard = () => {
        if (begun.length >= count) resolve()
      }
      heard()
    })
  return { rounds, begun, begins, warnings }
}

describe('rounds', () => {
  it('come one after the other, also after one that fails, which is logged', async () => {
    const { rounds, begun, begins, warnings } = makeRounds()
    rounds.start()
    await begins(1)
    begun[0]?.(new Error('no'))
    await begins(2)
    expect(warnings).toEqual(['it failed; it goes on with the next round'])
    begun[1]?.()
    await begins(3)
    begun[2]?.()
    await rounds.close()
  })

  it('wait for the one that is under way as they close, and then there is none', async () => {
    const { rounds, begun, begins } = makeRounds()
    rounds.start()
    await begins(1)
    let isClosed = false
    const closed = rounds.close().then(() => (isClosed = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect([rounds.closed, isClosed]).toEqual([true, false])
    begun[0]?.()
    await closed
    rounds.hint()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(begun).toHaveLength(1)
  })

  it('come at once where somebody hints, never two at a time', async () => {
    const { rounds, begun, begins } = makeRounds(600_000)
    rounds.hint()
    rounds.start()
    for (let times = 0; times < 3; times += 1) rounds.hint()
    await begins(1)
    rounds.hint()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(begun).toHaveLength(1)
    begun[0]?.()
    await begins(2)
    begun[1]?.()
    await rounds.close()
    expect(begun).toHaveLength(2)
  })
})
