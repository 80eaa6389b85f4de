import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { readConfig } from '../src/config'
import type { Database } from '../src/database'
import { seedSandboxAccount } from '../src/demo'
import { createGateway } from '../src/gateway'
import { openChromium } from '../test/support/chromium'
import { median } from './compare'

const CHANNELS = 10_000
const CHANGES = 20
const LOADS = 5
/** Between two changes: longer than the dashboard waits before it fetches anew once more. */
const REST_MS = 1_000
/** Of a first load, in kB of 1,000 bytes. */
const SCRIPT_GOAL_KB = 300
const USABLE_GOAL_MS = 1_000
const TASK_GOAL_MS = 100
const LIVE_GOAL_MS = 100
/** A turn of a wheel that is spun fast. */
const WHEEL_PX = 1_200

const PARTNER = 'Look around as the demo partner'
const STAFF = 'Look around as staff'

// What runs in a page is text: these sources know nothing of a browser's own types. It comes in by the debugger, and so past the
// policy of the page.

/** Before the page's own scripts: when that is there for which one came, and tasks of more than 50 ms, as browsers tell of them. */
const WATCH = `
  globalThis.watched = { firstLoad: {}, longTasks: [] }
  new MutationObserver(() => {
    const seen = watched.firstLoad
    if (document.querySelector('section[aria-label="Available"]') !== null) seen.usable ??= performance.now()
    if (document.querySelector('[role="img"][aria-label^="Days left"] canvas') !== null) seen.drawn ??= performance.now()
  }).observe(document, { childList: true, subtree: true })
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.longTasks.push(duration)
  }).observe({ type: 'longtask', buffered: true })
`

const SCROLL_TO_END = `document.querySelector('.virtual-table').scrollTo({ top: 1e9 })`
const SCROLL_TO_TOP = `document.querySelector('.virtual-table').scrollTo({ top: 0 })`

/** The instant at which another balance stands in the frame. */
const NEXT_BALANCE = `
  new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      observer.disconnect()
      resolve(performance.timeOrigin + performance.now())
    })
    observer.observe(document.querySelector('header'), { characterData: true, childList: true, subtree: true })
  })
`

const A_CHANNEL = `
  (async () => {
    const body = JSON.stringify({ query: '{ channels(first: 1) { nodes { id } } }' })
    const answer = await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    return (await answer.json()).data.channels.nodes[0].id
  })()
`

/** Asks as the page's own forms do; answers at which instant. */
const allocateADay = (channelId: string) => `
  (async () => {
    const asked = performance.timeOrigin + performance.now()
    const query = 'mutation ($input: AllocateDaysInput!) { allocateDays(input: $input) { balance { available } } }'
    const variables = { input: { channelId: ${JSON.stringify(channelId)}, days: 1 } }
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
    const { errors } = await answer.json()
    if (errors !== undefined) throw new Error(errors[0].message)
    return asked
  })()
`

interface Measured {
  what: string
  figure: string
  goal: string
  reached: boolean
}

/** The dashboard in a real Chromium, before a gateway of its own: what it weighs, how soon it is there, what holds it up. */
export async function benchDashboard(database: Database, url: string): Promise<void> {
  if (!existsSync(join(__dirname, '../web/dist/index.html'))) {
    throw new Error('the dashboard is not built: run node scripts/build-dashboard.mjs')
  }
  const home = await mkdtemp(join(tmpdir(), 'daybook-bench-dashboard-'))
  await chmod(home, 0o755)
  const settings = { DAYBOOK_HOME: home, DATABASE_URL: url, PORT: '0', LOG_LEVEL: 'fatal', DAYBOOK_DEMO: 'on' }
  const gateway = await createGateway(readConfig(undefined, settings))
  const browser = await openChromium()
  try {
    const accountId = await seedSandboxAccount(database, 'Ten thousand', CHANNELS, {
      signal: new AbortController().signal,
      onChannels: () => undefined,
    })
    const rows = [
      ...(await firstLoads(browser, gateway.url)),
      ...(await manyChannels(browser, gateway.url, accountId)),
      ...(await liveDelays(browser, gateway.url)),
    ]
    print(`The dashboard, Chromium ${browser.version()}, ${CHANNELS.toLocaleString('en')} channels`, rows)
  } finally {
    await browser.close()
    await gateway.close()
    await rm(home, { recursive: true, force: true })
  }
}

/** Each in a browser that has kept nothing but its cookie. */
async function firstLoads(browser: Browser, url: string): Promise<Measured[]> {
  const { context: door } = await signIn(browser, url, PARTNER)
  const cookies = await door.storageState()
  await door.close()
  const usable: number[] = []
  const drawn: number[] = []
  let bytes = 0
  for (let load = 0; load < LOADS; load += 1) {
    const context = await browser.newContext({ baseURL: url, locale: 'en-GB', storageState: cookies })
    const page = await context.newPage()
    const scripts = new Map<string, Promise<number>>()
    page.on('response', (response) => {
      if (!response.url().endsWith('.js')) return
      scripts.set(
        response.url(),
        response.body().then((body) => gzipSync(body).byteLength),
      )
    })
    await page.addInitScript({ content: WATCH })
    await page.goto('/')
    await page.getByRole('img', { name: /Days left/ }).waitFor()
    const seen = await page.evaluate<{ usable: number; drawn: number }>('watched.firstLoad')
    usable.push(seen.usable)
    drawn.push(seen.drawn)
    const sizes = await Promise.all(scripts.values())
    bytes = Math.max(
      bytes,
      sizes.reduce((sum, size) => sum + size, 0),
    )
    await context.close()
  }
  return [
    {
      what: 'script of the first load, gzipped, with the chart',
      figure: `${(bytes / 1000).toFixed(0)} kB`,
      goal: `${SCRIPT_GOAL_KB} kB`,
      reached: bytes < SCRIPT_GOAL_KB * 1000,
    },
    inTime('first load, until its figures and buttons are there', usable, USABLE_GOAL_MS),
    inTime('first load, until its chart is drawn', drawn, USABLE_GOAL_MS),
  ]
}

/** The longest that the page was held up by, in each of what is done with many channels. */
async function manyChannels(browser: Browser, url: string, accountId: string): Promise<Measured[]> {
  const { context, page } = await signIn(browser, url, STAFF)
  await page.addInitScript({ content: WATCH })
  const begun = performance.now()
  await page.goto(`/accounts/${accountId}/channels`)
  const first = page.getByRole('link', { name: `Channel ${CHANNELS}`, exact: true })
  await first.waitFor()
  const opened = performance.now() - begun
  const frame = page.getByRole('region', { name: 'Channels, scrollable' })
  const measured = [
    inTime(
      `list of ${CHANNELS.toLocaleString('en')} channels, until its first rows are there`,
      [opened],
      USABLE_GOAL_MS,
    ),
    await longest(page, 'opening the list'),
  ]

  await frame.hover()
  for (let turn = 0; turn < 60; turn += 1) await page.mouse.wheel(0, WHEEL_PX)
  await atRest(page)
  measured.push(await longest(page, 'scrolling by the wheel'))

  await page.evaluate(SCROLL_TO_END)
  await page.getByRole('link', { name: 'Channel 1', exact: true }).waitFor()
  await atRest(page)
  measured.push(await longest(page, 'dragging the bar to the end, which reads all rows'))

  await page.evaluate(SCROLL_TO_TOP)
  await first.waitFor()
  await atRest(page)
  measured.push(await longest(page, 'and back to the top'))

  await page.getByLabel('Search').pressSequentially('channel 777', { delay: 60 })
  await page.getByText('11 channels found').waitFor()
  await page.getByLabel('Search').fill('')
  await first.waitFor()
  await atRest(page)
  measured.push(await longest(page, 'searching, letter by letter, and showing all again'))

  await page.getByRole('button', { name: 'Select all 10,000 that match' }).click()
  await page.getByText('10,000 channels selected').waitFor()
  await atRest(page)
  measured.push(await longest(page, 'selecting all of them'))

  await page.getByRole('button', { name: 'Allocate days' }).click()
  const dialog = page.getByRole('dialog', { name: 'Allocate days to many channels' })
  await dialog
    .getByRole('row', { name: /Days to allocate/ })
    .or(dialog.getByRole('alert'))
    .first()
    .waitFor()
  await atRest(page)
  measured.push(await longest(page, 'asking what a bulk of all of them would do'))
  await context.close()
  return measured
}

/** Since it was asked before. */
async function longest(page: Page, what: string): Promise<Measured> {
  const durations = await page.evaluate<number[]>('watched.longTasks.splice(0)')
  const most = Math.max(0, ...durations)
  return {
    what: `longest task, ${what}`,
    figure: most === 0 ? 'none over 50 ms' : `${most.toFixed(0)} ms (${durations.length} over 50 ms)`,
    goal: `${TASK_GOAL_MS} ms`,
    reached: most < TASK_GOAL_MS,
  }
}

/** Until nothing loads, and the observer has told of what there was. */
async function atRest(page: Page): Promise<void> {
  await page.locator('.virtual-table[aria-busy="true"], .virtual-table-waiting').first().waitFor({ state: 'detached' })
  await page.evaluate('new Promise((done) => requestIdleCallback(() => requestIdleCallback(() => done())))')
}

/** From the moment in which one window asks for a change to that in which the other shows the new balance. */
async function liveDelays(browser: Browser, url: string): Promise<Measured[]> {
  const windows = [await signIn(browser, url, PARTNER), await signIn(browser, url, PARTNER)]
  const [asking, looking] = windows.map(({ page }) => page) as [Page, Page]
  for (const { page } of windows) await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
  const channelId = await asking.evaluate<string>(A_CHANNEL)
  const delays: number[] = []
  for (let change = 0; change < CHANGES; change += 1) {
    const shown = looking.evaluate<number>(NEXT_BALANCE)
    const asked = await asking.evaluate<number>(allocateADay(channelId))
    delays.push((await shown) - asked)
    // What else the change has fetched anew is there before the next one.
    await delay(REST_MS)
  }
  for (const { context } of windows) await context.close()
  return [inTime(`a change of the balance, until the other window shows it, ${CHANGES} times`, delays, LIVE_GOAL_MS)]
}

async function signIn(browser: Browser, url: string, as: string): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: as }).click()
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
  return { context, page }
}

function inTime(what: string, times: readonly number[], goalMs: number): Measured {
  const most = Math.max(...times)
  const figure =
    times.length === 1 ? `${most.toFixed(0)} ms` : `${median(times).toFixed(0)} ms, at most ${most.toFixed(0)} ms`
  return { what, figure, goal: `${goalMs.toLocaleString('en')} ms`, reached: most < goalMs }
}

function print(title: string, rows: readonly Measured[]): void {
  console.log(`\n${title}\n\n| what | figure | goal | reached |\n|---|---|---|---|`)
  for (const { what, figure, goal, reached } of rows) {
    console.log(`| ${what} | ${figure} | ${goal} | ${reached ? 'yes' : 'no'} |`)
  }
}
