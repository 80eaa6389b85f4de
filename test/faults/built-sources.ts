import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { transform, type Options } from '@swc/core'

const ROOT = resolve(__dirname, '..', '..')
const CACHE = join(ROOT, 'node_modules', '.cache', 'daybook')
/** What the sources read beside themselves, from where they stand. */
const READ = ['node_modules', 'package.json', 'sdk', 'web', 'examples', 'schema.graphql']

/**
 * The sources as JavaScript, for processes that are started again and again: compiled each time, a gateway needs 3 s to
 * start; built, half a second. Built once for what the sources are now, whoever asks first; answers the folder.
 */
export function builtSources(): Promise<string> {
  return (known ??= build())
}

let known: Promise<string> | undefined

async function build(): Promise<string> {
  const sources = (await Promise.all(['src', 'migrations'].map(listed))).flat().sort()
  const prints = await Promise.all(
    sources.map(async (path) => {
      const { mtimeMs, size } = await stat(join(ROOT, path))
      return `${path} ${mtimeMs} ${size}`
    }),
  )
  const name = createHash('sha256').update(prints.join('\n')).digest('hex').slice(0, 16)
  const built = join(CACHE, name)
  if (await isThere(built)) return built
  const draft = join(CACHE, `draft-${process.pid}`)
  await rm(draft, { recursive: true, force: true })
  await compile(sources, draft)
  for (const path of READ) await symlink(join(ROOT, path), join(draft, path))
  // Two that build at once make the same: whoever comes second keeps what is there.
  await rename(draft, built).catch(() => rm(draft, { recursive: true, force: true }))
  await removeOld(name)
  return built
}

async function listed(folder: string): Promise<string[]> {
  const names = await readdir(join(ROOT, folder), { recursive: true })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}

async function compile(sources: readonly string[], to: string): Promise<void> {
  const options = JSON.parse(await readFile(join(ROOT, '.swcrc'), 'utf8')) as Options & { $schema?: string }
  // For editors; the compiler takes it for a mistake.
  delete options.$schema
  await Promise.all(
    sources.map(async (path) => {
      const filename = join(ROOT, path)
      const { code } = await transform(await readFile(filename, 'utf8'), { ...options, swcrc: false, filename })
      const output = join(to, path.replace(/\.ts$/, '.js'))
      await mkdir(dirname(output), { recursive: true })
      await writeFile(output, code)
    }),
  )
}

/** Those of an hour ago are in nobody's hands any more. */
async function removeOld(kept: string): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const path = join(CACHE, name)
    const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now())
    if (name !== kept && age > 3_600_000) await rm(path, { recursive: true, force: true })
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
