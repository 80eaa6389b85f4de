import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What each caller may spend, and by which function gateways lease parts of it. */
export class AddRateBuckets1764810000000 implements MigrationInterface {
  name = 'AddRateBuckets1764810000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Beside the accounts' data, which a look at it leaves as it is.
      CREATE SCHEMA limits;

      CREATE TABLE limits.rate_bucket (
        key text COLLATE "C" NOT NULL,
        level double precision NOT NULL,
        filled_at timestamptz NOT NULL,
        leases jsonb NOT NULL,
        CONSTRAINT rate_bucket_pkey PRIMARY KEY (key)
      ) WITH (fillfactor = 50);

      -- The budget that a gateway holds is out of the bucket, and the bucket doesn't fill up in its stead: since the last
      -- call it has risen to capacity less all that was held then, and, since this gateway last spent, to capacity less what
      -- is held now. So level and leases together never come to more than the capacity, and whatever the gateways spend in
      -- any time is within capacity + rate x time. What a gateway that falls has held is lost; it comes back with the
      -- rate, once its lease is over.
      CREATE FUNCTION limits.lease_budget(
        p_key text, p_gateway text, p_held bigint, p_unspent interval, p_need bigint, p_wanted bigint,
        p_capacity bigint, p_rate double precision, p_lease interval,
        OUT granted bigint, OUT level double precision
      ) LANGUAGE plpgsql AS $$
      DECLARE
        bucket limits.rate_bucket%ROWTYPE;
        -- Real time, whatever clock the accounts go by.
        now_at timestamptz;
        spent_at timestamptz;
        held double precision;
        held_by_others double precision;
        others jsonb;
      BEGIN
        INSERT INTO limits.rate_bucket (key, level, filled_at, leases)
        VALUES (p_key, p_capacity, clock_timestamp(), '{}') ON CONFLICT (key) DO NOTHING;
        SELECT * INTO bucket FROM limits.rate_bucket b WHERE b.key = p_key FOR UPDATE;
        -- After the lock, and never backwards.
        now_at := greatest(clock_timestamp(), bucket.filled_at);
        spent_at := greatest(bucket.filled_at, now_at - p_unspent);
        SELECT coalesce(sum((lease.value ->> 'held')::double precision), 0),
               coalesce(sum((lease.value ->> 'held')::double precision) FILTER (WHERE lease.key <> p_gateway), 0),
               coalesce(jsonb_object_agg(lease.key, lease.value) FILTER (
                 WHERE lease.key <> p_gateway AND (lease.value ->> 'until')::timestamptz > now_at), '{}')
          INTO held, held_by_others, others FROM jsonb_each(bucket.leases) AS lease;
        level := greatest(bucket.level, least(
          p_capacity - held, bucket.level + p_rate * extract(epoch FROM spent_at - bucket.filled_at)));
        level := least(p_capacity, greatest(level, least(
          p_capacity - held_by_others - p_held, level + p_rate * extract(epoch FROM now_at - spent_at))));
        -- No more than half of what is there beyond the need itself: other gateways serve this caller too.
        granted := CASE WHEN level < p_need THEN 0
                        ELSE greatest(p_need, least(p_wanted, floor(level / 2)::bigint)) END;
        level := level - granted;
        UPDATE limits.rate_bucket b SET
          level = lease_budget.level,
          filled_at = now_at,
          leases = CASE WHEN p_held + granted = 0 THEN others ELSE others || jsonb_build_object(
            p_gateway, jsonb_build_object('held', p_held + granted, 'until', now_at + p_lease)) END
        WHERE b.key = p_key;
      END $$;
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
