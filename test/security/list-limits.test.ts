import { MAX_BULK_ITEMS, MAX_LIST_ITEMS } from '../../src/input'
import { Api } from '../api/api'
import { ownArguments, probesOf, seedSide, withLeaf, type Probe, type Side } from '../api/prober'

let api: Api
let side: Side
beforeAll(async () => {
  api = await Api.open()
  side = await seedSide(api, 'heron')
})
afterAll(() => api.close())

/** Where arguments take a list, such as `input.items`. */
function listsOf({ leaves }: Probe): string[] {
  return [...new Set(leaves.flatMap(({ path }) => (path.includes('.0') ? [path.slice(0, path.indexOf('.0'))] : [])))]
}

const LISTS = (['query', 'mutation'] as const)
  .flatMap(probesOf)
  .flatMap((probe) => listsOf(probe).map((path) => [probe.name, path, probe] as const))

/** Of each list by its name: what would be taken, but for how many there are. */
const SAMPLES: Record<string, unknown> = {
  status: 'VOID',
  scopes: 'READ',
  eventTypes: 'invoice.paid',
  lines: 'Pier 3',
  taxIds: { country: 'DE', value: 'DE811569869' },
  tiers: { fromChannels: 2, channelMonthAmount: 1 },
  unwanted: 'INVOICE',
}

describe('R4: a list', () => {
  it.each(LISTS)('of %s, %s, is refused beyond its bound, by its name, and nothing changes', async (_, path, probe) => {
    const name = path.split('.').at(-1) ?? ''
    const most = name === 'items' ? MAX_BULK_ITEMS : MAX_LIST_ITEMS
    const sample = name === 'items' ? { channelId: side.own.channel, days: 1 } : (SAMPLES[name] ?? 1)
    const status = probe.name.includes('channels') ? 'ACTIVE' : sample
    const items = Array.from({ length: most + 1 }, () => (name === 'status' ? status : sample))
    const before = await api.checksums()
    let args = withLeaf(ownArguments(probe, side), path, items)
    if (path.endsWith('address.lines')) {
      for (const [field, value] of Object.entries({ city: 'Bremen', country: 'DE' }))
        args = withLeaf(args, path.replace(/lines$/, field), value)
    }
    const token = STAFFS_OWN.test(probe.name) ? api.staffToken : side.token
    const { errors } = await api.ask(
      token,
      probe.document,
      probe.name.includes('.') ? { ...args, id: side.accountId } : args,
    )
    expect(errors).toHaveLength(1)
    const refusal = errors[0]?.extensions
    expect([refusal?.code, refusal?.field?.split('.').at(-1)]).toEqual(['BAD_USER_INPUT', name])
    expect(Number(refusal?.maximum)).toBeLessThanOrEqual(most)
    expect(await api.checksums()).toEqual(before)
  })
})

const STAFFS_OWN = /set(PriceAgreement|ProviderProfile|DunningSchedule)/
