import type { GatewayError } from '../../../sdk/index'
import { formatDate, formatDays } from './format'

/** What a refusal means for the person who is told it, and what can be done now. */
export interface Refusal {
  title: string
  text: string
  /** Where the way on is, seen from the account's pages; none where it is "try again" or nothing. */
  wayOn?: { label: string; to: string }
  retry?: boolean
}

type Explain = (error: GatewayError) => Refusal

const figure = (error: GatewayError, name: string): number => Number(error.details[name] ?? 0)

/** Every code that the gateway has; a newer one is told in its own words. */
const REFUSALS: Record<string, Explain> = {
  GRAPHQL_PARSE_FAILED: () => outdated(),
  GRAPHQL_VALIDATION_FAILED: () => outdated(),
  BAD_REQUEST: () => outdated(),
  UNAUTHENTICATED: () => ({
    title: 'You are signed out',
    text: 'Your session is over. Sign in again; nothing that you typed was sent.',
    wayOn: { label: 'Sign in', to: '/sign-in' },
  }),
  FORBIDDEN: (error) => ({
    title: 'Your role doesn’t allow this',
    text: `${error.message} Ask an owner of the account to do it, or to change your role.`,
    wayOn: { label: 'See who is an owner', to: 'people' },
  }),
  NOT_FOUND: () => ({
    title: 'It isn’t there (any more)',
    text: 'It may have been deleted meanwhile, or the address is wrong. Go back to the list and look again.',
  }),
  BAD_USER_INPUT: (error) => ({ title: 'Something in the form can’t be', text: error.message }),
  INSUFFICIENT_DAYS: (error) => ({
    title: 'Not enough days',
    text: `${formatDays(figure(error, 'available'))} are available and ${formatDays(figure(error, 'requested'))} were asked for: ${formatDays(figure(error, 'requested') - figure(error, 'available'))} are missing. Buy days, or release some from channels that don’t need them.`,
    wayOn: { label: 'Request an invoice', to: 'invoices/new' },
  }),
  CHANNEL_DELETED: () => ({
    title: 'This channel is deleted',
    text: 'A deleted channel stays as it was, for the records. Create a new one instead.',
    wayOn: { label: 'Create a channel', to: 'channels?new' },
  }),
  CHANNEL_ON_SUBSCRIPTION: () => ({
    title: 'A subscription pays for this channel',
    text: 'It renews by itself and takes no days from the balance. Cancel the subscription first if days are to pay for it.',
    wayOn: { label: 'See its subscription', to: 'plans' },
  }),
  CHANNEL_NOT_ON_SUBSCRIPTION: () => ({
    title: 'No subscription pays for this channel',
    text: 'There is nothing to change or to cancel. Subscribe the channel to a plan first.',
    wayOn: { label: 'See the plans', to: 'plans' },
  }),
  NOTHING_TO_RELEASE: () => ({
    title: 'There is nothing to release',
    text: 'Every paid day of this channel is used; a day that has begun counts as used.',
  }),
  TRIAL_NOT_ALLOWED: (error) => ({ title: 'No trial for this channel', text: error.message }),
  ACCOUNT_SUSPENDED: () => ({
    title: 'The account is suspended',
    text: 'It can be read, and nothing can be changed. Ask your provider why, and what lifts it.',
  }),
  ACCOUNT_CLOSED: () => ({
    title: 'The account is closed',
    text: 'It stays readable for good; nothing in it changes.',
  }),
  ACCOUNT_OVERDUE: (error) => ({
    title: 'An invoice is overdue',
    text: `A usage invoice has been unpaid since ${formatDate(String(error.details.since))}. Until it is paid, days can be given back, and none can be allocated.`,
    wayOn: { label: 'Pay the invoice', to: 'invoices' },
  }),
  DAYS_OWED: (error) => ({
    title: 'The account owes days',
    text: `A payment was charged back after its days were spent: ${formatDays(figure(error, 'owed'))} are owed. Buy or release as many, and allocations work again.`,
    wayOn: { label: 'Request an invoice', to: 'invoices/new' },
  }),
  NO_PRICE_AGREEMENT: () => ({
    title: 'No prices are agreed',
    text: 'Days can be sold once your provider has entered a price agreement for this account.',
  }),
  NO_PROVIDER_PROFILE: () => ({
    title: 'The provider’s profile is missing',
    text: 'An invoice needs a sender. Enter the provider’s profile first, then prepare the invoice.',
    wayOn: { label: 'Enter the profile', to: '/provider' },
  }),
  INVOICE_STATE: (error) => ({
    title: 'The invoice has moved on',
    text: `${error.message} Look at it as it is now.`,
  }),
  PAYMENT_AMOUNT: (error) => ({ title: 'The amount doesn’t fit', text: error.message }),
  IDEMPOTENCY_CONFLICT: () => ({
    title: 'This was already done, with other figures',
    text: 'Reload the page to see what was done, and begin again if it is not what you want.',
  }),
  CONFLICT: (error) => ({
    title: 'That doesn’t fit how things stand',
    text: error.message,
  }),
  QUERY_TOO_EXPENSIVE: () => ({
    title: 'That is too much at once',
    text: 'Ask for less: a shorter period, or fewer rows.',
  }),
  RATE_LIMITED: (error) => ({
    title: 'Slow down for a moment',
    text: `Too many requests came in a short time. Try again in ${Math.max(1, Math.ceil(figure(error, 'retryAfterMs') / 1000))} seconds.`,
    retry: true,
  }),
  PAYMENT_PROVIDER: (error) => ({
    title: 'The payment provider said no',
    text: `${error.message} Nothing was charged twice; try again, or with another card.`,
    retry: true,
  }),
  UNAVAILABLE: () => ({
    title: 'Daybook can’t be reached',
    text: 'The connection or the gateway is away for a moment. Trying again is safe: nothing happens twice.',
    retry: true,
  }),
  INTERNAL: (error) => ({
    title: 'Something broke on our side',
    text: `It was written down${typeof error.details.requestId === 'string' ? ` as ${error.details.requestId}` : ''}. Trying again is safe: nothing happens twice.`,
    retry: true,
  }),
}

function outdated(): Refusal {
  return {
    title: 'This page is older than the gateway',
    text: 'The gateway was updated since this page was loaded. Reload the page.',
  }
}

export function explainRefusal(error: GatewayError): Refusal {
  return REFUSALS[error.code]?.(error) ?? { title: 'That was refused', text: error.message }
}

/** The codes that are explained: a test holds them to the gateway's. */
export const EXPLAINED_CODES: readonly string[] = Object.keys(REFUSALS)
