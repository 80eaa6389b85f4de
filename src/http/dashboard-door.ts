import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { NotFoundError } from '../errors'

/** The project's folder: seen from the sources, and from what is built of them. */
const HOME = ['../..', '../../..'].map((path) => join(__dirname, path)).find(hasManifest) ?? __dirname

/** What `npm run build` makes of web/. */
const BUILT = join(HOME, 'web/dist')

/** Its place in the page's head is held by this word: see web/vite.config.mts. */
const NONCE_MARK = /__CSP_NONCE__/g

const NOT_BUILT = `<!doctype html><html lang="en"><title>Daybook</title><body><p>The dashboard is not built: <code>npm run build:web</code> builds it. The API is at <code>/graphql</code>.</p></body></html>`

/**
 * Serves the dashboard at `/`. Its addresses are its own to understand, so each one that a browser goes to, and that no
 * other door has, is answered with the same page; whoever asks for anything else is told NOT_FOUND.
 *
 * What stands in the folder is read as it is asked for, so that a dashboard that is built while the gateway runs is served
 * from then on: the page names the files of its own build, and those of the one before are gone.
 */
export async function registerDashboard(
  app: FastifyInstance,
  { secure, built = BUILT }: { secure: boolean; built?: string },
): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(built, 'assets'),
    prefix: '/assets/',
    // The name of a file holds a digest of what is in it.
    immutable: true,
    maxAge: '365d',
    index: false,
    decorateReply: false,
    // A folder that is not there yet is told by the page.
    suppressWarning: true,
  })
  app.get('/favicon.svg', async (_request, reply) => {
    const icon = await readBuilt(built, 'favicon.svg')
    if (icon === null) throw new NotFoundError('page')
    return reply.header('cache-control', 'public, max-age=86400').type('image/svg+xml').send(icon)
  })
  app.get('/*', async (request, reply) => {
    if (!isNavigation(request)) throw new NotFoundError('page')
    return sendPage(reply, (await readBuilt(built, 'index.html')) ?? NOT_BUILT, secure)
  })
}

function hasManifest(folder: string): boolean {
  return existsSync(join(folder, 'package.json'))
}

/** Null where nothing is built, or is being built this moment. */
async function readBuilt(folder: string, name: string): Promise<string | null> {
  try {
    return await readFile(join(folder, name), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
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
