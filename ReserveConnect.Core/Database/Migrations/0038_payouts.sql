-- Why: properties are paid what they are owed, once. What a payout pays is transactions of the books, line by line, and a
-- transaction stands in one payout that is alive, or in none: whatever is repeated or run twice at once, the database refuses the
-- second (docs/decisions/payouts.md).

-- Where and how often a property is paid. Without a row it is paid nothing, and the money waits.
CREATE TABLE reserve.payout_settings (
    property_id uuid PRIMARY KEY REFERENCES reserve.properties_map (id),
    schedule text NOT NULL CHECK (schedule IN ('weekly', 'biweekly', 'monthly', 'per_booking')),
    method text NOT NULL CHECK (method IN ('stripe', 'pix')),
    stripe_account_id text,
    pix_key_type text CHECK (pix_key_type IN ('cpf', 'cnpj', 'email', 'phone', 'random')),
    pix_key text,
    pix_owner_document text,
    -- Nothing is paid while it is; NULL: it is paid.
    held_since timestamptz,
    held_reason text,
    -- Counts the changes: who changes it says which one they saw.
    version integer NOT NULL DEFAULT 1,
    changed_by text NOT NULL,
    changed_by_account uuid,
    -- When the destination, and not only the schedule, was last another.
    destination_changed_at timestamptz NOT NULL,
    destination_changed_by uuid,
    changed_at timestamptz NOT NULL,
    CHECK ((method = 'stripe') = (stripe_account_id IS NOT NULL)),
    CHECK ((method = 'pix') = (pix_key_type IS NOT NULL AND pix_key IS NOT NULL AND pix_owner_document IS NOT NULL)),
    CHECK ((held_since IS NULL) = (held_reason IS NULL))
);

-- The runs of the schedules: what a day without a host has missed is run when there is one again.
CREATE TABLE reserve.payout_runs (
    run_key text PRIMARY KEY,
    run_date date NOT NULL,
    schedule text NOT NULL CHECK (schedule IN ('weekly', 'biweekly', 'monthly', 'per_booking')),
    period_start date NOT NULL,
    period_end date NOT NULL,
    opened_at timestamptz NOT NULL,
    finished_at timestamptz,
    CHECK (period_end >= period_start AND run_date > period_end)
);

CREATE INDEX idx_payout_runs_date ON reserve.payout_runs (run_date DESC);
CREATE INDEX idx_payout_runs_open ON reserve.payout_runs (run_date) WHERE finished_at IS NULL;

CREATE TABLE reserve.payouts (
    id uuid PRIMARY KEY,
    property_id uuid NOT NULL REFERENCES reserve.properties_map (id),
    -- The run that made it, of payout_runs; 'order:...' of one that a supervisor ordered.
    run_key text NOT NULL,
    schedule text NOT NULL CHECK (schedule IN ('weekly', 'biweekly', 'monthly', 'per_booking', 'ordered')),
    period_start date NOT NULL,
    period_end date NOT NULL,
    currency text NOT NULL DEFAULT 'BRL',
    gross_amount numeric(12,2) NOT NULL,
    commission_amount numeric(12,2) NOT NULL,
    tax_amount numeric(12,2) NOT NULL CHECK (tax_amount >= 0),
    net_amount numeric(12,2) NOT NULL CHECK (net_amount >= 0),
    included_bookings uuid[] NOT NULL DEFAULT '{}',
    status text NOT NULL CHECK (status IN (
        'pending_approval', 'approved', 'processing', 'failed', 'completed', 'returned', 'rejected', 'carried_over')),
    -- Counts what the calculation came to: who approves says which one they saw.
    version integer NOT NULL DEFAULT 1,
    method text CHECK (method IN ('stripe', 'pix')),
    stripe_account_id text,
    pix_key_type text,
    pix_key text,
    pix_owner_document text,
    -- Stored before the provider is called, and its idempotency key there.
    operation_id text,
    -- When it was first asked under this operation.
    asked_at timestamptz,
    stripe_transfer_id text,
    -- Of the connected account's own payout to its bank, where Stripe tells it.
    stripe_payout_id text,
    pix_transfer_id text,
    -- Definite refusals so far; asks without an answer under the current operation.
    tries integer NOT NULL DEFAULT 0,
    asks integer NOT NULL DEFAULT 0,
    next_try_at timestamptz,
    failure_code text,
    requested_by text NOT NULL,
    requested_by_account uuid,
    requested_at timestamptz NOT NULL,
    reminded_at timestamptz,
    approved_by uuid,
    approved_at timestamptz,
    processed_at timestamptz,
    completed_at timestamptz,
    returned_at timestamptz,
    notes text,
    updated_at timestamptz NOT NULL,
    CHECK (period_end >= period_start),
    CHECK (net_amount = gross_amount - commission_amount - tax_amount),
    CHECK (status = 'carried_over' OR method IS NOT NULL),
    CHECK (status <> 'carried_over' OR net_amount = 0),
    CHECK (status NOT IN ('processing', 'completed', 'returned') OR operation_id IS NOT NULL)
);

CREATE INDEX idx_payouts_property ON reserve.payouts (property_id, period_end DESC);
CREATE INDEX idx_payouts_status ON reserve.payouts (status);
CREATE INDEX idx_payouts_period ON reserve.payouts (period_start, period_end);
CREATE INDEX idx_payouts_run ON reserve.payouts (run_key, property_id);
CREATE UNIQUE INDEX idx_payouts_stripe_transfer ON reserve.payouts (stripe_transfer_id) WHERE stripe_transfer_id IS NOT NULL;
CREATE UNIQUE INDEX idx_payouts_pix_transfer ON reserve.payouts (pix_transfer_id) WHERE pix_transfer_id IS NOT NULL;

-- What a payout adds up, line by line: amount = gross - commission - tax, and the sum of the amounts is what is sent.
CREATE TABLE reserve.payout_items (
    payout_id uuid NOT NULL REFERENCES reserve.payouts (id),
    line integer NOT NULL CHECK (line > 0),
    kind text NOT NULL CHECK (kind IN ('booking', 'modification', 'cancellation', 'refund', 'adjustment', 'other', 'carried_in', 'carried_out', 'tax')),
    property_id uuid NOT NULL,
    -- The transaction of the books that it pays; NULL for what is no transaction.
    transaction_id uuid REFERENCES reserve.ledger_transactions (id),
    reservation_id uuid REFERENCES reserve.reservations (id),
    -- Of carried_in: the payout that was below nothing.
    carried_from uuid REFERENCES reserve.payouts (id),
    tax_type text,
    tax_rate numeric(7,4),
    gross_amount numeric(12,2) NOT NULL,
    commission_amount numeric(12,2) NOT NULL DEFAULT 0,
    tax_amount numeric(12,2) NOT NULL DEFAULT 0,
    amount numeric(12,2) NOT NULL,
    -- Those of a payout that came to nothing are released: another one pays them.
    is_live boolean NOT NULL DEFAULT true,
    PRIMARY KEY (payout_id, line),
    CHECK (amount = gross_amount - commission_amount - tax_amount),
    CHECK ((kind IN ('carried_in', 'carried_out', 'tax')) = (transaction_id IS NULL)),
    CHECK ((kind = 'carried_in') = (carried_from IS NOT NULL)),
    CHECK ((kind = 'tax') = (tax_type IS NOT NULL))
);

-- At most once, ever: the two things that a line can pay.
CREATE UNIQUE INDEX idx_payout_items_transaction ON reserve.payout_items (transaction_id, property_id) WHERE is_live AND transaction_id IS NOT NULL;
CREATE UNIQUE INDEX idx_payout_items_carried ON reserve.payout_items (carried_from) WHERE is_live AND carried_from IS NOT NULL;
CREATE INDEX idx_payout_items_reservation ON reserve.payout_items (reservation_id) WHERE reservation_id IS NOT NULL;

INSERT INTO reserve.status_transitions (machine, from_status, to_status, meaning) VALUES
    ('payout', 'pending_approval', 'approved', 'a supervisor, who did not order it, agrees'),
    ('payout', 'pending_approval', 'rejected', 'a supervisor refuses, or nobody agreed in time'),
    ('payout', 'approved', 'pending_approval', 'what it comes to has changed, and it is large'),
    ('payout', 'approved', 'processing', 'its operation is stored, the provider is asked'),
    ('payout', 'approved', 'rejected', 'a supervisor stops it before it was sent'),
    ('payout', 'approved', 'carried_over', 'what was refunded meanwhile is more than it'),
    ('payout', 'pending_approval', 'carried_over', 'what was refunded meanwhile is more than it'),
    ('payout', 'processing', 'completed', 'the provider has sent it'),
    ('payout', 'processing', 'failed', 'the provider has not sent it, and will not under this operation'),
    ('payout', 'failed', 'approved', 'it is tried again'),
    ('payout', 'failed', 'rejected', 'a supervisor gives it up; nothing stands at the provider'),
    ('payout', 'completed', 'returned', 'the money came back');

CREATE TRIGGER payouts_status BEFORE UPDATE OF status ON reserve.payouts
    FOR EACH ROW EXECUTE FUNCTION reserve.guard_status('payout');
CREATE TRIGGER payouts_created AFTER INSERT ON reserve.payouts
    FOR EACH ROW EXECUTE FUNCTION reserve.audit_created('payout', 'system');

CREATE FUNCTION reserve.transition_payout(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reserve.begin_move('payout', p_id, p_from, p_to);

    UPDATE reserve.payouts
    SET status = p_to,
        processed_at = CASE WHEN p_to = 'processing' AND processed_at IS NULL THEN p_at ELSE processed_at END,
        completed_at = CASE WHEN p_to = 'completed' THEN p_at ELSE completed_at END,
        returned_at = CASE WHEN p_to = 'returned' THEN p_at ELSE returned_at END,
        updated_at = p_at
    WHERE id = p_id
      AND status = p_from;

    RETURN reserve.end_move(FOUND, 'payout', p_id, p_from, p_to, p_actor, p_reason, p_at);
END $$;

-- What the books owe properties and no payout that is alive pays: one row a transaction, as the property's share of it and the
-- commission that was kept of it. What payouts post themselves is not paid again.
CREATE VIEW reserve.payable_transactions WITH (security_invoker = true) AS
SELECT p.property_id, p.transaction_id, p.reservation_id, p.transaction_type, p.created_at, p.amount,
       coalesce(c.amount, 0) AS commission_amount
FROM (
    SELECT l.account_id AS property_id, l.transaction_id, l.reservation_id, l.transaction_type, l.created_at,
           sum(CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END) AS amount
    FROM reserve.financial_ledger l
    WHERE l.account_type = 'property'
      AND l.account = 'property_payable'
      AND l.currency = 'BRL'
      AND l.transaction_type NOT IN ('payout', 'payout_reversal', 'carry_over')
    GROUP BY l.account_id, l.transaction_id, l.reservation_id, l.transaction_type, l.created_at) p
LEFT JOIN LATERAL (
    SELECT sum(CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END) AS amount
    FROM reserve.financial_ledger l
    WHERE l.transaction_id = p.transaction_id
      AND l.account IN ('commission_income', 'cancellation_fee_income')) c ON p.transaction_type <> 'adjustment'
WHERE NOT EXISTS (
    SELECT
    FROM reserve.payout_items i
    WHERE i.transaction_id = p.transaction_id
      AND i.property_id = p.property_id
      AND i.is_live);

DO $$
DECLARE
    secured text;
BEGIN
    FOREACH secured IN ARRAY ARRAY['payout_settings', 'payout_runs', 'payouts', 'payout_items']
    LOOP
        EXECUTE format('ALTER TABLE reserve.%I ENABLE ROW LEVEL SECURITY', secured);
        EXECUTE format('ALTER TABLE reserve.%I FORCE ROW LEVEL SECURITY', secured);
        EXECUTE format('CREATE POLICY service ON reserve.%I TO reserve_service USING (true) WITH CHECK (true)', secured);
        EXECUTE format('CREATE POLICY staff ON reserve.%I FOR SELECT TO reserve_staff USING (true)', secured);
        IF secured <> 'payout_runs' THEN
            EXECUTE format('CREATE POLICY own ON reserve.%I FOR SELECT TO reserve_owner USING (property_id = ANY ((SELECT reserve.actor_properties())::uuid[]))', secured);
        END IF;
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON reserve.%I TO reserve_service', secured);
        EXECUTE format('GRANT SELECT ON reserve.%I TO reserve_staff', secured);
    END LOOP;
END $$;

GRANT SELECT ON reserve.payable_transactions TO reserve_service, reserve_staff;

-- An owner sees what they are paid and how it adds up; what staff wrote about it, and who they were, is not theirs.
GRANT SELECT (property_id, schedule, method, stripe_account_id, pix_key_type, pix_key, held_since, changed_at) ON reserve.payout_settings TO reserve_owner;
GRANT SELECT (
    id, property_id, schedule, period_start, period_end, currency, gross_amount, commission_amount, tax_amount, net_amount, status, method,
    stripe_account_id, pix_key_type, pix_key, stripe_transfer_id, pix_transfer_id, requested_at, processed_at, completed_at, returned_at)
    ON reserve.payouts TO reserve_owner;
GRANT SELECT ON reserve.payout_items TO reserve_owner;

-- An owner sees the account that we keep for their property, and nothing else of the books.
CREATE POLICY own ON reserve.financial_ledger FOR SELECT TO reserve_owner
    USING (account_type = 'property' AND account_id = ANY ((SELECT reserve.actor_properties())::uuid[]));
GRANT SELECT (id, transaction_id, reservation_id, transaction_type, direction, amount, currency, account, account_type, account_id, created_at)
    ON reserve.financial_ledger TO reserve_owner;
