import type { MigrationInterface, QueryRunner } from 'typeorm'

/** People who sign in: with a password, a second factor, or through a provider; and the sessions that they have. */
export class AddPeopleAndSessions1764800000000 implements MigrationInterface {
  name = 'AddPeopleAndSessions1764800000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE person (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C",
        email text NOT NULL,
        name text NOT NULL,
        role text NOT NULL,
        password_hash text,
        factor_secret bytea,
        factor_step bigint,
        pending_factor_secret bytea,
        demo boolean NOT NULL DEFAULT false,
        created_at timestamptz(3) NOT NULL,
        last_signed_in_at timestamptz(3),
        removed_at timestamptz(3),
        CONSTRAINT person_pkey PRIMARY KEY (id),
        CONSTRAINT person_email_in_lower_case CHECK (email = lower(email)),
        CONSTRAINT person_role_fits CHECK (role = ANY (CASE WHEN account_id IS NULL THEN ARRAY['OPERATOR', 'ADMIN'] ELSE ARRAY['OWNER', 'BILLING', 'VIEWER'] END)),
        CONSTRAINT person_removed_has_no_secrets CHECK (removed_at IS NULL OR num_nonnulls(password_hash, factor_secret, pending_factor_secret) = 0),
        CONSTRAINT person_demo_has_no_password CHECK (NOT demo OR password_hash IS NULL)
      );
      ALTER TABLE person ADD CONSTRAINT person_account FOREIGN KEY (account_id) REFERENCES account (id);
      CREATE UNIQUE INDEX person_email_once ON person (email) WHERE removed_at IS NULL;
      CREATE INDEX person_of_account ON person (account_id, id);

      CREATE TABLE recovery_code (
        person_id text COLLATE "C" NOT NULL,
        digest bytea NOT NULL,
        used_at timestamptz(3),
        CONSTRAINT recovery_code_pkey PRIMARY KEY (person_id, digest),
        CONSTRAINT recovery_code_digest_sized CHECK (octet_length(digest) = 32)
      );
      ALTER TABLE recovery_code ADD CONSTRAINT recovery_code_person FOREIGN KEY (person_id) REFERENCES person (id);

      CREATE TABLE invitation (
        id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C",
        email text NOT NULL,
        name text NOT NULL,
        role text NOT NULL,
        invited_by text COLLATE "C" NOT NULL,
        created_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        accepted_at timestamptz(3),
        revoked_at timestamptz(3),
        CONSTRAINT invitation_pkey PRIMARY KEY (id),
        CONSTRAINT invitation_email_in_lower_case CHECK (email = lower(email)),
        CONSTRAINT invitation_role_fits CHECK (role = ANY (CASE WHEN account_id IS NULL THEN ARRAY['OPERATOR', 'ADMIN'] ELSE ARRAY['OWNER', 'BILLING', 'VIEWER'] END)),
        CONSTRAINT invitation_ends_once CHECK (num_nonnulls(accepted_at, revoked_at) < 2)
      );
      ALTER TABLE invitation ADD CONSTRAINT invitation_account FOREIGN KEY (account_id) REFERENCES account (id);
      CREATE INDEX invitation_of_account ON invitation (account_id, id);
      CREATE INDEX invitation_by_email ON invitation (email) WHERE accepted_at IS NULL AND revoked_at IS NULL;

      CREATE TABLE person_mail (
        id text COLLATE "C" NOT NULL,
        purpose text NOT NULL,
        invitation_id text COLLATE "C",
        recipient text NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        CONSTRAINT person_mail_pkey PRIMARY KEY (id),
        CONSTRAINT person_mail_purpose_known CHECK (purpose IN ('INVITATION', 'PASSWORD_RESET')),
        CONSTRAINT person_mail_about CHECK ((purpose = 'INVITATION') = (invitation_id IS NOT NULL))
      );
      ALTER TABLE person_mail ADD CONSTRAINT person_mail_invitation FOREIGN KEY (invitation_id) REFERENCES invitation (id);
      CREATE INDEX person_mail_due ON person_mail (next_attempt_at);

      CREATE TABLE mailed_link (
        digest bytea NOT NULL,
        invitation_id text COLLATE "C",
        person_id text COLLATE "C",
        expires_at timestamptz(3) NOT NULL,
        CONSTRAINT mailed_link_pkey PRIMARY KEY (digest),
        CONSTRAINT mailed_link_digest_sized CHECK (octet_length(digest) = 32),
        CONSTRAINT mailed_link_about_one CHECK (num_nonnulls(invitation_id, person_id) = 1)
      );
      ALTER TABLE mailed_link ADD CONSTRAINT mailed_link_invitation FOREIGN KEY (invitation_id) REFERENCES invitation (id);
      ALTER TABLE mailed_link ADD CONSTRAINT mailed_link_person FOREIGN KEY (person_id) REFERENCES person (id);
      CREATE INDEX mailed_link_of_invitation ON mailed_link (invitation_id) WHERE invitation_id IS NOT NULL;
      CREATE INDEX mailed_link_of_person ON mailed_link (person_id) WHERE person_id IS NOT NULL;

      CREATE TABLE session (
        id text COLLATE "C" NOT NULL,
        person_id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C",
        secret_digest bytea NOT NULL,
        created_at timestamptz(3) NOT NULL,
        last_used_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        ended_at timestamptz(3),
        address text,
        user_agent text,
        CONSTRAINT session_pkey PRIMARY KEY (id),
        CONSTRAINT session_secret_digest_sized CHECK (octet_length(secret_digest) = 32)
      );
      ALTER TABLE session ADD CONSTRAINT session_person FOREIGN KEY (person_id) REFERENCES person (id);
      ALTER TABLE session ADD CONSTRAINT session_account FOREIGN KEY (account_id) REFERENCES account (id);
      CREATE INDEX session_of_person ON session (person_id, id);
      CREATE INDEX session_by_end ON session (expires_at);

      CREATE TABLE sign_in_challenge (
        digest bytea NOT NULL,
        person_id text COLLATE "C" NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        CONSTRAINT sign_in_challenge_pkey PRIMARY KEY (digest),
        CONSTRAINT sign_in_challenge_digest_sized CHECK (octet_length(digest) = 32)
      );
      ALTER TABLE sign_in_challenge ADD CONSTRAINT sign_in_challenge_person FOREIGN KEY (person_id) REFERENCES person (id);
      CREATE INDEX sign_in_challenge_by_end ON sign_in_challenge (expires_at);
      CREATE INDEX sign_in_challenge_of_person ON sign_in_challenge (person_id);

      CREATE TABLE throttle (
        digest bytea NOT NULL,
        taken integer NOT NULL,
        until timestamptz(3) NOT NULL,
        CONSTRAINT throttle_pkey PRIMARY KEY (digest),
        CONSTRAINT throttle_digest_sized CHECK (octet_length(digest) = 32)
      );
      CREATE INDEX throttle_by_end ON throttle (until);
    `)
  }

  // Migrations only go forward: a mistake is mended by the next one.
  down(): Promise<void> {
    return Promise.reject(new Error('Daybook migrates forward only.'))
  }
}
