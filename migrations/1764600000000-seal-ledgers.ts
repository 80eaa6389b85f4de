import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Balances as of any instant, and seals: the hash of an account's ledger from its first row on. */
export class SealLedgers1764600000000 implements MigrationInterface {
  name = 'SealLedgers1764600000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ledger_seal (
        account_id text COLLATE "C" NOT NULL,
        sequence bigint NOT NULL,
        transactions bigint NOT NULL,
        hash bytea NOT NULL,
        sealed_at timestamptz(3) NOT NULL DEFAULT daybook_now(),
        CONSTRAINT ledger_seal_hash_length CHECK (octet_length(hash) = 32),
        CONSTRAINT ledger_seal_not_empty CHECK (transactions BETWEEN 1 AND sequence),
        CONSTRAINT ledger_seal_pkey PRIMARY KEY (account_id, sequence)
      );
      ALTER TABLE ledger_seal ADD CONSTRAINT ledger_seal_account FOREIGN KEY (account_id) REFERENCES account(id);
      CREATE TRIGGER ledger_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_seal
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();

      -- As JavaScript writes an instant, and ISO 8601 has it: in UTC, to the millisecond.
      CREATE FUNCTION daybook_instant_text(p_at timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      $$;

      -- The last movement of an account's ledger at an instant or before it; 0 for none. Time never runs backwards against
      -- the sequence, so halving finds it in some twenty looks, and the ledger needs no index by time.
      CREATE FUNCTION daybook_ledger_until(p_account text, p_at timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
      DECLARE
        known bigint := 0;
        beyond bigint;
        middle bigint;
        found_sequence bigint;
        found_at timestamptz;
      BEGIN
        SELECT sequence + 1 INTO beyond FROM account WHERE id = p_account;
        WHILE known + 1 < beyond LOOP
          middle := known + (beyond - known) / 2;
          SELECT sequence, occurred_at INTO found_sequence, found_at
          FROM ledger_transaction WHERE account_id = p_account AND sequence >= middle ORDER BY sequence LIMIT 1;
          IF found_sequence IS NULL OR found_sequence >= beyond OR found_at > p_at THEN
            beyond := middle;
          ELSE
            known := found_sequence;
          END IF;
        END LOOP;
        RETURN known;
      END
      $$;

      -- The unused days of a channel at an instant, by the movements up to a number: what its last movement left, less the
      -- days that have begun since, which are what its end then leaves in whole days.
      CREATE FUNCTION daybook_unused_days_then(p_account text, p_channel text, p_sequence bigint, p_at timestamptz)
      RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT least(unused_days, greatest(floor(extract(epoch FROM paid_until - p_at) / 86400), 0))::integer
        FROM (
          (SELECT sequence, paid_until, unused_days FROM ledger_transaction
           WHERE account_id = p_account AND channel_id = p_channel AND sequence <= p_sequence AND end_reason IS NOT NULL
           ORDER BY sequence DESC LIMIT 1)
          UNION ALL
          (SELECT sequence, to_paid_until, to_unused_days FROM ledger_transaction
           WHERE account_id = p_account AND to_channel_id = p_channel AND sequence <= p_sequence
           ORDER BY sequence DESC LIMIT 1)
        ) AS moved
        ORDER BY sequence DESC LIMIT 1
      $$;
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
