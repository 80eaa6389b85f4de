import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { minify } from '@swc/core'
import { rollup } from 'rollup'
import { AllocateDaysDocument, CreateChannelDocument } from '../../sdk'
import { WebhookSender } from '../../src/webhooks/send-webhook'
import { newSigningSecret } from '../../src/webhooks/sealed-secrets'
import { messageOf } from '../../src/webhooks/webhook-message'
import { startTestGateway, type TestGateway } from '../support/gateway'

const run = promisify(execFile)
const root = join(__dirname, '../..')
const sdk = join(root, 'sdk')

/** A folder with nothing in it, elsewhere: nothing of ours is found from there. */
let project: string
let tarball: string
let gateway: TestGateway

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'daybook-sdk-'))
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', project], { cwd: sdk })
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string }]
  tarball = join(project, packed.filename)
  await writeFile(join(project, 'package.json'), '{ "private": true }')
  await install(tarball)
  gateway = await startTestGateway()
  // A build and a registry: seconds, but not on every machine.
}, 300_000)
afterAll(async () => {
  await gateway.stop()
  await rm(project, { recursive: true, force: true })
})

async function install(what: string): Promise<void> {
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel', 'error']
  await run('npm', ['install', ...quietly, what], { cwd: project })
}

/** What stands in the README as a program that begins with its name, and is saved under it. */
async function program(name: string): Promise<string> {
  const readme = await readFile(join(sdk, 'README.md'), 'utf8')
  const text = readme.split('```js\n').find((block) => block.startsWith(`// ${name}\n`))
  const [whole] = text?.split('```') ?? []
  if (whole === undefined) throw new Error(`the README has no program ${name}`)
  await writeFile(join(project, name), whole)
  return name
}

/** What the README says of sizes, in kB. */
const FIGURES = /one document is ([\d.]+) kB.*?graphql-ws is ([\d.]+) kB\..*?is less than ([\d.]+) kB/

const environment = (more: Record<string, string>) => ({ PATH: process.env.PATH, DAYBOOK_URL: gateway.url, ...more })

/** Starts a program of the README, and reads it line by line. */
async function start(name: string, more: Record<string, string>) {
  const child = spawn(process.execPath, [await program(name)], {
    cwd: project,
    env: environment(more),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { child, line: async () => String((await lines.next()).value) }
}

describe('the package', () => {
  it('holds what it needs and nothing else', async () => {
    const installed = await readdir(join(project, 'node_modules', '@daybook/sdk'), { recursive: true })
    expect(installed.sort()).toEqual([
      ...['LICENSE', 'README.md', 'dist'],
      ...['index.cjs', 'index.d.cts', 'index.d.mts', 'index.mjs'].map((file) => join('dist', file)),
      'package.json',
    ])
  })

  it('brings graphql-ws, and graphql for its types', async () => {
    const installed = await readdir(join(project, 'node_modules'))
    expect(installed.filter((name) => !name.startsWith('.')).sort()).toEqual(['@daybook', 'graphql', 'graphql-ws'])
  })

  it('is found well by publint and by all resolutions of TypeScript’s', async () => {
    const { stdout } = await run(process.execPath, [join(__dirname, 'lint-package.mjs'), tarball])
    expect(JSON.parse(stdout)).toEqual({ messages: [], types: 'included', wrong: [] })
  })

  it('uses nothing that a browser has not', async () => {
    for (const file of ['index.mjs', 'index.cjs']) {
      const code = await readFile(join(sdk, 'dist', file), 'utf8')
      const imported = [...code.matchAll(/(?:from |require\()'([^']+)'/g)].map(([, name]) => name)
      expect(imported).toEqual(['graphql-ws/client'])
      expect(code).not.toMatch(/\b(?:process|Buffer|__dirname|setImmediate)\b[.(]/)
    }
  })

  it('is loaded as an ES module and as CommonJS, and one knows the errors of the other', async () => {
    const text = `
      import { createRequire } from 'node:module'
      import * as esm from '@daybook/sdk'
      const cjs = createRequire(import.meta.url)('@daybook/sdk')
      const error = cjs.GatewayError.of('UNAVAILABLE', 'away')
      console.log(JSON.stringify([
        Object.keys(esm).sort().join() === Object.keys(cjs).sort().join(),
        esm.GatewayError !== cjs.GatewayError,
        error instanceof esm.GatewayError,
        String(error),
      ]))`
    await writeFile(join(project, 'both.mjs'), text)
    const { stdout } = await run(process.execPath, ['both.mjs'], { cwd: project })
    expect(JSON.parse(stdout)).toEqual([true, true, true, 'GatewayError: away'])
  })

  it('is as large as the README says, and only what is named gets into a bundle', async () => {
    const one = await bundled(`export { createClient, BalanceDocument } from '@daybook/sdk'`)
    const all = await bundled(`export * from '@daybook/sdk'`)

    const socket = await bundled(`export { createClient } from 'graphql-ws/client'`)
    expect(one.code).toContain('query Balance(')
    expect(one.code.match(/(?:query|mutation|subscription) [A-Z]\w+/g)).toEqual(['query Balance', 'query LastSequence'])
    const readme = (await readFile(join(sdk, 'README.md'), 'utf8')).replace(/\s+/g, ' ')
    const [, oneTold, socketTold, allTold] = (FIGURES.exec(readme) ?? []).map(Number)
    // graphql-ws is the newest that fits, and zlib is Node's: a little lies between one and another.
    expect(Math.abs(one.size / 1000 - (oneTold ?? 0))).toBeLessThan(0.5)
    expect(Math.abs(socket.size / 1000 - (socketTold ?? 0))).toBeLessThan(0.5)
    expect(all.size / 1000).toBeLessThan(allTold ?? 0)
  })

  /** As a page would have it: minified and gzipped. */
  async function bundled(text: string): Promise<{ code: string; size: number }> {
    const entry = join(project, 'entry.mjs')
    await writeFile(entry, text)
    const files: Record<string, string> = {
      '@daybook/sdk': '@daybook/sdk/dist/index.mjs',
      'graphql-ws/client': 'graphql-ws/dist/client.js',
    }
    const resolveId = (name: string) => {
      const file = files[name]
      return file === undefined ? null : join(project, 'node_modules', file)
    }
    const bundle = await rollup({ input: entry, plugins: [{ name: 'installed', resolveId }] })
    const { output } = await bundle.generate({ format: 'es' })
    await bundle.close()
    const { code } = await minify(output[0].code, { module: true, mangle: true, compress: true })
    return { code, size: gzipSync(code, { level: 9 }).length }
  }
})

describe('the types of the package', () => {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

  const consumer = `
    import { ChannelsDocument, createClient, EventsDocument, GatewayError, BalanceDocument, BalanceChangedDocument,
      AllocateDaysDocument, PreviewKeepAliveDocument, verifyWebhook, type Client, type ErrorCode } from '@daybook/sdk'
    const client: Client = createClient({ url: '/' })
    export async function use(): Promise<void> {
      const { balance } = await client.request(BalanceDocument)
      const days: number = balance.available
      // @ts-expect-error -- there is no such field
      balance.availible
      await client.request(AllocateDaysDocument, { channelId: 'channel_1', days })
      // @ts-expect-error -- days are missing
      await client.request(AllocateDaysDocument, { channelId: 'channel_1' })
      for await (const channel of client.nodes(ChannelsDocument, { first: 10 })) {
        const status: 'ACTIVE' | 'DELETED' | 'EXPIRED' | 'NEW' | 'TRIAL' = channel.status
        // @ts-expect-error -- a name is no number
        const name: number = channel.name
        void [status, name]
      }
      for await (const { channels } of client.pages(ChannelsDocument)) void channels.totalCount?.toFixed()
      for await (const event of client.nodes(EventsDocument, { after: 0 })) {
        if (event.__typename === 'BalanceChange') event.days.toFixed()
      }
      for await (const { days } of client.nodes(PreviewKeepAliveDocument, { minDays: 3 })) days.toFixed()
      // @ts-expect-error -- a balance is no list
      client.nodes(BalanceDocument)
      for await (const change of client.subscribe(BalanceChangedDocument, { after: balance.sequence })) change.days.toFixed()
      const event = await verifyWebhook('', new Headers(), ['whsec_', 'whsec_'], { toleranceSeconds: 10 })
      if (event.data.kind === 'InvoiceChange') void (event.data.status === 'PAID')
    }
    export function tell(error: unknown): ErrorCode | undefined {
      if (!(error instanceof GatewayError)) return undefined
      if (error.code === 'INSUFFICIENT_DAYS') error.details.available.toFixed()
      // @ts-expect-error -- not every code has it, and then nobody knows what it is
      error.details.available.toFixed()
      switch (error.code) {
        case 'PAYMENT_AMOUNT': error.details.currency.toUpperCase(); break
        case 'BAD_USER_INPUT': error.details.field?.split('.'); break
        case 'RATE_LIMITED': error.details.retryAfterMs.toFixed(); break
        default:
      }
      return error.code
    }`

  const strict = {
    ...{
      strict: true,
      noEmit: true,
      skipDefaultLibCheck: true,
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
    },
    ...{ types: [], exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  }

  it.each([
    ['node16', 'node16', ['consumer.mts', 'consumer.cts']],
    ['nodenext', 'nodenext', ['consumer.mts', 'consumer.cts']],
    ['esnext', 'bundler', ['consumer.ts']],
  ])('are right for module %s with resolution %s, in %s', async (module, moduleResolution, files) => {
    const folder = join(project, `types-${moduleResolution}`)
    await mkdir(folder)
    for (const file of files) await writeFile(join(folder, file), consumer)
    const compilerOptions = { ...strict, module, moduleResolution }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
    expect(await complaints(folder)).toBe('')
  })

  it('fit every program of the README', async () => {
    const folder = join(project, 'readme')
    await mkdir(folder)
    const readme = await readFile(join(sdk, 'README.md'), 'utf8')
    const blocks = [...readme.matchAll(/```(js|ts)\n([^]*?)```/g)]
    for (const [index, [, language, text = '']] of blocks.entries()) {
      await writeFile(join(folder, `block-${index}.m${language ?? ''}`), text)
    }
    // What the programs use of Node's: the types of this repository say more than they need.
    const node = { typeRoots: [join(root, 'node_modules', '@types')], types: ['node', 'ws'] }
    const paths = { ws: [join(root, 'node_modules', '@types', 'ws')] }
    const compilerOptions = {
      ...{ ...strict, ...node, paths, allowJs: true, checkJs: true, noImplicitAny: false, skipLibCheck: true },
      ...{ module: 'nodenext', moduleResolution: 'nodenext', exactOptionalPropertyTypes: false },
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['block-*'] }))
    expect(blocks.length).toBeGreaterThanOrEqual(4)
    expect(await complaints(folder)).toBe('')
  })

  async function complaints(folder: string): Promise<string> {
    const { stdout } = await run(process.execPath, [compiler, '-p', folder]).catch(
      (error: unknown) => error as { stdout: string },
    )
    return stdout
  }
})

describe('the README', () => {
  it('opens with a program that does what it says', async () => {
    const { token } = await gateway.newPartner({ days: 100 })
    const { stdout } = await run(process.execPath, [await program('first.mjs')], {
      cwd: project,
      env: environment({ DAYBOOK_TOKEN: token }),
    })
    const readme = await readFile(join(sdk, 'README.md'), 'utf8')
    expect(readme.indexOf('// first.mjs')).toBe(readme.indexOf('```js') + '```js\n'.length)
    expect(stdout).toBe(/it prints:\n\n```\n([^]*?)```/.exec(readme)?.[1])
  })

  it('has a program that watches the balance', async () => {
    await install('ws@8')
    const { token, client } = await gateway.newPartner({ days: 10 })
    const { channel } = (await client.request(CreateChannelDocument, { name: 'Bakery Rosewood' })).createChannel
    const { child, line } = await start('watch.mjs', { DAYBOOK_TOKEN: token })
    expect(await line()).toMatch(/^10 days, as of \d+$/)
    for (const days of [4, 6]) await client.request(AllocateDaysDocument, { channelId: channel.id, days })
    expect([await line(), await line()]).toEqual(['ALLOCATION of -4: 6 days', 'ALLOCATION of -6: 0 days'])
    if (child.exitCode === null) await once(child, 'exit')
    expect(child.exitCode).toBe(0)
  })

  it('has a program that receives webhooks, each once, while a secret is rotated', async () => {
    const [older, newer] = [newSigningSecret(), newSigningSecret()]
    const { child, line } = await start('receive.mjs', { DAYBOOK_WEBHOOK_SECRETS: `${older} ${newer}`, PORT: '0' })
    const sender = new WebhookSender('NEARBY')
    try {
      const [port] = /\d+(?=\s*})/.exec(await line()) ?? []
      const send = async (sequence: number, secret: string) => {
        const message = messageOf('webhook_01jd0000000000000000000000', {
          ...{ kind: 'OtherEvent', type: 'channel.created', accountId: 'account_1', actor: 'token_1' },
          ...{ sequence, occurredAt: new Date(), subject: `channel_${sequence}`, data: null },
        })
        return (await sender.send(`http://127.0.0.1:${port ?? ''}/`, message, [secret])).status
      }
      expect([await send(1, older), await send(1, newer), await send(2, newer)]).toEqual([204, 204, 204])
      expect(await send(3, newSigningSecret())).toBe(400)
      expect([await line(), await line()]).toEqual(['channel.created of channel_1', 'channel.created of channel_2'])
    } finally {
      await sender.close()
      child.kill()
      await once(child, 'exit')
    }
  })
})
