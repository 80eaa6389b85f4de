import { ClockHealthDocument, JobsDocument, RunJobDocument } from '../../sdk'
import { startTestGateway, type TestGateway } from '../support/gateway'

describe('the jobs that staff see', () => {
  let gateway: TestGateway

  beforeAll(async () => {
    gateway = await startTestGateway({ sweeps: true })
  })
  afterAll(() => gateway.stop())

  const lastRunOf = async (name: string) => {
    const { jobs } = await gateway.staff.request(JobsDocument, {})
    return jobs.find((job) => job.name === name)?.lastRun
  }

  const audited = async (startedAfter: Date | undefined) => {
    for (;;) {
      const run = await lastRunOf('audit-ledgers')
      if (run?.finishedAt != null && run.startedAt !== startedAfter?.toISOString()) return run
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  it('run when they are asked to, and say how it went', async () => {
    await gateway.newPartner({ days: 10 })
    const { runJob } = await gateway.staff.request(RunJobDocument, { name: 'audit-ledgers' })
    expect(runJob).toMatchObject({ name: 'audit-ledgers', failures: 0 })
    const run = await audited(undefined)
    expect(run).toMatchObject({ state: 'SUCCEEDED', error: null, actor: 'staff:environment' })

    await gateway.sql('UPDATE account SET available = available + 1, issued = issued - 1')
    await gateway.staff.request(RunJobDocument, { name: 'audit-ledgers' })
    const failed = await audited(new Date(run.startedAt))
    expect(failed.state).toBe('FAILED')
    expect(failed.error).toMatch(/^\d+ broken rules in 1 accounts, the first: Account account_\w+: /)
    const { jobs } = await gateway.staff.request(JobsDocument, {})
    expect(jobs.find(({ name }) => name === 'audit-ledgers')).toMatchObject({ failures: 1, waiting: 0 })
    await gateway.sql('UPDATE account SET available = available - 1, issued = issued + 1')
  })

  it('are not there by another name', async () => {
    await expect(gateway.staff.request(RunJobDocument, { name: 'no-such-job' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('are for staff only, and so is the health of the clock', async () => {
    const { client } = await gateway.newPartner()
    await expect(client.request(JobsDocument, {})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(client.request(RunJobDocument, { name: 'audit-ledgers' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(client.request(ClockHealthDocument, {})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('the health of the clock', () => {
  it('says how far behind it the ends of channels are', async () => {
    const gateway = await startTestGateway()
    try {
      expect((await gateway.staff.request(ClockHealthDocument, {})).clockHealth).toMatchObject({
        oldestDueAt: null,
        secondsBehind: 0,
      })
      await gateway.setClock('2026-03-01T00:00:00Z')
      const { account } = await gateway.newPartner({ days: 10 })
      await gateway.sql(
        `INSERT INTO channel (id, account_id, name, created_at, run_start, paid_days, paid_until, due_at)
         VALUES ('channel_01k00000000000000000000000', $1, 'One', now(), '2026-03-01', 1, '2026-03-02', '2026-03-02')`,
        [account.id],
      )
      await gateway.sql(`UPDATE account SET channels_due_at = '2026-03-02' WHERE id = $1`, [account.id])
      expect((await gateway.staff.request(ClockHealthDocument, {})).clockHealth.oldestDueAt).toBeNull()
      await gateway.setClock('2026-03-02T00:01:30.900Z')
      expect((await gateway.staff.request(ClockHealthDocument, {})).clockHealth).toEqual({
        now: '2026-03-02T00:01:30.900Z',
        oldestDueAt: '2026-03-02T00:00:00.000Z',
        secondsBehind: 90,
      })
    } finally {
      await gateway.stop()
    }
  })
})
