-- Why: a stay that is booked can be moved. A change is an intent of its own, so that its hold, its payment, its commit at the
-- Host and all that goes wrong on the way are those of a booking; the reservation stays as it is until all of it is done.

ALTER TABLE reserve.booking_intents
    -- The reservation that this intent changes; null: it is to become one.
    ADD COLUMN modifies_reservation_id uuid REFERENCES reserve.reservations (id),
    -- The unit that the reservation had when the change was asked for.
    ADD COLUMN from_unit_id uuid REFERENCES reserve.unit_map (id),
    -- What is asked of the guest; null: all of total_amount.
    ADD COLUMN amount_due numeric(12,2) CHECK (amount_due >= 0),
    -- What was promised: the difference, and what of it goes back or is kept.
    ADD COLUMN modification jsonb,
    ADD CONSTRAINT whole_modification CHECK (
        (modifies_reservation_id IS NULL) = (from_unit_id IS NULL)
        AND (modifies_reservation_id IS NULL) = (modification IS NULL)
        AND (modifies_reservation_id IS NULL OR amount_due IS NOT NULL));

CREATE INDEX idx_intents_modifications ON reserve.booking_intents (modifies_reservation_id) WHERE modifies_reservation_id IS NOT NULL;
CREATE INDEX idx_intents_left_units ON reserve.booking_intents (from_unit_id) WHERE from_unit_id IS NOT NULL;

-- Money that comes late for one that has ended goes back while another is under way.
CREATE UNIQUE INDEX idx_intents_one_modification ON reserve.booking_intents (modifies_reservation_id)
    WHERE modifies_reservation_id IS NOT NULL
      AND status IN ('created', 'payment_pending', 'payment_confirmed', 'host_commit_pending', 'host_commit_failed');

-- Nights of the new stay that the reservation has already: a hold takes [check_in, check_out) without [kept_from, kept_to).
ALTER TABLE reserve.booking_holds
    ADD COLUMN kept_from date,
    ADD COLUMN kept_to date,
    ADD CONSTRAINT valid_kept CHECK (
        (kept_from IS NULL) = (kept_to IS NULL)
        AND kept_from >= check_in AND kept_from < kept_to AND kept_to <= check_out);

-- A change that is paid for has a ceiling between what its old price would have given and all of what was paid more.
ALTER TABLE reserve.reservations
    ALTER COLUMN refund_ceiling_percent TYPE numeric(9,6);

INSERT INTO reserve.status_transitions (machine, from_status, to_status, meaning) VALUES
    ('booking_intent', 'created', 'host_commit_pending', 'a change with nothing to pay: the Host is asked at once');

-- Whose a booking is, theirs are its changes too.
CREATE OR REPLACE FUNCTION reserve.actor_intents() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    WITH own AS (
        SELECT reserve.actor_booking_intent() AS id
        WHERE reserve.actor_booking_intent() IS NOT NULL
        UNION
        SELECT i.id
        FROM reserve.booking_intents i
        WHERE i.account_id = reserve.actor_account()
        UNION
        SELECT r.booking_intent_id
        FROM reserve.accounts a
        JOIN reserve.reservations r ON r.traveler_id = a.traveler_id
        WHERE a.id = reserve.actor_account())
    SELECT ARRAY(
        SELECT o.id
        FROM own o
        UNION
        SELECT m.id
        FROM own o
        JOIN reserve.reservations r ON r.booking_intent_id = o.id
        JOIN reserve.booking_intents m ON m.modifies_reservation_id = r.id)
$$;
