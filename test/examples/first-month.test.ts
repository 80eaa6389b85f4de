import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startTestGateway, type TestGateway } from '../support/gateway'

const root = join(__dirname, '..', '..')
const run = (environment: Record<string, string>) =>
  promisify(execFile)(process.execPath, ['-r', '@swc-node/register', join('examples', 'first-month.ts')], {
    cwd: root,
    env: { ...process.env, ...environment },
  })

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.stop())

it('tells the first month of a partner with 75 channels', async () => {
  const { stdout } = await run({ DAYBOOK_URL: gateway.url, DAYBOOK_STAFF_TOKEN: gateway.staffToken })
  const year = new Date().getUTCFullYear()
  expect(stdout.trim().split('\n')).toEqual([
    'Brightline manages 75 channels, at 12.00 EUR for each and 30 days.',
    `Invoice DB-${year}-000001 over 1080.00 EUR is OPEN.`,
    'It is paid: the balance holds 2250 days.',
    '75 channels have 30 days each; 75 changes of the balance arrived, down to 0.',
    'customer-1 leaves: 29 unused days return to the balance.',
    expect.stringMatching(/^The ledger is clean: \d+ transactions, and each rule holds\.$/),
  ])
})

it('fails where the gateway refuses it', async () => {
  const failing = run({ DAYBOOK_URL: gateway.url, DAYBOOK_STAFF_TOKEN: 'a token that nobody has made' })
  await expect(failing).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('UNAUTHENTICATED') as string })
})
