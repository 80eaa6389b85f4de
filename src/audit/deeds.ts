import type { IdKind } from '../typed-id'
import { STATES, type State } from './states'

/** What is written down of a mutation. */
export interface DeedForm {
  /** What it is done to. */
  readonly subject: IdKind | 'job' | 'providerEvent' | 'providerProfile'
  /** Where it changes settings: the rows that are compared before and after. */
  readonly state?: State
  /** A movement of days, which the ledger tells of: an entry is written of staff’s only. */
  readonly isMovement?: true
  /** Arguments that are never told, such as passwords and codes. */
  readonly secrets?: readonly string[]
}

/** Every mutation of the schema, by its name; a test holds the two together. */
export const DEEDS: Readonly<Record<string, DeedForm>> = {
  adjustBalance: { subject: 'account', state: STATES.balance },
  advanceClock: { subject: 'account', state: STATES.clock },
  allocateDays: { subject: 'channel', isMovement: true },
  allocateDaysInBulk: { subject: 'channel', isMovement: true },
  billingPortal: { subject: 'account' },
  cancelChannelSubscription: { subject: 'channel', state: STATES.subscription },
  cancelInvoiceRequest: { subject: 'invoice', state: STATES.invoice },
  changeChannelPlan: { subject: 'channel', state: STATES.subscription },
  changePassword: { subject: 'person', secrets: ['current', 'new'] },
  changePersonRole: { subject: 'person', state: STATES.person },
  confirmSecondFactor: { subject: 'person', secrets: ['code'] },
  createAccount: { subject: 'account', state: STATES.account },
  createChannel: { subject: 'channel', state: STATES.channel },
  createToken: { subject: 'apiToken', state: STATES.token },
  createWebhookEndpoint: { subject: 'webhookEndpoint', state: STATES.webhookEndpoint },
  deleteChannel: { subject: 'channel', state: STATES.channel },
  deleteWebhookEndpoint: { subject: 'webhookEndpoint', state: STATES.webhookEndpoint },
  disableWebhookEndpoint: { subject: 'webhookEndpoint', state: STATES.webhookEndpoint },
  enableWebhookEndpoint: { subject: 'webhookEndpoint', state: STATES.webhookEndpoint },
  invitePerson: { subject: 'invitation', state: STATES.invitation },
  issueCreditNote: { subject: 'invoice', state: STATES.invoice },
  postponeInvoice: { subject: 'invoice', state: STATES.invoice },
  prepareInvoice: { subject: 'invoice', state: STATES.invoice },
  rebuildLots: { subject: 'account' },
  recordPayment: { subject: 'invoice', state: STATES.invoice },
  recordRefund: { subject: 'invoice', state: STATES.invoice },
  releaseDays: { subject: 'channel', isMovement: true },
  removePerson: { subject: 'person', state: STATES.person },
  removeSavedCard: { subject: 'account', state: STATES.savedCard },
  removeSecondFactor: { subject: 'person', secrets: ['password'] },
  replayProviderEvent: { subject: 'providerEvent' },
  replayWebhookDelivery: { subject: 'webhookEndpoint' },
  replayWebhookEvents: { subject: 'webhookEndpoint' },
  requestInvoice: { subject: 'invoice', state: STATES.invoice },
  resendMail: { subject: 'mail', state: STATES.mail },
  resumeChannelSubscription: { subject: 'channel', state: STATES.subscription },
  resumeDunning: { subject: 'invoice', state: STATES.dunning },
  returnPayment: { subject: 'invoice', state: STATES.invoice },
  returnUnappliedPayment: { subject: 'invoice', state: STATES.invoice },
  revokeInvitation: { subject: 'invitation', state: STATES.invitation },
  revokeOtherSessions: { subject: 'person' },
  revokeSession: { subject: 'session' },
  revokeToken: { subject: 'apiToken', state: STATES.token },
  rotateWebhookSecret: { subject: 'webhookEndpoint', state: STATES.webhookEndpoint },
  runJob: { subject: 'job' },
  saveCard: { subject: 'account' },
  sendTestWebhook: { subject: 'webhookEndpoint' },
  setAlerts: { subject: 'account', state: STATES.account },
  setAutoRenew: { subject: 'channel', state: STATES.channel },
  setAutoTopUp: { subject: 'account', state: STATES.autoTopUp },
  setBillingDetails: { subject: 'account', state: STATES.billingDetails },
  setBillingSchedule: { subject: 'account', state: STATES.billingSchedule },
  setChannelPrice: { subject: 'channel', state: STATES.channelPrice },
  setDunningSchedule: { subject: 'account', state: STATES.dunningSchedule },
  setKeepAlive: { subject: 'account', state: STATES.keepAlive },
  setMailPreferences: { subject: 'account', state: STATES.mailPreference },
  setPriceAgreement: { subject: 'account', state: STATES.priceAgreement },
  setProviderProfile: { subject: 'providerProfile', state: STATES.providerProfile },
  startSecondFactor: { subject: 'person' },
  stopDunning: { subject: 'invoice', state: STATES.dunning },
  subscribeChannel: { subject: 'channel', state: STATES.subscription },
  transferDays: { subject: 'channel', isMovement: true },
  updateAccount: { subject: 'account', state: STATES.account },
  updateChannel: { subject: 'channel', state: STATES.channel },
  updateWebhookEndpoint: { subject: 'webhookEndpoint', state: STATES.webhookEndpoint },
  voidInvoice: { subject: 'invoice', state: STATES.invoice },
  writeOffInvoice: { subject: 'invoice', state: STATES.invoice },
}
