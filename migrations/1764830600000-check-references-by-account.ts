import type { MigrationInterface, QueryRunner } from 'typeorm'

const REFERENCES = [
  ['plan', 'plan_own_price_agreement'],
  ['invoice', 'invoice_own_price_agreement'],
  ['channel_subscription', 'channel_subscription_own_plan'],
  ['invoice_line', 'invoice_line_own_invoice'],
  ['invoice_dunning', 'invoice_dunning_own_invoice'],
  ['payment', 'payment_own_invoice'],
  ['payment_return', 'payment_return_own_invoice'],
  ['payment_return', 'payment_return_payment'],
  ['credit_note', 'credit_note_own_invoice'],
  ['refund', 'refund_own_invoice'],
  ['refund', 'refund_payment'],
  ['refund', 'refund_own_credit_note'],
  ['refund', 'refund_own_payment_return'],
  ['chargeback', 'chargeback_own_invoice'],
  ['chargeback', 'chargeback_payment'],
  ['provider_call', 'provider_call_own_invoice'],
  ['webhook_replay', 'webhook_replay_own_endpoint'],
  ['webhook_attempt', 'webhook_attempt_own_endpoint'],
] as const

/** The rows that were there before the new references are held against them, while others are written. */
export class CheckReferencesByAccount1764830600000 implements MigrationInterface {
  name = 'CheckReferencesByAccount1764830600000'
  transaction = false as const

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, reference] of REFERENCES)
      await runner.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${reference}`)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
