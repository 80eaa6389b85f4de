import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebhookSender } from '../../src/webhooks/send-webhook'
import { newSigningSecret } from '../../src/webhooks/sealed-secrets'
import { messageOf } from '../../src/webhooks/webhook-message'
import type { AccountEvent } from '../../src/events/account-event'

it('a receiver that knows standardwebhooks alone takes what is signed, once, and nothing else', async () => {
  const secret = newSigningSecret()
  const child = spawn(process.execPath, [join('examples', 'verify-webhook.mjs')], {
    cwd: join(__dirname, '../..'),
    env: { PATH: process.env.PATH, WEBHOOK_SECRET: secret, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const sender = new WebhookSender('NEARBY')
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const line = async () => String((await lines.next()).value)
    const url = `http://127.0.0.1:${(await line()).replace('listening on ', '')}/`
    const event = (sequence: number): AccountEvent => ({
      ...{ kind: 'OtherEvent', type: 'channel.created', accountId: 'account_1', sequence, occurredAt: new Date() },
      ...{ actor: 'token_1', subject: `channel_${sequence}`, data: null },
    })
    const send = (sequence: number, ...secrets: string[]) =>
      sender.send(url, messageOf('webhook_01jd0000000000000000000000', event(sequence)), secrets)
    expect((await send(1, secret)).status).toBe(204)
    expect((await send(1, secret)).status).toBe(204)
    expect((await send(2, newSigningSecret())).status).toBe(400)
    expect((await send(3, newSigningSecret(), secret)).status).toBe(204)
    expect([await line(), await line()]).toEqual(['1 channel.created of channel_1', '3 channel.created of channel_3'])
  } finally {
    await sender.close()
    child.kill()
    await once(child, 'exit')
  }
})
