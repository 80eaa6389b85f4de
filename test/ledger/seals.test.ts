import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportLedger } from '../../src/exports/export-ledger'
import { exportSeals } from '../../src/exports/export-seals'
import { auditLedger } from '../../src/ledger/audit-ledger'
import { sealLedgers } from '../../src/ledger/seal-ledgers'
import { createTestDatabase, type TestDatabase } from '../support/database'
import { Desk, onDatabase } from '../support/desk'

const VERIFIER = join(__dirname, '..', '..', 'examples', 'verify-ledger.mjs')

let testDatabase: TestDatabase
let desk: Desk
let folder: string

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  desk = await Desk.open(testDatabase.url)
  folder = await mkdtemp(join(tmpdir(), 'daybook-seals-'))
})

afterAll(async () => {
  await desk.close()
  await testDatabase.drop()
  await rm(folder, { recursive: true })
})

const seal = () => sealLedgers({ database: desk.database, signal: new AbortController().signal })

/** An account with movements whose comments try what a CSV has to bear. */
async function newAccount(): Promise<string> {
  const accountId = await desk.createAccount()
  for (const comment of ['plain', 'a "quote", a comma', 'two\nlines', '=HYPERLINK("x")', 'a\rb\u2028c 通話', ' -1']) {
    await desk.adjust(accountId, { days: 10, comment, idempotencyKey: comment })
  }
  const [channelId] = await desk.channels(accountId, 1)
  await desk.allocate(accountId, { channelId, days: 5, idempotencyKey: 'five' })
  return accountId
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

interface Files {
  ledger: string
  seals: string
}

async function exported(accountId: string): Promise<Files> {
  return {
    ledger: await textOf(exportLedger(desk.database.sql, accountId, {})),
    seals: await textOf(exportSeals(desk.database.sql, accountId, {})),
  }
}

async function verify({ ledger, seals }: Files): Promise<{ code: number; said: string }> {
  const files = [join(folder, 'ledger.csv'), join(folder, 'seals.csv')] as const
  await writeFile(files[0], ledger)
  await writeFile(files[1], seals)
  return new Promise((resolve) => {
    execFile(process.execPath, [VERIFIER, ...files], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: (stdout + stderr).trim() })
    })
  })
}

describe('a seal', () => {
  it('L2: proves by a partner’s own export that nothing was changed or left out since', async () => {
    const accountId = await newAccount()
    await seal()
    await desk.grant(accountId, 1)
    await seal()
    await desk.grant(accountId, 2)
    const files = await exported(accountId)
    expect(await verify(files)).toEqual({
      code: 0,
      said: '8 of 9 movements are as they were sealed; the rest is newer than the last seal.',
    })
  })

  const forgeries: [string, (ledger: string) => string][] = [
    ['a figure changed', (ledger) => ledger.replace(',GRANT,10,', ',GRANT,11,')],
    ['a comment changed', (ledger) => ledger.replace('plain', 'plane')],
    ['a movement left out', (ledger) => ledger.replace(/^.*plain\n/m, '')],
    ['two movements exchanged', (ledger) => ledger.replace(/^(.*plain\n)(.*\n)/m, '$2$1')],
    ['a movement added', (ledger) => ledger.replace(/^.*plain\n/m, '$&$&')],
    ['its end cut off', (ledger) => ledger.replace(/^.*ALLOCATION.*\n/m, '')],
  ]
  it.each(forgeries)('shows %s', async (_what, forge) => {
    const accountId = await newAccount()
    await seal()
    const { ledger, seals } = await exported(accountId)
    expect(forge(ledger)).not.toBe(ledger)
    expect(await verify({ ledger: forge(ledger), seals })).toMatchObject({ code: 1 })
  })

  it('is not made where no days moved, nor twice by two who seal at once', async () => {
    const accountId = await newAccount()
    await Promise.all([seal(), seal()])
    const sealed = await desk.rows('SELECT * FROM ledger_seal WHERE account_id = $1', [accountId])
    expect(sealed).toHaveLength(1)
    await desk.createChannel(accountId)
    await seal()
    expect(await desk.rows('SELECT * FROM ledger_seal WHERE account_id = $1', [accountId])).toEqual(sealed)
  })

  it('is held against the ledger by the audit, which tells of what the database was made to change', async () => {
    const accountId = await newAccount()
    await seal()
    expect(await auditLedger(desk.database, accountId)).toMatchObject({ ok: true })
    await onDatabase(
      testDatabase.url,
      `ALTER TABLE ledger_transaction DISABLE TRIGGER USER;
       UPDATE ledger_transaction SET comment = 'plane' WHERE comment = 'plain' AND account_id = '${accountId}';
       ALTER TABLE ledger_transaction ENABLE TRIGGER USER;`,
    )
    const { ok, violations } = await auditLedger(desk.database, accountId)
    expect({ ok, violations }).toEqual({
      ok: false,
      violations: [expect.stringMatching(/its ledger up to \d+ is not what was sealed$/)],
    })
  })

  it('can’t be changed or taken away', async () => {
    await newAccount()
    await seal()
    await expect(onDatabase(testDatabase.url, `UPDATE ledger_seal SET transactions = 1`)).rejects.toThrow(
      /kept as it is/,
    )
    await expect(onDatabase(testDatabase.url, `DELETE FROM ledger_seal`)).rejects.toThrow(/kept as it is/)
  })
})

describe('an exported ledger', () => {
  it('begins after a number, and holds a period to the millisecond', async () => {
    const accountId = await newAccount()
    const { ledger } = await exported(accountId)
    const rows = await desk.rows<{ sequence: number; occurred_at: Date }>(
      'SELECT sequence, occurred_at FROM ledger_transaction WHERE account_id = $1 ORDER BY sequence',
      [accountId],
    )
    const third = rows[2]
    if (third === undefined) throw new Error('no third movement')
    const sequencesIn = (text: string) => [...text.matchAll(/^(\d+),/gm)].map(([, sequence]) => sequence)
    expect(sequencesIn(ledger)).toEqual(rows.map(({ sequence }) => String(sequence)))
    const later = await textOf(exportLedger(desk.database.sql, accountId, { after: third.sequence }))
    expect(sequencesIn(later)).toEqual(rows.slice(3).map(({ sequence }) => String(sequence)))
    const before = await textOf(exportLedger(desk.database.sql, accountId, { to: third.occurred_at }))
    const from = await textOf(exportLedger(desk.database.sql, accountId, { from: third.occurred_at }))
    expect([...sequencesIn(before), ...sequencesIn(from)]).toEqual(rows.map(({ sequence }) => String(sequence)))
  })

  it('makes no spreadsheet calculate', async () => {
    const { ledger } = await exported(await newAccount())
    expect(ledger).toContain(`"'=HYPERLINK(""x"")"`)
    expect(ledger).not.toMatch(/(^|,)"?[=+@]/m)
  })
})
