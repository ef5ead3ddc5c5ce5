-- Why: a charge that was paid is not the end of it. A cardholder may take the money back, and where that stands, what left
-- us and what came back is a row, so that it is in the books once whatever order the provider's events come in.

CREATE TABLE reserve.disputes (
    id uuid PRIMARY KEY,
    provider_dispute_id text NOT NULL UNIQUE,
    payment_attempt_id uuid NOT NULL REFERENCES reserve.payment_attempts (id),
    booking_intent_id uuid NOT NULL REFERENCES reserve.booking_intents (id),
    reason text NOT NULL,
    amount numeric(12,2) NOT NULL CHECK (amount > 0),
    currency text NOT NULL DEFAULT 'BRL',
    status text NOT NULL CHECK (status IN (
        'warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response', 'under_review', 'won', 'lost',
        'prevented')),
    -- Until then evidence may be sent to the provider.
    evidence_due_by timestamptz,
    withdrawn_amount numeric(12,2) CHECK (withdrawn_amount > 0),
    withdrawn_fee numeric(12,2) CHECK (withdrawn_fee >= 0),
    reinstated_amount numeric(12,2) CHECK (reinstated_amount > 0),
    -- What the provider gave back of its fee.
    reinstated_fee numeric(12,2) CHECK (reinstated_fee >= 0),
    opened_at timestamptz NOT NULL,
    -- When the provider was last asked.
    asked_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((withdrawn_amount IS NULL) = (withdrawn_fee IS NULL)),
    CHECK ((reinstated_amount IS NULL) = (reinstated_fee IS NULL)),
    -- Nothing comes back that did not go.
    CHECK (reinstated_amount IS NULL OR withdrawn_amount IS NOT NULL)
);

CREATE INDEX idx_disputes_attempt ON reserve.disputes (payment_attempt_id);
CREATE INDEX idx_disputes_intent ON reserve.disputes (booking_intent_id);
CREATE INDEX idx_disputes_open ON reserve.disputes (asked_at)
    WHERE status IN ('warning_needs_response', 'warning_under_review', 'needs_response', 'under_review');

-- Forward only, as stages: a question, a dispute, an end. A bank may still take the money after it only asked, and may
-- give it back after it decided.
INSERT INTO reserve.status_transitions (machine, from_status, to_status, meaning) VALUES
    ('dispute', 'warning_needs_response', 'warning_under_review', 'the bank was answered'),
    ('dispute', 'warning_needs_response', 'warning_closed', 'the bank left it at asking'),
    ('dispute', 'warning_needs_response', 'needs_response', 'the money was taken'),
    ('dispute', 'warning_needs_response', 'under_review', 'the money was taken and the bank answered'),
    ('dispute', 'warning_needs_response', 'won', 'decided for us'),
    ('dispute', 'warning_needs_response', 'lost', 'decided for the cardholder'),
    ('dispute', 'warning_needs_response', 'prevented', 'settled beforehand'),
    ('dispute', 'warning_under_review', 'warning_closed', 'the bank left it at asking'),
    ('dispute', 'warning_under_review', 'needs_response', 'the money was taken'),
    ('dispute', 'warning_under_review', 'under_review', 'the money was taken and the bank answered'),
    ('dispute', 'warning_under_review', 'won', 'decided for us'),
    ('dispute', 'warning_under_review', 'lost', 'decided for the cardholder'),
    ('dispute', 'warning_under_review', 'prevented', 'settled beforehand'),
    ('dispute', 'needs_response', 'under_review', 'evidence was sent'),
    ('dispute', 'needs_response', 'won', 'decided for us'),
    ('dispute', 'needs_response', 'lost', 'decided for the cardholder'),
    ('dispute', 'needs_response', 'prevented', 'settled beforehand'),
    ('dispute', 'under_review', 'won', 'decided for us'),
    ('dispute', 'under_review', 'lost', 'decided for the cardholder'),
    ('dispute', 'under_review', 'prevented', 'settled beforehand'),
    ('dispute', 'warning_closed', 'needs_response', 'the money was taken after all'),
    ('dispute', 'warning_closed', 'under_review', 'the money was taken after all'),
    ('dispute', 'warning_closed', 'won', 'decided for us'),
    ('dispute', 'warning_closed', 'lost', 'decided for the cardholder'),
    ('dispute', 'lost', 'won', 'the money came back after all');

CREATE TRIGGER disputes_status BEFORE UPDATE OF status ON reserve.disputes
    FOR EACH ROW EXECUTE FUNCTION reserve.guard_status('dispute');

CREATE TRIGGER disputes_created AFTER INSERT ON reserve.disputes
    FOR EACH ROW EXECUTE FUNCTION reserve.audit_created('dispute', 'system');

CREATE FUNCTION reserve.transition_dispute(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean LANGUAGE sql AS $$
    SELECT reserve.move_status('dispute', 'reserve.disputes', p_id, p_from, p_to, p_actor, p_reason, p_at)
$$;

ALTER TABLE reserve.disputes ENABLE ROW LEVEL SECURITY;
ALTER TABLE reserve.disputes FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON reserve.disputes TO reserve_service USING (true) WITH CHECK (true);
CREATE POLICY staff ON reserve.disputes FOR SELECT TO reserve_staff USING (true);
GRANT SELECT, INSERT, UPDATE ON reserve.disputes TO reserve_service;
GRANT SELECT ON reserve.disputes TO reserve_staff;

-- When the timer last asked the provider about it; what a client that polls causes is counted in next_retry_at.
ALTER TABLE reserve.payment_attempts ADD COLUMN polled_at timestamptz;

-- What the timer looks for every minute: money whose fee or whose webhook is not there.
CREATE INDEX idx_payment_succeeded ON reserve.payment_attempts (succeeded_at);
CREATE INDEX idx_payment_without_fee ON reserve.payment_attempts (succeeded_at)
    WHERE fee_amount IS NULL AND succeeded_at IS NOT NULL;
