import { chown, copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'

/** What is the server's own, and what of the log is to be had from elsewhere. */
const LEFT_OUT = /^data\/(postmaster\.(pid|opts)|pg_wal\/.+)$/

/**
 * Copies a cluster that runs, as docs/operations.md says it: the data between the start and the stop of a backup, and the label.
 * `meanwhile` is done before the backup ends. Without what of the log lies in between the copy can't start.
 */
export async function copyRunningCluster(
  url: string,
  from: string,
  to: string,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const session = new Client(url)
  await session.connect()
  try {
    await session.query(`SELECT pg_backup_start('daybook', true)`)
    await copyTree(from, to, (path) => !LEFT_OUT.test(path) || path === 'data/pg_wal/archive_status')
    await meanwhile()
    const { rows } = await session.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)')
    await writeAsOwner(join(to, 'data'), 'backup_label', rows[0]?.labelfile ?? '')
  } finally {
    await session.end()
  }
}

/** Writes a file that belongs to whom its folder belongs. */
export async function writeAsOwner(folder: string, name: string, text: string): Promise<void> {
  const { uid, gid } = await stat(folder)
  await writeFile(join(folder, name), text)
  await chown(join(folder, name), uid, gid)
}

/** As `cp -a` does it, of a folder whose files come and go. */
async function copyTree(from: string, to: string, wanted: (path: string) => boolean, path = ''): Promise<void> {
  const { uid, gid, mode } = await stat(join(from, path))
  await mkdir(join(to, path), { recursive: true, mode })
  await chown(join(to, path), uid, gid)
  for (const entry of await readdir(join(from, path), { withFileTypes: true })) {
    const inner = join(path, entry.name)
    if (!wanted(inner)) continue
    if (entry.isDirectory()) await copyTree(from, to, wanted, inner)
    else await copyFileAs(join(from, inner), join(to, inner))
  }
}

export async function copyFileAs(from: string, to: string): Promise<void> {
  try {
    const { uid, gid } = await stat(from)
    await copyFile(from, to)
    await chown(to, uid, gid)
  } catch (error) {
    // Dropped meanwhile: the log says so too.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
