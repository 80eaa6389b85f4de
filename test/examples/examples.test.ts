import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { SetPriceAgreementDocument } from '../../sdk'
import { startTestGateway, type TestGateway, type TestPartner } from '../support/gateway'

// The examples are one story: each stands on those before it. `UPDATE_EXAMPLES=1` writes their answers anew.
const folder = join(__dirname, '..', '..', 'examples')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => file.slice(0, -'.graphql'.length))
  .sort()

let gateway: TestGateway
let partner: TestPartner

beforeAll(async () => {
  gateway = await startTestGateway()
  await gateway.setClock('2026-01-05T09:00:00Z')
  partner = await gateway.newPartner({ name: 'Brightline' })
  await gateway.staff.request(SetPriceAgreementDocument, {
    accountId: partner.account.id,
    currency: 'EUR',
    channelMonthAmount: 1200,
    taxPartsPerMillion: 200_000,
  })
})
afterAll(() => gateway.stop())

it.each(names)('%s is answered as it says', async (name) => {
  const source = readFileSync(join(folder, `${name}.graphql`), 'utf8')
  const clock = /^# clock: (.+)$/m.exec(source)?.[1]
  if (clock !== undefined) await gateway.setClock(clock)
  const token = source.includes('# token: staff') ? gateway.staffToken : partner.token

  const file = join(folder, `${name}.json`)
  const told: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
  const query = withIds(source, await knownIds())
  const answer = Array.isArray(told) ? await follow(token, query, told.length) : await ask(token, query)

  const shown: unknown = JSON.parse(withoutIds(JSON.stringify(answer), await knownIds()))
  if (process.env.UPDATE_EXAMPLES === '1') writeFileSync(file, `${JSON.stringify(shown, null, 2)}\n`)
  else expect(shown).toEqual(told)
})

async function ask(token: string, query: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  return withoutCost(await response.json())
}

async function follow(token: string, query: string, count: number): Promise<unknown[]> {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  })
  const answers: unknown[] = []
  for await (const answer of client.iterate({ query })) {
    answers.push(withoutCost(answer))
    if (answers.length === count) break
  }
  return answers
}

/** How full the bucket is differs from run to run. */
function withoutCost(answer: unknown): unknown {
  return Object.fromEntries(Object.entries(answer as object).filter(([name]) => name !== 'extensions'))
}

/** Ids differ from run to run: in the examples they go by the names that the partner gave. */
async function knownIds(): Promise<{ id: string; name: string }[]> {
  return gateway.sql(`
    SELECT id, 'account:' || name AS name FROM account
    UNION ALL SELECT id, 'channel:' || external_id FROM channel
    UNION ALL SELECT id, 'invoice:' || purchase_order FROM invoice`)
}

function withIds(source: string, ids: { id: string; name: string }[]): string {
  return ids.reduce((text, { id, name }) => text.replaceAll(`"${name}"`, `"${id}"`), source)
}

function withoutIds(answer: string, ids: { id: string; name: string }[]): string {
  return ids.reduce((text, { id, name }) => text.replaceAll(`"${id}"`, `"${name}"`), answer)
}
