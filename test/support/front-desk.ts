import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Secret, TOTP } from 'otpauth'
import type { Config } from '../../src/config'
import { Browser } from './browser'
import type { TestGateway } from './gateway'

export const PASSWORD = 'heron under violet 42'

/** Comes in as people do, with what stands in their mails. */
export class FrontDesk {
  private people = 0

  constructor(
    readonly gateway: TestGateway,
    private readonly home: Config['home'],
  ) {}

  browser(headers?: Record<string, string>, url = this.gateway.url): Browser {
    return new Browser(url, headers)
  }

  /** Invites and answers the token in the mail. */
  async invite(
    role: string,
    accountId: string | null,
    { email = this.newEmail(), token = this.gateway.staffToken } = {},
  ): Promise<{ token: string; email: string; invitationId: string }> {
    const { data, errors } = await this.browser({ authorization: `Bearer ${token}` }).ask(
      'mutation ($input: InvitePersonInput!) { invitePerson(input: $input) { id } }',
      { input: { accountId, email, name: 'Ina Invited', role } },
    )
    expect(errors).toBeUndefined()
    return { token: await this.mailed(email, 'invitation'), email, invitationId: String(data.invitePerson.id) }
  }

  newEmail(): string {
    this.people += 1
    return `person-${this.people}@people.example`
  }

  /** Somebody who has accepted an invitation, and has a browser that is signed in. */
  async person(role: string, accountId: string | null): Promise<{ browser: Browser; email: string; id: string }> {
    const { token, email } = await this.invite(role, accountId)
    const browser = this.browser()
    const { status, body } = await browser.post('/invitation/accept', { token, name: 'Ina', password: PASSWORD })
    expect([status, body]).toEqual([200, { next: 'SIGNED_IN' }])
    const { data } = await browser.ask('{ viewer { person { id } } }')
    return { browser, email, id: String(data.viewer.person.id) }
  }

  /** Gives a person a second factor. Answers what its authenticator shows, and its recovery codes. */
  async secondFactor(browser: Browser) {
    const { data } = await browser.ask('mutation { startSecondFactor { secret otpauthUrl } }')
    const secret = String(data.startSecondFactor.secret)
    const code = (steps = 0) => codeOf(secret, steps)
    const confirmed = await browser.ask(
      'mutation ($code: String!) { confirmSecondFactor(code: $code) { recoveryCodes } }',
      {
        code: code(-1),
      },
    )
    expect(confirmed.errors).toBeUndefined()
    return { secret, code, recoveryCodes: confirmed.data.confirmSecondFactor.recoveryCodes as string[] }
  }

  /** The token of the newest mail to an address. */
  async mailed(email: string, page: 'invitation' | 'reset-password', known: readonly string[] = []): Promise<string> {
    for (;;) {
      for (const text of await this.mails(email)) {
        const token = new RegExp(`/${page}#([\\w-]{43})`).exec(text)?.[1]
        if (token !== undefined && !known.includes(token)) return token
      }
      await delay(50)
    }
  }

  /** What was sent to an address, as plain text, newest first. */
  async mails(email: string): Promise<string[]> {
    const folder = join(this.home, 'outbox')
    const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml')).sort()
    const texts = await Promise.all(files.reverse().map((name) => readFile(join(folder, name), 'utf8')))
    return texts
      .map((text) => text.replaceAll('=\r\n', '').replaceAll('=3D', '='))
      .filter((text) => text.includes(`To: ${email}`))
  }
}

/** What an authenticator shows, so many steps of 30 seconds from now. */
export function codeOf(secret: string, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 })
}
