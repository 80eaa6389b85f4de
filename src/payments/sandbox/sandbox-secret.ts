import { randomBytes } from 'node:crypto'
import type { Sql, Statement } from '../../database'

/**
 * The secret by which the sandbox's events and forms are signed. Made once and kept in the database, so that all gateways on
 * it agree, also in production, where no home is shared; whoever reads the database can change what the secret protects anyway.
 */
export async function findSandboxSecret(sql: Sql): Promise<string> {
  await sql.query(MAKE_SECRET, [`whsec_sandbox_${randomBytes(32).toString('hex')}`])
  const [row] = await sql.query<{ secret: string }>(SECRET)
  if (row === undefined) throw new Error('the sandbox has no secret')
  return row.secret
}

const MAKE_SECRET: Statement = {
  name: 'sandbox-make-secret',
  text: 'INSERT INTO sandbox_secret (id, secret) VALUES (1, $1) ON CONFLICT DO NOTHING',
}

const SECRET: Statement = { name: 'sandbox-secret', text: 'SELECT secret FROM sandbox_secret' }
