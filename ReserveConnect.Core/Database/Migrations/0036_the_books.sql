-- Why: the books are proof. One function posts, and nobody else writes; balances are kept instead of summed; a chain of hashes
-- over the journal shows what was changed behind the application's back (docs/decisions/ledger.md).

ALTER TABLE reserve.ledger_accounts ADD COLUMN title text NOT NULL DEFAULT '';

UPDATE reserve.ledger_accounts a
SET title = named.title
FROM (VALUES
    ('cash_stripe', 'Cash at Stripe'),
    ('cash_pix', 'Cash at Mercado Pago'),
    ('payout_receivable', 'Paid to properties beyond what they are owed'),
    ('guest_prepayment', 'Prepaid by guests'),
    ('property_payable', 'Owed to properties'),
    ('tax_payable', 'Taxes owed'),
    ('retained_earnings', 'Retained earnings'),
    ('commission_income', 'Commission'),
    ('service_fee_income', 'Service fees'),
    ('ad_revenue', 'Advertising'),
    ('cancellation_fee_income', 'Commission on retained fees'),
    ('stripe_fees', 'Fees of Stripe'),
    ('pix_fees', 'Fees of Mercado Pago'),
    ('tax_expense', 'Taxes on our income'),
    ('refund_expense', 'Refunds at our expense'),
    ('rounding', 'Rounding')) AS named (code, title)
WHERE a.code = named.code;

ALTER TABLE reserve.ledger_transactions
    ADD COLUMN property_id uuid REFERENCES reserve.properties_map (id),
    -- The transaction that this one undoes.
    ADD COLUMN reverses uuid REFERENCES reserve.ledger_transactions (id),
    -- Why somebody posted it by hand; NULL for what a rule posts.
    ADD COLUMN reason text,
    -- The database transaction that posted it: no later one may add to it. NULL: posted before this was kept.
    ADD COLUMN posted_in xid8;

ALTER TABLE reserve.ledger_transactions ALTER COLUMN posted_in SET DEFAULT pg_current_xact_id();

-- Whose matter the transactions are that stand: their entries say it.
ALTER TABLE reserve.ledger_transactions DISABLE TRIGGER ledger_transactions_append_only;

UPDATE reserve.ledger_transactions t
SET property_id = (SELECT l.property_id FROM reserve.financial_ledger l WHERE l.transaction_id = t.id AND l.property_id IS NOT NULL LIMIT 1);

ALTER TABLE reserve.ledger_transactions ENABLE TRIGGER ledger_transactions_append_only;

-- One is undone at most once.
CREATE UNIQUE INDEX idx_ledger_transactions_reverses ON reserve.ledger_transactions (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX idx_ledger_transactions_property ON reserve.ledger_transactions (property_id);
CREATE INDEX idx_ledger_transactions_reservation ON reserve.ledger_transactions (reservation_id);
CREATE INDEX idx_ledger_transactions_created ON reserve.ledger_transactions (created_at);

-- What an entry is about stands in its transaction, which refers to it: a lock on the property's row for every entry would only
-- make the postings of one property queue. That the transaction and the account are there is checked with the statement that adds
-- the entries.
ALTER TABLE reserve.financial_ledger
    DROP CONSTRAINT financial_ledger_transaction_id_fkey,
    DROP CONSTRAINT financial_ledger_booking_intent_id_fkey,
    DROP CONSTRAINT financial_ledger_reservation_id_fkey,
    DROP CONSTRAINT financial_ledger_property_id_fkey,
    DROP CONSTRAINT financial_ledger_account_fkey;

CREATE TRIGGER ledger_accounts_append_only BEFORE UPDATE OR DELETE ON reserve.ledger_accounts
    FOR EACH ROW EXECUTE FUNCTION reserve.refuse_change();
CREATE TRIGGER ledger_accounts_no_truncate BEFORE TRUNCATE ON reserve.ledger_accounts
    FOR EACH STATEMENT EXECUTE FUNCTION reserve.refuse_change();

-- Entries are added with their transaction and to no account but those of the chart; whether they balance is asked once, when
-- the database transaction commits.
DROP TRIGGER financial_ledger_balanced ON reserve.financial_ledger;

CREATE FUNCTION reserve.check_ledger_entries() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.transaction_id, n.account, NOT EXISTS (SELECT FROM reserve.ledger_accounts a WHERE a.code = n.account AND a.account_type = n.account_type) AS is_unknown
    INTO wrong
    FROM added n
    WHERE NOT EXISTS (SELECT FROM reserve.ledger_accounts a WHERE a.code = n.account AND a.account_type = n.account_type)
       OR NOT EXISTS (SELECT FROM reserve.ledger_transactions t WHERE t.id = n.transaction_id AND t.posted_in = pg_current_xact_id())
    LIMIT 1;

    IF FOUND AND wrong.is_unknown THEN
        RAISE EXCEPTION 'the chart of accounts has no %', wrong.account USING ERRCODE = 'RC003';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'ledger transaction % stands: nothing is added to it', wrong.transaction_id USING ERRCODE = 'RC003';
    END IF;

    RETURN NULL;
END $$;

CREATE TRIGGER financial_ledger_checked AFTER INSERT ON reserve.financial_ledger
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION reserve.check_ledger_entries();

CREATE OR REPLACE FUNCTION reserve.check_ledger_balance() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    entries record;
BEGIN
    SELECT count(*) AS number,
           min(l.currency) = max(l.currency) AS is_one_currency,
           sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) AS difference
    INTO entries
    FROM reserve.financial_ledger l
    WHERE l.transaction_id = NEW.id;

    IF entries.number = 0 THEN
        RAISE EXCEPTION 'ledger transaction % has no entries', NEW.id USING ERRCODE = 'RC003';
    ELSIF NOT entries.is_one_currency THEN
        RAISE EXCEPTION 'ledger transaction % is in more than one currency', NEW.id USING ERRCODE = 'RC003';
    ELSIF entries.difference <> 0 THEN
        RAISE EXCEPTION 'ledger transaction % is out of balance by %', NEW.id, entries.difference USING ERRCODE = 'RC003';
    END IF;

    RETURN NULL;
END $$;

-- What is posted and not yet in the chain and in the kept balances: both follow within a minute, and what reads them adds this.
CREATE TABLE reserve.ledger_unsealed (
    transaction_id uuid PRIMARY KEY
);

INSERT INTO reserve.ledger_unsealed (transaction_id)
SELECT id
FROM reserve.ledger_transactions;

-- The chain: each link is the hash of the one before it and of all that its transaction says.
CREATE TABLE reserve.ledger_seals (
    position bigint PRIMARY KEY CHECK (position > 0),
    transaction_id uuid NOT NULL UNIQUE,
    content_hash bytea NOT NULL,
    chain_hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);

CREATE TRIGGER ledger_seals_append_only BEFORE UPDATE OR DELETE ON reserve.ledger_seals
    FOR EACH ROW EXECUTE FUNCTION reserve.refuse_change();
CREATE TRIGGER ledger_seals_no_truncate BEFORE TRUNCATE ON reserve.ledger_seals
    FOR EACH STATEMENT EXECUTE FUNCTION reserve.refuse_change();

-- Sums of sealed entries, by account: what it comes to at the end of the chain. A guest's prepayment is not kept one by one.
CREATE TABLE reserve.ledger_balances (
    currency text NOT NULL,
    account text NOT NULL REFERENCES reserve.ledger_accounts (code),
    account_id uuid,
    tax_type text,
    debits numeric NOT NULL,
    credits numeric NOT NULL,
    entries bigint NOT NULL,
    UNIQUE NULLS NOT DISTINCT (currency, account, account_id, tax_type)
);

-- The same by day of the books, and by the property whose matter it was.
CREATE TABLE reserve.ledger_days (
    book_date date NOT NULL,
    currency text NOT NULL,
    account text NOT NULL REFERENCES reserve.ledger_accounts (code),
    account_id uuid,
    tax_type text,
    property_id uuid,
    transaction_type text NOT NULL,
    debits numeric NOT NULL,
    credits numeric NOT NULL,
    entries bigint NOT NULL,
    UNIQUE NULLS NOT DISTINCT (book_date, currency, account, account_id, tax_type, property_id, transaction_type)
);

CREATE INDEX idx_ledger_days_account ON reserve.ledger_days (account, account_id, book_date);
CREATE INDEX idx_ledger_days_property ON reserve.ledger_days (property_id, book_date);

-- The same by day alone: what the trial balance of an instant adds up.
CREATE TABLE reserve.ledger_day_totals (
    book_date date NOT NULL,
    currency text NOT NULL,
    account text NOT NULL REFERENCES reserve.ledger_accounts (code),
    debits numeric NOT NULL,
    credits numeric NOT NULL,
    entries bigint NOT NULL,
    PRIMARY KEY (book_date, currency, account)
);

-- The books are kept where the company is: one day for all cities.
CREATE FUNCTION reserve.book_date(p_at timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (p_at AT TIME ZONE 'America/Sao_Paulo')::date
$$;

CREATE FUNCTION reserve.book_day_begins(p_date date) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p_date::timestamp AT TIME ZONE 'America/Sao_Paulo'
$$;

-- Whose account it is, as far as balances are kept by it.
CREATE FUNCTION reserve.kept_account_id(p_account_type text, p_account_id uuid) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_account_type = 'property' THEN p_account_id END
$$;

-- All that each transaction says, as one hash: its head, and its entries in the order of their ids. As JSON, with instants as
-- microseconds and bytes in hexadecimal digits, so that it does not depend on anybody's settings or locale.
CREATE VIEW reserve.ledger_contents WITH (security_invoker = true) AS
SELECT t.id AS transaction_id,
       sha256(convert_to(
           jsonb_build_array(
               t.id, t.business_key, t.transaction_type, t.booking_intent_id, t.reservation_id, t.property_id, t.reverses, t.reason, t.description,
               (extract(epoch FROM t.created_at) * 1000000)::bigint, t.created_by, encode(t.content_hash, 'hex'))::text
           || coalesce(string_agg(
               jsonb_build_array(
                   l.id, l.booking_intent_id, l.reservation_id, l.property_id, l.transaction_type, l.direction, l.amount, l.currency, l.account,
                   l.account_type, l.account_id, l.tax_type, l.stripe_payment_intent_id, l.stripe_transfer_id, l.pix_transaction_id, l.description,
                   l.metadata, (extract(epoch FROM l.created_at) * 1000000)::bigint, l.created_by)::text, '' ORDER BY l.id), ''),
           'UTF8')) AS content_hash
FROM reserve.ledger_transactions t
LEFT JOIN reserve.financial_ledger l ON l.transaction_id = t.id
GROUP BY t.id;

CREATE FUNCTION reserve.chain_hash(p_before bytea, p_content bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(coalesce(p_before, ''::bytea) || p_content)
$$;

-- The only way into the books. Posts a balanced transaction under its business key; says whether it was posted now, or before
-- with the same content. SECURITY DEFINER, because nobody else may write there.
CREATE FUNCTION reserve.post_ledger_transaction(
    p_id uuid, p_business_key text, p_type text, p_currency text, p_booking_intent_id uuid, p_reservation_id uuid, p_property_id uuid,
    p_reverses uuid, p_stripe_payment_intent_id text, p_stripe_transfer_id text, p_pix_transaction_id text, p_description text, p_reason text,
    p_content_hash bytea, p_at timestamptz, p_actor text,
    p_ids uuid[], p_accounts text[], p_directions text[], p_amounts numeric[], p_account_ids uuid[], p_tax_types text[])
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known bytea;
    sums record;
BEGIN
    -- What a provider took in another currency by mistake stands in the books until it is back; nothing else is in any but BRL.
    IF p_currency IS NULL OR p_currency !~ '^[A-Z]{3}$' THEN
        RAISE EXCEPTION '%: % is no currency', p_business_key, p_currency USING ERRCODE = 'RC003';
    END IF;

    SELECT count(*) AS number,
           count(*) FILTER (WHERE e.account IS NULL) AS homeless,
           count(*) FILTER (WHERE e.direction IN ('debit', 'credit')) AS sided,
           -- What is not a number is more than any.
           count(*) FILTER (WHERE e.amount BETWEEN 0.01 AND 9999999999.99 AND scale(trim_scale(e.amount)) <= 2) AS sound,
           coalesce(sum(CASE e.direction WHEN 'debit' THEN e.amount WHEN 'credit' THEN -e.amount END), 0) AS difference
    INTO sums
    FROM unnest(p_accounts, p_directions, p_amounts) AS e (account, direction, amount);

    IF sums.homeless > 0 THEN
        RAISE EXCEPTION '%: an entry has no account', p_business_key USING ERRCODE = 'RC003';
    ELSIF sums.sided < sums.number THEN
        RAISE EXCEPTION '%: every entry is debit or credit', p_business_key USING ERRCODE = 'RC003';
    ELSIF sums.sound < sums.number THEN
        RAISE EXCEPTION '%: every entry is a positive number of cents', p_business_key USING ERRCODE = 'RC003';
    ELSIF sums.number < 2 OR sums.difference <> 0 THEN
        RAISE EXCEPTION '%: out of balance by %', p_business_key, sums.difference USING ERRCODE = 'RC003';
    END IF;

    INSERT INTO reserve.ledger_transactions
        (id, business_key, transaction_type, booking_intent_id, reservation_id, property_id, reverses, content_hash, description, reason,
         created_at, created_by)
    VALUES (p_id, p_business_key, p_type, p_booking_intent_id, p_reservation_id, p_property_id, p_reverses, p_content_hash, p_description, p_reason,
            p_at, p_actor)
    ON CONFLICT (business_key) DO NOTHING;

    IF NOT FOUND THEN
        SELECT t.content_hash INTO known FROM reserve.ledger_transactions t WHERE t.business_key = p_business_key;
        IF known IS DISTINCT FROM p_content_hash THEN
            RAISE EXCEPTION '% was posted before with other figures', p_business_key USING ERRCODE = 'RC006';
        END IF;

        RETURN false;
    END IF;

    INSERT INTO reserve.financial_ledger
        (id, transaction_id, booking_intent_id, reservation_id, property_id, transaction_type, direction, amount, currency,
         account, account_type, account_id, tax_type, stripe_payment_intent_id, stripe_transfer_id, pix_transaction_id, description,
         created_at, created_by)
    SELECT e.id, p_id, p_booking_intent_id, p_reservation_id, p_property_id, p_type, e.direction, e.amount, p_currency,
           e.account, coalesce(a.account_type, ''), e.account_id, e.tax_type, p_stripe_payment_intent_id, p_stripe_transfer_id, p_pix_transaction_id,
           p_description, p_at, p_actor
    FROM unnest(p_ids, p_accounts, p_directions, p_amounts, p_account_ids, p_tax_types)
        AS e (id, account, direction, amount, account_id, tax_type)
    LEFT JOIN reserve.ledger_accounts a ON a.code = e.account;

    INSERT INTO reserve.ledger_unsealed (transaction_id) VALUES (p_id);
    RETURN true;
END $$;

-- Adds what was posted to the chain and to the kept balances, oldest first; one at a time.
CREATE FUNCTION reserve.seal_ledger(p_most integer, p_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    taken uuid[];
    head record;
    ids uuid[];
    contents bytea[];
    content bytea;
    link bytea;
    links bytea[] := '{}';
BEGIN
    -- Another one is at it: it will find the same.
    IF NOT pg_try_advisory_xact_lock(hashtext('reserve.seal_ledger')) THEN
        RETURN 0;
    END IF;

    SELECT array_agg(u.transaction_id)
    INTO taken
    FROM (SELECT transaction_id FROM reserve.ledger_unsealed ORDER BY transaction_id LIMIT p_most) u;
    IF taken IS NULL THEN
        RETURN 0;
    END IF;

    SELECT s.position, s.chain_hash INTO head FROM reserve.ledger_seals s ORDER BY s.position DESC LIMIT 1;
    SELECT array_agg(c.transaction_id ORDER BY c.transaction_id), array_agg(c.content_hash ORDER BY c.transaction_id)
    INTO ids, contents
    FROM reserve.ledger_contents c
    WHERE c.transaction_id = ANY(taken);

    link := head.chain_hash;
    -- A note without its transaction is nobody's doing here; the invariants tell of it.
    FOREACH content IN ARRAY coalesce(contents, '{}')
    LOOP
        link := reserve.chain_hash(link, content);
        links := links || link;
    END LOOP;

    INSERT INTO reserve.ledger_seals (position, transaction_id, content_hash, chain_hash, sealed_at)
    SELECT coalesce(head.position, 0) + s.nr, s.id, s.content, s.link, p_at
    FROM unnest(ids, contents, links) WITH ORDINALITY AS s (id, content, link, nr);

    INSERT INTO reserve.ledger_balances AS b (currency, account, account_id, tax_type, debits, credits, entries)
    SELECT l.currency, l.account, reserve.kept_account_id(l.account_type, l.account_id), l.tax_type,
           coalesce(sum(l.amount) FILTER (WHERE l.direction = 'debit'), 0), coalesce(sum(l.amount) FILTER (WHERE l.direction = 'credit'), 0), count(*)
    FROM reserve.financial_ledger l
    WHERE l.transaction_id = ANY(taken)
    GROUP BY 1, 2, 3, 4
    ON CONFLICT (currency, account, account_id, tax_type) DO UPDATE
    SET debits = b.debits + EXCLUDED.debits,
        credits = b.credits + EXCLUDED.credits,
        entries = b.entries + EXCLUDED.entries;

    INSERT INTO reserve.ledger_days AS d
        (book_date, currency, account, account_id, tax_type, property_id, transaction_type, debits, credits, entries)
    SELECT reserve.book_date(l.created_at), l.currency, l.account, reserve.kept_account_id(l.account_type, l.account_id), l.tax_type, l.property_id,
           l.transaction_type,
           coalesce(sum(l.amount) FILTER (WHERE l.direction = 'debit'), 0), coalesce(sum(l.amount) FILTER (WHERE l.direction = 'credit'), 0), count(*)
    FROM reserve.financial_ledger l
    WHERE l.transaction_id = ANY(taken)
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (book_date, currency, account, account_id, tax_type, property_id, transaction_type) DO UPDATE
    SET debits = d.debits + EXCLUDED.debits,
        credits = d.credits + EXCLUDED.credits,
        entries = d.entries + EXCLUDED.entries;

    INSERT INTO reserve.ledger_day_totals AS d (book_date, currency, account, debits, credits, entries)
    SELECT reserve.book_date(l.created_at), l.currency, l.account,
           coalesce(sum(l.amount) FILTER (WHERE l.direction = 'debit'), 0), coalesce(sum(l.amount) FILTER (WHERE l.direction = 'credit'), 0), count(*)
    FROM reserve.financial_ledger l
    WHERE l.transaction_id = ANY(taken)
    GROUP BY 1, 2, 3
    ON CONFLICT (book_date, currency, account) DO UPDATE
    SET debits = d.debits + EXCLUDED.debits,
        credits = d.credits + EXCLUDED.credits,
        entries = d.entries + EXCLUDED.entries;

    DELETE FROM reserve.ledger_unsealed WHERE transaction_id = ANY(taken);
    RETURN cardinality(taken);
END $$;

-- Entries that the kept balances do not have yet.
CREATE VIEW reserve.ledger_tail WITH (security_invoker = true) AS
SELECT l.*
FROM reserve.ledger_unsealed u
JOIN reserve.financial_ledger l ON l.transaction_id = u.transaction_id;

DO $$
DECLARE
    secured text;
BEGIN
    FOREACH secured IN ARRAY ARRAY['ledger_unsealed', 'ledger_seals', 'ledger_balances', 'ledger_days', 'ledger_day_totals']
    LOOP
        EXECUTE format('ALTER TABLE reserve.%I ENABLE ROW LEVEL SECURITY', secured);
        EXECUTE format('ALTER TABLE reserve.%I FORCE ROW LEVEL SECURITY', secured);
        EXECUTE format('CREATE POLICY service ON reserve.%I TO reserve_service USING (true) WITH CHECK (true)', secured);
        EXECUTE format('CREATE POLICY staff ON reserve.%I FOR SELECT TO reserve_staff USING (true)', secured);
        EXECUTE format('GRANT SELECT ON reserve.%I TO reserve_service, reserve_staff', secured);
    END LOOP;
END $$;

GRANT SELECT ON reserve.ledger_tail, reserve.ledger_contents TO reserve_service, reserve_staff;
REVOKE INSERT ON reserve.financial_ledger, reserve.ledger_transactions FROM reserve_service;
REVOKE EXECUTE ON FUNCTION reserve.post_ledger_transaction, reserve.seal_ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reserve.post_ledger_transaction, reserve.seal_ledger TO reserve_service;
