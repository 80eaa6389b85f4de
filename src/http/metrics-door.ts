import type { FastifyInstance, FastifyRequest } from 'fastify'
import { sameDigest, tokenDigest } from '../auth/token-text'
import { NotFoundError, UnauthenticatedError } from '../errors'
import type { Metrics } from '../metrics/metrics'

export interface MetricsDoorOptions {
  readonly metrics: Metrics
  /** Null: for nobody but programs of this machine, and in production for nobody. */
  readonly token: string | null
  readonly production: boolean
}

const LOOPBACK = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/

/**
 * `GET /metrics`, for Prometheus. The token has nothing to do with those of GraphQL: whoever may see how a gateway does may
 * see no account, and the other way round.
 */
export function registerMetrics(app: FastifyInstance, { metrics, token, production }: MetricsDoorOptions): void {
  const digest = token === null ? null : tokenDigest(token)
  app.get('/metrics', { exposeHeadRoute: false }, async (request, reply) => {
    if (digest === null) {
      if (production || !isOfThisMachine(request)) throw new NotFoundError('page')
    } else if (!isShown(request, digest)) throw new UnauthenticatedError()
    return reply.type(metrics.contentType).send(await metrics.text())
  })
}

function isShown({ headers }: FastifyRequest, digest: Buffer): boolean {
  const text = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(headers.authorization ?? '')?.[1]
  return text !== undefined && sameDigest(tokenDigest(text), digest)
}

/** Not what a proxy on this machine hands on: to whom that listens, we can't know. */
function isOfThisMachine({ raw, headers }: FastifyRequest): boolean {
  const handedOn = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']
  return LOOPBACK.test(raw.socket.remoteAddress ?? '') && handedOn.every((name) => headers[name] === undefined)
}
