import type { MigrationInterface, QueryRunner } from 'typeorm'

/** The rows that were there before are held against the references to channels, while others are written. */
export class CheckReferencesToChannels1764850200000 implements MigrationInterface {
  name = 'CheckReferencesToChannels1764850200000'
  transaction = false as const

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE channel_price VALIDATE CONSTRAINT channel_price_own_channel')
    await runner.query('ALTER TABLE channel_subscription VALIDATE CONSTRAINT channel_subscription_own_channel')
    await runner.query('ALTER TABLE provider_call VALIDATE CONSTRAINT provider_call_own_channel')
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
