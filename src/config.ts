import { resolve } from 'node:path'
import { z } from 'zod'

/** What the gateway is told by its surroundings. Tests build one by hand; only `readConfig` looks at the environment. */
export interface Config {
  host: string
  /** 0 takes any free port. */
  port: number
  /** Null: an embedded Postgres under `home`. */
  databaseUrl: string | null
  /** Connections of the pool, 2 to 200. The allocation lanes and the feed have a few of their own beside it. */
  databasePoolSize: number
  migrate: boolean
  home: string
  /** Valid from the start, with all scopes. Null: one is made at the first start. */
  staffToken: string | null
  demo: boolean
  production: boolean
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
}

/** A setting that can't be, said so that the person who starts Daybook can mend it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const onOff = z.enum(['on', 'off'], { error: 'is either "on" or "off"' })

// An empty variable counts as one that is not set: that is how compose files and CI pass "nothing".
const Environment = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number({ error: 'is a port number' }).int().min(0).max(65_535).default(4000),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, hostname: /.*/, error: 'is an address such as postgres://user@host:5432/name' })
    .optional(),
  DATABASE_POOL_SIZE: z.coerce.number({ error: 'is a whole number' }).int().min(2).max(200).default(16),
  DAYBOOK_MIGRATE: onOff.default('on'),
  DAYBOOK_HOME: z.string().default('.daybook'),
  DAYBOOK_STAFF_TOKEN: z
    .string()
    .min(32, 'has 32 characters or more')
    .max(255, 'has 255 characters or fewer')
    .regex(/^[\x21-\x7e]+$/, 'has printable ASCII characters only, without spaces')
    .optional(),
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
    .pipe(z.array(z.enum(['embedded', 'demo'], { error: 'is a list of "embedded" and "demo", by comma' }))),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
})

export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(given)
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
  }
  const env = parsed.data
  const production = env.NODE_ENV === 'production'
  const embedded = env.DATABASE_URL === undefined
  const demo = env.DAYBOOK_DEMO === undefined ? embedded && !production : env.DAYBOOK_DEMO === 'on'
  if (production && embedded && !env.DAYBOOK_ALLOW.includes('embedded')) {
    throw new ConfigError(
      'DATABASE_URL is not set. In production the embedded Postgres is refused, unless DAYBOOK_ALLOW lists "embedded".',
    )
  }
  if (production && demo && !env.DAYBOOK_ALLOW.includes('demo')) {
    throw new ConfigError('DAYBOOK_DEMO is on. In production the demo is refused, unless DAYBOOK_ALLOW lists "demo".')
  }
  return {
    host: env.HOST,
    port: env.PORT,
    databaseUrl: env.DATABASE_URL ?? null,
    databasePoolSize: env.DATABASE_POOL_SIZE,
    migrate: env.DAYBOOK_MIGRATE === 'on',
    home: resolve(env.DAYBOOK_HOME),
    staffToken: env.DAYBOOK_STAFF_TOKEN ?? null,
    demo,
    production,
    logLevel: env.LOG_LEVEL,
  }
}
