-- Why: a booking ends before its stay, and some of its money goes back. An attempt may have several refunds now, each asked
-- for once; what a cancellation promised, gave back and kept is written down when it is asked for.

ALTER TABLE reserve.refunds
    -- by_hand: made at the provider, and found there.
    ADD COLUMN purpose text NOT NULL DEFAULT 'void'
        CHECK (purpose IN ('void', 'cancellation', 'modification', 'goodwill', 'by_hand')),
    -- What it is for: asked for twice, it is one refund.
    ADD COLUMN request_key text,
    -- Whose money it is, where a refund is a gift of ours or taken from the property.
    ADD COLUMN charged_to text CHECK (charged_to IN ('platform', 'property')),
    -- How often its provider took it back after it had succeeded.
    ADD COLUMN reversals integer NOT NULL DEFAULT 0;

UPDATE reserve.refunds
SET request_key = 'all:' || payment_attempt_id;

ALTER TABLE reserve.refunds
    ALTER COLUMN request_key SET NOT NULL;

CREATE UNIQUE INDEX idx_refunds_request ON reserve.refunds (request_key);
CREATE INDEX idx_refunds_reservation ON reserve.refunds (reservation_id) WHERE reservation_id IS NOT NULL;

-- Refunds that failed are tried again: they count as much as those that were made.
CREATE FUNCTION reserve.check_refunds_within_payment() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    received numeric;
BEGIN
    SELECT a.amount_received
    INTO received
    FROM reserve.payment_attempts a
    WHERE a.id = NEW.payment_attempt_id
    FOR UPDATE;

    IF (SELECT sum(f.amount) FROM reserve.refunds f WHERE f.payment_attempt_id = NEW.payment_attempt_id) > coalesce(received, 0) THEN
        RAISE EXCEPTION 'payment attempt % received %, its refunds are more', NEW.payment_attempt_id, coalesce(received, 0)
            USING ERRCODE = 'RC005';
    END IF;

    RETURN NULL;
END $$;

CREATE TRIGGER refunds_within_payment
    AFTER INSERT OR UPDATE OF amount, payment_attempt_id ON reserve.refunds
    FOR EACH ROW EXECUTE FUNCTION reserve.check_refunds_within_payment();

ALTER TABLE reserve.reservations
    -- No quote gives more: a stay that was moved keeps what it would have given when it was.
    ADD COLUMN refund_ceiling_percent numeric(5,2) NOT NULL DEFAULT 100 CHECK (refund_ceiling_percent BETWEEN 0 AND 100);

CREATE TABLE reserve.cancellations (
    id uuid PRIMARY KEY,
    reservation_id uuid NOT NULL REFERENCES reserve.reservations (id),
    booking_intent_id uuid NOT NULL REFERENCES reserve.booking_intents (id),
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'rejected')),
    -- What was promised, as it was shown.
    quote jsonb NOT NULL,
    currency text NOT NULL,
    refund_amount numeric(12,2) NOT NULL CHECK (refund_amount >= 0),
    reversed_property numeric(12,2) NOT NULL,
    reversed_commission numeric(12,2) NOT NULL,
    reversed_service_fee numeric(12,2) NOT NULL,
    reversed_tax numeric(12,2) NOT NULL,
    -- ISS no longer owed.
    reversed_service_tax numeric(12,2) NOT NULL,
    kept_property numeric(12,2) NOT NULL,
    kept_commission numeric(12,2) NOT NULL,
    kept_service_fee numeric(12,2) NOT NULL,
    kept_tax numeric(12,2) NOT NULL,
    actor text NOT NULL,
    -- In the words of whoever cancelled.
    reason text,
    forced boolean NOT NULL DEFAULT false,
    -- Why the Host said no.
    rejection_code text,
    requested_at timestamptz NOT NULL,
    -- When the Host said yes; the nights went back with it.
    host_settled_at timestamptz,
    -- When the books were changed and the refunds asked for.
    money_moved_at timestamptz,
    finished_at timestamptz,
    updated_at timestamptz NOT NULL,
    CONSTRAINT shares_add_up CHECK (refund_amount = reversed_property + reversed_commission + reversed_service_fee + reversed_tax),
    CONSTRAINT finished_when_settled CHECK (status <> 'done' OR (host_settled_at IS NOT NULL AND money_moved_at IS NOT NULL)),
    CONSTRAINT rejected_untouched CHECK (status <> 'rejected' OR (host_settled_at IS NULL AND money_moved_at IS NULL)),
    CHECK ((status = 'pending') = (finished_at IS NULL))
);

CREATE UNIQUE INDEX idx_cancellations_one ON reserve.cancellations (reservation_id) WHERE status <> 'rejected';
CREATE INDEX idx_cancellations_reservation ON reserve.cancellations (reservation_id);
CREATE INDEX idx_cancellations_intent ON reserve.cancellations (booking_intent_id);
CREATE INDEX idx_cancellations_pending ON reserve.cancellations (requested_at) WHERE status = 'pending';

INSERT INTO reserve.status_transitions (machine, from_status, to_status, meaning) VALUES
    ('refund', 'succeeded', 'failed', 'its provider took it back'),
    ('payment_attempt', 'refunded', 'succeeded', 'a provider took a refund back'),
    ('cancellation', 'pending', 'done', 'the Host has let go, the money is back'),
    ('cancellation', 'pending', 'rejected', 'the Host keeps the booking');

CREATE TRIGGER cancellations_status BEFORE UPDATE OF status ON reserve.cancellations
    FOR EACH ROW EXECUTE FUNCTION reserve.guard_status('cancellation');
CREATE TRIGGER cancellations_created AFTER INSERT ON reserve.cancellations
    FOR EACH ROW EXECUTE FUNCTION reserve.audit_created('cancellation', 'system');

-- Ends a cancellation: the instant stands beside the status that it belongs to.
CREATE FUNCTION reserve.transition_cancellation(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reserve.begin_move('cancellation', p_id, p_from, p_to);

    UPDATE reserve.cancellations
    SET status = p_to,
        finished_at = p_at,
        updated_at = p_at
    WHERE id = p_id
      AND status = p_from;

    RETURN reserve.end_move(FOUND, 'cancellation', p_id, p_from, p_to, p_actor, p_reason, p_at);
END $$;

ALTER TABLE reserve.cancellations ENABLE ROW LEVEL SECURITY;
ALTER TABLE reserve.cancellations FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON reserve.cancellations TO reserve_service USING (true) WITH CHECK (true);
CREATE POLICY staff ON reserve.cancellations FOR SELECT TO reserve_staff USING (true);
CREATE POLICY guest ON reserve.cancellations FOR SELECT TO reserve_guest
    USING (booking_intent_id = ANY ((SELECT reserve.actor_intents())::uuid[]));
GRANT SELECT, INSERT, UPDATE ON reserve.cancellations TO reserve_service;
GRANT SELECT ON reserve.cancellations TO reserve_staff, reserve_guest;

-- Nights that go back after they were booked are followed like those of a hold.
DROP INDEX IF EXISTS reserve.idx_events_followed;
CREATE INDEX idx_events_followed ON reserve.events (transaction_id)
    WHERE event_type IN ('booking.held', 'booking.released', 'booking.nights_released', 'booking.cancelled', 'inventory.changed');
