import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { NotFoundError } from '../errors'

/** What `npm run build` makes of web/. Seen from the sources, and from what is built of them. */
const BUILT = ['../../web/dist', '../../../web/dist'].map((path) => join(__dirname, path))

/** Its place in the page's head is held by this word: see web/vite.config.mts. */
const NONCE_MARK = /__CSP_NONCE__/g

const NOT_BUILT = `<!doctype html><html lang="en"><title>Daybook</title><body><p>The dashboard is not built: <code>npm run build:web</code> builds it. The API is at <code>/graphql</code>.</p></body></html>`

/**
 * Serves the dashboard at `/`. Its addresses are its own to understand, so each one that a browser goes to, and that no
 * other door has, is answered with the same page; whoever asks for anything else is told NOT_FOUND.
 */
export async function registerDashboard(app: FastifyInstance, { secure }: { secure: boolean }): Promise<void> {
  const root = BUILT.find((path) => existsSync(join(path, 'index.html')))
  const page = root === undefined ? NOT_BUILT : readFileSync(join(root, 'index.html'), 'utf8')
  if (root !== undefined) {
    await app.register(fastifyStatic, {
      root: join(root, 'assets'),
      prefix: '/assets/',
      // The name of a file holds a digest of what is in it.
      immutable: true,
      maxAge: '365d',
      index: false,
      decorateReply: false,
    })
    app.get('/favicon.svg', (_request, reply) =>
      reply
        .header('cache-control', 'public, max-age=86400')
        .type('image/svg+xml')
        .send(readFileSync(join(root, 'favicon.svg'))),
    )
  }
  app.get('/*', (request, reply) => {
    if (!isNavigation(request)) throw new NotFoundError('page')
    return sendPage(reply, page, secure)
  })
}

function isNavigation({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-mode'] === 'navigate' || (headers.accept ?? '').includes('text/html')
}

function sendPage(reply: FastifyReply, page: string, secure: boolean): FastifyReply {
  const nonce = randomBytes(16).toString('base64')
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    // The component library writes its variables into a style element of its own, which carries the nonce.
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(secure ? ['upgrade-insecure-requests'] : []),
  ]
  return reply
    .headers({
      'content-security-policy': policy.join('; '),
    })
    .type('text/html; charset=utf-8')
    .send(page.replaceAll(NONCE_MARK, nonce))
}
