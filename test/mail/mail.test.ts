import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BadUserInputError, ConflictError } from '../../src/errors'
import { parseInput } from '../../src/input'
import { MAIL_TEMPLATES } from '../../src/mail/mail-templates'
import { pruneMails } from '../../src/mail/prune-mails'
import { resendMail } from '../../src/mail/resend-mail'
import { SetMailPreferences, setMailPreferences } from '../../src/mail/set-mail-preferences'
import { MailKind } from '../../src/mail/mail.entity'
import { SetBillingDetails, setBillingDetails } from '../../src/particulars/set-billing-details'
import { PAY_AT, PostOffice, STAFF } from './post-office'

let post: PostOffice
beforeAll(async () => {
  post = await PostOffice.open()
})
afterAll(async () => {
  await post.close()
})
beforeEach(() => {
  post.server.behaviour = 'ACCEPT'
  post.server.received.splice(0)
})

/** Sends all that there is, as one gateway. */
async function deliver(): Promise<void> {
  const mailer = post.mailer()
  while ((await mailer.round()) > 0) {
    // Until nothing is due.
  }
}

const bodyOf = (raw: string) =>
  Buffer.from(
    raw.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

describe('mail', () => {
  it('brings an invoice to its payer, with the page on which it is paid, once', async () => {
    const accountId = await post.account()
    const invoice = await post.request(accountId)
    await deliver()
    await deliver()
    expect(await post.told(accountId)).toEqual(['invoice.opened SENT'])
    const [mail] = post.server.received
    expect(post.server.received).toHaveLength(1)
    expect(mail).toMatchObject({ from: 'billing@daybook.test', to: ['owner@partner.example'] })
    expect(mail?.subject).toBe(`Invoice ${invoice.number ?? ''}: 10.00 EUR, due 15 March 2027`)
    expect(bodyOf(mail?.raw ?? '')).toContain(`${PAY_AT}/pay/${invoice.paymentToken}`)
    expect(mail?.raw).not.toMatch(/List-Unsubscribe/i)
    expect(mail?.raw).toMatch(/^Auto-Submitted: auto-generated/m)
  })

  it('acknowledges each payment, and of an invoice of zero says nothing twice', async () => {
    const accountId = await post.account()
    const invoice = await post.request(accountId)
    await post.pay(invoice, 400)
    await deliver()
    await post.pay(invoice, 600)
    await deliver()
    const free = await post.account({}, { channelMonthAmount: 0 })
    await post.request(free)
    await deliver()
    expect(await post.told(accountId)).toEqual([
      'invoice.opened SENT',
      'invoice.payment_recorded SENT',
      'invoice.payment_recorded SENT',
    ])
    const texts = (await post.mails(accountId)).map(({ textBody }) => textBody)
    expect(texts[1]).toContain('6.00 EUR are still outstanding')
    expect(texts[2]).toContain('It is paid')
    expect(await post.told(free)).toEqual(['invoice.opened SENT'])
    expect((await post.mails(free))[0]?.textBody).not.toContain('/pay/')
  })

  it('goes to the address of the billing details, and to nobody where there is none', async () => {
    const billed = await post.account()
    const details = parseInput(SetBillingDetails, { accountId: billed, email: 'invoices@partner.example' })
    await post.inTransaction((tx) => setBillingDetails(tx, STAFF, details))
    await post.request(billed)
    const nobody = await post.account({ email: null })
    await post.request(nobody)
    await deliver()
    expect(post.server.received.map(({ to }) => to)).toEqual([['invoices@partner.example']])
    expect(await post.mails(nobody)).toMatchObject([
      { state: 'SKIPPED', recipient: null, error: 'The account has no e-mail address.', attempts: 0 },
    ])
  })

  it('leaves in the order of the account’s log', async () => {
    const accountId = await post.account()
    const numbers: string[] = []
    for (let count = 0; count < 6; count += 1) numbers.push((await post.request(accountId)).number ?? '')
    const [a, b] = [post.mailer(), post.mailer()]
    for (let tries = 0; post.server.received.length < 6 && tries < 50; tries += 1) {
      await Promise.all([a.round(), b.round()])
    }
    expect(post.server.received.map(({ subject }) => /Invoice (\S+):/.exec(subject)?.[1])).toEqual(numbers)
  })

  it('is made and sent once for each cause by four gateways at once, over a restart and failures', async () => {
    const accounts: string[] = []
    for (let count = 0; count < 8; count += 1) accounts.push(await post.account({ email: `p${count}@partner.example` }))
    const failed = new Set<string>()
    post.server.behaviour = (recipient) => {
      if (failed.has(recipient)) return 'ACCEPT'
      failed.add(recipient)
      return failed.size % 2 === 0 ? 'LATER' : 'HANG_UP'
    }
    for (const accountId of accounts) for (let count = 0; count < 3; count += 1) await post.request(accountId)
    const gateways = Array.from({ length: 4 }, () => post.mailer())
    for (let rounds = 0; rounds < 30; rounds += 1) {
      await Promise.all(gateways.map((gateway) => gateway.round()))
      if (rounds === 1) gateways[0] = post.mailer()
    }
    expect(post.server.received).toHaveLength(24)
    expect(new Set(post.server.received.map(({ messageId }) => messageId)).size).toBe(24)
    for (const accountId of accounts) {
      expect(await post.told(accountId)).toEqual(Array(3).fill('invoice.opened SENT'))
    }
  })

  it('comes again under the same Message-ID where its taking was never heard of', async () => {
    const accountId = await post.account()
    await post.request(accountId)
    post.server.behaviour = 'TAKE_AND_HANG_UP'
    await post.mailer().round()
    post.server.behaviour = 'ACCEPT'
    // What was claimed by a gateway that is gone, too.
    await post.query(`UPDATE mail SET error = NULL, next_attempt_at = daybook_now() WHERE account_id = $1`, [accountId])
    await deliver()
    const ids = post.server.received.map(({ messageId }) => messageId)
    const [mail] = await post.mails(accountId)
    expect(new Set(ids)).toEqual(new Set([`<${mail?.id ?? ''}@daybook.test>`]))
    expect(mail).toMatchObject({ state: 'SENT' })
  })

  it('is left where the server says nothing and the gateway stops, and another gateway sends it', async () => {
    const accountId = await post.account()
    await post.request(accountId)
    post.server.behaviour = 'STALL'
    const closing = new AbortController()
    const round = post.mailer().round(closing.signal)
    while ((await post.mails(accountId))[0]?.attempts !== 1) {
      // Until it is under way.
    }
    closing.abort()
    await round
    expect(await post.mails(accountId)).toMatchObject([{ state: 'PENDING', attempts: 1, error: null }])
    post.server.behaviour = 'ACCEPT'
    // It is nobody else's for five minutes.
    expect(await post.mailer().round()).toBe(0)
    await post.advance(0.1)
    await deliver()
    expect(await post.mails(accountId)).toMatchObject([{ state: 'SENT', attempts: 2 }])
    expect(post.server.received).toHaveLength(1)
  })

  it('is not written where the event is rolled back, and not read twice', async () => {
    const accountId = await post.account()
    await expect(
      post.inTransaction(async (tx) => {
        await tx.query({ name: 'x', text: `UPDATE account SET name = 'x' WHERE id = $1` }, [accountId])
        await tx.query(
          {
            name: 'y',
            text: `INSERT INTO event SELECT $1, sequence + 1, 'invoice.opened', $1, '{}', 'x', now() FROM account WHERE id = $1`,
          },
          [accountId],
        )
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    await deliver()
    expect(await post.mails(accountId)).toEqual([])
    await post.request(accountId)
    await deliver()
    await post.query('UPDATE mail_cursor SET read_until = 0 WHERE account_id = $1', [accountId])
    await deliver()
    expect(await post.told(accountId)).toEqual(['invoice.opened SENT'])
    expect(post.server.received).toHaveLength(1)
  })

  it.each(['REFUSE_RECIPIENT', 'REFUSE_TEXT'] as const)(
    'stops at once where the server says no for good: %s',
    async (no) => {
      const accountId = await post.account()
      await post.request(accountId)
      post.server.behaviour = no
      await deliver()
      const [mail] = await post.mails(accountId)
      expect(mail).toMatchObject({ state: 'FAILED', attempts: 1, nextAttemptAt: null })
      expect(mail?.error).toMatch(/5\d\d/)
    },
  )

  it('is tried with back-off for three days, and lets later mails by meanwhile', async () => {
    const accountId = await post.account({ email: 'later@partner.example' })
    await post.request(accountId)
    post.server.behaviour = 'LATER'
    const mailer = post.mailer({})
    await mailer.round()
    expect(await post.mails(accountId)).toMatchObject([{ state: 'PENDING', attempts: 1 }])
    expect(await mailer.round()).toBe(0)
    post.server.behaviour = 'ACCEPT'
    await post.request(accountId)
    await mailer.round()
    expect(await post.told(accountId)).toEqual(['invoice.opened PENDING', 'invoice.opened SENT'])
    post.server.behaviour = 'LATER'
    let attempts = 0
    for (let hours = 0; hours < 100; hours += 1) {
      await post.advance(1)
      attempts += await mailer.round()
    }
    expect((await post.mails(accountId))[0]).toMatchObject({ state: 'FAILED' })
    expect(attempts).toBeGreaterThan(15)
    expect(attempts).toBeLessThan(60)
  })

  it('is sent anew by staff, to the address of now, as another message where it was sent', async () => {
    const accountId = await post.account()
    await post.request(accountId)
    post.server.behaviour = 'REFUSE_RECIPIENT'
    await deliver()
    post.server.behaviour = 'ACCEPT'
    const [mail] = await post.mails(accountId)
    const id = mail?.id ?? ''
    const details = parseInput(SetBillingDetails, { accountId, email: 'right@partner.example' })
    await post.inTransaction((tx) => setBillingDetails(tx, STAFF, details))
    await post.inTransaction((tx) => resendMail(tx, STAFF, accountId, { id }))
    await deliver()
    await post.inTransaction((tx) => resendMail(tx, STAFF, accountId, { id }))
    await deliver()
    expect(post.server.received.map(({ to, messageId }) => [to[0], messageId])).toEqual([
      ['right@partner.example', `<${id}@daybook.test>`],
      ['right@partner.example', `<${id}.1@daybook.test>`],
    ])
    expect(await post.told(accountId)).toEqual(['invoice.opened SENT'])
  })

  it('forgets what it said after 90 days, and is then not sent anew', async () => {
    const accountId = await post.account()
    await post.request(accountId)
    await deliver()
    await post.query(`UPDATE mail SET created_at = created_at - interval '91 days' WHERE account_id = $1`, [accountId])
    const { signal } = new AbortController()
    const tools = { database: post.database, signal } as unknown as Parameters<typeof pruneMails>[0]
    await pruneMails(tools)
    const [mail] = await post.mails(accountId)
    expect(mail).toMatchObject({ textBody: null, htmlBody: null, state: 'SENT' })
    const again = post.inTransaction((tx) => resendMail(tx, STAFF, accountId, { id: mail?.id ?? '' }))
    await expect(again).rejects.toThrow(ConflictError)
  })

  it('leaves out what an account doesn’t want, but never its invoices', async () => {
    const accountId = await post.account()
    const prefer = (unwanted: MailKind[]) =>
      post.inTransaction((tx) => setMailPreferences(tx, STAFF, parseInput(SetMailPreferences, { accountId, unwanted })))
    for (const kind of [MailKind.INVOICE, MailKind.OVERDUE, MailKind.CREDIT_NOTE]) {
      await expect(prefer([kind])).rejects.toThrow(BadUserInputError)
    }
    await prefer([MailKind.RECEIPT, MailKind.RECEIPT])
    const invoice = await post.request(accountId)
    await post.pay(invoice, 1000)
    await deliver()
    expect(await post.told(accountId)).toEqual(['invoice.opened SENT', 'invoice.payment_recorded SKIPPED'])
  })

  it('says SANDBOX where no money is owed', async () => {
    const accountId = await post.account({ sandbox: true })
    await post.request(accountId)
    await deliver()
    const [mail] = await post.mails(accountId)
    expect(mail?.subject).toMatch(/^\[SANDBOX\] Invoice /)
    expect(mail?.textBody).toMatch(/^SANDBOX: a test account/)
    expect(post.server.received).toHaveLength(1)
  })

  it('is what the database’s trigger looks for', async () => {
    const [row] = await post.query<{ definition: string }>(
      `SELECT pg_get_triggerdef(oid) AS definition FROM pg_trigger WHERE tgname = 'event_is_mailed'`,
    )
    const types = [...(row?.definition ?? '').matchAll(/'([a-z_]+\.[a-z_]+)'/g)].map(([, type]) => type)
    expect(new Set(types)).toEqual(new Set(Object.keys(MAIL_TEMPLATES)))
  })

  it('is a file of its owner’s alone where there is no mail server', async () => {
    const home = await mkdtemp(join(tmpdir(), 'daybook-mail-'))
    try {
      const accountId = await post.account()
      await post.request(accountId)
      await post.mailer({}, home, null).round()
      const [name = ''] = await readdir(join(home, 'outbox'))
      const [mail] = await post.mails(accountId)
      expect(name).toBe(`${mail?.id ?? ''}.eml`)
      expect((await stat(join(home, 'outbox'))).mode & 0o777).toBe(0o700)
      expect((await stat(join(home, 'outbox', name))).mode & 0o777).toBe(0o600)
      expect(await readFile(join(home, 'outbox', name), 'utf8')).toMatch(/^To: .*partner\.example/m)
      expect(await post.told(accountId)).toEqual(['invoice.opened SENT'])
    } finally {
      await rm(home, { recursive: true })
    }
  })
})
