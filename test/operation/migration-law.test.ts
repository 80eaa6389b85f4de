import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { breaches } from './migration-law'

const MIGRATIONS = join(__dirname, '..', '..', 'migrations')

/** Those up to here ran before anybody's gateway did. */
const LAST_BEFORE_THE_LAW = '1764810000000-add-rate-buckets.ts'

/** By file, why it may break the law all the same, such as a column that the last version which reads it no longer runs with. */
const EXCEPTIONS: Record<string, string> = {}

const files = readdirSync(MIGRATIONS).sort()

const migration = (sql: string, more = '') => `class X {${more}
  async up(runner) { await runner.query(\`${sql}\`) }
}`
const alone = (sql: string) => migration(sql, '\n  transaction = false as const\n')

describe('L13: a migration', () => {
  it('is one of those that were there before the law, or keeps it', () => {
    expect(files).toContain(LAST_BEFORE_THE_LAW)
    const broken = files
      .filter((name) => name > LAST_BEFORE_THE_LAW && !(name in EXCEPTIONS))
      .map((name) => [name, breaches(readFileSync(join(MIGRATIONS, name), 'utf8'))] as const)
    expect(broken.filter(([, found]) => found.length > 0)).toEqual([])
  })

  it.each([
    ['ALTER TABLE channel ADD COLUMN region text NOT NULL', /without the new column/],
    ['ALTER TABLE channel ADD COLUMN note text, ADD COLUMN region text NOT NULL', /without the new column/],
    ['ALTER TABLE channel ADD COLUMN at timestamptz NOT NULL DEFAULT clock_timestamp()', /written anew/],
    ['ALTER TABLE channel ADD COLUMN n integer CHECK (n > 0)', /comes by itself/],
    ['ALTER TABLE channel DROP COLUMN name', /read the column/],
    ['ALTER TABLE channel RENAME COLUMN name TO title', /by its names/],
    ['ALTER TABLE channel RENAME TO way', /by its names/],
    ['ALTER TABLE channel ALTER COLUMN paid_days TYPE bigint', /written anew/],
    ['ALTER TABLE channel ALTER COLUMN paid_days DROP DEFAULT', /without the column/],
    ['ALTER TABLE channel ALTER COLUMN region SET NOT NULL', /looked at under the lock/],
    ['ALTER TABLE channel ADD CONSTRAINT c CHECK (paid_days IN (1, 2))', /NOT VALID/],
    ['ALTER TABLE channel ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES account (id)', /NOT VALID/],
    ['ALTER TABLE channel ADD CONSTRAINT c UNIQUE (a, b)', /USING INDEX/],
    ['ALTER TABLE channel DROP CONSTRAINT c, ADD PRIMARY KEY (a, b)', /USING INDEX/],
    ['ALTER TABLE channel VALIDATE CONSTRAINT c', /needs transaction = false/],
    ['ALTER TABLE channel DISABLE TRIGGER channel_stays', /guard/],
    ['CREATE INDEX i ON channel (name)', /built under a lock/],
    ['CREATE UNIQUE INDEX CONCURRENTLY i ON channel (name)', /needs transaction = false/],
    ['UPDATE channel SET region = 1', /locked until/],
    ['DROP TABLE channel', /older versions read it/],
    ['LOCK TABLE channel', /older versions read it/],
  ])('in a transaction does not %s', (sql, breach) => {
    expect(breaches(migration(sql))).toEqual([expect.stringMatching(breach)])
    expect(breaches(`class X { async up(r) { await r.query('${sql}') } }`)).toEqual([expect.stringMatching(breach)])
  })

  it.each([
    ['CREATE INDEX CONCURRENTLY i ON channel (name)', /IF NOT EXISTS/],
    ['CREATE INDEX i ON channel (name)', /IF NOT EXISTS/],
    ['DROP INDEX i', /IF EXISTS/],
    ['ALTER TABLE channel ADD COLUMN region text', /what locks needs a transaction/],
    ['ALTER TABLE channel ADD CONSTRAINT c PRIMARY KEY USING INDEX i', /what locks needs a transaction/],
    ['CREATE TABLE region (id text)', /what locks needs a transaction/],
  ])('without a transaction does not %s', (sql, breach) => {
    expect(breaches(alone(sql))).toEqual([expect.stringMatching(breach)])
  })

  it('does in a transaction what is over at once', () => {
    expect(
      breaches(
        migration(`
          -- Not ALTER TABLE channel DROP COLUMN name; that is for the next release.
          CREATE TABLE region (id text PRIMARY KEY, channel_id text REFERENCES channel (id));
          CREATE INDEX region_channel ON region (channel_id);
          ALTER TABLE region ADD COLUMN name text NOT NULL;
          INSERT INTO region (id) SELECT id FROM channel;
          ALTER TABLE channel
            ADD COLUMN region text,
            ADD COLUMN weight integer NOT NULL DEFAULT 1,
            ADD COLUMN since timestamptz DEFAULT now(),
            ADD CONSTRAINT channel_weight CHECK (weight IN (1, 2)) NOT VALID,
            DROP CONSTRAINT channel_pkey,
            ADD CONSTRAINT channel_pkey PRIMARY KEY USING INDEX channel_by_account;
          CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE channel SET name = ''; $$;
          CREATE TRIGGER t BEFORE UPDATE ON channel FOR EACH ROW EXECUTE FUNCTION g();
          DROP INDEX channel_name`),
      ),
    ).toEqual([])
  })

  it('does without one what stands in nobody’s way, and can be done again', () => {
    expect(
      breaches(
        alone(`
          CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS channel_by_account ON channel (account_id, id);
          DROP INDEX CONCURRENTLY IF EXISTS channel_name;
          UPDATE channel SET region = 'x' WHERE id IN (SELECT id FROM channel WHERE region IS NULL LIMIT 1000);
          ALTER TABLE channel VALIDATE CONSTRAINT channel_weight`),
      ),
    ).toEqual([])
  })

  it('is found out in what it puts together, by the words that stand there', () => {
    const source = 'for (const t of TABLES) await runner.query(`ALTER TABLE ${t} DROP COLUMN name`)'
    expect(breaches(source)).toEqual(['older versions read the column'])
    expect(breaches(migration('DO $$ BEGIN PERFORM 1; ALTER TABLE channel DROP COLUMN name; END $$'))).toEqual([
      'older versions read the column',
    ])
  })
})
