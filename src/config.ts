import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/** What the gateway is told by its surroundings. Tests build one by hand; only `readConfig` looks at the environment. */
export interface Config {
  host: string
  /** 0 takes any free port. */
  port: number
  /** Where partners reach the gateway, without a slash at its end. Null: where it listens. */
  publicUrl: string | null
  /** Null: an embedded Postgres under `home`. */
  databaseUrl: string | null
  /** Servers that replay what that of `databaseUrl` writes, and are read from while they have all of it. Left out: none. */
  databaseReplicaUrls?: string[]
  /** Connections of the pool, 2 to 200. The allocation lanes and the feed have a few of their own beside it. */
  databasePoolSize: number
  /** Through which gateways tell each other to look for events; left out or null: through Postgres. */
  redisUrl?: string | null
  migrate: boolean
  home: string
  /** Valid from the start, with all scopes. Null: one is made at the first start. */
  staffToken: string | null
  demo: boolean
  production: boolean
  /** Null: the sandbox provider that is built in. */
  stripe: StripeConfig | null
  /** Of 32 bytes: the first seals what is kept secret in the database, all of them open it. None: one is made under `home`, but not in production. */
  secretKeys: Buffer[]
  /** Null: mails are written to `outbox` under `home`. */
  smtp: SmtpConfig | null
  mailFrom: { name: string; address: string }
  /** Where people may sign in beside their passwords; null for nowhere. */
  openId: OpenIdConfig | null
  /** Whose X-Forwarded-* are believed: addresses and networks, or so many hops before us. Null: nobody's. */
  trustProxy: string[] | number | null
  /** Left out: those of development. */
  limits?: Partial<LimitsConfig>
  /** Left out: any documents, and none by their hash. */
  documents?: DocumentsConfig
  /** What Prometheus shows at /metrics. Null or left out: programs of this machine see them, in production nobody. */
  metricsToken?: string | null
  /** Where traces are sent; null or left out for nowhere. */
  traces?: TracesConfig | null
  /** Whether production may run on a database that a crash can lose acknowledged changes of. */
  allowLossyDatabase?: boolean
  /** So long clients are told to send nothing more on their connections, before those that are idle are closed. Left out: 250. */
  drainNoticeMs?: number
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
}

const REQUESTS_A_SECOND = { test: 25, live: 80 } as const

export interface StripeConfig {
  secretKey: string
  /** Of the webhook endpoint; while one is replaced, both. An event is good if it is signed with any of them. */
  webhookSecrets: string[]
  /** Where its API is; null for Stripe's own address. */
  apiBase: string | null
  /** Whether the key moves real money. */
  livemode: boolean
  /** Of one gateway. Stripe takes 25 a second in test mode, 100 in live mode of an account, and others may use it too. */
  requestsASecond: number
}

/** What callers may ask for. */
export interface LimitsConfig {
  /** The budget of each account, in points of cost, over all gateways of a database. Null: off. */
  rate: { bucket: number; restorePerSecond: number } | null
  /** Points that one operation may ask for, whatever the budget. */
  operationCost: number
  /** Requests under way at once on this gateway; beyond them they are refused. */
  requests: number
  /** How long an operation may take. */
  operationMs: number
  /** The same for staff's, who audit and rebuild whole ledgers. */
  staffOperationMs: number
}

/** What documents are run, and the files of those that may be named by their hash. */
export interface DocumentsConfig {
  /** Partners may send none but those that are listed. Staff may send any. */
  trustedOnly: boolean
  files: string[]
}

/** A collector that takes OTLP over HTTP. */
export interface TracesConfig {
  /** Without a slash at its end; `/v1/traces` is put behind it. */
  endpoint: string
  serviceName: string
}

/** A mail server. */
export interface SmtpConfig {
  host: string
  port: number
  /** From the first byte on, as with smtps. */
  implicitTls: boolean
  /** Nothing is sent before the connection is encrypted. */
  requireTls: boolean
  auth: { user: string; pass: string } | null
}

/** An OpenID provider. */
export interface OpenIdConfig {
  issuer: string
  clientId: string
  clientSecret: string
  /** What its button says. */
  name: string
}

/** A setting that can't be, said so that the person who starts Daybook can mend it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * In points of cost. An allocation asks for some 15: in production 300 a second of an account, and 6,000 at once. While
 * developing, nobody should meet a limit by chance, nor a test that follows every edge of the schema.
 */
const PRODUCTION_COSTS = { operationCost: 100_000, rate: { bucket: 100_000, restorePerSecond: 5_000 } }
const DEVELOPMENT_COSTS = {
  operationCost: 100_000_000,
  rate: { bucket: 1_000_000_000, restorePerSecond: 100_000_000 },
}

export const DEVELOPMENT_LIMITS: LimitsConfig = {
  ...DEVELOPMENT_COSTS,
  requests: 2_000,
  operationMs: 30_000,
  staffOperationMs: 100_000,
}

/** Beyond it the connection is taken for dead: nothing moves on it. */
const MAX_OPERATION_SECONDS = 100

/** A stop is cut short after nine seconds: five are left for requests under way, sockets (three) and jobs (two). */
const MAX_DRAIN_NOTICE_SECONDS = 4

const seconds = (fallbackMs: number) =>
  z.coerce
    .number({ error: 'is a number of seconds' })
    .min(0.05, 'is 0.05 or more')
    .max(MAX_OPERATION_SECONDS, `is ${MAX_OPERATION_SECONDS} or fewer`)
    .default(fallbackMs / 1000)

const onOff = z.enum(['on', 'off'], { error: 'is either "on" or "off"' })

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

const MAIL_FROM_FORM = /^(?:([^<>]*)<(?=.*>$))?([^<>\s]+?)>?$/
/** Of files in the outbox. */
const UNSENT_FROM = { name: 'Daybook', address: 'daybook@localhost' }

function isNetwork(text: string): boolean {
  return /^(loopback|linklocal|uniquelocal)$/.test(text) || ipaddr.isValid(text) || ipaddr.isValidCIDR(text)
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** Of whoever runs Daybook. */
const ownToken = z
  .string()
  .min(32, 'has 32 characters or more')
  .max(255, 'has 255 characters or fewer')
  .regex(/^[\x21-\x7e]+$/, 'has printable ASCII characters only, without spaces')

/**
 * Every setting. docs/settings.md and .env.example list them, and a test holds both to it. An empty variable counts as one
 * that is not set: that is how compose files and CI pass "nothing".
 */
export const Environment = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number({ error: 'is a port number' }).int().min(0).max(65_535).default(4000),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, hostname: /.*/, error: 'is an address such as https://billing.example', abort: true })
    .refine((text) => {
      const url = new URL(text)
      return url.protocol === 'https:' || LOOPBACK.test(url.hostname)
    }, 'is plain http, which is for loopback addresses only: pages on which people pay would travel in the clear')
    .refine((text) => {
      const { pathname, search, hash, username, password } = new URL(text)
      return pathname === '/' && `${search}${hash}${username}${password}` === ''
    }, 'has more than a host and a port; Daybook is reached at the root')
    .transform((text) => new URL(text).origin)
    .optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, hostname: /.*/, error: 'is an address such as postgres://user@host:5432/name' })
    .optional(),
  DATABASE_REPLICA_URL: z
    .string()
    .transform((list) => list.split(',').map((url) => url.trim()))
    .pipe(
      z
        .array(
          z.url({
            protocol: /^postgres(ql)?$/,
            hostname: /.*/,
            error: 'is an address such as postgres://user@host:5432/name, or several by comma',
          }),
        )
        .max(8, 'has 8 addresses or fewer'),
    )
    .optional(),
  DATABASE_POOL_SIZE: z.coerce.number({ error: 'is a whole number' }).int().min(2).max(200).default(16),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, hostname: /.+/, error: 'is an address such as redis://:password@redis.example:6379' })
    .optional(),
  DAYBOOK_MIGRATE: onOff.default('on'),
  DAYBOOK_HOME: z.string().default('.daybook'),
  DAYBOOK_STAFF_TOKEN: ownToken.optional(),
  METRICS_TOKEN: ownToken.optional(),
  DAYBOOK_DEMO: onOff.optional(),
  DAYBOOK_ALLOW: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean),
    )
    .pipe(
      z.array(
        z.enum(['embedded', 'demo', 'lossy'], { error: 'is a list of "embedded", "demo" and "lossy", by comma' }),
      ),
    ),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(
      /^(sk|rk)_(test|live)_\w+$/,
      'is a secret or a restricted key of Stripe: sk_test_, sk_live_, rk_test_ or rk_live_',
    )
    .optional(),
  // An empty secret would let anybody sign.
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .transform((list) => list.split(',').map((secret) => secret.trim()))
    .pipe(
      z.array(
        z.string().regex(/^whsec_[\x21-\x7e]{8,}$/, 'is a signing secret of Stripe (whsec_), or several by comma'),
      ),
    )
    .optional(),
  STRIPE_API_BASE: z
    .url({ protocol: /^https?$/, hostname: /.*/, error: 'is an address such as https://stripe.example', abort: true })
    .refine((text) => {
      const url = new URL(text)
      return url.protocol === 'https:' || LOOPBACK.test(url.hostname)
    }, 'is plain http, which is for loopback addresses only: the key would travel in the clear')
    .refine((text) => new URL(text).pathname === '/', 'has a path; Stripe is asked at the root')
    .optional(),
  DAYBOOK_SECRET_KEY: z
    .string()
    .transform((list) => list.split(',').map((key) => key.trim()))
    .pipe(
      z.array(
        z
          .string()
          .regex(
            /^[A-Za-z0-9+/]{43}=$/,
            'is a key of 32 bytes in base64 (openssl rand -base64 32), or several by comma',
          ),
      ),
    )
    .default([]),
  SMTP_URL: z
    .url({
      protocol: /^smtps?$/,
      hostname: /.+/,
      error: 'is an address such as smtps://user:password@mail.example:465',
      abort: true,
    })
    .refine((text) => {
      const { pathname, search, hash } = new URL(text)
      return `${pathname.replace(/^\/$/, '')}${search}${hash}` === ''
    }, 'has more than a user, a password, a host and a port')
    .refine((text) => {
      const { username, password } = new URL(text)
      return (username === '') === (password === '') && isDecodable(username) && isDecodable(password)
    }, 'has a user without a password, or either of them not percent-encoded')
    .optional(),
  MAIL_FROM: z
    .string()
    .max(320, 'has 320 characters or fewer')
    .transform((text, context) => {
      const [, name = '', address] = MAIL_FROM_FORM.exec(text) ?? []
      if (address !== undefined && z.email().safeParse(address).success && !/\p{Cc}/u.test(text)) {
        return { name: name.trim().replace(/^"(.*)"$/, '$1'), address }
      }
      context.addIssue('is an address such as billing@company.example, or Company <billing@company.example>')
      return z.NEVER
    })
    .optional(),
  OPENID_ISSUER: z
    .url({ protocol: /^https?$/, hostname: /.*/, error: 'is an address such as https://login.example', abort: true })
    .refine((text) => {
      const url = new URL(text)
      return url.protocol === 'https:' || LOOPBACK.test(url.hostname)
    }, 'is plain http, which is for loopback addresses only: anybody on the way could sign in')
    .optional(),
  OPENID_CLIENT_ID: z.string().max(255).optional(),
  OPENID_CLIENT_SECRET: z.string().max(1024).optional(),
  OPENID_NAME: z.string().max(40, 'has 40 characters or fewer').optional(),
  TRUST_PROXY: z
    .string()
    .transform((text) => (/^\d{1,2}$/.test(text) ? Number(text) : text.split(',').map((one) => one.trim())))
    .refine(
      (trusted) => (typeof trusted === 'number' ? trusted > 0 : trusted.every(isNetwork)),
      'is a list of addresses and networks by comma, such as 10.0.0.0/8, or a number of hops',
    )
    .optional(),
  RATE_LIMIT: onOff.default('on'),
  RATE_LIMIT_BUCKET: z.coerce.number({ error: 'is a number of points' }).int().min(100).max(1_000_000_000).optional(),
  RATE_LIMIT_RESTORE_PER_SECOND: z.coerce
    .number({ error: 'is a number of points' })
    .int()
    .min(1)
    .max(1_000_000_000)
    .optional(),
  MAX_OPERATION_COST: z.coerce.number({ error: 'is a number of points' }).int().min(100).max(1_000_000_000).optional(),
  MAX_REQUESTS: z.coerce
    .number({ error: 'is a whole number' })
    .int()
    .min(1)
    .max(100_000)
    .default(DEVELOPMENT_LIMITS.requests),
  OPERATION_TIMEOUT_SECONDS: seconds(DEVELOPMENT_LIMITS.operationMs),
  STAFF_OPERATION_TIMEOUT_SECONDS: seconds(DEVELOPMENT_LIMITS.staffOperationMs),
  DRAIN_NOTICE_SECONDS: z.coerce
    .number({ error: 'is a number of seconds' })
    .min(0, 'is 0 or more')
    .max(MAX_DRAIN_NOTICE_SECONDS, `is ${MAX_DRAIN_NOTICE_SECONDS} or fewer`)
    .optional(),
  DAYBOOK_DOCUMENTS: z.enum(['any', 'trusted'], { error: 'is either "any" or "trusted"' }).default('any'),
  DAYBOOK_DOCUMENTS_FILES: z
    .string()
    .default('sdk/generated/documents.json')
    .transform((list) =>
      list
        .split(',')
        .map((file) => file.trim())
        .filter(Boolean),
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, hostname: /.*/, error: 'is an address such as http://127.0.0.1:4318', abort: true })
    .refine((text) => {
      const { search, hash, username, password } = new URL(text)
      return `${search}${hash}${username}${password}` === ''
    }, 'has more than a host, a port and a path')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  OTEL_SERVICE_NAME: z.string().max(255).default('daybook'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
})

/** What the command line says itself stands above the environment. Throws ConfigError with a line for each setting. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env, above: NodeJS.ProcessEnv = {}): Config {
  const given = Object.fromEntries(
    [...Object.entries(environment), ...Object.entries(above)].filter(
      ([, value]) => value !== undefined && value !== '',
    ),
  )
  const parsed = Environment.safeParse(given)
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
  }
  const env = parsed.data
  const production = env.NODE_ENV === 'production'
  const embedded = env.DATABASE_URL === undefined
  const { rate, operationCost } = production ? PRODUCTION_COSTS : DEVELOPMENT_COSTS
  const demo = env.DAYBOOK_DEMO === undefined ? embedded && !production : env.DAYBOOK_DEMO === 'on'
  if (production && embedded && !env.DAYBOOK_ALLOW.includes('embedded')) {
    throw new ConfigError(
      'DATABASE_URL is not set. In production the embedded Postgres is refused, unless DAYBOOK_ALLOW lists "embedded".',
    )
  }
  if (embedded && env.DATABASE_REPLICA_URL !== undefined) {
    throw new ConfigError(
      'DATABASE_REPLICA_URL is set, and DATABASE_URL is not: nothing streams from the embedded Postgres.',
    )
  }
  if (production && demo && !env.DAYBOOK_ALLOW.includes('demo')) {
    throw new ConfigError('DAYBOOK_DEMO is on. In production the demo is refused, unless DAYBOOK_ALLOW lists "demo".')
  }
  if (production) refuseWeakTokens(env)
  return {
    host: env.HOST,
    port: env.PORT,
    publicUrl: publicUrl(env.PUBLIC_URL, production),
    databaseUrl: env.DATABASE_URL ?? null,
    databaseReplicaUrls: env.DATABASE_REPLICA_URL ?? [],
    databasePoolSize: env.DATABASE_POOL_SIZE,
    redisUrl: env.REDIS_URL ?? null,
    migrate: env.DAYBOOK_MIGRATE === 'on',
    home: resolve(env.DAYBOOK_HOME),
    staffToken: env.DAYBOOK_STAFF_TOKEN ?? null,
    demo,
    production,
    stripe: stripeConfig(env, production),
    secretKeys: env.DAYBOOK_SECRET_KEY.map((key) => Buffer.from(key, 'base64')),
    smtp: smtpConfig(env, production),
    mailFrom: env.MAIL_FROM ?? UNSENT_FROM,
    openId: openIdConfig(env),
    trustProxy: env.TRUST_PROXY ?? null,
    limits: {
      rate:
        env.RATE_LIMIT === 'off'
          ? null
          : {
              bucket: env.RATE_LIMIT_BUCKET ?? rate.bucket,
              restorePerSecond: env.RATE_LIMIT_RESTORE_PER_SECOND ?? rate.restorePerSecond,
            },
      operationCost: env.MAX_OPERATION_COST ?? operationCost,
      requests: env.MAX_REQUESTS,
      operationMs: env.OPERATION_TIMEOUT_SECONDS * 1000,
      staffOperationMs: env.STAFF_OPERATION_TIMEOUT_SECONDS * 1000,
    },
    documents: documentsConfig(env),
    metricsToken: env.METRICS_TOKEN ?? null,
    traces:
      env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? null
        : { endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT, serviceName: env.OTEL_SERVICE_NAME },
    allowLossyDatabase: env.DAYBOOK_ALLOW.includes('lossy'),
    drainNoticeMs: (env.DRAIN_NOTICE_SECONDS ?? (production ? 1 : 0.25)) * 1000,
    logLevel: env.LOG_LEVEL,
  }
}

/** A random token of 32 hexadecimal digits has 128 bits, and looks like 90 at the worst. */
const LEAST_TOKEN_BITS = 80

function refuseWeakTokens(env: z.infer<typeof Environment>): void {
  for (const name of ['DAYBOOK_STAFF_TOKEN', 'METRICS_TOKEN'] as const) {
    const token = env[name]
    if (token === undefined || bitsOf(token) >= LEAST_TOKEN_BITS) continue
    throw new ConfigError(
      `${name} is easily guessed: it repeats itself, counts up, or is an example. In production it is refused: make one with "openssl rand -hex 32".`,
    )
  }
  if (env.METRICS_TOKEN !== undefined && env.METRICS_TOKEN === env.DAYBOOK_STAFF_TOKEN) {
    throw new ConfigError(
      'METRICS_TOKEN is DAYBOOK_STAFF_TOKEN. In production they differ: whoever scrapes would be staff. Make one with "openssl rand -hex 32".',
    )
  }
}

/** How much of a token is chance, as far as its text shows: what repeats, or goes on as it began, counts for nothing. */
function bitsOf(token: string): number {
  if (/change.?me|example|placeholder|password|your.?token|0123456789|abcdefgh|qwerty/i.test(token)) return 0
  const repeated = /^(.+?)\1+.{0,16}$/.exec(token)?.[1]
  const text = [...(repeated ?? token)]
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  const entropy = [...counts.values()].reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  )
  return entropy * text.length
}

/** Whether whoever started this wants to see more than sentences. Asked where the settings themselves can't be read, too. */
export function isDebugging(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment.LOG_LEVEL === 'debug'
}

function documentsConfig(env: z.infer<typeof Environment>): DocumentsConfig {
  const trustedOnly = env.DAYBOOK_DOCUMENTS === 'trusted'
  const files = env.DAYBOOK_DOCUMENTS_FILES.map((file) => resolve(file))
  const missing = files.find((file) => !existsSync(file))
  if (trustedOnly && missing !== undefined) {
    throw new ConfigError(
      `DAYBOOK_DOCUMENTS_FILES: there is no file ${missing}. With DAYBOOK_DOCUMENTS "trusted" no other documents are run.`,
    )
  }
  return { trustedOnly, files }
}

function publicUrl(url: string | undefined, production: boolean): string | null {
  if (url === undefined) return null
  if (production && !url.startsWith('https:')) {
    throw new ConfigError(
      'PUBLIC_URL is plain http. In production it is https: people pay on the pages that it leads to.',
    )
  }
  return url
}

function openIdConfig(env: z.infer<typeof Environment>): OpenIdConfig | null {
  if (env.OPENID_ISSUER === undefined) return null
  if (env.OPENID_CLIENT_ID === undefined || env.OPENID_CLIENT_SECRET === undefined) {
    throw new ConfigError(
      'OPENID_CLIENT_ID or OPENID_CLIENT_SECRET is not set. With OPENID_ISSUER both are needed: the provider gives them to who registers there.',
    )
  }
  return {
    issuer: env.OPENID_ISSUER,
    clientId: env.OPENID_CLIENT_ID,
    clientSecret: env.OPENID_CLIENT_SECRET,
    name: env.OPENID_NAME ?? new URL(env.OPENID_ISSUER).hostname,
  }
}

function smtpConfig(env: z.infer<typeof Environment>, production: boolean): SmtpConfig | null {
  if (env.SMTP_URL === undefined) return null
  if (env.MAIL_FROM === undefined) {
    throw new ConfigError('MAIL_FROM is not set. With SMTP_URL it is needed: mail is sent from some address.')
  }
  const { protocol, hostname, port, username, password } = new URL(env.SMTP_URL)
  const implicitTls = protocol === 'smtps:'
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (implicitTls ? 465 : 587) : Number(port),
    implicitTls,
    requireTls: implicitTls || (production && !LOOPBACK.test(hostname)),
    auth: username === '' ? null : auth,
  }
}

function stripeConfig(env: z.infer<typeof Environment>, production: boolean): StripeConfig | null {
  const secretKey = env.STRIPE_SECRET_KEY
  if (secretKey === undefined) return null
  const livemode = secretKey.includes('_live_')
  if (livemode && !production) {
    throw new ConfigError(
      'STRIPE_SECRET_KEY is a live key. Outside production it is refused: it would move real money. Use a test key, or set NODE_ENV to "production".',
    )
  }
  if (!livemode && production) {
    throw new ConfigError(
      'STRIPE_SECRET_KEY is a test key. In production it is refused: days would be had for test cards.',
    )
  }
  const webhookSecrets = env.STRIPE_WEBHOOK_SECRET
  if (webhookSecrets === undefined) {
    throw new ConfigError(
      'STRIPE_WEBHOOK_SECRET is not set, or empty. With STRIPE_SECRET_KEY it is needed: without it, no event of Stripe’s could be told from a forged one.',
    )
  }
  const requestsASecond = REQUESTS_A_SECOND[livemode ? 'live' : 'test']
  return { secretKey, webhookSecrets, apiBase: env.STRIPE_API_BASE ?? null, livemode, requestsASecond }
}
