import type { MigrationInterface, QueryRunner } from 'typeorm'
import { planPrices, type PlanTerms } from '../src/pricing/plan-prices'
import { newId } from '../src/typed-id'

/** What is put into a function's text: after the first occurrence of an anchor. */
type Insertion = readonly [anchor: string, inserted: string]

/**
 * Channels that are paid by a subscription of their own: what that does to their time, the subscriptions as the payment
 * provider has them, and what the provider shall be told.
 */
export class AddChannelSubscriptions1764400000000 implements MigrationInterface {
  name = 'AddChannelSubscriptions1764400000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE channel
        ADD COLUMN subscribed_until timestamptz(3),
        ADD COLUMN subscription_renews boolean NOT NULL DEFAULT false,
        ADD CONSTRAINT channel_subscription_whole CHECK (
          NOT subscription_renews OR (subscribed_until IS NOT NULL AND deleted_at IS NULL)
        );
      CREATE INDEX channel_subscribed ON channel (account_id, subscribed_until) WHERE subscribed_until IS NOT NULL;

      CREATE TABLE plan (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        price_agreement_id text COLLATE "C" NOT NULL,
        interval text NOT NULL,
        currency text NOT NULL,
        amount_minor bigint NOT NULL,
        undiscounted_minor bigint NOT NULL,
        CONSTRAINT plan_pkey PRIMARY KEY (id),
        CONSTRAINT plan_of_account UNIQUE (account_id, id),
        CONSTRAINT plan_own_price_agreement
          FOREIGN KEY (account_id, price_agreement_id) REFERENCES price_agreement (account_id, id),
        CONSTRAINT plan_interval_known CHECK (interval IN ('MONTH', 'YEAR')),
        CONSTRAINT plan_amount_bounded CHECK (amount_minor BETWEEN 0 AND undiscounted_minor)
      );
      CREATE UNIQUE INDEX plan_of_agreement ON plan (price_agreement_id, interval);
      CREATE TRIGGER plan_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON plan
        FOR EACH STATEMENT EXECUTE FUNCTION daybook_refuse_change();

      CREATE TABLE payment_customer (
        account_id text COLLATE "C" NOT NULL CONSTRAINT payment_customer_account REFERENCES account (id),
        provider text NOT NULL,
        customer_id text NOT NULL,
        CONSTRAINT payment_customer_pkey PRIMARY KEY (account_id, provider),
        CONSTRAINT payment_customer_unique UNIQUE (provider, customer_id)
      );
      CREATE TABLE payment_price (
        plan_id text COLLATE "C" NOT NULL CONSTRAINT payment_price_plan REFERENCES plan (id),
        provider text NOT NULL,
        price_id text NOT NULL,
        CONSTRAINT payment_price_pkey PRIMARY KEY (plan_id, provider),
        CONSTRAINT payment_price_unique UNIQUE (provider, price_id)
      );

      CREATE TABLE channel_subscription (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        channel_id text COLLATE "C" NOT NULL,
        plan_id text COLLATE "C" NOT NULL,
        provider text NOT NULL,
        provider_id text NOT NULL,
        status text NOT NULL,
        cancel_at_period_end boolean NOT NULL DEFAULT false,
        current_period_end timestamptz(3) NOT NULL,
        paid_through timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        ended_at timestamptz(3),
        CONSTRAINT channel_subscription_pkey PRIMARY KEY (id),
        CONSTRAINT channel_subscription_own_channel FOREIGN KEY (account_id, channel_id) REFERENCES channel (account_id, id),
        CONSTRAINT channel_subscription_own_plan FOREIGN KEY (account_id, plan_id) REFERENCES plan (account_id, id),
        CONSTRAINT channel_subscription_provider_unique UNIQUE (provider, provider_id),
        CONSTRAINT channel_subscription_status_known CHECK (status IN ('INCOMPLETE', 'ACTIVE', 'PAST_DUE', 'CANCELED')),
        CONSTRAINT channel_subscription_ended CHECK ((status = 'CANCELED') = (ended_at IS NOT NULL))
      );
      -- Two that live for one channel would be paid twice.
      CREATE UNIQUE INDEX channel_subscription_one_lives ON channel_subscription (channel_id) WHERE status IN ('ACTIVE', 'PAST_DUE');
      CREATE INDEX channel_subscription_of_channel ON channel_subscription (account_id, channel_id, id);

      CREATE TABLE provider_call (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL CONSTRAINT provider_call_account REFERENCES account (id),
        channel_id text COLLATE "C",
        kind text NOT NULL,
        request jsonb NOT NULL,
        state text NOT NULL,
        answer jsonb,
        error text,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz(3),
        expires_at timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT provider_call_pkey PRIMARY KEY (id),
        CONSTRAINT provider_call_own_channel FOREIGN KEY (account_id, channel_id) REFERENCES channel (account_id, id),
        CONSTRAINT provider_call_kind_known CHECK (
          kind IN ('SUBSCRIBE', 'CHANGE_PLAN', 'CANCEL_AT_PERIOD_END', 'RESUME', 'CANCEL_NOW')
        ),
        CONSTRAINT provider_call_state_known CHECK (state IN ('PENDING', 'DONE', 'REFUSED')),
        CONSTRAINT provider_call_next CHECK ((state = 'PENDING') = (next_attempt_at IS NOT NULL))
      );
      CREATE INDEX provider_call_due ON provider_call (next_attempt_at) WHERE state = 'PENDING';
      CREATE INDEX provider_call_of_channel ON provider_call (account_id, channel_id, id) WHERE channel_id IS NOT NULL`)
    await addPlans(runner)
    await insertInto(runner, 'daybook_open_books', [
      [
        `'paidDays', c.paid_days,`,
        `'subscribedUntil', daybook_epoch_ms(c.subscribed_until), 'subscriptionRenews', c.subscription_renews,`,
      ],
    ])
    await insertInto(runner, 'daybook_save_books', [
      [
        'paid_until = n.paid_until,',
        'subscribed_until = n.subscribed_until, subscription_renews = n.subscription_renews,',
      ],
    ])
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}

/** The plans of agreements that were made before there were any. */
async function addPlans(runner: QueryRunner): Promise<void> {
  const agreements = (await runner.query(`
    SELECT id, account_id AS "accountId", currency, channel_month_minor AS "channelMonthMinor",
           yearly_discount_basis_points AS "yearlyDiscountBasisPoints"
    FROM price_agreement`)) as (PlanTerms & { id: string; accountId: string })[]
  for (const agreement of agreements) {
    for (const { interval, amountMinor, undiscountedMinor } of planPrices(agreement)) {
      await runner.query('INSERT INTO plan VALUES ($1, $2, $3, $4, $5, $6, $7)', [
        ...[newId('plan'), agreement.accountId, agreement.id, interval],
        ...[agreement.currency, amountMinor, undiscountedMinor],
      ])
    }
  }
}

async function insertInto(runner: QueryRunner, name: string, insertions: readonly Insertion[]): Promise<void> {
  const [row] = (await runner.query(`SELECT pg_get_functiondef('${name}'::regproc) AS definition`)) as {
    definition: string
  }[]
  let definition = row?.definition ?? ''
  for (const [anchor, inserted] of insertions) {
    if (definition.split(anchor).length !== 2) throw new Error(`${name} is not as this migration knows it`)
    definition = definition.replace(anchor, () => `${anchor} ${inserted}`)
  }
  await runner.query(definition)
}
