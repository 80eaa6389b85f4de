import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Digests of the functions that are replaced whole: one that was changed since would lose its change. */
const KNOWN = {
  daybook_open_books: 'c2e5ff61ea7c514c0d7472da430f0284',
  daybook_save_books: '61231215f19fd0e53f13295f36f7aaf8',
}

/**
 * The sweep looks at accounts, not at channels: an account knows a lower bound of the next due instant of its channels.
 * And an end that was told needs no write on its channel: an account knows up to when the ends of its channels are told.
 */
export class KeepTheNextDueOfAnAccountsChannels1764500000000 implements MigrationInterface {
  name = 'KeepTheNextDueOfAnAccountsChannels1764500000000'

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, known] of Object.entries(KNOWN)) {
      const [row] = (await runner.query(`SELECT md5(prosrc) AS digest FROM pg_proc WHERE proname = '${name}'`)) as {
        digest: string
      }[]
      if (row?.digest !== known) throw new Error(`${name} is not as this migration knows it`)
    }
    await runner.query(`
      ALTER TABLE account
        ADD COLUMN channels_due_at timestamptz(3),
        ADD COLUMN ends_told_until timestamptz(3) NOT NULL DEFAULT '1970-01-01 00:00:00+00';
      UPDATE account a SET channels_due_at = (
        SELECT min(c.due_at) FROM channel c WHERE c.account_id = a.id AND c.due_at IS NOT NULL
      );
      CREATE INDEX account_channels_due ON account (channels_due_at) WHERE channels_due_at IS NOT NULL AND NOT sandbox;
      DROP INDEX channel_due`)
    await runner.query(FUNCTIONS)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}

const FUNCTIONS = `
      -- Locks the books of accounts, in the order of their ids, and answers them with the channels and idempotency keys
      -- that the caller is about to touch. An account's lock covers its channels and its keys: whoever changes one of
      -- them holds it. p_channel_accounts and p_key_scopes run beside p_channels and p_keys, so that a channel is only
      -- ever found within its own account.
      --
      -- The channels to which the clock has brought something are answered too, whoever asks: about 5,000 of each account,
      -- the earliest first, and all of one instant; the rest come with the next book. They are looked for only where the
      -- account's channels_due_at has come, which is never later than the first of them.
      --
      -- Also answered, per account: its instant (the later of the clock and its last change, taken after the lock); up to
      -- when what is due of its channels is in the answer, and a lower bound of what is due after that; and, for each UTC
      -- midnight that passed since its last burn, the unused days that its channels held then.
      --
      -- With p_until the books are those of that instant, if it has passed: what fell due then is done before what came
      -- after.
      CREATE OR REPLACE FUNCTION daybook_open_books(
        p_accounts text[], p_channel_accounts text[], p_channels text[], p_key_scopes text[], p_keys bytea[],
        p_until timestamptz DEFAULT NULL
      ) RETURNS TABLE (accounts json, channels json, keys json) LANGUAGE plpgsql VOLATILE
      -- Planning these for every call took ten times as long as running them; and a plan that is kept must not be one
      -- that was made while the tables were still small.
      SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
      BEGIN
        -- What is read only needs no lock: Postgres itself refuses to write it, or to lock it.
        IF current_setting('transaction_read_only') = 'off' THEN
          PERFORM 1 FROM account WHERE id = ANY (p_accounts) ORDER BY id FOR NO KEY UPDATE;
        END IF;

        RETURN QUERY WITH opened AS MATERIALIZED (
          SELECT a.*, i.now, found.dues_until
          FROM account a
          CROSS JOIN LATERAL (SELECT daybook_account_now(a.clock, a.changed_at, p_until) AS now) i
          CROSS JOIN LATERAL (
            SELECT CASE WHEN a.channels_due_at <= i.now THEN coalesce(
              (
                SELECT c.due_at FROM channel c
                WHERE c.account_id = a.id AND c.due_at > a.ends_told_until AND c.due_at <= i.now
                ORDER BY c.due_at OFFSET 4999 LIMIT 1
              ),
              i.now
            ) END AS dues_until
          ) found
          WHERE a.id = ANY (p_accounts)
        )
        SELECT
          (
            SELECT json_agg(json_build_object(
              'id', a.id,
              'status', a.status,
              'billingMode', a.billing_mode,
              'creditLimit', a.credit_limit,
              'trialDays', a.trial_days,
              'maxTrials', a.max_trials,
              'issued', a.issued,
              'available', a.available,
              'allocated', a.allocated,
              'used', a.used,
              'sequence', a.sequence,
              'now', daybook_epoch_ms(a.now),
              'changedAt', daybook_epoch_ms(a.changed_at),
              'burntUntil', daybook_epoch_ms(a.burnt_until),
              'sandbox', a.sandbox,
              'noticeDays', a.notice_days,
              'lowBalanceDays', a.low_balance_days,
              'topUpBelow', a.top_up_below,
              'overdueFrom', daybook_epoch_ms(a.overdue_from),
              'dueAt', daybook_epoch_ms(a.due_at),
              'endsToldUntil', daybook_epoch_ms(a.ends_told_until),
              'duesUntil', daybook_epoch_ms(a.dues_until),
              'channelsDueAt', daybook_epoch_ms(
                CASE WHEN a.dues_until IS NULL THEN a.channels_due_at ELSE (
                  SELECT min(c.due_at) FROM channel c
                  WHERE c.account_id = a.id AND c.due_at > greatest(a.dues_until, a.ends_told_until)
                ) END
              ),
              'midnights', CASE WHEN a.burnt_until + interval '24 hours' <= a.now
                THEN daybook_unused_at_midnights(a.id, a.burnt_until, a.now) END
            ))
            FROM opened a
          ),
          (
            SELECT json_agg(json_build_object(
              'id', c.id,
              'accountId', c.account_id,
              'trialUntil', daybook_epoch_ms(c.trial_until),
              'runStart', daybook_epoch_ms(c.run_start),
              'paidDays', c.paid_days,
              'subscribedUntil', daybook_epoch_ms(c.subscribed_until),
              'subscriptionRenews', c.subscription_renews,
              -- An end that was told stands on the account alone.
              'expiredAt', daybook_epoch_ms(CASE WHEN c.due_at <= c.ends_told_until THEN c.due_at ELSE c.expired_at END),
              'deletedAt', daybook_epoch_ms(c.deleted_at),
              'renewDays', c.renew_days,
              'renewLeadHours', c.renew_lead_hours,
              'renewFailedAt', daybook_epoch_ms(c.renew_failed_at),
              'dueAt', daybook_epoch_ms(CASE WHEN c.due_at > c.ends_told_until THEN c.due_at END)
            ))
            FROM (
              SELECT c.*, a.ends_told_until
              FROM opened a
              CROSS JOIN LATERAL (
                SELECT * FROM channel c
                WHERE c.account_id = a.id AND c.due_at > a.ends_told_until AND c.due_at <= a.dues_until
                OFFSET 0
              ) c
              UNION ALL
              SELECT c.*, a.ends_told_until
              FROM unnest(p_channel_accounts, p_channels) AS wanted (account_id, id)
              JOIN channel c ON c.id = wanted.id AND c.account_id = wanted.account_id
              JOIN opened a ON a.id = c.account_id
              WHERE (c.due_at > a.ends_told_until AND c.due_at <= a.dues_until) IS NOT TRUE
            ) AS c
          ),
          (
            SELECT json_agg(json_build_object(
              'scope', k.scope,
              'digest', encode(k.digest, 'hex'),
              'inputDigest', encode(k.input_digest, 'hex'),
              'outcome', k.outcome
            ))
            FROM unnest(p_key_scopes, p_keys) AS wanted (scope, digest)
            JOIN idempotency_key k ON k.scope = wanted.scope AND k.digest = wanted.digest
          );
      END
      $$;

      -- Writes what was decided over open books, as one set: the only writer of the ledger, of events and of the books.
      -- Each argument is a JSON array of rows.
      CREATE OR REPLACE FUNCTION daybook_save_books(p_accounts json, p_channels json, p_ledger json, p_events json, p_keys json)
      RETURNS void LANGUAGE plpgsql VOLATILE
      SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
      BEGIN
        WITH retried AS (
          -- Days have arrived, or may be allocated again: renewals that could not be paid are due again.
          UPDATE channel c SET due_at = b.changed_at
          FROM json_to_recordset(p_accounts) AS b (id text, changed_at timestamptz, may_allocate_again boolean)
          WHERE c.account_id = b.id AND c.renew_failed_at IS NOT NULL AND c.deleted_at IS NULL AND b.may_allocate_again
          RETURNING c.account_id
        )
        UPDATE account a
        SET issued = b.issued, available = b.available, allocated = b.allocated, used = b.used,
            sequence = b.sequence, changed_at = b.changed_at, burnt_until = b.burnt_until,
            due_at = b.due_at, overdue_from = b.overdue_from,
            ends_told_until = greatest(a.ends_told_until, b.ends_told_until),
            -- As long as this one stays as it is, the row's update touches no index.
            channels_due_at = CASE
              WHEN a.id IN (SELECT account_id FROM retried) THEN least(b.channels_due_at, b.changed_at)
              ELSE b.channels_due_at
            END
        FROM json_populate_recordset(NULL::account, p_accounts) b
        WHERE a.id = b.id;

        IF json_array_length(p_channels) > 0 THEN
          UPDATE channel c
          SET trial_until = n.trial_until, run_start = n.run_start, paid_days = n.paid_days, paid_until = n.paid_until,
              subscribed_until = n.subscribed_until, subscription_renews = n.subscription_renews,
              expired_at = n.expired_at, deleted_at = n.deleted_at, renew_days = n.renew_days,
              renew_lead_hours = n.renew_lead_hours, renew_failed_at = n.renew_failed_at, due_at = n.due_at
          FROM json_populate_recordset(NULL::channel, p_channels) n
          WHERE c.id = n.id AND c.account_id = n.account_id;
        END IF;

        IF json_array_length(p_ledger) > 0 THEN
          INSERT INTO ledger_transaction (
            account_id, sequence, id, kind, from_account, to_account, days, from_balance, to_balance,
            available_balance, channel_id,
            to_channel_id, invoice_id, comment, actor, occurred_at, end_reason, previous_paid_until, paid_until,
            unused_days, to_previous_paid_until, to_paid_until, to_unused_days
          )
          SELECT
            account_id, sequence, id, kind, from_account, to_account, days, from_balance, to_balance,
            available_balance, channel_id,
            to_channel_id, invoice_id, comment, actor, occurred_at, end_reason, previous_paid_until, paid_until,
            unused_days, to_previous_paid_until, to_paid_until, to_unused_days
          FROM json_populate_recordset(NULL::ledger_transaction, p_ledger);
        END IF;

        IF json_array_length(p_events) > 0 THEN
          INSERT INTO event (account_id, sequence, type, subject, data, actor, occurred_at)
          SELECT account_id, sequence, type, subject, data, actor, occurred_at
          FROM json_populate_recordset(NULL::event, p_events);
        END IF;

        IF json_array_length(p_keys) > 0 THEN
          INSERT INTO idempotency_key (scope, digest, input_digest, outcome)
          SELECT scope, decode(digest, 'hex'), decode(input_digest, 'hex'), outcome
          FROM json_to_recordset(p_keys) AS k (scope text, digest text, input_digest text, outcome jsonb);
        END IF;
      END
      $$;
`
