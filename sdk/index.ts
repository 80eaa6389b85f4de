export { createClient, type Client, type ClientOptions, type Document } from './client'
export type { RequestOptions, SubscribeOptions } from './client'
export type { Connection, NodeOf } from './paging'
export { GatewayError, type GatewayErrorOf, type ErrorEntry } from './gateway-error'
export type { ErrorFigures, OpenFigures } from './generated/errors'
export { verifyWebhook, WebhookVerificationError } from './verify-webhook'
export type { VerifyWebhookOptions, WebhookEvent, WebhookFault, WebhookHeaders } from './verify-webhook'
export type {
  BalanceChangeData,
  DayExpiryChangeData,
  InvoiceChangeData,
  LowBalanceData,
  OtherEventData,
  WebhookTestData,
} from './verify-webhook'
export * from './generated/operations'
