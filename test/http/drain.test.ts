import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { readConfig } from '../../src/config'
import { createGateway, type Gateway } from '../../src/gateway'
import { createTestDatabase } from '../support/database'

const REQUEST = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'

const gatewayOn = (url: string): Promise<Gateway> =>
  createGateway(
    readConfig({
      PORT: '0',
      DATABASE_URL: url,
      DAYBOOK_STAFF_TOKEN: 'a-staff-token-that-only-this-test-knows',
      LOG_LEVEL: 'silent',
    }),
  )

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

describe('a gateway that closes', () => {
  it('answers what has arrived on an idle connection and is not read yet, and says that it was the last', async () => {
    const database = await createTestDatabase()
    const gateway = await gatewayOn(database.url)
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    let received = ''
    socket.on('data', (data) => (received += data.toString()))
    socket.write(REQUEST)
    while (!received.includes('"ok"')) await once(socket, 'data')
    expect(received).toMatch(/^HTTP\/1.1 200 OK[^]*connection: keep-alive/i)
    received = ''
    const ended = once(socket, 'close')
    socket.write(REQUEST)
    await gateway.close()
    await ended
    await database.drop()
    expect(received).toMatch(/^HTTP\/1.1 200 OK[^]*connection: close[^]*"ok"/i)
  })

  it('answers the first request of a connection that was opened just before, and lets nobody else in', async () => {
    const database = await createTestDatabase()
    const gateway = await gatewayOn(database.url)
    const port = Number(new URL(gateway.url).port)
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const closed = gateway.close()
    while (await isOpen(port)) await delay(5)
    let received = ''
    socket.on('data', (data) => (received += data.toString()))
    const ended = once(socket, 'close')
    socket.write(REQUEST)
    await Promise.all([ended, closed])
    await database.drop()
    expect(received).toMatch(/^HTTP\/1.1 200 OK[^]*connection: close[^]*"ok"/i)
  })

  it('doesn’t wait for connections that were opened ahead and never used', async () => {
    const database = await createTestDatabase()
    const gateway = await gatewayOn(database.url)
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    const ended = once(socket, 'close')
    await gateway.close()
    await ended
    await database.drop()
  })
})
