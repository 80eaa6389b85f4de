import type { Page } from 'playwright-core'
import { openDatabase } from '../../src/database'
import { seedSandboxAccount } from '../../src/demo'
import { startDashboard, type TestDashboard, type Window } from '../support/dashboard'

const CHANNELS = 10_000
/** A screenful of them, what is drawn beyond it either way, and the head. */
const MAX_ROWS = 40

describe('10,000 channels in the dashboard', () => {
  let dashboard: TestDashboard
  let window: Window
  let page: Page
  beforeAll(async () => {
    dashboard = await startDashboard()
    const database = await openDatabase(dashboard.gateway.databaseUrl, 2)
    const accountId = await seedSandboxAccount(database, 'Ten thousand', CHANNELS, {
      signal: new AbortController().signal,
      onChannels: () => undefined,
    })
    await database.close()
    window = await dashboard.open('STAFF')
    page = window.page
    // Selecting all of them is a hundred reads, one after the other.
    page.setDefaultTimeout(90_000)
    await page.goto(`/accounts/${accountId}/channels`)
  })
  afterAll(async () => {
    expect(window.complaints).toEqual([])
    await dashboard.stop()
  })

  const list = () => page.getByRole('table', { name: 'Channels' })
  const channel = (number: number) => list().getByRole('link', { name: `Channel ${number}`, exact: true })
  const showAll = async () => {
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByText('10,000 channels, deleted ones not counted').waitFor()
  }
  const scrollTo = (px: number) => page.evaluate(`document.querySelector('.virtual-table').scrollTo({ top: ${px} })`)

  it('tells of all of them and draws those in view, from the newest to the oldest', async () => {
    await page.getByText('10,000 channels, deleted ones not counted').waitFor()
    await channel(CHANNELS).waitFor()
    expect(await list().getAttribute('aria-rowcount')).toBe('10001')
    expect(await list().getByRole('row').count()).toBeLessThan(MAX_ROWS)

    await scrollTo(300_000)
    await channel(5_000).waitFor()
    expect(await list().getByRole('row').count()).toBeLessThan(MAX_ROWS)

    await scrollTo(1e9)
    await channel(1).waitFor()
    expect(await list().getByRole('row').count()).toBeLessThan(MAX_ROWS)
    expect(await rowsSeen(page)).toEqual(newestFirst(await rowsSeen(page)))
    expect(await list().getByRole('row').last().getAttribute('aria-rowindex')).toBe('10001')

    await scrollTo(0)
    await channel(CHANNELS).waitFor()
  })

  it('finds by a part of the name, and shows all again', async () => {
    await page.getByLabel('Search').fill('channel 777')
    await page.getByText('11 channels found').waitFor()
    expect(await rowsSeen(page)).toEqual([7779, 7778, 7777, 7776, 7775, 7774, 7773, 7772, 7771, 7770, 777])
    await showAll()
    await channel(CHANNELS).waitFor()
  })

  it('filters by status, selects all that match, and a bulk takes them', async () => {
    await page.getByRole('group', { name: 'Status' }).getByText('New', { exact: true }).click()
    await page.getByText('1,000 channels found').waitFor()
    await page.getByRole('button', { name: 'Select all 1,000 that match' }).click()
    await page.getByText('1,000 channels selected').waitFor()

    await page.getByRole('button', { name: 'Allocate days' }).click()
    const dialog = page.getByRole('dialog', { name: 'Allocate days to many channels' })
    await dialog.getByLabel('Days for each channel').fill('7')
    await dialog.getByText('= 1,000 channels × 7 days').waitFor()
    await dialog.getByRole('button', { name: 'Allocate 7,000 days' }).click()
    await dialog.getByText('7,000 days allocated to 1,000 channels.').waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByText('No channel is like that.').waitFor()
    await page.getByText('Nothing selected').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Show all' }).first().click()
    await channel(CHANNELS).waitFor()
  })

  it('selects a range by the keyboard, and all 10,000 at once', async () => {
    await page.getByRole('checkbox', { name: 'Select Channel 10000' }).focus()
    await page.keyboard.press('Space')
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('Shift+ArrowDown')
    await page.getByText('4 channels selected').waitFor()
    await page.getByRole('button', { name: 'Select all 10,000 that match' }).click()
    await page.getByText('10,000 channels selected').waitFor()
    await scrollTo(300_000)
    await channel(5_000).waitFor()
    expect(await page.getByRole('checkbox', { name: 'Select Channel 5000' }).isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Clear selection' }).click()
    await page.getByText('Nothing selected').waitFor()
  })
})

/** The numbers of the channels that are drawn, from the top to the bottom. */
async function rowsSeen(page: Page): Promise<number[]> {
  return page.evaluate<number[]>(`
    [...document.querySelectorAll('.virtual-table [data-index]')]
      .sort((one, other) => one.dataset.index - other.dataset.index)
      .map((row) => Number(row.querySelector('a').textContent.replace('Channel ', '')))`)
}

function newestFirst(numbers: readonly number[]): number[] {
  return [...numbers].sort((one, other) => other - one)
}
