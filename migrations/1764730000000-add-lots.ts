import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Lots: what each day of an account cost, as a projection of its ledger; and what a partner asks for a channel. */
export class AddLots1764730000000 implements MigrationInterface {
  name = 'AddLots1764730000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lot (
        account_id text COLLATE "C" NOT NULL,
        sequence bigint NOT NULL,
        kind text NOT NULL,
        invoice_id text COLLATE "C",
        received_at timestamptz(3) NOT NULL,
        days bigint NOT NULL,
        days_left bigint NOT NULL,
        currency text,
        net_minor bigint,
        total_minor bigint,
        CONSTRAINT lot_days_left_within CHECK (days > 0 AND days_left BETWEEN 0 AND days),
        CONSTRAINT lot_price_whole CHECK (
          (currency IS NULL) = (net_minor IS NULL) AND (net_minor IS NULL) = (total_minor IS NULL)
          AND (kind = 'PURCHASE') = (currency IS NOT NULL)
        ),
        CONSTRAINT lot_pkey PRIMARY KEY (account_id, sequence),
        CONSTRAINT lot_account FOREIGN KEY (account_id) REFERENCES account(id)
      );
      CREATE INDEX lot_open ON lot (account_id, sequence) WHERE days_left > 0;
      CREATE UNIQUE INDEX lot_of_invoice ON lot (account_id, invoice_id) WHERE invoice_id IS NOT NULL;

      CREATE TABLE lot_piece (
        account_id text COLLATE "C" NOT NULL,
        holder text COLLATE "C" NOT NULL,
        from_day bigint NOT NULL,
        days bigint NOT NULL,
        lot_sequence bigint,
        uncovered_from bigint,
        CONSTRAINT lot_piece_figures CHECK (
          from_day > 0 AND days > 0 AND (lot_sequence IS NULL) = (uncovered_from IS NOT NULL)
        ),
        CONSTRAINT lot_piece_pkey PRIMARY KEY (account_id, holder, from_day)
      );

      CREATE TABLE lot_cover (
        account_id text COLLATE "C" NOT NULL,
        uncovered_from bigint NOT NULL,
        days bigint NOT NULL,
        lot_sequence bigint,
        CONSTRAINT lot_cover_figures CHECK (uncovered_from > 0 AND days > 0),
        CONSTRAINT lot_cover_pkey PRIMARY KEY (account_id, uncovered_from),
        CONSTRAINT lot_cover_account FOREIGN KEY (account_id) REFERENCES account(id)
      );
      CREATE INDEX lot_cover_open ON lot_cover (account_id, uncovered_from) WHERE lot_sequence IS NULL;

      CREATE TABLE lot_fold (
        account_id text COLLATE "C" NOT NULL,
        sequence bigint NOT NULL DEFAULT 0,
        next_uncovered bigint NOT NULL DEFAULT 1,
        CONSTRAINT lot_fold_pkey PRIMARY KEY (account_id),
        CONSTRAINT lot_fold_account FOREIGN KEY (account_id) REFERENCES account(id)
      );

      CREATE TABLE channel_price (
        account_id text COLLATE "C" NOT NULL,
        channel_id text COLLATE "C" NOT NULL,
        currency text NOT NULL,
        amount_minor bigint NOT NULL,
        CONSTRAINT channel_price_amount CHECK (amount_minor BETWEEN 0 AND 1000000000),
        CONSTRAINT channel_price_pkey PRIMARY KEY (account_id, channel_id),
        CONSTRAINT channel_price_own_channel FOREIGN KEY (account_id, channel_id) REFERENCES channel (account_id, id)
      );
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
