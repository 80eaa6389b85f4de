import 'reflect-metadata'
import { openDatabase } from '../../../src/database'
import type { PaymentProvider, ProviderEvent } from '../../../src/payments/payment-provider'
import { runSandboxRenewals } from '../../../src/payments/sandbox/run-sandbox-renewals'
import { SandboxProvider } from '../../../src/payments/sandbox/sandbox-provider'
import { createTestDatabase } from '../../support/database'
import { BASE, CARDS, openAccount } from './till'

/** The sandbox with people who pay and time that passes: what the laws of all providers are held against. */
export async function makeSandboxBench() {
  const test = await createTestDatabase()
  const database = await openDatabase(test.url, 6)
  const sandbox = new SandboxProvider(database, { sandboxAccountsOnly: false, baseUrl: () => BASE })
  let passedDays = 0

  // Whoever asks for a customer has an account: it is opened here, and goes by the live clock.
  const opened = new Map<string, Promise<unknown>>()
  const open = async (accountId: string) => {
    const id = await openAccount(database, false)
    await database.dataSource.query(
      `INSERT INTO account SELECT (jsonb_populate_record(a, jsonb_build_object('id', $2::text))).* FROM account a WHERE id = $1`,
      [id, accountId],
    )
  }
  const provider: PaymentProvider = Object.assign(Object.create(sandbox) as SandboxProvider, {
    ensureCustomer: async (request: Parameters<PaymentProvider['ensureCustomer']>[0]) => {
      const opening = opened.get(request.accountId) ?? open(request.accountId)
      opened.set(request.accountId, opening)
      await opening
      return sandbox.ensureCustomer(request)
    },
  })

  const submit = async (sessionId: string, card: string, wanted: string) => {
    const { status } = (await sandbox.fetchCheckout(sessionId)) ?? {}
    const result = status === 'OPEN' ? await sandbox.submitCard(sessionId, card) : 'CLOSED'
    if (result !== wanted) throw new Error(`the page answered ${String(result)}`)
  }

  return {
    provider,
    pay: (sessionId: string) => submit(sessionId, CARDS.pays, 'PAID'),
    decline: (sessionId: string) => submit(sessionId, CARDS.declined, 'DECLINED'),
    async saveCard(sessionId: string, temper: 'PAYS' | 'DECLINES' | 'ASKS'): Promise<void> {
      if (temper !== 'ASKS') return submit(sessionId, temper === 'PAYS' ? CARDS.pays : CARDS.failsLater, 'PAID')
      await submit(sessionId, CARDS.asksEachTime, 'ASKS')
      await sandbox.confirm(sessionId, true)
    },
    async advance(days: number): Promise<void> {
      passedDays += days
      await database.dataSource.query(`
        CREATE OR REPLACE FUNCTION daybook_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
          SELECT date_trunc('milliseconds', clock_timestamp()) + interval '${passedDays * 24} hours' $$`)
      await runSandboxRenewals(database, null)
    },
    async events(): Promise<ProviderEvent[]> {
      const all: ProviderEvent[] = []
      for (let after: string | null = null; ;) {
        const { events, next } = await sandbox.listEvents(after)
        all.push(...events)
        if (next === null) return all
        after = next
      }
    },
    async cardsFail(fail: boolean): Promise<void> {
      await database.dataSource.query('UPDATE sandbox_subscription SET card = $1', [fail ? 'FAILS' : 'PAYS'])
    },
    async close(): Promise<void> {
      await database.close()
      await test.drop()
    },
  }
}
