import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openChromium } from './chromium'
import { startTestGateway, type TestGateway } from './gateway'

export type Person = 'PARTNER' | 'STAFF'

export interface Window {
  page: Page
  /** What the browser complained about: scripts that failed, and what the page's policy kept out. */
  complaints: string[]
}

export interface WindowOptions {
  width?: number
  height?: number
  dark?: boolean
  locale?: string
  timeZone?: string
}

export interface TestDashboard {
  gateway: TestGateway
  /** A window of a browser of its own, signed in with the demo's one click. */
  open(as: Person, options?: WindowOptions): Promise<Window>
  /** One where nobody is signed in. */
  openAtDoor(options?: WindowOptions): Promise<Window>
  stop(): Promise<void>
}

const BUTTONS: Record<Person, string> = {
  PARTNER: 'Look around as the demo partner',
  STAFF: 'Look around as staff',
}

const BUILT = join(__dirname, '../../web/dist/index.html')

/** A gateway with the demo's people, and a real Chromium before it. */
export async function startDashboard(): Promise<TestDashboard> {
  // `npm test` builds it first; jest by itself doesn't.
  if (!existsSync(BUILT)) throw new Error('the dashboard is not built: run node scripts/build-dashboard.mjs')
  const gateway = await startTestGateway({ sweeps: true, config: { demo: true } })
  const browser: Browser = await openChromium()
  const contexts: BrowserContext[] = []

  const openAtDoor = async (options: WindowOptions = {}): Promise<Window> => {
    const { width = 1280, height = 900, dark = false, locale = 'en-GB', timeZone = 'Europe/Berlin' } = options
    const context = await browser.newContext({
      baseURL: gateway.url,
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      locale,
      timezoneId: timeZone,
    })
    contexts.push(context)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      // A refusal that is asked for is told by the browser too: those are looked at by what the page says of them.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        complaints.push(message.text())
      }
    })
    await page.goto('/sign-in')
    return { page, complaints }
  }

  return {
    gateway,
    openAtDoor,
    async open(as, options) {
      const window = await openAtDoor(options)
      await window.page.getByRole('button', { name: BUTTONS[as] }).click()
      await window.page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'attached' })
      return window
    },
    async stop() {
      for (const context of contexts) await context.close()
      await browser.close()
      await gateway.stop()
    },
  }
}
