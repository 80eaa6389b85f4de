import type { IncomingHttpHeaders } from 'node:http'
import { parseCookie, stringifySetCookie } from 'cookie'
import { SESSION_DAYS } from './session-is-good'

/** As long as a session is good at the most. */
const SESSION_SECONDS = SESSION_DAYS * 24 * 3600

/**
 * The cookie that a browser is signed in with: no script can read it, no other site's request carries it, and where the public
 * address is https no neighbour in the domain can set it (`__Host-`). It is heard of requests of our own pages only.
 */
export class SessionCookie {
  constructor(
    /** Where the gateway is reached, without a slash at its end; known once it listens. */
    private readonly publicUrl: () => string,
  ) {}

  get name(): string {
    return this.nameOf('daybook')
  }

  nameOf(name: string): string {
    return this.isSecure() ? `__Host-${name}` : name
  }

  /** What a request carries; null where it carries none, and where another site has brought it about. */
  read(headers: IncomingHttpHeaders): string | null {
    return this.isOwn(headers) ? this.carried(headers, this.name) : null
  }

  carried({ cookie }: IncomingHttpHeaders, name: string): string | null {
    if (cookie === undefined) return null
    return parseCookie(cookie)[name] ?? null
  }

  /** The header that sets it. */
  set(text: string): string {
    return this.write(this.name, text, SESSION_SECONDS)
  }

  /** The header that takes it away. */
  clear(): string {
    return this.write(this.name, '', 0)
  }

  write(name: string, value: string, maxAge: number): string {
    return stringifySetCookie({
      name,
      value,
      maxAge,
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.isSecure(),
    })
  }

  /**
   * Whether a page of ours has brought a request about, or no page: a browser says from which site it comes, and a program that
   * is none says nothing.
   */
  isOwn({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
    if (origin === undefined) return true
    if (!URL.canParse(origin)) return false
    const { origin: from, host: fromHost } = new URL(origin)
    const own = new URL(this.publicUrl())
    // Of the public host only what is encrypted as it is: its plain http is anybody's on the way.
    return fromHost === own.host ? from === own.origin : fromHost === host
  }

  private isSecure(): boolean {
    return this.publicUrl().startsWith('https:')
  }
}
