import type { Duplex } from 'node:stream'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { textFrames } from '../src/http/text-frames'

/** As long as what a gateway sends of a movement: two events. */
const FILLING = 'x'.repeat(120)
const EVENTS = 2

/**
 * The least that telling many sockets costs a process of Node: one buffer, made once, written to each of them. It knows no tokens,
 * no documents and no readers that lag.
 */
const streams = new Set<Duplex>()
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
const server = createServer()
let sequence = 0

server.on('upgrade', (request, stream: Duplex, head) => {
  sockets.handleUpgrade(request, stream, head, (socket) => {
    socket.once('message', () => socket.send('{"type":"connection_ack"}'))
    socket.on('close', () => streams.delete(stream))
    streams.add(stream)
  })
})

function tell(): void {
  const occurredAt = new Date().toISOString()
  const messages = Array.from({ length: EVENTS }, () => {
    sequence += 1
    return `{"id":"1","type":"next","payload":{"data":{"events":{"sequence":${sequence},"occurredAt":"${occurredAt}","filling":"${FILLING}"}}}}`
  })
  const frames = textFrames(messages)
  for (const stream of streams) stream.write(frames)
}

process.on('message', (message) => {
  if (message === 'usage') process.send?.({ usage: process.cpuUsage() })
  if (message === 'tell') tell()
  if (message === 'stop') process.exit()
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
