-- Why: the books. Append-only, every transaction balanced when it commits, each business fact posted once.

CREATE TABLE reserve.ledger_accounts (
    code text PRIMARY KEY,
    account_type text NOT NULL CHECK (account_type IN ('guest', 'property', 'platform', 'stripe', 'tax')),
    kind text NOT NULL CHECK (kind IN ('asset', 'liability', 'equity', 'revenue', 'expense')),
    normal_side text NOT NULL CHECK (normal_side IN ('debit', 'credit'))
);

INSERT INTO reserve.ledger_accounts (code, account_type, kind, normal_side) VALUES
    ('cash_stripe', 'stripe', 'asset', 'debit'),
    ('cash_pix', 'platform', 'asset', 'debit'),
    ('payout_receivable', 'property', 'asset', 'debit'),
    ('guest_prepayment', 'guest', 'liability', 'credit'),
    ('property_payable', 'property', 'liability', 'credit'),
    ('tax_payable', 'tax', 'liability', 'credit'),
    ('retained_earnings', 'platform', 'equity', 'credit'),
    ('commission_income', 'platform', 'revenue', 'credit'),
    ('service_fee_income', 'platform', 'revenue', 'credit'),
    ('ad_revenue', 'platform', 'revenue', 'credit'),
    ('cancellation_fee_income', 'platform', 'revenue', 'credit'),
    ('stripe_fees', 'platform', 'expense', 'debit'),
    ('pix_fees', 'platform', 'expense', 'debit'),
    ('tax_expense', 'platform', 'expense', 'debit'),
    ('refund_expense', 'platform', 'expense', 'debit'),
    ('rounding', 'platform', 'expense', 'debit');

CREATE TABLE reserve.ledger_transactions (
    id uuid PRIMARY KEY,
    business_key text NOT NULL UNIQUE,
    transaction_type text NOT NULL,
    booking_intent_id uuid REFERENCES reserve.booking_intents (id),
    reservation_id uuid REFERENCES reserve.reservations (id),
    content_hash bytea NOT NULL,
    description text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    created_by text NOT NULL
);

CREATE INDEX idx_ledger_transactions_intent ON reserve.ledger_transactions (booking_intent_id);

CREATE TABLE reserve.financial_ledger (
    id uuid PRIMARY KEY,
    transaction_id uuid NOT NULL REFERENCES reserve.ledger_transactions (id),
    booking_intent_id uuid REFERENCES reserve.booking_intents (id),
    reservation_id uuid REFERENCES reserve.reservations (id),
    property_id uuid REFERENCES reserve.properties_map (id),
    transaction_type text NOT NULL,
    direction text NOT NULL,
    amount numeric(12,2) NOT NULL,
    currency text NOT NULL DEFAULT 'BRL',
    account text NOT NULL REFERENCES reserve.ledger_accounts (code),
    account_type text NOT NULL,
    account_id uuid,
    tax_type text,
    stripe_payment_intent_id text,
    stripe_transfer_id text,
    pix_transaction_id text,
    description text,
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    CONSTRAINT valid_amount CHECK (amount > 0),
    CONSTRAINT valid_direction CHECK (direction IN ('debit', 'credit'))
);

CREATE INDEX idx_ledger_transaction ON reserve.financial_ledger (transaction_id);
CREATE INDEX idx_ledger_reservation ON reserve.financial_ledger (reservation_id);
CREATE INDEX idx_ledger_type ON reserve.financial_ledger (transaction_type);
CREATE INDEX idx_ledger_account ON reserve.financial_ledger (account_type, account_id);
CREATE INDEX idx_ledger_created ON reserve.financial_ledger (created_at);

CREATE TRIGGER financial_ledger_append_only BEFORE UPDATE OR DELETE ON reserve.financial_ledger
    FOR EACH ROW EXECUTE FUNCTION reserve.refuse_change();
CREATE TRIGGER financial_ledger_no_truncate BEFORE TRUNCATE ON reserve.financial_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION reserve.refuse_change();
CREATE TRIGGER ledger_transactions_append_only BEFORE UPDATE OR DELETE ON reserve.ledger_transactions
    FOR EACH ROW EXECUTE FUNCTION reserve.refuse_change();
CREATE TRIGGER ledger_transactions_no_truncate BEFORE TRUNCATE ON reserve.ledger_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION reserve.refuse_change();

CREATE FUNCTION reserve.check_ledger_balance() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    checked uuid;
    out_of_balance record;
BEGIN
    checked := CASE TG_TABLE_NAME WHEN 'ledger_transactions' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'transaction_id')::uuid END;

    SELECT l.currency, sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) AS difference
    INTO out_of_balance
    FROM reserve.financial_ledger l
    WHERE l.transaction_id = checked
    GROUP BY l.currency
    HAVING sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) <> 0
    LIMIT 1;

    IF FOUND THEN
        RAISE EXCEPTION 'ledger transaction % is out of balance by % %', checked, out_of_balance.difference, out_of_balance.currency
            USING ERRCODE = 'RC003';
    END IF;

    IF TG_TABLE_NAME = 'ledger_transactions'
        AND NOT EXISTS (SELECT 1 FROM reserve.financial_ledger l WHERE l.transaction_id = checked)
    THEN
        RAISE EXCEPTION 'ledger transaction % has no entries', checked USING ERRCODE = 'RC003';
    END IF;

    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER financial_ledger_balanced
    AFTER INSERT ON reserve.financial_ledger
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION reserve.check_ledger_balance();

CREATE CONSTRAINT TRIGGER ledger_transactions_balanced
    AFTER INSERT ON reserve.ledger_transactions
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION reserve.check_ledger_balance();

CREATE TABLE reserve.commission_rules (
    id uuid PRIMARY KEY,
    property_id uuid REFERENCES reserve.properties_map (id),
    city_id uuid REFERENCES reserve.cities (id),
    rule_type text NOT NULL CHECK (rule_type IN ('percentage', 'fixed', 'tiered')),
    rate_percentage numeric(5,2) CHECK (rate_percentage BETWEEN 0 AND 100),
    fixed_amount numeric(12,2) CHECK (fixed_amount >= 0),
    -- tiered: [{"from_bookings": 0, "rate_percentage": 15}, {"from_bookings": 50, "rate_percentage": 10}]:
    -- the rate of the last tier whose from_bookings the property's earlier bookings of the month have reached
    tiers jsonb,
    min_commission numeric(12,2) CHECK (min_commission >= 0),
    max_commission numeric(12,2) CHECK (max_commission >= 0),
    effective_from date NOT NULL,
    effective_to date,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (property_id IS NULL OR city_id IS NULL),
    CHECK (rule_type <> 'percentage' OR rate_percentage IS NOT NULL),
    CHECK (rule_type <> 'fixed' OR fixed_amount IS NOT NULL),
    CHECK (rule_type <> 'tiered' OR tiers IS NOT NULL)
);

CREATE TABLE reserve.tax_rules (
    id uuid PRIMARY KEY,
    city_id uuid REFERENCES reserve.cities (id),
    tax_type text NOT NULL,
    rate numeric(5,2) NOT NULL CHECK (rate BETWEEN 0 AND 100),
    applies_to text NOT NULL CHECK (applies_to IN ('commission', 'payout', 'booking')),
    effective_from date NOT NULL,
    effective_to date,
    is_active boolean NOT NULL DEFAULT true
);
