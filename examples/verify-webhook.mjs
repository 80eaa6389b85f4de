// A receiver of Daybook's webhooks, whole: it needs nothing but the package standardwebhooks.
//
//   WEBHOOK_SECRET=whsec_... PORT=8080 node examples/verify-webhook.mjs
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'

const webhook = new Webhook(process.env.WEBHOOK_SECRET)
/** The ids of what was dealt with. A program of yours keeps them with what it does, in one transaction. */
const seen = new Set()

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    let event
    try {
      // Over the bytes as they came, and before anything is read from them.
      event = webhook.verify(Buffer.concat(chunks), request.headers)
    } catch {
      response.writeHead(400).end()
      return
    }
    // What was received and not heard of comes again, under the same id.
    const id = request.headers['webhook-id']
    if (!seen.has(id)) {
      seen.add(id)
      console.log(`${event.data.sequence} ${event.type} of ${event.data.subject}`)
    }
    response.writeHead(204).end()
  })
})
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => console.log(`listening on ${server.address().port}`))
