import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { htmlOf, subjectOf, textOf } from '../../src/mail/mail-letter'
import { MAIL_TEMPLATES, type MailFacts } from '../../src/mail/mail-templates'
import { messageIdOf, openMailTransport } from '../../src/mail/mail-transport'
import { InvoiceStatus } from '../../src/invoices/invoice.entity'
import { Dice, seedOf } from '../support/dice'

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "O'Hara & Söhne \u202e gnp.exe",
  'A\r\nBcc: everybody@victim.example\r\n\r\nhello',
  'x\n.\nMAIL FROM:<x>',
  '=?utf-8?Q?=0D=0ABcc:?=',
  '𝔘nicode 🏦 名前',
  'long '.repeat(60),
]

const DATA = {
  amount: 1000,
  currency: 'EUR',
  number: 'CN-2027-000001',
  days: 7,
  available: 3,
  requested: 30,
  measure: 'RUNWAY_DAYS',
  threshold: 14,
  runsOutAt: '2027-04-01T00:00:00.000Z',
  failures: 3,
  reason: 'RENEWAL_FAILED',
  undelivered: 12,
}

function factsOf(type: string, name: string): MailFacts {
  const at = new Date('2027-03-15T09:00:00.000Z')
  return {
    event: { sequence: 7, type, subject: name, data: DATA, occurredAt: at },
    accountName: name,
    subjectName: name,
    invoice: {
      id: 'invoice_1',
      number: '2027-000001',
      status: InvoiceStatus.OPEN,
      currency: 'EUR',
      totalMinor: 223_125,
      paidMinor: 100,
      days: 2250,
      dueAt: at,
      postponedUntil: null,
      periodStart: at,
    },
    paymentUrl: 'https://pay.daybook.test/pay/0123',
  }
}

describe.each(Object.keys(MAIL_TEMPLATES))('the mail of %s', (type) => {
  it.each(HOSTILE)('escapes %j, and keeps it out of the headers', (name) => {
    const letter = MAIL_TEMPLATES[type]?.write(factsOf(type, name))
    if (letter === undefined) throw new Error('no template')
    const sender = { name, sandbox: true }
    expect(subjectOf(letter, sender)).toMatch(/^\[SANDBOX\] [^\p{Cc}]{1,190}$/u)
    const page = htmlOf(letter, sender)
    expect(page).not.toMatch(/<(script|img|[^>]* (src|onerror)=)/i)
    // Nothing is loaded: the only address is that of the button.
    expect(new Set(page.match(/https?:[^"\s<]+/g) ?? [])).toEqual(
      new Set(letter.button === null ? [] : ['https://pay.daybook.test/pay/0123']),
    )
    expect(Buffer.byteLength(page)).toBeLessThan(32_768)
    expect(textOf(letter, sender)).toMatch(/^SANDBOX/)
    expect(textOf(letter, sender)).not.toMatch(/undefined|NaN|\[object/)
    expect(page).not.toMatch(/undefined|NaN|\[object/)
  })
})

it('writes no header that a name or an address smuggles in', async () => {
  const dice = new Dice(seedOf())
  const home = await mkdtemp(join(tmpdir(), 'daybook-letters-'))
  try {
    for (const [index, name] of HOSTILE.entries()) {
      const transport = openMailTransport({ smtp: null, mailFrom: { name, address: 'billing@daybook.test' }, home })
      await transport.send({
        id: `mail_${index}`,
        recipient: dice.pick(['a@b.example, c@d.example', 'a@b.example\r\nBcc: c@d.example', 'a@b.example']),
        subject: name,
        text: name,
        html: '<p>x</p>',
        createdAt: new Date(),
        resent: 0,
        attachments: [{ fileName: `${name}.pdf`, contentType: 'application/pdf', bytes: Buffer.from('%PDF-') }],
      })
    }
    for (const file of await readdir(join(home, 'outbox'))) {
      const raw = await readFile(join(home, 'outbox', file), 'utf8')
      const headers = raw
        .slice(0, raw.indexOf('\r\n\r\n'))
        .replace(/\r\n[ \t]+/g, ' ')
        .split('\r\n')
      const names = headers.map((line) => line.slice(0, line.indexOf(':')))
      expect([...names].sort()).toEqual(
        ['Auto-Submitted', 'Content-Type', 'Date', 'From', 'MIME-Version', 'Message-ID', 'Subject', 'To'].sort(),
      )
      expect(headers.find((line) => line.startsWith('To:'))).not.toMatch(/c@d\.example>?,|, *<?c@d/)
    }
  } finally {
    await rm(home, { recursive: true })
  }
})

it('has a Message-ID of its own under the sender’s domain', () => {
  const from = { name: '', address: 'billing@daybook.test' }
  expect(messageIdOf({ id: 'mail_1', resent: 0 }, from)).toBe('<mail_1@daybook.test>')
  expect(messageIdOf({ id: 'mail_1', resent: 2 }, from)).toBe('<mail_1.2@daybook.test>')
})
