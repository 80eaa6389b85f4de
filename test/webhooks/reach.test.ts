import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { lookup } from 'node:dns'
import type { AddressInfo } from 'node:net'
import { mayReach } from '../../src/webhooks/reach'
import { WebhookSender } from '../../src/webhooks/send-webhook'
import { checkedUrl } from '../../src/webhooks/webhook-url'
import { newSigningSecret } from '../../src/webhooks/sealed-secrets'

const OUT_OF_REACH = 'The address is not on the public internet.'
const message = { id: 'msg_1', body: '{}' }
const secrets = [newSigningSecret()]

let server: Server
let port: number
let asked = 0
beforeAll(async () => {
  server = createServer((_, response) => {
    asked += 1
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

/** Answers these addresses to each question, one list after the other. */
function resolving(...answers: string[][]): typeof lookup {
  let questions = 0
  return ((_name: string, _options: object, callback: (error: null, found: object[]) => void) => {
    const addresses = answers[Math.min(questions, answers.length - 1)] ?? []
    questions += 1
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }) as unknown as typeof lookup
}

describe('the reach of webhooks in production', () => {
  it.each([
    ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254'],
    ...['100.64.0.1', '100.100.100.200', '192.0.0.192', '198.18.0.1', '192.0.2.1', '203.0.113.9', '192.88.99.1'],
    ...['168.63.129.16', '224.0.0.1', '240.0.0.1', '255.255.255.255', '::', '::1', '::127.0.0.1', '::ffff:127.0.0.1'],
    ...['::ffff:8.8.8.8', '::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::a9fe:a9fe', '2002:7f00:1::', '2001::1'],
    ...[
      'fe80::1',
      'fe80::1%eth0',
      'fec0::1',
      'fc00::1',
      'fd00:ec2::254',
      'ff02::1',
      '2001:db8::1',
      '100::1',
      '4000::1',
    ],
    ...['', 'localhost', '127.1', '0x7f.1', '2130706433'],
  ])('has no %s in it', (address) => {
    expect(mayReach(address, 'PUBLIC')).toBe(false)
  })

  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450::1'])('has %s in it', (address) => {
    expect(mayReach(address, 'PUBLIC')).toBe(true)
  })

  it('has this machine and its neighbours in it in development, and never the metadata of clouds', () => {
    for (const near of ['127.0.0.1', '::1', '10.0.0.1', 'fd00::1']) expect(mayReach(near, 'NEARBY')).toBe(true)
    for (const not of ['169.254.169.254', '168.63.129.16', 'fe80::1', '0.0.0.0', '::ffff:127.0.0.1', '224.0.0.1'])
      expect(mayReach(not, 'NEARBY')).toBe(false)
  })

  it.each([
    ...[
      'http://example.com/',
      'https://localhost/',
      'https://api.localhost./',
      'https://printer/',
      'https://db.internal/',
    ],
    ...['https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://[::1]/'],
    ...['https://[::ffff:7f00:1]/', 'https://[64:ff9b::7f00:1]/', 'https://10.0.0.1:8443/', 'https://example.com:22/'],
    ...['https://example.com:25/', 'https://example.com:80/', 'https://me:pw@example.com/', 'https://169.254.169.254/'],
  ])('is refused %s as an address', (url) => {
    expect(() => checkedUrl(url, 'PUBLIC')).toThrow(/^url /)
  })

  it.each([
    ['https://example.com/hooks?a=b', 'https://example.com/hooks?a=b'],
    ['https://EXAMPLE.com:443', 'https://example.com/'],
    ['https://example.com:8443/x', 'https://example.com:8443/x'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
  ])('is given %s as an address, kept as %s', (url, kept) => {
    expect(checkedUrl(url, 'PUBLIC')).toBe(kept)
  })

  it.each([
    ['a name of this machine', 'localhost', undefined],
    ['a name that resolves to loopback', 'hooks.example.com', [['127.0.0.1']]],
    ['a name that resolves to loopback in IPv6', 'hooks.example.com', [['::1']]],
    ['a name that resolves to a public address and to loopback', 'hooks.example.com', [['8.8.8.8', '127.0.0.1']]],
    ['a name that resolves to the metadata of a cloud', 'hooks.example.com', [['169.254.169.254']]],
    ['a name that resolves to a mapped address', 'hooks.example.com', [['::ffff:127.0.0.1']]],
    ['a name that resolves to nothing', 'hooks.example.com', [[]]],
    ['an address', '127.0.0.1', undefined],
    ['an address as a number', '2130706433', undefined],
    ['an address in IPv6', '[::1]', undefined],
    ['a mapped address', '[::ffff:127.0.0.1]', undefined],
  ])('doesn’t connect to %s', async (_, host, answers) => {
    for (const protocol of ['http', 'https']) {
      const sender = new WebhookSender('PUBLIC', answers === undefined ? {} : { lookup: resolving(...answers) })
      const before = asked
      const sending = await sender.send(`${protocol}://${host}:${port}/`, message, secrets)
      expect(sending).toMatchObject({ delivered: false, status: null, answer: null, error: OUT_OF_REACH })
      expect(asked).toBe(before)
      await sender.close()
    }
  })

  it('holds where a name resolves to another address by the next connection', async () => {
    const near = new WebhookSender('NEARBY', { lookup: resolving(['127.0.0.1'], ['169.254.169.254']) })
    const url = `http://hooks.example.com:${port}/`
    expect(await near.send(url, message, secrets)).toMatchObject({ delivered: true })
    server.closeAllConnections()
    await new Promise((resolve) => setImmediate(resolve))
    let sending = await near.send(url, message, secrets)
    // A connection that was just closed may still be tried.
    if (sending.error !== OUT_OF_REACH) sending = await near.send(url, message, secrets)
    expect(sending.error).toBe(OUT_OF_REACH)
    await near.close()
  })

  it('tells of a failure nothing that an error says', async () => {
    const failing = ((_: string, _options: object, callback: (error: Error) => void) => {
      callback(Object.assign(new Error('getaddrinfo of 10.0.0.53 in /etc/resolv.conf'), { code: 'ESOMETHING' }))
    }) as unknown as typeof lookup
    const sender = new WebhookSender('PUBLIC', { lookup: failing })
    expect((await sender.send('https://example.com/', message, secrets)).error).toBe('It could not be sent.')
    await sender.close()
  })
})
