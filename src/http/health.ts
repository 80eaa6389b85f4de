import type { FastifyInstance } from 'fastify'

export interface HealthOptions {
  /** Resolves once a query to the database was served; rejects while it isn't, and while the gateway drains. */
  ready: () => Promise<unknown>
  /** A database that hangs isn't ready: probes commonly wait for a second or more. Default 900 ms. */
  timeoutMs?: number
}

/** `/healthz`: the process lives. `/readyz`: it can serve, so traffic may be sent here. */
export function registerHealth(app: FastifyInstance, { ready, timeoutMs = 900 }: HealthOptions): void {
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const isReady = await answersWithin(ready, timeoutMs)
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'unavailable' })
  })
}

async function answersWithin(ready: () => Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false)
  })
  try {
    return await Promise.race([ready().then(() => true), late])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
