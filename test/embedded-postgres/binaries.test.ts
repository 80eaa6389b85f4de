import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readFile, readlink, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { prepareBinaries } from '../../src/embedded-postgres/binaries'
import { findPlace, type Place, runAs } from '../../src/embedded-postgres/place'

const run = promisify(execFile)
const log = { info: (message: string) => void messages.push(message), warn: () => undefined }

let messages: string[]
let folder: string
let place: Place
/** As npm leaves the package when it runs no install scripts: without links, and without the right to execute. */
let bare: string

beforeEach(async () => {
  messages = []
  folder = await realpath(await mkdtemp(join(tmpdir(), `daybook-test-${process.pid}-`)))
  await chmod(folder, 0o711)
  place = await findPlace(folder, log)
  const { postgres } = await prepareBinaries(place, log)
  const packaged = dirname(dirname(postgres))
  bare = join(folder, 'package', 'native')
  await mkdir(bare, { recursive: true })
  await cp(join(packaged, '..', 'package.json'), join(bare, '..', 'package.json'))
  const links = JSON.parse(await readFile(join(packaged, 'pg-symlinks.json'), 'utf8')) as { target: string }[]
  const targets = new Set(links.map(({ target }) => join(packaged, '..', target)))
  await cp(packaged, bare, { recursive: true, verbatimSymlinks: true, filter: (path) => !targets.has(path) })
  for (const name of ['initdb', 'pg_ctl', 'postgres']) await chmod(join(bare, 'bin', name), 0o644)
})

afterEach(() => rm(folder, { recursive: true, force: true }))

it('the programs of a package that was installed without scripts are mended where they are', async () => {
  const { initdb, postgres } = await prepareBinaries(place, log, bare)
  expect(dirname(postgres)).toBe(join(bare, 'bin'))
  for (const program of [initdb, postgres]) {
    expect((await run(program, ['--version'], runAs(place.account))).stdout).toContain('PostgreSQL')
  }
  expect(messages).toEqual([])
})

if (process.getuid?.() === 0) {
  it('for root, programs that another user cannot reach are copied beside the data, once', async () => {
    await chmod(join(folder, 'package'), 0o700)
    const { initdb, postgres } = await prepareBinaries(place, log, bare)
    expect(dirname(dirname(dirname(postgres)))).toBe(place.path)
    for (const program of [initdb, postgres]) {
      expect((await run(program, ['--version'], runAs(place.account))).stdout).toContain('PostgreSQL')
    }
    expect(await readlink(join(dirname(postgres), '..', 'lib', 'libpq.so.5'))).toMatch(/^libpq\.so\.5\.\d+$/)
    expect(messages).toEqual([expect.stringContaining("can't be used where they are")])

    const { mtimeMs } = await stat(postgres)
    await prepareBinaries(place, log, bare)
    expect((await stat(postgres)).mtimeMs).toBe(mtimeMs)
    expect(messages).toHaveLength(1)
  })
} else {
  it('programs that lack something and are read-only are copied beside the data', async () => {
    await chmod(join(bare, 'bin'), 0o500)
    await chmod(join(bare, 'lib'), 0o500)
    await writeFile(join(bare, 'bin', 'probe'), '').then(
      () => expect('the folder').toBe('read-only'),
      () => undefined,
    )
    const { postgres } = await prepareBinaries(place, log, bare)
    expect((await run(postgres, ['--version'])).stdout).toContain('PostgreSQL')
    await chmod(join(bare, 'bin'), 0o700)
    await chmod(join(bare, 'lib'), 0o700)
  })
}
