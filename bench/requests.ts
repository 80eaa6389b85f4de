import type { SeededAccount } from './allocations'
import type { Load } from './load'

export const CHANNELS_QUERY =
  '{ balance { available } channels(first: 50) { nodes { id name paidUntil subscription { id status currentPeriodEnd } } } }'

const ALLOCATE =
  'mutation ($input: AllocateDaysInput!) { allocateDays(input: $input) { balance { available } transaction { id } } }'

/** A day more than a channel holds beside one that it has. */
const TOO_MANY_DAYS = 36_500
const CALLS = 1_000

/**
 * Allocations of a day to the channels of the accounts in turn, each account by its own token; so many in a hundred are sent
 * with a key that was used before, and as many are refused.
 */
export function allocationCalls(
  accounts: readonly SeededAccount[],
  tokens: readonly string[],
  percent = 0,
): Load['calls'] {
  return Array.from({ length: Math.max(CALLS, accounts.length) }, (_, call) => {
    const at = call % accounts.length
    const channelIds = accounts[at]?.channelIds ?? []
    const turn = call % 100
    // A channel that is kept for replays is one of the account's, so that a replay is the same command.
    const isReplay = turn < percent
    const days = turn >= 100 - percent ? TOO_MANY_DAYS : 1
    const channelId = channelIds[isReplay ? 0 : Math.floor(call / accounts.length) % channelIds.length]
    const idempotencyKey = isReplay ? `replayed ${accounts[at]?.accountId ?? ''}` : '$N'
    return {
      token: tokens[at] ?? '',
      body: JSON.stringify({ query: ALLOCATE, variables: { input: { channelId, days, idempotencyKey } } }),
    }
  })
}
