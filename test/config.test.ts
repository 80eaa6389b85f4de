import { randomBytes } from 'node:crypto'
import { ConfigError, readConfig } from '../src/config'

const KEY = 'sk_test_0123456789'
const SECRET = 'whsec_0123456789'
const DATABASE = { DATABASE_URL: 'postgres://localhost/daybook' }
const read = (environment: NodeJS.ProcessEnv) => readConfig({ ...DATABASE, ...environment }).stripe

function refusal(environment: NodeJS.ProcessEnv): string {
  try {
    read(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'taken'
}

describe('the settings of Stripe', () => {
  it('are none where there is no key', () => {
    for (const key of [{}, { STRIPE_SECRET_KEY: '' }]) expect(read(key)).toBeNull()
  })

  it('are a key, its mode, and one secret or several', () => {
    expect(read({ STRIPE_SECRET_KEY: KEY, STRIPE_WEBHOOK_SECRET: `${SECRET}, ${SECRET}b` })).toEqual({
      secretKey: KEY,
      webhookSecrets: [SECRET, `${SECRET}b`],
      apiBase: null,
      livemode: false,
      requestsASecond: 25,
    })
    const live = { NODE_ENV: 'production', STRIPE_SECRET_KEY: 'rk_live_0123456789', STRIPE_WEBHOOK_SECRET: SECRET }
    expect(read(live)).toMatchObject({ livemode: true, requestsASecond: 80 })
  })

  it('refuse a live key outside production, and a test key in it, and say why', () => {
    const secret = { STRIPE_WEBHOOK_SECRET: SECRET }
    for (const kind of ['sk', 'rk']) {
      expect(refusal({ ...secret, STRIPE_SECRET_KEY: `${kind}_live_1` })).toMatch(/live key.*real money/)
      expect(refusal({ ...secret, STRIPE_SECRET_KEY: `${kind}_test_1`, NODE_ENV: 'production' })).toMatch(/test key/)
    }
  })

  it.each(['', ' ', ',', `${SECRET},`, `${SECRET}, ,${SECRET}`, 'whsec_', 'whsec_ 123456789', KEY])(
    'refuse the secret %j, and say what it is to be',
    (secret) => {
      expect(refusal({ STRIPE_SECRET_KEY: KEY, STRIPE_WEBHOOK_SECRET: secret })).toMatch(/STRIPE_WEBHOOK_SECRET/)
    },
  )

  it('refuse a key without a secret', () => {
    expect(refusal({ STRIPE_SECRET_KEY: KEY })).toMatch(/STRIPE_WEBHOOK_SECRET is not set/)
  })

  it.each([' ', 'pk_test_0123456789', 'sk_0123456789', 'whsec_0123456789', `${KEY} `])(
    'refuse the key %j, without saying it',
    (key) => {
      const message = refusal({ STRIPE_SECRET_KEY: key, STRIPE_WEBHOOK_SECRET: SECRET })
      expect(message).toMatch(/STRIPE_SECRET_KEY/)
      if (key.trim() !== '') expect(message).not.toContain(key.trim())
    },
  )

  it('take another address over TLS, and a plain one on loopback only', () => {
    const at = (address: string) =>
      refusal({ STRIPE_SECRET_KEY: KEY, STRIPE_WEBHOOK_SECRET: SECRET, STRIPE_API_BASE: address })
    for (const address of ['https://stripe.example', 'http://127.0.0.1:12111', 'http://localhost:1', 'http://[::1]:1'])
      expect(at(address)).toBe('taken')
    for (const address of [
      'http://stripe.example',
      'http://127.0.0.1.example',
      'ftp://127.0.0.1',
      'x',
      'https://a.example/v1',
    ])
      expect(at(address)).toMatch(/STRIPE_API_BASE/)
  })
})

describe('replicas', () => {
  const DATABASE_URL = 'postgres://daybook@db.example/daybook'

  it('are a list of addresses by comma, of the database that is named too', () => {
    const urls = ['postgres://daybook@one.example/daybook', 'postgresql://daybook@two.example:5433/daybook']
    const read = readConfig({ DATABASE_URL, DATABASE_REPLICA_URL: urls.join(', ') })
    expect(read.databaseReplicaUrls).toEqual(urls)
    expect(readConfig({ DATABASE_URL }).databaseReplicaUrls).toEqual([])
    expect(refusal({ DATABASE_URL: '', DATABASE_REPLICA_URL: urls[0] })).toMatch(
      /DATABASE_REPLICA_URL is set, and DATABASE_URL is not/,
    )
    for (const bad of ['http://one.example', `${urls[0] ?? ''},`, 'one.example']) {
      expect(refusal({ DATABASE_URL, DATABASE_REPLICA_URL: bad })).toMatch(/^DATABASE_REPLICA_URL\b.*several by comma/)
    }
    expect(refusal({ DATABASE_URL, DATABASE_REPLICA_URL: Array(9).fill(urls[0]).join(',') })).toMatch(/8 addresses/)
  })
})

describe('tokens of whoever runs Daybook', () => {
  const GOOD = 'e2b1c7a95d3f4860b7a1c2d3e4f50617'
  const start = (NODE_ENV: string, name: string, token: string) => refusal({ NODE_ENV, [name]: token })

  it.each(['DAYBOOK_STAFF_TOKEN', 'METRICS_TOKEN'])(
    '%s is random in production, and anything while developing',
    (name) => {
      const weak = [
        'a'.repeat(32),
        'ab'.repeat(64),
        'correcthorse'.repeat(4),
        '0123456789abcdef0123456789abcdef',
        'abcdefghijklmnopqrstuvwxyz012345',
        'change-me-change-me-change-me-now',
        'this-is-an-example-of-a-staff-token',
        '11111111111111112222222222222222',
      ]
      for (const token of weak) {
        const message = start('production', name, token)
        expect(message).toMatch(new RegExp(`^${name} is easily guessed.*openssl rand -hex 32`))
        expect(message).not.toContain(token)
        expect(start('development', name, token)).toBe('taken')
      }
      expect(start('production', name, GOOD)).toBe('taken')
      for (const short of ['a'.repeat(31), `${GOOD} `, 'x'.repeat(256)])
        expect(start('development', name, short)).toMatch(new RegExp(`^${name}: has`))
    },
  )

  it('take whatever "openssl rand" makes, in hexadecimal and in base64', () => {
    for (let count = 0; count < 2_000; count += 1) {
      for (const token of [randomBytes(16).toString('hex'), randomBytes(24).toString('base64')])
        expect(start('production', 'DAYBOOK_STAFF_TOKEN', token)).toBe('taken')
    }
  })

  it('are not one and the same in production', () => {
    const both = { DAYBOOK_STAFF_TOKEN: GOOD, METRICS_TOKEN: GOOD }
    expect(refusal({ ...both, NODE_ENV: 'production' })).toMatch(/^METRICS_TOKEN is DAYBOOK_STAFF_TOKEN/)
    expect(refusal(both)).toBe('taken')
  })
})

describe('production', () => {
  const inProduction = (environment: NodeJS.ProcessEnv) => refusal({ NODE_ENV: 'production', ...environment })

  it('refuses the embedded Postgres and the demo, and says what allows them', () => {
    expect(inProduction({ DATABASE_URL: '' })).toMatch(/^DATABASE_URL is not set.*DAYBOOK_ALLOW lists "embedded"/)
    expect(inProduction({ DAYBOOK_DEMO: 'on' })).toMatch(/^DAYBOOK_DEMO is on.*DAYBOOK_ALLOW lists "demo"/)
    expect(inProduction({ DATABASE_URL: '', DAYBOOK_ALLOW: 'embedded' })).toBe('taken')
    expect(inProduction({ DAYBOOK_DEMO: 'on', DAYBOOK_ALLOW: 'lossy, demo' })).toBe('taken')
    expect(inProduction({ DAYBOOK_ALLOW: 'everything' })).toMatch(/^DAYBOOK_ALLOW\.0: is a list of/)
  })
})

describe('the notice of a drain', () => {
  const notice = (seconds: string) => readConfig({ ...DATABASE, DRAIN_NOTICE_SECONDS: seconds }).drainNoticeMs

  it('is a second in production and a quarter elsewhere, and leaves five of the nine that a stop may take', () => {
    expect(readConfig({ ...DATABASE, NODE_ENV: 'production' }).drainNoticeMs).toBe(1_000)
    expect([notice(''), notice('0'), notice('4')]).toEqual([250, 0, 4_000])
    for (const seconds of ['4.1', '30', '-1', 'long']) {
      expect(refusal({ DRAIN_NOTICE_SECONDS: seconds })).toMatch(/^DRAIN_NOTICE_SECONDS: is /)
    }
  })
})

describe('the public address', () => {
  const publicUrl = (PUBLIC_URL: string, more: NodeJS.ProcessEnv = {}) =>
    readConfig({ ...DATABASE, PUBLIC_URL, ...more }).publicUrl

  it('is of a host and a port, without a slash at its end, or none', () => {
    expect(publicUrl('')).toBeNull()
    expect(publicUrl('https://billing.example/')).toBe('https://billing.example')
    expect(publicUrl('https://billing.example:8443', { NODE_ENV: 'production' })).toBe('https://billing.example:8443')
    expect(publicUrl('http://localhost:4000')).toBe('http://localhost:4000')
    expect(publicUrl('http://[::1]:4000')).toBe('http://[::1]:4000')
  })

  it.each([
    'billing.example',
    'ftp://billing.example',
    'http://billing.example',
    'https://billing.example/daybook',
    'https://billing.example/?a=b',
    'https://billing.example/#a',
    'https://user@billing.example',
  ])('refuses %s, and says why', (address) => {
    expect(() => publicUrl(address)).toThrow(/PUBLIC_URL/)
  })

  it('is https in production', () => {
    expect(() => publicUrl('http://127.0.0.1:4000', { NODE_ENV: 'production' })).toThrow(/PUBLIC_URL is plain http/)
  })
})

describe('the settings of mail', () => {
  const mail = (environment: NodeJS.ProcessEnv) => {
    const { smtp, mailFrom } = readConfig({ ...DATABASE, ...environment })
    return { smtp, mailFrom }
  }
  const MAIL_FROM = 'Company <billing@company.example>'

  it('are files where there is no server', () => {
    expect(mail({})).toEqual({ smtp: null, mailFrom: { name: 'Daybook', address: 'daybook@localhost' } })
  })

  it('are a server, its user and a sender', () => {
    expect(mail({ SMTP_URL: 'smtps://us%40er:p%2Fw@mail.example', MAIL_FROM })).toEqual({
      smtp: {
        host: 'mail.example',
        port: 465,
        implicitTls: true,
        requireTls: true,
        auth: { user: 'us@er', pass: 'p/w' },
      },
      mailFrom: { name: 'Company', address: 'billing@company.example' },
    })
    expect(mail({ SMTP_URL: 'smtp://[::1]:2525', MAIL_FROM: 'billing@company.example' })).toMatchObject({
      smtp: { host: '::1', port: 2525, implicitTls: false, requireTls: false, auth: null },
      mailFrom: { name: '', address: 'billing@company.example' },
    })
  })

  it('demand TLS in production, except on loopback', () => {
    const inProduction = (SMTP_URL: string) => mail({ NODE_ENV: 'production', SMTP_URL, MAIL_FROM }).smtp?.requireTls
    expect(inProduction('smtp://mail.example')).toBe(true)
    for (const host of ['localhost', '127.0.0.1', '[::1]']) expect(inProduction(`smtp://${host}:25`)).toBe(false)
  })

  it.each([
    'mail.example:465',
    'https://mail.example',
    'smtp://',
    'smtp://user@mail.example',
    'smtp://u:secretword%@mail.example',
    'smtp://u:secretword@mail.example/?logger=true',
  ])('refuse the server %j, without saying its password', (SMTP_URL) => {
    const message = refusal({ SMTP_URL, MAIL_FROM })
    expect(message).toMatch(/^SMTP_URL: /)
    expect(message).not.toContain('secretword')
  })

  it('refuse a server without a sender', () => {
    expect(refusal({ SMTP_URL: 'smtps://mail.example' })).toMatch(/^MAIL_FROM is not set/)
  })

  it.each(['nobody', 'a@b', 'A <a@b.example', 'A\r\nBcc: x <a@b.example>', '<a@b.example>, c@d.example'])(
    'refuse the sender %j',
    (from) => {
      expect(refusal({ MAIL_FROM: from })).toMatch(/^MAIL_FROM: /)
    },
  )
})

describe('the settings of sign-in', () => {
  const settings = (environment: NodeJS.ProcessEnv) => {
    const { openId, trustProxy } = readConfig({ ...DATABASE, ...environment })
    return { openId, trustProxy }
  }
  const OPENID = { OPENID_ISSUER: 'https://login.example', OPENID_CLIENT_ID: 'a', OPENID_CLIENT_SECRET: 'b' }

  it('are none by default: no provider, and no proxy is believed', () => {
    expect(settings({})).toEqual({ openId: null, trustProxy: null })
  })

  it('are a provider with its client, named by its host unless it has a name', () => {
    const openId = { issuer: 'https://login.example', clientId: 'a', clientSecret: 'b', name: 'login.example' }
    expect(settings(OPENID).openId).toEqual(openId)
    expect(settings({ ...OPENID, OPENID_NAME: 'Company' }).openId?.name).toBe('Company')
    expect(refusal({ ...OPENID, OPENID_CLIENT_SECRET: '' })).toMatch(/OPENID_CLIENT_SECRET/)
    expect(refusal({ ...OPENID, OPENID_ISSUER: 'http://login.example' })).toMatch(/plain http/)
  })

  it('are proxies by address and network, or a number of hops', () => {
    expect(settings({ TRUST_PROXY: '10.0.0.0/8, ::1, loopback' }).trustProxy).toEqual(['10.0.0.0/8', '::1', 'loopback'])
    expect(settings({ TRUST_PROXY: '1' }).trustProxy).toBe(1)
    for (const bad of ['0', '-1', 'everybody', '10.0.0.0/8,', '1.2.3.4/99'])
      expect(refusal({ TRUST_PROXY: bad })).toMatch(/TRUST_PROXY/)
  })
})
