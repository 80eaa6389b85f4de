import type { IncomingMessage } from 'node:http'
import proxyAddr from '@fastify/proxy-addr'
import type { Config } from '../config'

/** Whether a hop is one of ours: the address of whoever is before us is at 0, of whoever is before that one at 1. */
export type TrustedHop = (address: string, hop: number) => boolean

/** Whose X-Forwarded-* are believed. A number of hops is for a gateway that nobody reaches but through so many proxies. */
export function trustedHops(trustProxy: Config['trustProxy']): TrustedHop {
  if (trustProxy === null) return () => false
  return typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : proxyAddr.compile(trustProxy)
}

/** From which address a request comes, of a socket too: by the rule by which fastify finds it. Null where it is gone. */
export function clientAddress(request: IncomingMessage, isTrusted: TrustedHop): string | null {
  return request.socket.remoteAddress === undefined ? null : proxyAddr(request, isTrusted)
}
