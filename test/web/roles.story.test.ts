import type { Page } from 'playwright-core'
import { codeOf, FrontDesk, PASSWORD } from '../support/front-desk'
import { startDashboard, type TestDashboard, type Window } from '../support/dashboard'
import { TEST_CONFIG } from '../support/gateway'

const NEW_PASSWORD = 'kettle beyond orchard 77'

describe('people in the dashboard', () => {
  let dashboard: TestDashboard
  let desk: FrontDesk
  let accountId: string
  beforeAll(async () => {
    dashboard = await startDashboard()
    desk = new FrontDesk(dashboard.gateway, TEST_CONFIG.home)
    ;[{ id: accountId = '' } = { id: '' }] = await dashboard.gateway.sql<{ id: string }>('SELECT id FROM account')
  })
  afterAll(() => dashboard.stop())

  /** By the link of a mail, as whoever was invited. */
  const accept = async (role: string, account: string | null): Promise<Window & { email: string }> => {
    const { token, email } = await desk.invite(role, account)
    const window = await dashboard.openAtDoor()
    await window.page.goto(`/invitation#${token}`)
    await window.page.locator('input[type="password"]').fill(PASSWORD)
    await window.page.locator('button[type="submit"]').click()
    await window.page.getByRole('navigation', { name: 'Pages' }).waitFor()
    return { ...window, email }
  }

  it('shows a viewer everything and offers no deed', async () => {
    const { page, complaints } = await accept('VIEWER', accountId)
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    expect(await page.getByRole('link', { name: 'Buy days' }).count()).toBe(0)
    await goTo(page, 'Channels')
    await page.getByRole('link', { name: 'Green Bikes' }).waitFor()
    expect(await page.getByRole('checkbox', { name: /^Select/ }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Create a channel' }).count()).toBe(0)
    await page.getByRole('link', { name: 'Harbour Dental' }).click()
    await page.getByRole('region', { name: 'Unused' }).getByText('364 days').waitFor()
    expect(await page.getByRole('button', { name: /^(Allocate|Release|Transfer|Delete)/ }).count()).toBe(0)
    await goTo(page, 'People')
    await page.getByRole('cell', { name: /Olivia Owner/ }).waitFor()
    expect(await page.getByRole('button', { name: /^(Invite|Remove|Change the role)/ }).count()).toBe(0)
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Tokens' }).count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('lets an operator set up a second factor, and work, but not lead', async () => {
    const { page, complaints } = await accept('OPERATOR', null)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await goTo(page, 'Team')
    expect(await page.getByRole('button', { name: 'Invite somebody' }).count()).toBe(0)

    await page.goto('/me')
    await page.getByRole('button', { name: 'Set it up' }).click()
    const secret = ((await page.getByLabel('Secret', { exact: true }).textContent()) ?? '').trim()
    await page.getByLabel('2. The code that it shows').fill('000000')
    await page.getByRole('button', { name: 'Turn it on' }).click()
    await page.locator('[aria-invalid="true"]').waitFor()
    await page.getByLabel('2. The code that it shows').fill(codeOf(secret))
    await page.getByRole('button', { name: 'Turn it on' }).click()
    await page.getByText('It is on. Keep these recovery codes').waitFor()
    const codes = ((await page.getByLabel('Recovery codes', { exact: true }).textContent()) ?? '').trim().split('\n')
    expect(new Set(codes).size).toBe(10)
    await page.getByRole('button', { name: 'I have them' }).click()
    await page.getByRole('region', { name: 'Second factor' }).getByText('On', { exact: true }).waitFor()

    await page.goto(`/accounts/${accountId}/channels`)
    await page.getByRole('button', { name: 'Create a channel' }).waitFor()
    await page.goto(`/accounts/${accountId}/agreements`)
    await page.getByRole('table', { name: 'Price agreements' }).waitFor()
    expect(await page.getByRole('button', { name: 'Agree new prices' }).count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('changes a password, gives another role, takes an invitation back, and removes somebody', async () => {
    const billing = await accept('BILLING', accountId)
    await billing.page.goto('/me')
    await billing.page.getByLabel('Password now').fill('not the password')
    await billing.page.getByLabel('New password').fill(NEW_PASSWORD)
    await billing.page.getByRole('button', { name: 'Change the password' }).click()
    await billing.page.locator('[aria-invalid="true"]').waitFor()
    await billing.page.getByLabel('Password now').fill(PASSWORD)
    await billing.page.getByRole('button', { name: 'Change the password' }).click()
    await billing.page.getByText('Your password is changed. Your other sessions have ended.').waitFor()

    const { email: invited } = await desk.invite('VIEWER', accountId)
    const { page, complaints } = await dashboard.open('PARTNER')
    await goTo(page, 'People')
    const row = page.getByRole('row', { name: new RegExp(billing.email) })
    await row.getByRole('button', { name: /^Change the role/ }).click()
    const role = page.getByRole('dialog', { name: /^Role of/ })
    await role.getByRole('radio', { name: 'Viewer' }).click()
    await role.getByRole('button', { name: 'Change the role' }).click()
    await row.getByRole('cell', { name: /^Viewer/ }).waitFor()

    const invitations = page.getByRole('region', { name: 'Open invitations' })
    await invitations.getByRole('button', { name: `Revoke the invitation of ${invited}` }).click()
    await invitations.waitFor({ state: 'detached' })
    expect(await page.evaluate('document.activeElement === document.body')).toBe(false)

    await row.getByRole('button', { name: /^Remove/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove for good' }).click()
    await row.waitFor({ state: 'detached' })
    await page.locator('#main :focus').waitFor()
    expect(complaints).toEqual([])
  })
})

async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}
