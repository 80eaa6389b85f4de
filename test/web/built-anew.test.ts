import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { registerDashboard } from '../../src/http/dashboard-door'

describe('the door of the dashboard', () => {
  let built: string
  let app: FastifyInstance
  let url: string
  beforeEach(async () => {
    built = join(await mkdtemp(join(tmpdir(), 'daybook-built-')), 'dist')
    app = fastify()
    await registerDashboard(app, { secure: false, built })
    url = await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterEach(async () => {
    await app.close()
    await rm(join(built, '..'), { recursive: true, force: true })
  })

  const page = async () => (await fetch(`${url}/channels`, { headers: { accept: 'text/html' } })).text()

  const build = async (script: string) => {
    await rm(built, { recursive: true, force: true })
    await mkdir(join(built, 'assets'), { recursive: true })
    await writeFile(join(built, 'assets', script), `'${script}'`)
    await writeFile(join(built, 'index.html'), `<script src="/assets/${script}" nonce="__CSP_NONCE__"></script>`)
  }

  it('says how to build it where it is not built, and serves it once it is', async () => {
    expect(await page()).toContain('npm run build:web')
    await build('first-1.js')
    expect(await page()).toContain('/assets/first-1.js')
    expect(await (await fetch(`${url}/assets/first-1.js`)).text()).toBe("'first-1.js'")
  })

  it('serves what was built while it runs, and nothing of the build before', async () => {
    await build('first-1.js')
    await page()
    await build('second-2.js')
    expect(await page()).toContain('/assets/second-2.js')
    expect((await fetch(`${url}/assets/second-2.js`)).status).toBe(200)
    expect((await fetch(`${url}/assets/first-1.js`)).status).toBe(404)
  })

  it('gives each page a nonce of its own', async () => {
    await build('first-1.js')
    expect(await page()).not.toContain('__CSP_NONCE__')
    expect(await page()).not.toBe(await page())
  })
})
