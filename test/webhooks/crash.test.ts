import { Client } from 'pg'
import { GatewayProcess } from '../faults/gateway-process'
import { HooksDesk } from './hooks-desk'
import { Receiver } from './receiver'

it('what was received when a gateway was killed before it wrote that down comes again, under the same id', async () => {
  const hooks = await HooksDesk.open()
  const receiver = await Receiver.open()
  const accountId = await hooks.desk.createAccount()
  const { endpointId } = await hooks.endpoint(accountId, { url: receiver.url })
  await hooks.events(accountId, 3)
  await hooks.untilState(endpointId, ({ cursor }) => Number(cursor) === 5)
  for (const one of [...hooks.gateways]) await hooks.stopGateway(one)

  const gateway = await GatewayProcess.start({
    DATABASE_URL: hooks.url,
    DAYBOOK_MIGRATE: 'off',
    DAYBOOK_STAFF_TOKEN: 'x'.repeat(32),
    DAYBOOK_SECRET_KEY: Buffer.alloc(32, 'test').toString('base64'),
  })
  const holder = new Client({ connectionString: hooks.url })
  await holder.connect()
  try {
    // Whoever writes the cursor waits for this.
    await holder.query('BEGIN')
    await holder.query('SELECT FROM webhook_endpoint WHERE id = $1 FOR NO KEY UPDATE', [endpointId])
    await hooks.events(accountId, 1)
    await receiver.until(() => receiver.sequences.includes(6))
    await gateway.end('SIGKILL')
    await holder.query('ROLLBACK')
    expect(Number((await hooks.state(endpointId)).cursor)).toBe(5)
    await gateway.start()
    await receiver.until(() => receiver.sequences.filter((sequence) => sequence === 6).length === 2)
    await hooks.events(accountId, 2)
    await hooks.untilState(endpointId, ({ cursor }) => Number(cursor) === 8)
    expect(receiver.sequences).toEqual([1, 2, 3, 4, 5, 6, 6, 7, 8])
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(8)
    expect(await gateway.end('SIGTERM')).toBe(0)
  } finally {
    await gateway.end('SIGKILL')
    await holder.end()
    await hooks.close()
    await receiver.close()
  }
}, 60_000)
