import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * A Chromium: the one that CHROMIUM_PATH names, one that is installed, or the one that an npm package brings, which is
 * unpacked into the temporary folder once. That one is for Linux on x64, with the libraries that a bare system lacks.
 */
export async function findChromium(): Promise<string> {
  const found = [process.env.CHROMIUM_PATH ?? '', ...INSTALLED].find((path) => path !== '' && existsSync(path))
  if (found !== undefined) return found
  // The package unpacks its libraries where it believes to be in the place that it was made for.
  if (!hasLibraries()) process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs22.x'
  // It ships ES modules for types and CommonJS for us.
  const packed = (await import('@sparticuz/chromium')) as unknown as { default: { executablePath(): Promise<string> } }
  return packed.default.executablePath()
}

function hasLibraries(): boolean {
  try {
    return execFileSync('ldconfig', ['-p'], { encoding: 'utf8' }).includes('libnss3.so')
  } catch {
    return false
  }
}

/** To be closed by whoever opened it. */
export async function openChromium(): Promise<Browser> {
  const libraries = join(tmpdir(), 'al2023', 'lib')
  return chromium.launch({
    executablePath: await findChromium(),
    // The tests may run as root, in a container, where Chromium's own sandbox can't be had.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
    env: existsSync(libraries) ? { ...process.env, LD_LIBRARY_PATH: libraries } : undefined,
  })
}
