export { createClient, type Client, type ClientOptions, type Document } from './client'
export type { RequestOptions, SubscribeOptions } from './client'
export { GatewayError, type ErrorEntry } from './gateway-error'
export * from './generated/operations'
