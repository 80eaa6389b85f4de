import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Binaries } from './binaries'
import { type Place, runAs } from './place'

/**
 * Makes the data and the password of its superuser `daybook` in one folder, so that they are named, and lost, together.
 *
 * @param durable false leaves the new files to the system's own time of writing, which is quicker.
 */
export async function initialiseCluster(
  folder: string,
  { account }: Place,
  { initdb }: Binaries,
  durable: boolean,
): Promise<void> {
  const password = join(folder, 'password')
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (account) await chown(password, account.uid, account.gid)

  const data = join(folder, 'data')
  const options = ['-D', data, '--encoding=UTF8', '--no-instructions']
  options.push('--username=daybook', `--pwfile=${password}`, '--auth=scram-sha-256')
  if (!durable) options.push('--no-sync')
  const run = (locale: string) =>
    promisify(execFile)(initdb, [...options, `--locale=${locale}`], {
      cwd: folder,
      // Given a time zone, initdb need not compare the machine's with all of them.
      env: { LC_ALL: 'C', TZ: 'UTC' },
      ...runAs(account),
    })
  try {
    await run('C.UTF-8')
  } catch (error) {
    // Not every system has it. C sorts the same, and only lacks upper and lower case beyond ASCII.
    if (!String(error).includes('invalid locale name')) throw error
    await rm(data, { recursive: true, force: true })
    await run('C')
  }
  if (durable) await syncFolder(folder)
}

/** What initdb syncs is the inside of the data; the name of the password is ours to keep. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
