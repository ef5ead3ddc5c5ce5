-- Why: what the books say of money must be what the providers say of it, to the cent, every day. Their transactions are kept beside
-- the books and compared by what they are of; what differs is a finding that a person settles, once (docs/decisions/reconciliation.md).

CREATE TABLE reserve.reconciliations (
    id uuid PRIMARY KEY,
    -- 'books': what the books promise of themselves.
    provider text NOT NULL CHECK (provider IN ('stripe', 'mercado_pago', 'books')),
    book_date date NOT NULL,
    status text NOT NULL CHECK (status IN ('requested', 'running', 'done', 'failed')),
    -- Whose transactions between these were read.
    window_from timestamptz NOT NULL,
    window_to timestamptz NOT NULL,
    requested_by text NOT NULL,
    requested_by_account uuid,
    requested_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    provider_transactions integer,
    -- What was compared: payments, refunds, ... that had money moved on the day, there or here, and those of them that agree.
    compared integer,
    agreed integer,
    -- Those that were not judged: a part of them is of a time that was never compared.
    set_aside integer,
    new_findings integer,
    provider_balance numeric(14,2),
    books_balance numeric(14,2),
    -- What of the difference between the two findings explain, and refunds on their way.
    explained numeric(14,2),
    balance_note text,
    failure text
);

-- One of a provider's day at a time.
CREATE UNIQUE INDEX idx_reconciliations_open ON reserve.reconciliations (provider, book_date) WHERE status IN ('requested', 'running');
CREATE INDEX idx_reconciliations_date ON reserve.reconciliations (book_date DESC, provider);
CREATE INDEX idx_reconciliations_window ON reserve.reconciliations (provider, window_from, window_to) WHERE status IN ('running', 'done');

INSERT INTO reserve.status_transitions (machine, from_status, to_status, meaning) VALUES
    ('reconciliation', 'requested', 'running', 'its provider is read'),
    ('reconciliation', 'running', 'done', 'compared'),
    ('reconciliation', 'requested', 'failed', 'its provider could not be read'),
    ('reconciliation', 'running', 'failed', 'its provider could not be read'),
    ('finding', 'open', 'resolved', 'a supervisor has set it right by an adjustment'),
    ('finding', 'open', 'dismissed', 'a supervisor says that nothing is to be set right'),
    ('finding', 'open', 'closed', 'books and provider agree by now'),
    ('finding', 'dismissed', 'closed', 'what was dismissed is so no more');

CREATE TRIGGER reconciliations_status BEFORE UPDATE OF status ON reserve.reconciliations
    FOR EACH ROW EXECUTE FUNCTION reserve.guard_status('reconciliation');

CREATE FUNCTION reserve.transition_reconciliation(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reserve.begin_move('reconciliation', p_id, p_from, p_to);

    UPDATE reserve.reconciliations
    SET status = p_to,
        started_at = CASE WHEN p_to = 'running' THEN p_at ELSE started_at END,
        finished_at = CASE WHEN p_to IN ('done', 'failed') THEN p_at ELSE finished_at END,
        failure = CASE WHEN p_to = 'failed' THEN p_reason ELSE failure END
    WHERE id = p_id
      AND status = p_from;

    RETURN reserve.end_move(FOUND, 'reconciliation', p_id, p_from, p_to, p_actor, p_reason, p_at);
END $$;

-- Transactions as a run reads them, until it has all.
CREATE TABLE reserve.reconciliation_staging (
    reconciliation_id uuid NOT NULL REFERENCES reserve.reconciliations (id),
    transaction_id text NOT NULL,
    type text NOT NULL,
    movement text NOT NULL,
    reference text NOT NULL,
    source_id text,
    external_reference text,
    amount numeric(14,2) NOT NULL,
    fee numeric(14,2) NOT NULL,
    currency text NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (reconciliation_id, transaction_id)
);

-- The providers' transactions as they were last listed.
CREATE TABLE reserve.provider_transactions (
    provider text NOT NULL,
    transaction_id text NOT NULL,
    type text NOT NULL,
    -- payment, refund, dispute, payout; the provider's word for what the books do not know.
    movement text NOT NULL,
    -- What it is of, as the books name it: the payment, the transfer.
    reference text NOT NULL,
    source_id text,
    -- Our own reference where the provider repeats it: what it is of may be learnt after it was read.
    external_reference text,
    amount numeric(14,2) NOT NULL,
    fee numeric(14,2) NOT NULL,
    currency text NOT NULL,
    occurred_at timestamptz NOT NULL,
    -- When a run first had it, or had it otherwise than before.
    taken_at timestamptz NOT NULL,
    PRIMARY KEY (provider, transaction_id)
);

CREATE INDEX idx_provider_transactions_reference ON reserve.provider_transactions (provider, reference, movement);
CREATE INDEX idx_provider_transactions_occurred ON reserve.provider_transactions (provider, occurred_at);

CREATE TABLE reserve.reconciliation_findings (
    id uuid PRIMARY KEY,
    reconciliation_id uuid NOT NULL REFERENCES reserve.reconciliations (id),
    provider text NOT NULL CHECK (provider IN ('stripe', 'mercado_pago', 'books')),
    book_date date NOT NULL,
    kind text NOT NULL CHECK (kind IN (
        'missing_in_ledger', 'missing_at_provider', 'amount_mismatch', 'duplicate', 'balance_mismatch', 'books_broken')),
    movement text NOT NULL,
    reference text NOT NULL,
    currency text NOT NULL,
    provider_amount numeric(14,2),
    provider_fee numeric(14,2),
    ledger_amount numeric(14,2),
    ledger_fee numeric(14,2),
    -- Provider less books, of the amounts less the fees: what our money there differs by.
    difference numeric(14,2) NOT NULL,
    detail text,
    -- Of a broken promise and of a balance: what tells that the facts are still the same.
    fingerprint text,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved', 'dismissed', 'closed')),
    -- 'adjustment', 'dismissed' or 'resolved_by_itself'.
    resolution text,
    reason text,
    adjustment_id uuid REFERENCES reserve.ledger_transactions (id),
    resolved_by text,
    resolved_at timestamptz,
    found_at timestamptz NOT NULL,
    CHECK ((resolution IS NOT DISTINCT FROM 'adjustment') = (adjustment_id IS NOT NULL)),
    CHECK ((status = 'open') = (resolution IS NULL))
);

-- The same facts are one finding, dismissed or not; closed, or undone what they were adjusted by, they may come back.
CREATE UNIQUE INDEX idx_findings_once ON reserve.reconciliation_findings
    (provider, kind, movement, reference, currency, provider_amount, provider_fee, ledger_amount, ledger_fee) NULLS NOT DISTINCT
    WHERE status IN ('open', 'dismissed') AND kind NOT IN ('balance_mismatch', 'books_broken');
-- A balance and a promise have no facts of their own: each is open once, and dismissed as long as its fingerprint is the same.
CREATE UNIQUE INDEX idx_findings_standing ON reserve.reconciliation_findings (provider, kind, reference)
    WHERE status = 'open' AND kind IN ('balance_mismatch', 'books_broken');
CREATE INDEX idx_findings_open ON reserve.reconciliation_findings (provider, book_date) WHERE status = 'open';
CREATE INDEX idx_findings_run ON reserve.reconciliation_findings (reconciliation_id);
CREATE INDEX idx_findings_day ON reserve.reconciliation_findings (provider, book_date);
CREATE UNIQUE INDEX idx_findings_adjustment ON reserve.reconciliation_findings (adjustment_id) WHERE adjustment_id IS NOT NULL;

CREATE TRIGGER reconciliation_findings_status BEFORE UPDATE OF status ON reserve.reconciliation_findings
    FOR EACH ROW EXECUTE FUNCTION reserve.guard_status('finding');

-- With all that the move says of itself, because a status and its reason cannot stand one without the other.
CREATE FUNCTION reserve.transition_finding(
    p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz, p_adjustment_id uuid DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reserve.begin_move('finding', p_id, p_from, p_to);

    UPDATE reserve.reconciliation_findings
    SET status = p_to,
        resolution = CASE
            WHEN p_from = 'dismissed' THEN resolution
            WHEN p_to = 'resolved' THEN 'adjustment'
            WHEN p_to = 'dismissed' THEN 'dismissed'
            ELSE 'resolved_by_itself'
        END,
        -- Who dismissed it and why is not forgotten when it is so no more.
        reason = CASE WHEN p_from = 'dismissed' THEN reason ELSE p_reason END,
        adjustment_id = p_adjustment_id,
        resolved_by = CASE WHEN p_from = 'dismissed' THEN resolved_by ELSE p_actor END,
        resolved_at = CASE WHEN p_from = 'dismissed' THEN resolved_at ELSE p_at END
    WHERE id = p_id
      AND status = p_from;

    RETURN reserve.end_move(FOUND, 'finding', p_id, p_from, p_to, p_actor, p_reason, p_at);
END $$;

-- What of an entry names what it is of at the provider.
CREATE FUNCTION reserve.provider_reference(p_transfer text, p_payment_intent text, p_pix text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(p_transfer, p_payment_intent, p_pix)
$$;

CREATE INDEX idx_ledger_cash_reference ON reserve.financial_ledger
    (reserve.provider_reference(stripe_transfer_id, stripe_payment_intent_id, pix_transaction_id))
    WHERE account IN ('cash_stripe', 'cash_pix');
CREATE INDEX idx_ledger_cash_created ON reserve.financial_ledger (created_at) WHERE account IN ('cash_stripe', 'cash_pix');

-- The books' cash, entry by entry, as a provider would list it: what it is of, the amount before the fee, the fee. A refund that a lost
-- dispute stands for moves nothing at its provider: its two transactions come to nothing here too. What a balance as a whole was set
-- right by is of nothing that a provider lists.
CREATE VIEW reserve.cash_movements WITH (security_invoker = true) AS
SELECT CASE l.account WHEN 'cash_stripe' THEN 'stripe' ELSE 'mercado_pago' END AS provider,
       CASE
           WHEN f.id IS NOT NULL THEN f.movement
           WHEN l.transaction_type IN ('payment', 'fee') THEN 'payment'
           WHEN l.transaction_type IN ('refund', 'refund_reversal', 'dispute_settled', 'dispute_unsettled') THEN 'refund'
           WHEN l.transaction_type IN ('dispute', 'dispute_won') THEN 'dispute'
           WHEN l.transaction_type IN ('payout', 'payout_reversal', 'payout_return') THEN 'payout'
           ELSE l.transaction_type
       END AS movement,
       reserve.provider_reference(l.stripe_transfer_id, l.stripe_payment_intent_id, l.pix_transaction_id) AS provider_reference,
       coalesce(
           reserve.provider_reference(l.stripe_transfer_id, l.stripe_payment_intent_id, l.pix_transaction_id),
           -- Of what an adjustment of a finding is undone by, too.
           f.reference,
           'transaction ' || coalesce(t.reverses, l.transaction_id)) AS reference,
       l.currency,
       CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END + fees.amount AS amount,
       fees.amount AS fee,
       l.transaction_type,
       l.created_at,
       l.transaction_id
FROM reserve.financial_ledger l
JOIN reserve.ledger_transactions t ON t.id = l.transaction_id
LEFT JOIN reserve.reconciliation_findings f ON l.transaction_type = 'adjustment' AND f.adjustment_id = coalesce(t.reverses, l.transaction_id)
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN l.transaction_type = 'fee' THEN CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END
        WHEN l.transaction_type IN ('dispute', 'dispute_won', 'adjustment')
            -- Of several entries of cash the first has it.
            AND NOT EXISTS (SELECT FROM reserve.financial_ledger e WHERE e.transaction_id = l.transaction_id AND e.account = l.account AND e.id < l.id)
        THEN (
            SELECT coalesce(sum(CASE e.direction WHEN 'debit' THEN e.amount ELSE -e.amount END), 0)
            FROM reserve.financial_ledger e
            WHERE e.transaction_id = l.transaction_id
              AND e.account = CASE l.account WHEN 'cash_stripe' THEN 'stripe_fees' ELSE 'pix_fees' END)
        ELSE 0
    END AS amount) fees
WHERE l.account IN ('cash_stripe', 'cash_pix')
  AND f.kind IS DISTINCT FROM 'balance_mismatch';

DO $$
DECLARE
    secured text;
BEGIN
    FOREACH secured IN ARRAY ARRAY['reconciliations', 'reconciliation_staging', 'provider_transactions', 'reconciliation_findings']
    LOOP
        EXECUTE format('ALTER TABLE reserve.%I ENABLE ROW LEVEL SECURITY', secured);
        EXECUTE format('ALTER TABLE reserve.%I FORCE ROW LEVEL SECURITY', secured);
        EXECUTE format('CREATE POLICY service ON reserve.%I TO reserve_service USING (true) WITH CHECK (true)', secured);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON reserve.%I TO reserve_service', secured);
    END LOOP;

    FOREACH secured IN ARRAY ARRAY['reconciliations', 'reconciliation_findings']
    LOOP
        EXECUTE format('CREATE POLICY staff ON reserve.%I FOR SELECT TO reserve_staff USING (true)', secured);
        EXECUTE format('GRANT SELECT ON reserve.%I TO reserve_staff', secured);
    END LOOP;
END $$;

GRANT DELETE ON reserve.reconciliation_staging, reserve.provider_transactions TO reserve_service;
GRANT SELECT ON reserve.cash_movements TO reserve_service;
