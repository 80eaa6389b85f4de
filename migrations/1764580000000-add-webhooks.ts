import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Endpoints of partners to which an account's events are sent, what was tried, and what is to be sent again. */
export class AddWebhooks1764580000000 implements MigrationInterface {
  name = 'AddWebhooks1764580000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_endpoint (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL CONSTRAINT webhook_endpoint_account REFERENCES account (id),
        url text NOT NULL,
        description text,
        event_types text[],
        secret bytea NOT NULL,
        previous_secret bytea,
        previous_secret_until timestamptz(3),
        cursor bigint NOT NULL,
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz(3),
        next_attempt_at timestamptz(3),
        served_at timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        disabled_at timestamptz(3),
        disabled_reason text,
        deleted_at timestamptz(3),
        CONSTRAINT webhook_endpoint_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_endpoint_of_account UNIQUE (account_id, id),
        CONSTRAINT webhook_endpoint_cursor_not_negative CHECK (cursor >= 0),
        CONSTRAINT webhook_endpoint_previous_whole CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL)),
        CONSTRAINT webhook_endpoint_failing_whole CHECK (
          failures >= 0 AND (failures = 0) = (failing_since IS NULL)
        ),
        CONSTRAINT webhook_endpoint_disabled_whole CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
        CONSTRAINT webhook_endpoint_disabled_reason_known CHECK (
          disabled_reason IN ('REQUESTED', 'FAILING', 'GONE', 'DELETED')
        ),
        CONSTRAINT webhook_endpoint_deleted_is_disabled CHECK ((deleted_at IS NOT NULL) = (disabled_reason IS NOT DISTINCT FROM 'DELETED'))
      );
      -- What is looked over every second, and by each hint: the columns that move with every delivery are in no index.
      CREATE INDEX webhook_endpoint_enabled ON webhook_endpoint (account_id) WHERE disabled_at IS NULL;

      CREATE TABLE webhook_replay (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        endpoint_id text COLLATE "C" NOT NULL,
        from_sequence bigint NOT NULL,
        to_sequence bigint NOT NULL,
        every_type boolean NOT NULL,
        state text NOT NULL,
        cursor bigint NOT NULL,
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz(3),
        next_attempt_at timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        ended_at timestamptz(3),
        CONSTRAINT webhook_replay_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_replay_own_endpoint
          FOREIGN KEY (account_id, endpoint_id) REFERENCES webhook_endpoint (account_id, id),
        CONSTRAINT webhook_replay_range CHECK (
          from_sequence BETWEEN 1 AND to_sequence AND cursor BETWEEN from_sequence - 1 AND to_sequence
        ),
        CONSTRAINT webhook_replay_failing_whole CHECK (failures >= 0 AND (failures = 0) = (failing_since IS NULL)),
        CONSTRAINT webhook_replay_state_known CHECK (state IN ('PENDING', 'DONE', 'FAILED')),
        CONSTRAINT webhook_replay_ended CHECK ((state = 'PENDING') = (ended_at IS NULL))
      );
      CREATE INDEX webhook_replay_pending ON webhook_replay (id) WHERE state = 'PENDING';
      CREATE INDEX webhook_replay_of_endpoint ON webhook_replay (endpoint_id, id);

      CREATE TABLE webhook_attempt (
        account_id text COLLATE "C" NOT NULL,
        endpoint_id text COLLATE "C" NOT NULL,
        sequence bigint NOT NULL,
        id text COLLATE "C" NOT NULL,
        event_type text NOT NULL,
        kind text NOT NULL,
        delivered boolean NOT NULL,
        status integer,
        duration_ms integer NOT NULL,
        answer text,
        error text,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT webhook_attempt_pkey PRIMARY KEY (endpoint_id, sequence, id),
        CONSTRAINT webhook_attempt_own_endpoint
          FOREIGN KEY (account_id, endpoint_id) REFERENCES webhook_endpoint (account_id, id),
        CONSTRAINT webhook_attempt_kind_known CHECK (kind IN ('STREAM', 'REPLAY')),
        CONSTRAINT webhook_attempt_answer_bounded CHECK (octet_length(answer) <= 4096)
      );
      CREATE INDEX webhook_attempt_created ON webhook_attempt (created_at);
      CREATE TRIGGER webhook_attempt_append_only BEFORE UPDATE OR TRUNCATE ON webhook_attempt
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
