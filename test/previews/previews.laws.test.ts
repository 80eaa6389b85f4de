import {
  AllocateDaysDocument,
  AllocateDaysInBulkDocument,
  DeleteChannelDocument,
  PreviewAllocationDocument,
  PreviewAutoRenewDocument,
  PreviewBulkAllocationDocument,
  PreviewDeletionDocument,
  PreviewReleaseDocument,
  PreviewTransferDocument,
  ReleaseDaysDocument,
  SetAutoRenewDocument,
  TransferDaysDocument,
} from '../../sdk'
import { Api, type Order, type Partner } from '../api/api'
import { Dice, seedOf } from '../support/dice'

const STEPS = 150
const seed = seedOf()

let api: Api
beforeAll(async () => {
  api = await Api.open()
})
afterAll(() => api.close())

/** A preview and its mutation, with the same variables. */
type Move = readonly [preview: { toString(): string }, mutation: { toString(): string }, variables: Order]

interface Previewed {
  at: string
  days?: number
  balanceAfter: number
  channel?: Order
  from?: Order
  to?: Order
  items?: { channelId: string; channel: Order | null; error: Order | null }[]
  allocatedDays?: number
}

interface Done {
  channel?: Order
  from?: Order
  to?: Order
  items?: { channelId: string; channel: Order | null; error: Order | null }[]
  allocatedDays?: number
  returnedDays?: number
  balance: { available: number }
  transaction?: { occurredAt: string; entries: { days: number }[] } | null
}

/** What a preview says of a channel, of a channel as it is. */
function asPreviewed({ id: channelId, status, paidUntil, unusedDays }: Order): Order {
  return { channelId, status, paidUntil, unusedDays }
}

/** What the preview should have said, seen from what was done. */
function expected({ channel, from, to, items, allocatedDays, returnedDays, balance, transaction }: Done): Order {
  const days = returnedDays ?? transaction?.entries[1]?.days
  return {
    balanceAfter: balance.available,
    ...(days !== undefined && { days }),
    ...(transaction != null && { at: transaction.occurredAt }),
    ...(channel !== undefined && { channel: asPreviewed(channel) }),
    ...(from !== undefined && { from: asPreviewed(from) }),
    ...(to !== undefined && { to: asPreviewed(to) }),
    ...(allocatedDays !== undefined && { allocatedDays }),
    ...(items !== undefined && {
      items: items.map(({ channelId, channel, error }) => ({
        channelId,
        channel: error === null && channel !== null ? asPreviewed(channel) : null,
        error,
      })),
    }),
  }
}

it(`says what the mutation then does or is refused with, and changes nothing (seed ${seed})`, async () => {
  const dice = new Dice(seed)
  const { accountId, token }: Partner = await api.partner({ sandbox: true, days: 300, maxTrials: 3, trialDays: 2 })
  const { token: reader } = await api.token({ accountId, scopes: ['READ'] })
  const channelIds: string[] = []
  const newChannel = async (days: number | null = null) => {
    channelIds.push(await api.channel(token, { trial: channelIds.length < 3, days }))
  }
  for (let count = 0; count < 6; count += 1) await newChannel(dice.below(2) ? 5 : null)
  const draw = (): Move => {
    const channelId = dice.pick(channelIds)
    const days = dice.between(1, dice.below(4) ? 6 : 400)
    const items = channelIds
      .filter(() => dice.below(3) > 0)
      .map((id) => ({ channelId: dice.below(20) ? id : 'x', days: dice.between(1, dice.below(4) ? 3 : 200) }))
    switch (dice.below(8)) {
      case 0:
      case 1:
        return [PreviewAllocationDocument, AllocateDaysDocument, { channelId, days }]
      case 2:
        return [PreviewReleaseDocument, ReleaseDaysDocument, { channelId, days: dice.below(2) ? days : null }]
      case 3:
        return [
          PreviewTransferDocument,
          TransferDaysDocument,
          { fromChannelId: channelId, toChannelId: dice.pick(channelIds), days },
        ]
      case 4:
        return [PreviewDeletionDocument, DeleteChannelDocument, { channelId }]
      case 5:
        return [
          PreviewAutoRenewDocument,
          SetAutoRenewDocument,
          { channelId, days: dice.below(4) ? days : null, leadHours: dice.between(1, 100) },
        ]
      default:
        return [
          PreviewBulkAllocationDocument,
          AllocateDaysInBulkDocument,
          { items, mode: dice.pick(['ATOMIC', 'PARTIAL']) },
        ]
    }
  }
  const counts = { done: 0, refused: 0 }
  for (let step = 0; step < STEPS; step += 1) {
    // The sandbox's clock alone: what it brings due is left for the preview and the mutation to settle.
    const hours = dice.below(2) ? dice.below(60) : 0
    await api.sql('UPDATE account SET clock = clock + $2 * interval $$1 hour$$ WHERE id = $1', [accountId, hours])
    if (dice.below(10) === 0) await newChannel()
    if (dice.below(10) === 0) await api.grant(accountId, dice.between(1, 100))
    const [preview, mutation, variables] = draw()
    const before = await api.checksums()
    const foretold = await api.ask<Record<string, Previewed>>(reader, preview.toString(), variables)
    expect(await api.checksums()).toEqual(before)
    const done = await api.ask<Record<string, Done>>(token, mutation.toString(), variables)
    const refusals = ({ errors }: typeof foretold | typeof done) =>
      errors.map(({ message, extensions }) => ({ message, extensions }))
    expect(refusals(foretold)).toEqual(refusals(done))
    const [said] = Object.values(foretold.data ?? {})
    const [outcome] = Object.values(done.data ?? {})
    if (outcome === undefined) counts.refused += 1
    else {
      counts.done += 1
      expect(said).toMatchObject(expected(outcome))
    }
  }
  expect(counts.done).toBeGreaterThan(STEPS / 5)
  expect(counts.refused).toBeGreaterThan(STEPS / 20)
  expect(await api.staff(`{ ledgerAudit(accountId: "${accountId}") { violations } }`)).toEqual({
    ledgerAudit: { violations: [] },
  })
})
