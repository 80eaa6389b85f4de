import { DAY_MS, HOUR_MS } from '../../src/clock'
import type { WebhookOptions } from '../../src/webhooks/start-webhooks'
import { readEvents } from '../../src/events/read-events'
import { enableWebhookEndpoint, WebhookResume } from '../../src/webhooks/enable-webhook-endpoint'
import { updateWebhookEndpoint } from '../../src/webhooks/update-webhook-endpoint'
import { HooksDesk, PARTNER_ACTOR } from './hooks-desk'
import { expectInOrder, Receiver } from './receiver'

/** More than the longest delay with its jitter. */
const STEP_MS = 1.25 * HOUR_MS

let hooks: HooksDesk
let receiver: Receiver
let accountId: string
let now: number
afterEach(async () => {
  await hooks.close()
  await receiver.close()
})

async function open(options: WebhookOptions = {}): Promise<void> {
  hooks = await HooksDesk.open(1, options)
  receiver = await Receiver.open()
  accountId = await hooks.desk.createAccount()
  now = Date.now()
  await hooks.clock.set(now)
}

/** Lets time pass in steps, in each of which what fails is tried, until it is over or the endpoint is disabled. */
async function failFor(endpointId: string, ms: number): Promise<void> {
  const end = now + ms
  await hooks.untilState(endpointId, ({ failures }) => Number(failures) >= 2)
  while (now < end) {
    const { failures, disabled_at: disabledAt } = await hooks.state(endpointId)
    if (disabledAt !== null) return
    now = Math.min(now + STEP_MS, end)
    await hooks.clock.set(now)
    hooks.hint(accountId)
    if (now === end) return
    await hooks.untilState(endpointId, (row) => Number(row.failures) > Number(failures) || row.disabled_at !== null)
  }
}

async function disabled(endpointId: string) {
  await hooks.untilState(endpointId, ({ disabled_at: at }) => at !== null)
  const events = await readEvents(hooks.desk.database.sql, accountId, 0, 100)
  return events.find(({ type }) => type === 'webhook_endpoint.disabled')
}

const enable = (id: string, from: WebhookResume) =>
  hooks.desk.database.inTransaction((tx) =>
    enableWebhookEndpoint(tx, PARTNER_ACTOR(accountId), accountId, { id, from }),
  )

describe('a receiver', () => {
  it('that is down for two days gets every event in order afterwards, each under one id', async () => {
    await open()
    receiver.answering = () => 503
    const { endpointId } = await hooks.endpoint(accountId, { url: receiver.url })
    await hooks.events(accountId, 50)
    await failFor(endpointId, 2 * DAY_MS)
    expect(receiver.taken).toEqual([])
    expect(new Set(receiver.came.map(({ id }) => id)).size).toBe(1)
    await hooks.events(accountId, 50)
    receiver.answering = () => 200
    now += STEP_MS
    await hooks.clock.set(now)
    hooks.hint(accountId)
    await receiver.until(() => receiver.taken.length === 102)
    expectInOrder(receiver.taken)
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(102)
  })

  it('that fails one event for three days is disabled with notice, and goes on with that event as it is enabled', async () => {
    await open()
    receiver.answering = ({ sequence }) => (sequence === 7 ? 500 : 200)
    const { endpointId } = await hooks.endpoint(accountId, { url: receiver.url })
    await hooks.events(accountId, 20)
    await failFor(endpointId, 4 * DAY_MS)
    const notice = await disabled(endpointId)
    expect(notice).toMatchObject({ subject: endpointId, data: { reason: 'FAILING', lastDelivered: 6, undelivered: 7 } })
    expect(receiver.came.filter(({ sequence }) => sequence === 7).length).toBeGreaterThan(50)
    const { failing_since: since } = await hooks.state(endpointId)
    expect(now - (since as Date).getTime()).toBeLessThan(3.1 * DAY_MS)
    receiver.answering = () => 200
    await hooks.events(accountId, 3)
    expect(receiver.sequences).toEqual([1, 2, 3, 4, 5, 6])
    await enable(endpointId, WebhookResume.WHERE_IT_STOPPED)
    hooks.hint(accountId)
    await receiver.until(() => receiver.taken.length === 27)
    expect(receiver.sequences).toEqual(Array.from({ length: 27 }, (_, index) => index + 1))
  })

  it('that says 410 is disabled at once, and can go on with what comes from then on', async () => {
    await open()
    receiver.answering = () => 410
    const { endpointId } = await hooks.endpoint(accountId, { url: receiver.url })
    await hooks.events(accountId, 5)
    expect(await disabled(endpointId)).toMatchObject({ data: { reason: 'GONE', lastDelivered: 0, undelivered: 1 } })
    expect(receiver.came).toHaveLength(1)
    receiver.answering = () => 200
    await enable(endpointId, WebhookResume.NOW)
    await hooks.events(accountId, 2)
    await receiver.until(() => receiver.taken.length === 3)
    expect(receiver.taken.map(({ type }) => type)).toEqual([
      'webhook_endpoint.enabled',
      'channel.updated',
      'channel.updated',
    ])
  })

  it('that asks for time by Retry-After gets it, six hours at the most', async () => {
    await open()
    for (const [asked, least, most] of [
      ['7200', 2 * HOUR_MS, 2 * HOUR_MS],
      [String(30 * 86_400), 6 * HOUR_MS, 6 * HOUR_MS],
      ['soon', 0, 1_000],
    ] as const) {
      receiver.answering = (_, response) => {
        response.setHeader('retry-after', asked)
        return 429
      }
      const { endpointId } = await hooks.endpoint(accountId, { url: receiver.url })
      await hooks.untilState(endpointId, ({ failures }) => Number(failures) >= 1)
      const { next_attempt_at: next } = await hooks.state(endpointId)
      expect((next as Date).getTime() - now).toBeGreaterThanOrEqual(least)
      if (asked !== 'soon') expect((next as Date).getTime() - now).toBeLessThanOrEqual(most)
    }
  })

  it('at a new address is tried at once, and gets what the old one did not take', async () => {
    await open()
    receiver.answering = () => 500
    const { endpointId: id } = await hooks.endpoint(accountId, { url: receiver.url })
    await hooks.untilState(id, ({ failures }) => Number(failures) >= 2)
    const other = await Receiver.open()
    const actor = PARTNER_ACTOR(accountId)
    await hooks.desk.database.inTransaction((tx) =>
      updateWebhookEndpoint(tx, actor, accountId, { id, url: other.url }, { reach: 'NEARBY' }),
    )
    hooks.hint(accountId)
    await other.until(() => other.taken.length === 3)
    expect(other.taken.map(({ type }) => type)).toEqual([
      'account.created',
      'webhook_endpoint.created',
      'webhook_endpoint.updated',
    ])
    await other.close()
  })

  it('that is slow, long-winded, silent or rude costs its own endpoint a failure, and no other’s anything', async () => {
    await open({ answerWithinMs: 300, retryDelayMs: () => HOUR_MS })
    const rude = await Receiver.open()
    const said: Record<string, (response: import('node:http').ServerResponse) => number | null> = {
      silent: () => null,
      'closes the connection': (response) => {
        response.destroy()
        return null
      },
      redirects: (response) => {
        response.writeHead(302, { location: receiver.url }).end()
        return null
      },
    }
    const errors: string[] = []
    await hooks.endpoint(accountId, { url: receiver.url })
    for (const answer of Object.values(said)) {
      rude.answering = (_, response) => answer(response)
      const { endpointId } = await hooks.endpoint(accountId, { url: rude.url })
      await hooks.untilState(endpointId, ({ failures }) => Number(failures) >= 1)
      const [row] = await hooks.desk.rows<{ error: string }>(
        'SELECT error FROM webhook_attempt WHERE endpoint_id = $1',
        [endpointId],
      )
      errors.push(row?.error ?? '')
    }
    expect(errors).toEqual([
      'There was no answer within 0.3 s.',
      'The connection was closed before there was an answer.',
      expect.stringMatching(/redirect \(302\)/),
    ])
    rude.answering = (_, response) => {
      response.writeHead(200)
      const chunk = `${'é'.repeat(500)}\0`
      const more = () => {
        while (!response.destroyed && response.write(chunk)) continue
        if (!response.destroyed) response.once('drain', more)
      }
      more()
      return null
    }
    const { endpointId } = await hooks.endpoint(accountId, { url: rude.url })
    await hooks.untilState(endpointId, ({ cursor }) => Number(cursor) >= 1)
    const [row] = await hooks.desk.rows<{ answer: string; status: number }>(
      'SELECT answer, status FROM webhook_attempt WHERE endpoint_id = $1 ORDER BY id LIMIT 1',
      [endpointId],
    )
    expect(row?.status).toBe(200)
    expect(Buffer.byteLength(row?.answer ?? '')).toBeLessThan(1_030)
    await receiver.until(() => receiver.taken.length >= 6)
    expectInOrder(receiver.taken)
    await rude.close()
  })
})
