import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What happened at the payment provider, and how far its list has been read. */
export class KeepProviderEvents1764360000000 implements MigrationInterface {
  name = 'KeepProviderEvents1764360000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE provider_event (
        id text COLLATE "C" NOT NULL,
        provider text NOT NULL,
        type text NOT NULL,
        livemode boolean NOT NULL,
        api_version text,
        object_kind text,
        object_id text,
        created_at timestamptz(3) NOT NULL,
        received_at timestamptz(3) NOT NULL,
        state text NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz(3),
        last_error text,
        CONSTRAINT provider_event_pkey PRIMARY KEY (id),
        CONSTRAINT provider_event_state_known CHECK (state IN ('PENDING', 'DONE', 'IGNORED', 'PARKED')),
        CONSTRAINT provider_event_object_kind_known CHECK (object_kind IN ('CHECKOUT', 'SUBSCRIPTION', 'PAYMENT')),
        CONSTRAINT provider_event_object_whole CHECK ((object_kind IS NULL) = (object_id IS NULL)),
        CONSTRAINT provider_event_due_while_pending CHECK ((next_attempt_at IS NOT NULL) = (state = 'PENDING'))
      );
      CREATE INDEX provider_event_due ON provider_event (next_attempt_at) WHERE state = 'PENDING';
      CREATE INDEX provider_event_pending_object ON provider_event (object_id) WHERE state = 'PENDING';
      CREATE INDEX provider_event_received ON provider_event (received_at, id);
      CREATE INDEX provider_event_state ON provider_event (state, received_at, id);

      CREATE TABLE provider_cursor (
        provider text NOT NULL,
        livemode boolean NOT NULL,
        cursor text NOT NULL,
        CONSTRAINT provider_cursor_pkey PRIMARY KEY (provider, livemode)
      );
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
