import pino, { type Logger } from 'pino'
import type { Config } from './config'

export type Log = Logger

/** JSON lines on standard error, so that what a command answers on standard output stays clean. Secrets are cut out. */
export function createLog({ logLevel }: Pick<Config, 'logLevel'>): Log {
  return pino(
    {
      level: logLevel,
      base: null,
      redact: {
        paths: ['req.headers.authorization', 'req.headers.cookie', '*.authorization', '*.secret', '*.token'],
        censor: '[redacted]',
      },
    },
    pino.destination(2),
  )
}
