-- Why: guests come back to their bookings, and staff act under their own names. An account is an address that somebody
-- has proven to be theirs; what it may do is its role, read anew at every request. Whatever proves anything (passwords,
-- tokens, second factors) stands in tables of its own, which only the service may read, as a hash or encrypted.

CREATE TABLE reserve.accounts (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL UNIQUE GENERATED ALWAYS AS (lower(email)) STORED,
    role text NOT NULL CHECK (role IN ('guest', 'owner', 'agent', 'supervisor', 'admin')),
    status text NOT NULL CHECK (status IN ('unverified', 'invited', 'active', 'disabled', 'erased')),
    email_verified_at timestamptz,
    traveler_id uuid UNIQUE REFERENCES reserve.travelers (id),
    first_name text NOT NULL,
    last_name text NOT NULL,
    phone text,
    locale text NOT NULL CHECK (locale IN ('pt-BR', 'en')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT active_is_verified CHECK (status <> 'active' OR email_verified_at IS NOT NULL),
    CONSTRAINT traveler_is_verified CHECK (traveler_id IS NULL OR email_verified_at IS NOT NULL)
);

CREATE INDEX idx_accounts_role ON reserve.accounts (role, id);

INSERT INTO reserve.status_transitions (machine, from_status, to_status, meaning) VALUES
    ('account', 'unverified', 'active', 'whoever registered has proven the address'),
    ('account', 'unverified', 'invited', 'an admin invites whoever has registered and not proven the address'),
    ('account', 'unverified', 'disabled', 'an admin closes it'),
    ('account', 'unverified', 'erased', 'its personal data is erased'),
    ('account', 'invited', 'active', 'whoever was invited has come'),
    ('account', 'invited', 'disabled', 'an admin takes the invitation back'),
    ('account', 'invited', 'erased', 'its personal data is erased'),
    ('account', 'active', 'disabled', 'an admin closes it'),
    ('account', 'active', 'erased', 'its personal data is erased'),
    ('account', 'disabled', 'active', 'an admin opens it again'),
    ('account', 'disabled', 'unverified', 'opened again before the address was proven'),
    ('account', 'disabled', 'invited', 'invited again'),
    ('account', 'disabled', 'erased', 'its personal data is erased');

CREATE TRIGGER accounts_status BEFORE UPDATE OF status ON reserve.accounts
    FOR EACH ROW EXECUTE FUNCTION reserve.guard_status('account');

CREATE FUNCTION reserve.transition_account(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean LANGUAGE sql AS $$
    SELECT reserve.move_status('account', 'reserve.accounts', p_id, p_from, p_to, p_actor, p_reason, p_at)
$$;

-- Whoever is last able to manage users stays able, whichever way is tried. Two admins who remove each other at once come
-- here one after the other: the second looks when the first has committed.
CREATE FUNCTION reserve.keep_an_admin() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.role = 'admin' AND OLD.status = 'active' AND (NEW.role <> 'admin' OR NEW.status <> 'active') THEN
        PERFORM pg_advisory_xact_lock(hashtext('reserve.keep_an_admin'));
        IF NOT EXISTS (
            SELECT 1
            FROM reserve.accounts a
            WHERE a.role = 'admin'
              AND a.status = 'active'
              AND a.id <> OLD.id)
        THEN
            RAISE EXCEPTION 'the last admin stays' USING ERRCODE = 'RC004';
        END IF;
    END IF;

    RETURN NEW;
END $$;

CREATE TRIGGER accounts_last_admin BEFORE UPDATE OF role, status ON reserve.accounts
    FOR EACH ROW EXECUTE FUNCTION reserve.keep_an_admin();

CREATE TABLE reserve.account_secrets (
    account_id uuid PRIMARY KEY REFERENCES reserve.accounts (id),
    password_hash text,
    password_changed_at timestamptz,
    -- Encrypted (AES-GCM) under a key that is not in the database.
    totp_secret text,
    totp_confirmed_at timestamptz,
    -- A code is accepted once: the step of the last one.
    totp_last_step bigint,
    -- Wrong codes in a row. Not among the failed logins: another password forgets those, and must not buy further guesses.
    code_failures integer NOT NULL DEFAULT 0,
    code_locked_until timestamptz,
    CHECK (totp_confirmed_at IS NULL OR totp_secret IS NOT NULL)
);

CREATE TABLE reserve.account_recovery_codes (
    account_id uuid NOT NULL REFERENCES reserve.accounts (id),
    code_hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account_id, code_hash)
);

-- Who an issuer says that somebody is, from the first login on: an address can go to another person there.
CREATE TABLE reserve.account_identities (
    account_id uuid PRIMARY KEY REFERENCES reserve.accounts (id),
    issuer text NOT NULL,
    subject text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (issuer, subject)
);

-- A session is a family of refresh tokens, each of which replaces the one before.
CREATE TABLE reserve.account_sessions (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES reserve.accounts (id),
    method text NOT NULL CHECK (method IN ('password', 'oidc')),
    created_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_reason text CHECK (revoked_reason IN (
        'logout', 'refresh_token_reused', 'password_changed', 'password_reset', 'disabled', 'second_factor_changed', 'too_many', 'erased')),
    CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
);

CREATE INDEX idx_account_sessions ON reserve.account_sessions (account_id, created_at);
CREATE INDEX idx_account_sessions_expiry ON reserve.account_sessions (expires_at);

-- The last of the old ones stay as long as their session, so that whoever comes with one is known to come with a copy.
CREATE TABLE reserve.account_refresh_tokens (
    token_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES reserve.account_sessions (id) ON DELETE CASCADE,
    issued_at timestamptz NOT NULL,
    replaced_at timestamptz
);

CREATE UNIQUE INDEX idx_refresh_tokens_current ON reserve.account_refresh_tokens (session_id) WHERE replaced_at IS NULL;
CREATE INDEX idx_refresh_tokens_session ON reserve.account_refresh_tokens (session_id);

-- What is sent by mail and works once. A row without an account stands for a request that leads nowhere: asking costs the
-- same whether the account exists or not.
CREATE TABLE reserve.one_time_tokens (
    id uuid PRIMARY KEY,
    account_id uuid REFERENCES reserve.accounts (id),
    purpose text NOT NULL CHECK (purpose IN ('verify_email', 'already_registered', 'reset_password', 'invitation', 'oidc_login')),
    token_hash bytea NOT NULL UNIQUE,
    -- The password of this registration; it becomes the account's when address and password are proven together.
    password_hash text,
    -- And what was said of the person, who may be a stranger until then.
    first_name text,
    last_name text,
    phone text,
    locale text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz
);

CREATE INDEX idx_one_time_tokens_account ON reserve.one_time_tokens (account_id, purpose);
CREATE INDEX idx_one_time_tokens_expiry ON reserve.one_time_tokens (expires_at);

-- Failed logins by a keyed hash: of an address and the network that tries it, of the address alone, whether it has an
-- account or not, or of an account that proves its password again. The sequence bounds the table: every failure takes the
-- next number, and what is further back than the bound is forgotten.
CREATE TABLE reserve.login_failures (
    key_hash bytea PRIMARY KEY,
    sequence bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY UNIQUE,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    locked_until timestamptz
);

ALTER TABLE reserve.booking_intents ADD COLUMN account_id uuid REFERENCES reserve.accounts (id);
ALTER TABLE reserve.reservations ADD COLUMN account_id uuid REFERENCES reserve.accounts (id);
CREATE INDEX idx_intents_account ON reserve.booking_intents (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX idx_reservations_account ON reserve.reservations (account_id) WHERE account_id IS NOT NULL;

-- Row-level security, as for every table of this schema.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'accounts', 'account_secrets', 'account_recovery_codes', 'account_identities', 'account_sessions', 'account_refresh_tokens',
        'one_time_tokens', 'login_failures']
    LOOP
        EXECUTE format('ALTER TABLE reserve.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE reserve.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY service ON reserve.%I FOR ALL TO reserve_service USING (true) WITH CHECK (true)', name);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE ON reserve.accounts, reserve.account_secrets TO reserve_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    reserve.account_recovery_codes, reserve.account_identities, reserve.account_sessions, reserve.account_refresh_tokens,
    reserve.one_time_tokens, reserve.login_failures
    TO reserve_service;
GRANT EXECUTE ON FUNCTION reserve.transition_account TO reserve_service;

-- An account sees itself; staff see every account.
GRANT SELECT ON reserve.accounts TO reserve_guest, reserve_owner, reserve_staff;
CREATE POLICY own ON reserve.accounts FOR SELECT TO reserve_guest, reserve_owner
    USING (id = (SELECT reserve.actor_account()));
CREATE POLICY staff ON reserve.accounts FOR SELECT TO reserve_staff USING (true);

-- And its bookings: beside the one of a token, those made with the account, and those made without one under the same
-- proven address. It reads as the tables' owner: policies of intents and reservations that asked each other would go in a
-- circle.
CREATE OR REPLACE FUNCTION reserve.actor_intents() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT array_remove(ARRAY[reserve.actor_booking_intent()], NULL)
        || ARRAY(
            SELECT i.id
            FROM reserve.booking_intents i
            WHERE i.account_id = reserve.actor_account())
        || ARRAY(
            SELECT r.booking_intent_id
            FROM reserve.accounts a
            JOIN reserve.reservations r ON r.traveler_id = a.traveler_id
            WHERE a.id = reserve.actor_account())
$$;

GRANT SELECT ON reserve.travelers TO reserve_guest;
CREATE POLICY own_account ON reserve.travelers FOR SELECT TO reserve_guest
    USING (id = (SELECT a.traveler_id FROM reserve.accounts a WHERE a.id = reserve.actor_account()));
