import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Where webhooks may go: to the public internet, or in development also to this machine and its neighbours. */
export type Reach = 'PUBLIC' | 'NEARBY'

/** What ipaddr.js calls the ranges of one's own machine and networks. Link-local, where clouds tell secrets, is not near. */
const NEARBY: readonly string[] = ['loopback', 'private', 'uniqueLocal']

/** Public by its number, and answered by the host of the machine: Azure's. */
const HOST_SERVICES: readonly string[] = ['168.63.129.16']

/** All that is given to networks of the public internet in IPv6; the rest of it is not routed, or means something else. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether an address, as a socket has it, may be connected to. What stands for an IPv4 address within IPv6 (mapped,
 * NAT64, 6to4, Teredo) is refused whatever it stands for.
 */
export function mayReach(address: string, reach: Reach): boolean {
  // A zone, such as fe80::1%eth0, is for link-local addresses only.
  if (isIP(address) === 0 || address.includes('%') || HOST_SERVICES.includes(address)) return false
  const parsed = ipaddr.parse(address)
  const range = parsed.range()
  if (reach === 'NEARBY' && NEARBY.includes(range)) return true
  if (range !== 'unicast') return false
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(GLOBAL_UNICAST)
}

/** The address that a URL's host is, where it is one. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return isIP(bare) === 0 ? null : bare
}
