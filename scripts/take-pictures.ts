import 'reflect-metadata'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import WebSocket from 'ws'
import {
  AccountsDocument,
  AllocateDaysDocument,
  createClient,
  CreateChannelDocument,
  RecordPaymentDocument,
  RequestInvoiceDocument,
  SetPriceAgreementDocument,
} from '../sdk'
import { readConfig } from '../src/config'
import { createGateway } from '../src/gateway'
import { openChromium } from '../test/support/chromium'

/** Takes docs/pictures of a dashboard with the demo and a little life in it, on a home of its own that is thrown away. */

const FOLDER = join(__dirname, '..', 'docs', 'pictures')
const NAMES = [
  'Night Chemist',
  'Corner Florist',
  'Old Town Books',
  'Riverside Gym',
  'Lantern Hotel',
  'Pine Street Vets',
]
const DAYS = [30, 45, 60, 14, 90, 7]
const PRICES = { currency: 'EUR', channelMonthAmount: 1200, taxPartsPerMillion: 200_000 }

interface Shot {
  name: string
  as: string
  path: string
  dark?: boolean
  phone?: boolean
}

async function main(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'daybook-pictures-'))
  // As root, Postgres runs as another user, who must reach it.
  await chmod(home, 0o755)
  await mkdir(FOLDER, { recursive: true })
  const config = readConfig(undefined, { DAYBOOK_HOME: home, PORT: '0', LOG_LEVEL: 'fatal' })
  const gateway = await createGateway(config)
  try {
    const invoiceId = await live(gateway.url, gateway.shown.staffToken ?? '')
    const browser = await openChromium()
    const partner = 'Look around as the demo partner'
    const staff = 'Look around as staff'
    const shots: Shot[] = [
      { name: 'overview', as: partner, path: '/' },
      { name: 'channels', as: partner, path: '/channels' },
      { name: 'invoice', as: partner, path: `/invoices/${invoiceId}` },
      { name: 'queue', as: staff, path: '/' },
      { name: 'overview-dark-phone', as: partner, path: '/', dark: true, phone: true },
    ]
    for (const shot of shots) await take(browser, gateway.url, shot)
    await browser.close()
  } finally {
    await gateway.close()
    await rm(home, { recursive: true, force: true })
  }
}

/** Channels with names, an invoice that is paid, one that is open, and one that waits for staff. Answers the open one's id. */
async function live(url: string, token: string): Promise<string> {
  const staff = createClient({ url, token, webSocket: WebSocket })
  const { accounts } = await staff.request(AccountsDocument, {})
  const accountId = accounts.nodes[0]?.id ?? ''
  for (const [index, name] of NAMES.entries()) {
    const { createChannel } = await staff.request(CreateChannelDocument, {
      accountId,
      name,
      externalId: `customer-${index + 4}`,
    })
    await staff.request(AllocateDaysDocument, { channelId: createChannel.channel.id, days: DAYS[index] ?? 30 })
  }
  const paid = (await staff.request(RequestInvoiceDocument, { accountId, channels: 10 })).requestInvoice.invoice
  const { amount, currency } = paid.total
  await staff.request(RecordPaymentDocument, {
    invoiceId: paid.id,
    amount,
    currency,
    method: 'BANK_TRANSFER',
    reference: 'TR-20418',
    idempotencyKey: 'paid',
  })
  const open = (await staff.request(RequestInvoiceDocument, { accountId, channels: 25 })).requestInvoice.invoice
  await staff.request(SetPriceAgreementDocument, { accountId, ...PRICES, autoPrepare: false })
  for (const order of [{ channels: 75 }, { channels: 12, looseDays: 10 }]) {
    await staff.request(RequestInvoiceDocument, { accountId, ...order })
  }
  await staff.close()
  return open.id
}

async function take(browser: Browser, baseURL: string, { name, as, path, dark, phone }: Shot): Promise<void> {
  const context = await browser.newContext({
    baseURL,
    viewport: phone === true ? { width: 390, height: 844 } : { width: 1280, height: 800 },
    colorScheme: dark === true ? 'dark' : 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: as }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.goto(path)
  await settle(page)
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
  await context.close()
}

async function settle(page: Page): Promise<void> {
  await page
    .getByRole('status')
    .getByText('Live', { exact: true })
    .or(page.getByRole('table').first())
    .first()
    .waitFor()
  await page.waitForLoadState('networkidle').catch(() => undefined)
  await page.locator('[aria-busy="true"], [aria-label^="Loading"]').first().waitFor({ state: 'detached' })
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
