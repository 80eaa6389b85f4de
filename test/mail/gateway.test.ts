import { setTimeout as delay } from 'node:timers/promises'
import {
  MailsDocument,
  RequestInvoiceDocument,
  ResendMailDocument,
  SetMailPreferencesDocument,
  SetPriceAgreementDocument,
} from '../../sdk'
import { startTestGateway, type TestGateway } from '../support/gateway'
import { MailServer } from '../support/mail-server'

let server: MailServer
let gateway: TestGateway
beforeAll(async () => {
  server = await MailServer.start()
  const smtp = { host: '127.0.0.1', port: server.port, implicitTls: false, requireTls: false, auth: null }
  gateway = await startTestGateway({ sweeps: true, jobs: [], config: { smtp, publicUrl: 'https://pay.daybook.test' } })
})
afterAll(async () => {
  await gateway.stop()
  await server.stop()
})

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(50)
}

it('mails by itself what happens, shows it to its account alone, and lets staff send it anew', async () => {
  server.behaviour = 'REFUSE_RECIPIENT'
  const partner = await gateway.newPartner({ email: 'owner@partner.example' })
  const stranger = await gateway.newPartner({ email: 'stranger@partner.example' })
  const accountId = partner.account.id
  const terms = { accountId, currency: 'EUR', channelMonthAmount: 1000 }
  await gateway.staff.request(SetPriceAgreementDocument, terms)
  await partner.client.request(RequestInvoiceDocument, { channels: 2 })
  const failed = async () => (await gateway.staff.request(MailsDocument, { state: 'FAILED' })).mails.nodes
  await until(async () => (await failed()).length === 1)
  const [mail] = await failed()
  expect(mail).toMatchObject({ accountId, kind: 'INVOICE', recipient: 'owner@partner.example', attempts: 1 })
  expect(mail?.text).toContain('https://pay.daybook.test/pay/')
  expect((await partner.client.request(MailsDocument, {})).mails.nodes).toEqual([mail])
  expect((await stranger.client.request(MailsDocument, {})).mails.nodes).toEqual([])

  const id = mail?.id ?? ''
  await expect(partner.client.request(ResendMailDocument, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  server.behaviour = 'ACCEPT'
  expect((await gateway.staff.request(ResendMailDocument, { id })).resendMail).toMatchObject({ id })
  await until(() => server.received.length === 1)
  expect(server.received).toMatchObject([{ to: ['owner@partner.example'] }])

  const { setMailPreferences } = await partner.client.request(SetMailPreferencesDocument, { unwanted: ['WEBHOOK'] })
  expect(setMailPreferences).toEqual({ accountId, unwanted: ['WEBHOOK'] })
})
