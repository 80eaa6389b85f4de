import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Client } from 'pg'
import {
  AuditLogDocument,
  CreateWebhookEndpointDocument,
  type CreateWebhookEndpointMutation,
  ViewerDocument,
} from '../../sdk'
import { performCommand } from '../../src/commands/program'
import { Terminal } from '../../src/commands/terminal'
import { EXPORTS } from '../../src/exports/account-files'
import { createTestDatabase, withDatabase } from '../support/database'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'
import { MailServer } from '../support/mail-server'
import { StripeDouble } from '../support/stripe-double'
import { Built, type Ended } from './daybook-process'

let built: Built
let gateway: TestGateway
let partner: TestPartner
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-commands-'))
  ;[built, gateway] = await Promise.all([Built.make(), startTestGateway()])
  partner = await gateway.newPartner({ days: 100 })
})

afterAll(async () => {
  await gateway.stop()
  await built.remove()
  await rm(folder, { recursive: true, force: true })
})

/** A command on the database of the gateway, as a process of its own. */
function daybook(args: string, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return built.run(wordsOf(args), { ...settings(), ...environment })
}

/** The same in this process, which loads nothing anew: what a command says and answers, and not how it is started. */
async function inProcess(args: string, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const before = { ...process.env }
  Object.assign(process.env, settings(), environment)
  try {
    const [out, err] = [new PassThrough(), new PassThrough()]
    const texts = [out, err].map((stream) => text(stream))
    const code = await performCommand(wordsOf(args), new Terminal(out, err))
    out.end()
    err.end()
    const [stdout = '', stderr = ''] = await Promise.all(texts)
    return { code, stdout, stderr }
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name)
    Object.assign(process.env, before)
  }
}

function wordsOf(args: string): string[] {
  return args.split(' ').flatMap((word) => (word === '{account}' ? [partner.account.id] : word === '' ? [] : [word]))
}

const settings = () => ({
  DATABASE_URL: gateway.databaseUrl,
  DAYBOOK_HOME: join(folder, 'home'),
  DAYBOOK_SECRET_KEY: Buffer.alloc(32, 'test').toString('base64'),
})

describe('a command line that can’t be', () => {
  it.each([
    ['audi', /unknown command 'audi'[^]*Did you mean audit/],
    ['', /^Usage: daybook/],
    ['token', /^Usage: daybook token/],
    ['audit --acount x', /unknown option '--acount'/],
    ['serve --port 70000', /whole number from 0 to 65535/],
    ['token create --name x --scope READ', /Either --account <id> or --staff/],
    ['token create --staff --account {account} --name x --scope READ', /Either --account <id> or --staff/],
    ['token create --staff --scope READ', /required option '--name/],
    ['token create --staff --name x --scope FLY', /Scopes are READ, CHANNELS/],
    ['token create --staff --name x --scope READ --expires soon', /an instant such as/],
    ['token create --account {account} --name x --scope ADMIN', /ADMIN is for staff/],
    ['export --account {account}', /missing required argument 'what'/],
    ['export everything --account {account}', /Allowed choices are ledger/],
    ['export ledger', /required option '--account/],
    ['export usage --account {account} --after 3', /after/],
    ['export usage --account {account} --from 2027-02-31x', /an instant such as/],
    ['replay event', /Either an event’s id or --parked/],
    ['replay webhooks --endpoint x --from 0 --to 2', /whole number from 1/],
  ])('is refused with 2: daybook %s', async (args, why) => {
    const { code, stdout, stderr } = await inProcess(args)
    expect(stderr).toMatch(why)
    expect(stderr).not.toMatch(/\n {4}at /)
    expect([code, stdout]).toEqual([2, ''])
  })
})

describe('a process', () => {
  it('ends with what its command answers, and keeps answers and explanations apart', async () => {
    const [wrong, refused, help] = await Promise.all([
      daybook('token create --name x'),
      daybook('audit --account nobody'),
      daybook('help doctor'),
    ])
    expect(wrong).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/^error: required option/) as string })
    expect(refused).toEqual({ code: 1, stdout: '', stderr: 'There is no such account. (nobody)\n' })
    expect(help).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: daybook doctor/) as string, stderr: '' })
  })
})

describe('what a command refuses', () => {
  it.each([
    ['audit --account account_00000000000000000000000000', /no such account. \(account_0+\)/],
    ['export ledger --account nobody', /no such account/],
    ['token revoke token_00000000000000000000000000', /no such token/],
    ['token create --staff --name x --scope READ --expires 2020-01-01', /expired already/],
    ['replay event evt_1', /no such provider event/],
    ['replay webhooks --endpoint webhook_00000000000000000000000000 --from 1 --to 2', /no such webhook endpoint/],
  ])('is a sentence, and 1: daybook %s', async (args, why) => {
    const { code, stdout, stderr } = await inProcess(args)
    expect(stderr).toMatch(why)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect([code === 2 ? 1 : code, stdout]).toEqual([1, ''])
  })

  it('has a stack for whoever debugs', async () => {
    const { stderr } = await inProcess('replay event evt_1', { LOG_LEVEL: 'debug' })
    expect(stderr).toMatch(/\n {4}at /)
  })

  it('names each setting that can’t be', async () => {
    const { code, stderr } = await inProcess('audit', { PORT: 'x', SMTP_URL: 'y' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/These settings can’t be:\nPORT: is a port number\nSMTP_URL: is an address/)
  })

  it('is a Postgres that is not there', async () => {
    const { code, stderr } = await inProcess('token list --staff', { DATABASE_URL: 'postgres://x@127.0.0.1:9/x' })
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^The Postgres can’t be used \(.*DATABASE_URL says/)])
  })
})

describe('daybook migrate', () => {
  it('tells what waits without running it, then runs it with its times, and once only', async () => {
    const admin = new Client({ connectionString: process.env.DAYBOOK_TEST_POSTGRES })
    await admin.connect()
    const name = `daybook_commands_${process.pid}`
    await admin.query(`CREATE DATABASE ${name}`)
    const empty = { DATABASE_URL: withDatabase(process.env.DAYBOOK_TEST_POSTGRES ?? '', name) }
    const onEmpty = new Client({ connectionString: empty.DATABASE_URL })
    await onEmpty.connect()
    try {
      const check = await daybook('migrate --check', empty)
      expect([check.code, check.stderr]).toEqual([1, expect.stringMatching(/not up to date/)])
      const [first, ...more] = check.stdout.trim().split('\n')
      expect(first).toBe('CreateDaybook1764000000000')
      expect(more.at(-1)).toMatch(/job queue has no tables/)
      const { rows } = await onEmpty.query('SELECT FROM pg_class WHERE relnamespace = to_regnamespace($1)', ['public'])
      expect(rows).toEqual([])

      const early = await inProcess('audit', empty)
      expect([early.code, early.stderr]).toEqual([
        1,
        `The database lacks ${more.length} migrations. "daybook migrate" runs them.\n`,
      ])

      const doctor = await inProcess('doctor --json', { ...empty, DAYBOOK_MIGRATE: 'off' })
      expect(findingsOf(doctor).migrations).toEqual(['FAIL', `${more.length} migrations did not run yet.`])

      const ran = await daybook('migrate', empty)
      expect([ran.code, ran.stderr]).toEqual([0, `${more.length} migrations ran. The database is up to date.\n`])
      const lines = ran.stdout.trim().split('\n')
      expect(lines).toHaveLength(more.length)
      for (const line of lines) expect(line).toMatch(/^\w+\d{13} {2}\d+ ms$/)

      const [again, checked] = [await inProcess('migrate', empty), await inProcess('migrate --check', empty)]
      expect(again).toEqual({ code: 0, stdout: '', stderr: 'The database was up to date; nothing was run.\n' })
      expect([checked.code, checked.stdout]).toEqual([0, ''])
    } finally {
      await onEmpty.end()
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.end()
    }
  })
})

describe('daybook seed', () => {
  it('is refused in production, unless it is allowed', async () => {
    const environment = { NODE_ENV: 'production', DAYBOOK_SECRET_KEY: '' }
    const refused = await inProcess('seed --channels 3', environment)
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/the demo is refused, unless DAYBOOK_ALLOW/),
    ])
    const allowed = await inProcess('seed --channels 3', { ...environment, DAYBOOK_ALLOW: 'demo' })
    expect(allowed.code).toBe(0)
  })

  it('makes the demo partner once, and prints its token alone', async () => {
    const first = await daybook('seed')
    expect([first.code, first.stdout]).toEqual([0, expect.stringMatching(/^daybook_partner_\w+\n$/)])
    const again = await inProcess('seed')
    expect([again.code, again.stdout]).toEqual([0, first.stdout])
    const { viewer } = await gateway.newClient(first.stdout.trim()).request(ViewerDocument)
    expect(viewer.account?.name).toBe('Demo partner')
  })

  it('opens sandbox accounts of a size, whose ledgers hold', async () => {
    const { code, stdout, stderr } = await daybook('seed --accounts 2 --channels 620 --progress')
    expect(code).toBe(0)
    expect(stderr).toMatch(/Account 2 of 2: 1,240 of 1,240 channels\n2 sandbox accounts with 620 channels each/)
    const ids = stdout.trim().split('\n')
    const rows = await gateway.sql<{ sandbox: boolean; channels: number; available: number }>(
      `SELECT sandbox, (SELECT count(*)::int FROM channel WHERE account_id = a.id AND deleted_at IS NULL) AS channels,
              available::int
       FROM account a WHERE id = ANY ($1)`,
      [ids],
    )
    const expected = { sandbox: true, channels: 620, available: 621 * 30 }
    expect(rows).toEqual([expected, expected])
    for (const id of ids) expect(await inProcess(`audit --account ${id}`)).toMatchObject({ code: 0, stdout: '' })
  })
})

describe('daybook token', () => {
  it('prints a token’s secret alone, and all about it beside', async () => {
    const made = await daybook('token create --account {account} --name Reports --scope channels --expires 90d')
    expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^daybook_partner_\w+\n$/)])
    expect(made.stderr).not.toContain(made.stdout.trim())
    const [, id = ''] =
      /^(token_\w+) is account_\w+’s, and may CHANNELS, READ\. It is valid until/.exec(made.stderr) ?? []
    const client = gateway.newClient(made.stdout.trim())
    expect((await client.request(ViewerDocument)).viewer.scopes.toSorted()).toEqual(['CHANNELS', 'READ'])

    const events = await gateway.sql(`SELECT type, actor FROM event WHERE subject = $1`, [id])
    expect(events).toEqual([{ type: 'token.created', actor: 'staff:environment' }])
    const listed = await inProcess('token list --account {account} --json')
    const [newest] = JSON.parse(listed.stdout) as Record<string, unknown>[]
    expect(newest).toMatchObject({ id, name: 'Reports', accountId: partner.account.id, revokedAt: null })
    expect(listed.stdout).not.toContain(made.stdout.trim())

    expect(await daybook(`token revoke ${id}`)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/is revoked/) as string,
    })
    await expect(client.request(ViewerDocument)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect((await inProcess(`token revoke ${id}`)).stderr).toMatch(/was revoked at .* already/)
  })

  it('makes one of staff’s, which may all that was asked', async () => {
    const made = await daybook(
      'token create --staff --name Office --scope READ,CHANNELS BILLING --scope TOKENS --scope ADMIN',
    )
    expect(made.stderr).toMatch(/is staff’s.*until it is revoked/)
    const staff = gateway.newClient(made.stdout.trim())
    expect((await staff.request(ViewerDocument)).viewer).toMatchObject({ role: 'STAFF', account: null })
    await staff.request(AuditLogDocument, { first: 1 })
    const listed = await daybook('token list --staff')
    expect(listed.stdout).toMatch(/^ID +PREFIX +SCOPES .*NAME\n(token_.*\n)*token_\w+ +daybook_staff_\w+ .*Office\n/)
  })
})

describe('daybook invite', () => {
  it('invites the first person of staff, by a mail that a gateway sends', async () => {
    const invited = await inProcess('invite --staff --email Ada@daybook.test --name Ada --role ADMIN')
    expect(invited.code).toBe(0)
    expect(invited.stdout).toMatch(/^invitation_\w+\n$/)
    const [row] = await gateway.sql<object>(
      'SELECT i.email, i.role, i.account_id, i.invited_by FROM invitation i JOIN person_mail m ON m.invitation_id = i.id WHERE i.id = $1',
      [invited.stdout.trim()],
    )
    expect(row).toEqual({ email: 'ada@daybook.test', role: 'ADMIN', account_id: null, invited_by: 'staff:environment' })
  })

  it('refuses a role of the other side, and invites nobody', async () => {
    const before = await gateway.sql('SELECT id FROM invitation')
    const { code, stderr } = await inProcess('invite --account {account} --email a@b.test --name A --role ADMIN')
    expect([code, stderr]).toEqual([2, expect.stringMatching(/ADMIN is a role of staff/)])
    expect(await gateway.sql('SELECT id FROM invitation')).toEqual(before)
  })
})

describe('daybook audit', () => {
  it('finds what breaks a rule, and fails', async () => {
    const other = await gateway.newPartner({ days: 10 })
    const whole = await inProcess('audit --progress')
    expect([whole.code, whole.stdout]).toEqual([0, ''])
    expect(whole.stderr).toMatch(/(\d+) of \1 accounts, [\d,]+ movements, 0 broken rules\nEvery rule holds/)

    await gateway.sql('UPDATE account SET available = available + 1, issued = issued - 1 WHERE id = $1', [
      other.account.id,
    ])
    const broken = await daybook('audit')
    expect([broken.code, broken.stderr]).toEqual([1, expect.stringMatching(/^2 broken rules in \d+ accounts/)])
    expect(broken.stdout).toMatch(
      new RegExp(`^Account ${other.account.id}: ISSUED is -11, and the sum of its entries -10\n`),
    )
    const json = await inProcess(`audit --json --account ${other.account.id}`)
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, accountsChecked: 1, violations: { length: 2 } })
    expect((await inProcess('audit --account {account}')).code).toBe(0)
    await gateway.sql('UPDATE account SET available = available - 1, issued = issued + 1 WHERE id = $1', [
      other.account.id,
    ])
  })
})

describe('daybook export', () => {
  const period = '--from 2020-01-01 --to 2030-01-01T00:00:00+02:00'

  it.each(Object.keys(EXPORTS))('writes what /exports/%s.csv does', async (what) => {
    const query = `accountId=${partner.account.id}&from=2020-01-01T00:00:00Z&to=2029-12-31T22:00:00Z`
    const headers = { authorization: `Bearer ${gateway.staffToken}` }
    const served = await (await fetch(`${gateway.url}/exports/${what}.csv?${query}`, { headers })).text()
    expect(served).toMatch(/^[\w,]+\n/)
    const printed = await (what === 'ledger' ? daybook : inProcess)(`export ${what} --account {account} ${period}`)
    expect(printed).toEqual({ code: 0, stdout: served, stderr: '' })
  })

  it('writes a file, whole or not at all', async () => {
    const file = join(folder, 'ledger.csv')
    const printed = await inProcess('export ledger --account {account}')
    const written = await inProcess(`export ledger --account {account} --out ${file} --progress`)
    expect(written).toEqual({ code: 0, stdout: '', stderr: expect.stringMatching(/MB\n$/) as string })
    expect(await readFile(file, 'utf8')).toBe(printed.stdout)
    const { code, stderr } = await inProcess(`export ledger --account {account} --out ${join(folder, 'none', 'x.csv')}`)
    expect([code, stderr]).toEqual([1, expect.stringMatching(/can’t be written: ENOENT/)])
    expect((await readdir(folder)).filter((name) => name.endsWith('.unfinished'))).toEqual([])
  })
})

describe('daybook replay', () => {
  const park = (id: string, kind: string) =>
    gateway.sql(
      `INSERT INTO provider_event (id, provider, type, livemode, object_kind, object_id, created_at, received_at, state, attempts, last_error)
       VALUES ($1, 'SANDBOX', 'a.type', false, $2, 'x', now(), now(), 'PARKED', 20, 'CONFLICT')`,
      [id, kind],
    )
  const states = () =>
    gateway.sql<{ id: string; state: string; attempts: number }>(
      `SELECT id, state, attempts FROM provider_event WHERE id LIKE 'evt_parked%' ORDER BY id`,
    )

  it('has one parked event looked at again, or all of whatever kind, and says which can’t be', async () => {
    const kinds = ['CHECKOUT', 'SUBSCRIPTION', 'CUSTOMER', 'CARD', 'CHARGE', 'REFUND', 'DISPUTE']
    for (const kind of kinds) await park(`evt_parked_${kind}`, kind)
    const one = await inProcess('replay event evt_parked_CHARGE')
    expect([one.code, one.stdout]).toEqual([0, ''])
    expect((await states()).filter(({ state }) => state === 'PENDING').map(({ id }) => id)).toEqual([
      'evt_parked_CHARGE',
    ])

    await park('evt_parked_PAYMENT', 'PAYMENT')
    const all = await daybook('replay event --parked')
    expect(all.code).toBe(1)
    expect(all.stdout.trim().split('\n')).toHaveLength(6)
    expect(all.stderr).toMatch(/^evt_parked_PAYMENT: The event is about nothing.*\n6 events of 7 parked/)
    await gateway.sql(`DELETE FROM provider_event WHERE id = 'evt_parked_PAYMENT'`)
    expect(await states()).toEqual(
      kinds.toSorted().map((kind) => ({ id: `evt_parked_${kind}`, state: 'PENDING', attempts: 0 })),
    )
    expect((await inProcess('replay event --parked')).stderr).toBe('No event is parked.\n')
    await gateway.sql(`DELETE FROM provider_event WHERE id LIKE 'evt_parked%'`)
  })

  it('sends an endpoint a range of events once more', async () => {
    const { createWebhookEndpoint }: CreateWebhookEndpointMutation = await partner.client.request(
      CreateWebhookEndpointDocument,
      { url: 'http://127.0.0.1:9/' },
    )
    const { id } = createWebhookEndpoint.endpoint
    const asked = await daybook(`replay webhooks --endpoint ${id} --from 1 --to 2`)
    expect([asked.code, asked.stdout]).toEqual([0, expect.stringMatching(/^replay_\w+\n$/)])
    const rows = await gateway.sql('SELECT from_sequence::int, to_sequence::int FROM webhook_replay WHERE id = $1', [
      asked.stdout.trim(),
    ])
    expect(rows).toEqual([{ from_sequence: 1, to_sequence: 2 }])
    const refused = await inProcess(`replay webhooks --endpoint ${id} --from 1 --to 999999`)
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/^toSequence must be from fromSequence/)])
  })
})

describe('daybook doctor', () => {
  it('finds a gateway well, but for a Postgres that may lose what it acknowledged', async () => {
    const seen = await daybook('doctor')
    expect(seen.stdout).toMatch(/^OK {4}node {13}Node \d/)
    expect(seen.stdout).toMatch(
      /^FAIL {2}durability {7}Postgres runs with fsync, full_page_writes off: .*\n +Switch them on/m,
    )
    expect([seen.code, seen.stderr]).toEqual([1, expect.stringMatching(/^\d+ OK, \d to look at, 1 failed\.\n$/)])
    const findings = findingsOf(await inProcess('doctor --json'))
    for (const check of [
      'node',
      'settings',
      'home',
      'database',
      'clock',
      'migrations',
      'gateways',
      'sweep',
      'secret-key',
      'events',
      'jobs',
      'stripe',
      'mail',
    ]) {
      expect([check, findings[check]?.[0]]).toEqual([check, 'OK'])
    }
  })

  it('asks Stripe and the mail server, and sends and books nothing', async () => {
    const [stripe, mail] = await Promise.all([StripeDouble.start(), MailServer.start()])
    const environment = {
      STRIPE_SECRET_KEY: stripe.config.secretKey,
      STRIPE_WEBHOOK_SECRET: stripe.config.webhookSecrets.join(','),
      STRIPE_API_BASE: stripe.config.apiBase ?? '',
      SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      MAIL_FROM: 'billing@daybook.test',
    }
    const well = findingsOf(await inProcess('doctor --json', environment))
    expect([well.stripe, well.mail]).toEqual([
      ['OK', 'Stripe answers in test mode.'],
      ['OK', expect.stringMatching(/takes mail from billing@daybook.test/)],
    ])
    expect(well['stripe-webhooks']).toEqual(['WARN', expect.stringMatching(/^No event has come from Stripe/)])

    const from = (id: string, late: string) =>
      gateway.sql(
        `INSERT INTO provider_event (id, provider, type, livemode, created_at, received_at, state)
         VALUES ($1, 'STRIPE', 'a.type', false, now() - $2::interval, now(), 'IGNORED')`,
        [id, late],
      )
    await from('evt_late', '10 minutes')
    expect(findingsOf(await inProcess('doctor --json', environment))['stripe-webhooks']).toEqual([
      'WARN',
      expect.stringMatching(/had to be fetched/),
    ])
    await from('evt_prompt', '1 second')
    stripe.fail('GET /v1/events', 'KEY_REFUSED')
    await mail.stop()
    const ill = findingsOf(await inProcess('doctor --json', environment))
    expect([ill.stripe, ill.mail, ill['stripe-webhooks']]).toEqual([
      ['FAIL', expect.stringMatching(/refuses the key/)],
      ['FAIL', expect.stringMatching(/can’t be used/)],
      ['OK', expect.stringMatching(/the last of 2/)],
    ])
    await stripe.close()
    expect(mail.received).toEqual([])
    await gateway.sql(`DELETE FROM provider_event WHERE id IN ('evt_late', 'evt_prompt')`)
  })

  it('tells settings that can’t be, a line each, and a database that can’t be reached', async () => {
    const settings = await inProcess('doctor', { PORT: 'x', STRIPE_SECRET_KEY: 'y' })
    expect(settings.code).toBe(1)
    expect(settings.stdout.match(/^FAIL {2}settings .*$/gm)).toEqual([
      expect.stringMatching(/PORT: is a port number/),
      expect.stringMatching(/STRIPE_SECRET_KEY: is a secret/),
    ])
    const away = findingsOf(await inProcess('doctor --json', { DATABASE_URL: 'postgres://x@127.0.0.1:9/x' }))
    expect(away.database?.[0]).toBe('FAIL')
    const lost = findingsOf(
      await inProcess('doctor --json', { DATABASE_URL: withDatabase(gateway.databaseUrl, 'daybook_not_there') }),
    )
    expect(lost.database).toEqual(['FAIL', expect.stringMatching(/does not exist/)])
    expect(lost.mail?.[0]).toBe('OK')
  })

  it('tells of work that waits for somebody, and of secrets that can’t be opened', async () => {
    await gateway.sql(
      `INSERT INTO provider_event (id, provider, type, livemode, object_kind, object_id, created_at, received_at, state, attempts)
       VALUES ('evt_stuck', 'SANDBOX', 'a.type', false, 'CARD', 'x', now(), now(), 'PARKED', 20)`,
    )
    const findings = findingsOf(
      await inProcess('doctor --json', { DAYBOOK_SECRET_KEY: Buffer.alloc(32, 'other').toString('base64') }),
    )
    await gateway.sql(`DELETE FROM provider_event WHERE id = 'evt_stuck'`)
    expect(findings.events).toEqual(['WARN', expect.stringMatching(/1 event .* evt_stuck/)])
    expect(findings['secret-key']).toEqual(['FAIL', expect.stringMatching(/1 webhook endpoint can’t be opened/)])
  })
})

describe('daybook serve', () => {
  it('says that its port is taken, and leaves nothing behind', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const database = await createTestDatabase()
    const { code, stdout, stderr } = await daybook(`serve --port ${port}`, {
      DATABASE_URL: database.url,
      LOG_LEVEL: 'error',
    })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^Daybook can’t start: its port is taken \(.*\)\. PORT or --port say another\.\n$/m)
    server.close()
    await database.drop()
  })
})

/** State and reason by check. */
function findingsOf({ stdout }: Ended): Partial<Record<string, [string, string]>> {
  const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string; reason: string }[] }
  return Object.fromEntries(findings.map(({ check, state, reason }) => [check, [state, reason]]))
}
