import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isPostmaster, readLock } from '../../src/embedded-postgres/postmaster'
import { findData } from '../../src/embedded-postgres/place'
import { DaybookProcess, type Ended } from './daybook-process'

let home: string
const started: DaybookProcess[] = []

beforeAll(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'daybook-embedded-')), 'home')
})

afterAll(async () => {
  for (const one of started) {
    one.signal('SIGTERM')
    await one.ended
  }
  const running = await postmaster()
  if (running !== null) process.kill(running, 'SIGQUIT')
  const data = await findData(home)
  if (data !== null) await rm(data, { recursive: true, force: true, maxRetries: 20 })
  await rm(join(home, '..'), { recursive: true, force: true, maxRetries: 20 })
})

/** From the sources, in a folder that is not the checkout's. */
function start(args: string): DaybookProcess {
  const one = DaybookProcess.fromSource(args.split(' '), { DAYBOOK_HOME: home, LOG_LEVEL: 'warn' }, tmpdir())
  started.push(one)
  return one
}

function daybook(args: string): Promise<Ended> {
  return start(args).ended
}

/** The pid of the Postgres on this home; null where none runs. */
async function postmaster(): Promise<number | null> {
  const data = await findData(home)
  if (data === null) return null
  const at = join(data, 'cluster', 'data')
  const lock = await readLock(at)
  return lock !== null && (await isPostmaster(lock.pid, at)) ? lock.pid : null
}

describe('without DATABASE_URL', () => {
  it('refuses to look into a home that has no database, and makes none', async () => {
    const [version, audit, doctor] = await Promise.all([daybook('--version'), daybook('audit'), daybook('doctor')])
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string, stderr: '' })
    expect([audit.code, audit.stderr]).toEqual([
      1,
      expect.stringMatching(/There is no database under .* yet\. "daybook serve"/),
    ])
    expect([doctor.code, doctor.stdout]).toEqual([
      0,
      expect.stringMatching(/^WARN {2}database {9}There is no database/m),
    ])
    expect(await findData(home)).toBeNull()
  })

  it('is stopped by Ctrl-C between two batches, and what was made until then holds', async () => {
    const seed = start('seed --channels 1000000 --progress')
    await seed.said(/ of 1,000,000 channels/)
    seed.signal('SIGINT')
    expect(await seed.ended).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringMatching(/\nStopped\.\n$/) as string,
    })
    expect(await postmaster()).toBeNull()
    expect(await daybook('audit')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Every rule holds: 1 account /) as string,
    })
    expect(await postmaster()).toBeNull()
  })

  it('works beside a gateway on its Postgres, which goes on; Ctrl-C drains it, also where npm sends it twice', async () => {
    const gateway = start('serve --port 0')
    await gateway.said(/--?d '\{"query"/)
    const [, url = ''] = /serves (\S+)\/graphql/.exec(gateway.output) ?? []
    const [, staff = ''] = /Staff token {4}(\S+)/.exec(gateway.output) ?? []
    const before = await postmaster()
    expect(before).not.toBeNull()

    const [doctor, token] = await Promise.all([
      daybook('doctor --json'),
      daybook('token create --staff --name Beside --scope READ'),
    ])
    const { ok, findings } = JSON.parse(doctor.stdout) as { ok: boolean; findings: { check: string; state: string }[] }
    expect(findings.filter(({ state }) => state !== 'OK')).toEqual([])
    expect([ok, doctor.code]).toEqual([true, 0])
    expect(await postmaster()).toBe(before)
    for (const bearer of [staff, token.stdout.trim()]) {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
        body: '{"query":"{ viewer { role } }"}',
      })
      expect(await answer.json()).toMatchObject({ data: { viewer: { role: 'STAFF' } } })
    }

    gateway.signal('SIGINT')
    gateway.signal('SIGINT')
    expect((await gateway.ended).code).toBe(0)
    expect(await postmaster()).toBeNull()
  })
})
