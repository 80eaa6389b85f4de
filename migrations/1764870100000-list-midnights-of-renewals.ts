import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Midnights after the last channel's end were left out, since nothing burns there. But a channel that renews goes on beyond its end: after
 * days without a sweep its burns were dated at the restart, and billed at the prices of that day.
 */
export class ListMidnightsOfRenewals1764870100000 implements MigrationInterface {
  name = 'ListMidnightsOfRenewals1764870100000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The unused days of an account's channels at each UTC midnight after p_after, up to p_until; none after the last
      -- channel's end, since nothing burns there, unless one renews.
      CREATE OR REPLACE FUNCTION daybook_unused_at_midnights(p_account text, p_after timestamptz, p_until timestamptz)
      RETURNS json LANGUAGE sql STABLE AS $$
        SELECT json_agg(json_build_object('at', daybook_epoch_ms(at), 'unusedDays', unused_days) ORDER BY at)
        FROM (
          SELECT midnight.at, coalesce(sum(daybook_unused_days(c.run_start, c.paid_days, midnight.at)), 0) AS unused_days
          FROM generate_series(
            p_after + interval '24 hours',
            CASE
              WHEN EXISTS (
                SELECT FROM channel WHERE account_id = p_account AND renew_days IS NOT NULL AND deleted_at IS NULL
              ) THEN p_until
              ELSE least(
                p_until,
                greatest(
                  p_after,
                  (SELECT max(paid_until) FROM channel WHERE account_id = p_account AND paid_until IS NOT NULL)
                ) + interval '24 hours'
              )
            END,
            interval '24 hours'
          ) AS midnight (at)
          LEFT JOIN channel c ON c.account_id = p_account AND c.paid_until > midnight.at
          GROUP BY midnight.at
        ) AS midnights
      $$;
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
