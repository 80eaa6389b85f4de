// An OpenID provider as a process of its own, on loopback: ES modules, which jest does not load. It prints its address once it
// listens, and is told on standard input where the gateway takes people back. It signs in whoever its page is told.
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import Provider from 'oidc-provider'

const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  createInterface({ input: process.stdin }).once('line', (redirectUri) => {
    const provider = new Provider(issuer, {
      clients: [{ client_id: 'daybook', client_secret: 'a-secret-of-the-client', redirect_uris: [redirectUri] }],
      claims: { email: ['email', 'email_verified'], profile: ['name'] },
      pkce: { required: () => true },
      // An id such as `anna@example.com~unverified`.
      findAccount: (_context, id) => ({
        accountId: id,
        claims: () => {
          const [email, unverified] = id.split('~')
          return { sub: id, email, email_verified: unverified === undefined, name: 'Named at the provider' }
        },
      }),
      cookies: { keys: ['any'] },
    })
    server.on('request', provider.callback())
    process.stdout.write('ready\n')
  })
  process.stdout.write(`${issuer}\n`)
})
process.stdin.on('end', () => process.exit(0))
