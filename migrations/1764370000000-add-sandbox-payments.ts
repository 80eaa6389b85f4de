import type { MigrationInterface, QueryRunner } from 'typeorm'

/** The payment provider that is built in: what it keeps of customers, prices, pages, subscriptions, money and events. */
export class AddSandboxPayments1764370000000 implements MigrationInterface {
  name = 'AddSandboxPayments1764370000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sandbox_customer (
        id text COLLATE "C" CONSTRAINT sandbox_customer_pkey PRIMARY KEY,
        account_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_customer_account REFERENCES account (id),
        name text NOT NULL,
        email text,
        created_at timestamptz(3) NOT NULL
      );
      CREATE UNIQUE INDEX sandbox_customer_of_account ON sandbox_customer (account_id);

      CREATE TABLE sandbox_price (
        id text COLLATE "C" CONSTRAINT sandbox_price_pkey PRIMARY KEY,
        plan_id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_price_account REFERENCES account (id),
        plan_interval text NOT NULL CONSTRAINT sandbox_price_interval_known CHECK (plan_interval IN ('MONTH', 'YEAR')),
        amount_minor bigint NOT NULL CONSTRAINT sandbox_price_amount_not_negative CHECK (amount_minor >= 0),
        currency text NOT NULL,
        archived_at timestamptz(3)
      );
      CREATE UNIQUE INDEX sandbox_price_of_plan ON sandbox_price (plan_id);

      CREATE TABLE sandbox_checkout (
        id text COLLATE "C" CONSTRAINT sandbox_checkout_pkey PRIMARY KEY,
        account_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_checkout_account REFERENCES account (id),
        customer_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_checkout_customer REFERENCES sandbox_customer (id),
        price_id text COLLATE "C" CONSTRAINT sandbox_checkout_price REFERENCES sandbox_price (id),
        channel_id text COLLATE "C",
        invoice_id text COLLATE "C",
        description text NOT NULL,
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        success_url text NOT NULL,
        cancel_url text NOT NULL,
        status text NOT NULL DEFAULT 'OPEN',
        confirming text,
        subscription_id text COLLATE "C",
        expires_at timestamptz(3) NOT NULL,
        created_at timestamptz(3) NOT NULL,
        completed_at timestamptz(3),
        CONSTRAINT sandbox_checkout_status_known CHECK (status IN ('OPEN', 'COMPLETE', 'EXPIRED')),
        CONSTRAINT sandbox_checkout_one_purpose CHECK (
          (channel_id IS NULL) = (price_id IS NULL) AND (channel_id IS NULL) <> (invoice_id IS NULL)
        ),
        CONSTRAINT sandbox_checkout_complete_once CHECK ((status = 'COMPLETE') = (completed_at IS NOT NULL)),
        CONSTRAINT sandbox_checkout_amount_not_negative CHECK (amount_minor >= 0)
      );
      CREATE INDEX sandbox_checkout_open ON sandbox_checkout (expires_at) WHERE status = 'OPEN';

      CREATE TABLE sandbox_subscription (
        id text COLLATE "C" CONSTRAINT sandbox_subscription_pkey PRIMARY KEY,
        account_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_subscription_account REFERENCES account (id),
        customer_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_subscription_customer REFERENCES sandbox_customer (id),
        channel_id text COLLATE "C" NOT NULL,
        price_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_subscription_price REFERENCES sandbox_price (id),
        status text NOT NULL,
        cancel_at_period_end boolean NOT NULL DEFAULT false,
        card text NOT NULL,
        card_ending text NOT NULL,
        anchor timestamptz(3) NOT NULL,
        periods integer NOT NULL,
        period_start timestamptz(3) NOT NULL,
        period_end timestamptz(3) NOT NULL,
        paid_through timestamptz(3) NOT NULL,
        credit_minor bigint NOT NULL DEFAULT 0,
        due_at timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        ended_at timestamptz(3),
        CONSTRAINT sandbox_subscription_status_known CHECK (status IN ('ACTIVE', 'PAST_DUE', 'CANCELED')),
        CONSTRAINT sandbox_subscription_ends_once CHECK (
          (status = 'CANCELED') = (ended_at IS NOT NULL) AND (ended_at IS NULL) = (due_at IS NOT NULL)
        ),
        CONSTRAINT sandbox_subscription_period_whole CHECK (
          period_start < period_end AND paid_through <= period_end AND periods >= 1
        ),
        CONSTRAINT sandbox_subscription_paid_while_active CHECK (status <> 'ACTIVE' OR paid_through = period_end),
        CONSTRAINT sandbox_subscription_credit_not_negative CHECK (credit_minor >= 0),
        CONSTRAINT sandbox_subscription_card_known CHECK (card IN ('PAYS', 'FAILS'))
      );
      CREATE INDEX sandbox_subscription_due ON sandbox_subscription (account_id, due_at) WHERE due_at IS NOT NULL;
      CREATE INDEX sandbox_subscription_of_customer ON sandbox_subscription (customer_id);

      CREATE TABLE sandbox_subscription_invoice (
        id text COLLATE "C" CONSTRAINT sandbox_subscription_invoice_pkey PRIMARY KEY,
        subscription_id text COLLATE "C" NOT NULL
          CONSTRAINT sandbox_subscription_invoice_subscription REFERENCES sandbox_subscription (id),
        reason text NOT NULL,
        period_start timestamptz(3) NOT NULL,
        period_end timestamptz(3) NOT NULL,
        due_minor bigint NOT NULL,
        currency text NOT NULL,
        status text NOT NULL,
        attempts integer NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT sandbox_subscription_invoice_status_known CHECK (status IN ('OPEN', 'PAID', 'UNCOLLECTIBLE')),
        CONSTRAINT sandbox_subscription_invoice_reason_known CHECK (reason IN ('BEGIN', 'RENEWAL', 'CHANGE')),
        CONSTRAINT sandbox_subscription_invoice_due CHECK (due_minor >= 0 AND attempts >= 1)
      );
      -- A period is billed once, whoever renews.
      CREATE UNIQUE INDEX sandbox_subscription_invoice_once ON sandbox_subscription_invoice (subscription_id, period_start)
        WHERE reason <> 'CHANGE';
      CREATE UNIQUE INDEX sandbox_subscription_invoice_open ON sandbox_subscription_invoice (subscription_id)
        WHERE status = 'OPEN';

      CREATE TABLE sandbox_payment (
        id text COLLATE "C" CONSTRAINT sandbox_payment_pkey PRIMARY KEY,
        customer_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_payment_customer REFERENCES sandbox_customer (id),
        checkout_id text COLLATE "C" CONSTRAINT sandbox_payment_checkout REFERENCES sandbox_checkout (id),
        subscription_invoice_id text COLLATE "C"
          CONSTRAINT sandbox_payment_invoice REFERENCES sandbox_subscription_invoice (id),
        description text NOT NULL,
        amount_minor bigint NOT NULL,
        refunded_minor bigint NOT NULL DEFAULT 0,
        currency text NOT NULL,
        paid_at timestamptz(3) NOT NULL,
        CONSTRAINT sandbox_payment_refunded_within CHECK (
          amount_minor > 0 AND refunded_minor BETWEEN 0 AND amount_minor
        )
      );
      CREATE UNIQUE INDEX sandbox_payment_of_checkout ON sandbox_payment (checkout_id) WHERE checkout_id IS NOT NULL;
      CREATE UNIQUE INDEX sandbox_payment_of_invoice ON sandbox_payment (subscription_invoice_id)
        WHERE subscription_invoice_id IS NOT NULL;
      CREATE INDEX sandbox_payment_of_customer ON sandbox_payment (customer_id, paid_at);

      CREATE TABLE sandbox_portal (
        id text COLLATE "C" CONSTRAINT sandbox_portal_pkey PRIMARY KEY,
        customer_id text COLLATE "C" NOT NULL CONSTRAINT sandbox_portal_customer REFERENCES sandbox_customer (id),
        return_url text NOT NULL,
        expires_at timestamptz(3) NOT NULL
      );

      CREATE TABLE sandbox_event (
        sequence bigint CONSTRAINT sandbox_event_pkey PRIMARY KEY,
        id text COLLATE "C" NOT NULL,
        type text NOT NULL,
        object_kind text NOT NULL
          CONSTRAINT sandbox_event_object_known CHECK (object_kind IN ('CHECKOUT', 'SUBSCRIPTION', 'PAYMENT')),
        object_id text COLLATE "C" NOT NULL,
        object jsonb NOT NULL,
        created_at timestamptz(3) NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz(3) NOT NULL,
        delivered_at timestamptz(3)
      );
      CREATE UNIQUE INDEX sandbox_event_id ON sandbox_event (id);
      CREATE INDEX sandbox_event_undelivered ON sandbox_event (object_id, sequence) WHERE delivered_at IS NULL;

      CREATE TABLE sandbox_call (
        call text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        request_digest text NOT NULL,
        answer jsonb,
        CONSTRAINT sandbox_call_pkey PRIMARY KEY (call, key)
      );

      CREATE TABLE sandbox_secret (
        id integer CONSTRAINT sandbox_secret_pkey PRIMARY KEY,
        secret text NOT NULL,
        CONSTRAINT sandbox_secret_only_one CHECK (id = 1)
      );
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
