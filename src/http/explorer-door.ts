import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { GRAPHQL_PATH } from './server'

export const EXPLORER_PATH = '/explorer'

/** Example operations: each opens in a tab of its own. */
const EXAMPLES = join(__dirname, '../../examples')

interface ExplorerTab {
  initialName: string
  initialQuery: string
}

interface Explorer {
  getDistDirectory(): string
  renderAltair(options: Record<string, unknown>): string
}

/**
 * In development, `/explorer` is a page to ask GraphQL with: the schema with its descriptions, the examples in tabs, and
 * subscriptions. Whoever is signed in at the dashboard asks as that person; a token can be put into its headers.
 */
export async function registerExplorer(app: FastifyInstance): Promise<void> {
  const explorer = loadExplorer()
  if (explorer === null) return
  await app.register(fastifyStatic, {
    root: explorer.getDistDirectory(),
    prefix: `${EXPLORER_PATH}/`,
    index: false,
    decorateReply: false,
    // A page of another's scripts: its policy is for this path, and only in development.
    setHeaders: (reply) => void reply.header('content-security-policy', policyOf(null)),
  })
  const tabs = readExamples()
  for (const url of [EXPLORER_PATH, `${EXPLORER_PATH}/`]) {
    app.get(url, (_request, reply) => {
      const nonce = randomBytes(16).toString('base64')
      const page = explorer.renderAltair({
        baseURL: `${EXPLORER_PATH}/`,
        endpointURL: GRAPHQL_PATH,
        subscriptionsEndpoint: GRAPHQL_PATH,
        initialSubscriptionRequestHandlerId: 'graphql-ws',
        instanceStorageNamespace: 'daybook-explorer-',
        initialName: tabs[0]?.initialName,
        initialQuery: tabs[0]?.initialQuery,
        initialWindows: tabs.slice(1),
        disableAccount: true,
        cspNonce: nonce,
      })
      return reply.header('content-security-policy', policyOf(nonce)).type('text/html; charset=utf-8').send(page)
    })
  }
}

/** Only installed where Daybook is developed. */
function loadExplorer(): Explorer | null {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is not there in production
    return require('altair-static') as Explorer
  } catch {
    return null
  }
}

function readExamples(): ExplorerTab[] {
  if (!existsSync(EXAMPLES)) return []
  return readdirSync(EXAMPLES)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => ({
      initialName: name.replace(/^\d+-|\.graphql$/g, '').replaceAll('-', ' '),
      initialQuery: readFileSync(join(EXAMPLES, name), 'utf8'),
    }))
}

function policyOf(nonce: string | null): string {
  return [
    "default-src 'none'",
    `script-src 'self'${nonce === null ? '' : ` 'nonce-${nonce}'`}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "frame-src 'self'",
    "base-uri 'self'",
    "frame-ancestors 'self'",
  ].join('; ')
}
