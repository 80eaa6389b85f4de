import { Client, DatabaseError } from 'pg'

/**
 * Every gateway holds the first lock, shared, for as long as it uses the server. Who wants to stop the server waits for
 * the second and then tries for the first alone. So of two that stop at once exactly one ends the server, and none ends
 * it under a gateway that is just arriving. Advisory locks belong to a database: these are in `postgres`, where they
 * can't meet those of the application.
 */
const IN_USE = '1147500386, 1'
const STOPPING = '1147500386, 2'

const CONNECT_MS = 10_000

/** A connection that tells other gateways that the server is in use. */
export interface Hold {
  /** The connection ended without being asked to. */
  onLost(listener: () => void): void
  /** True: nobody else uses the server, and nobody can any more while the hold lasts. False: others do, and the hold is over. */
  isLast(): Promise<boolean>
}

/**
 * Takes a hold of the server, and makes the database `daybook` where it is missing: this is where a first start that was
 * interrupted is completed.
 *
 * @param url of the database `postgres`.
 * @param isReady what the server says of itself. It is asked once the lock is ours: the lock of who stops the server is
 *   let go when its connection is cut, which is after the server has said that it is stopping.
 */
export async function takeHold(url: string, isReady: () => Promise<boolean>): Promise<Hold> {
  const client = new Client({
    connectionString: url,
    application_name: 'daybook embedded-postgres',
    connectionTimeoutMillis: CONNECT_MS,
  })
  // Without a listener the error of a server that goes away ends the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(`SELECT pg_advisory_lock_shared(${IN_USE})`)
    if (!(await isReady())) throw new Error('Postgres is just being stopped.')
    await makeDatabase(client)
  } catch (error) {
    await client.end()
    throw error
  }
  return {
    onLost: (listener) => client.once('end', listener),
    isLast: () => isLast(client),
  }
}

async function isLast(client: Client): Promise<boolean> {
  await client.query(`SELECT pg_advisory_lock(${STOPPING})`)
  const { rows } = await client.query<{ last: boolean }>(`SELECT pg_try_advisory_lock(${IN_USE}) AS last`)
  if (rows[0]?.last) return true
  // In this order: who waits for the second lock must not find the first one shared with us.
  await client.query(`SELECT pg_advisory_unlock_shared(${IN_USE})`)
  await client.end()
  return false
}

async function makeDatabase(client: Client): Promise<void> {
  const found = await client.query(`SELECT FROM pg_database WHERE datname = 'daybook'`)
  if (found.rowCount === 1) return
  try {
    await client.query('CREATE DATABASE daybook')
  } catch (error) {
    // Another gateway made it in the same moment.
    const { code } = error as DatabaseError
    if (code !== '42P04' && code !== '23505') throw error
  }
}
