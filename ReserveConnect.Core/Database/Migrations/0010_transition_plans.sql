-- Why: a booking moves four statuses of its intent and two of its payment. Moving them by dynamic SQL plans the same
-- UPDATE anew every time, which was the dearest statement of a booking; written out for each of the two tables, its
-- plan is kept. What is checked, guarded and logged is the same as in reserve.move_status.

CREATE FUNCTION reserve.begin_move(p_machine text, p_id uuid, p_from text, p_to text)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM reserve.status_transitions t
        WHERE t.machine = p_machine
          AND t.from_status = p_from
          AND t.to_status = p_to)
    THEN
        RAISE EXCEPTION '% %: % -> % is no legal move', p_machine, p_id, p_from, p_to USING ERRCODE = 'RC001';
    END IF;

    PERFORM set_config('reserve.in_transition', p_id::text, true);
END $$;

CREATE FUNCTION reserve.end_move(
    p_moved boolean, p_machine text, p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('reserve.in_transition', '', true);
    IF p_moved THEN
        INSERT INTO reserve.audit_logs (entity_type, entity_id, action, from_status, to_status, reason, actor, request_id, created_at)
        VALUES (p_machine, p_id, 'status', p_from, p_to, p_reason, p_actor, NULLIF(current_setting('reserve.request_id', true), ''), p_at);
    END IF;

    RETURN p_moved;
END $$;

CREATE OR REPLACE FUNCTION reserve.transition_booking_intent(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reserve.begin_move('booking_intent', p_id, p_from, p_to);

    UPDATE reserve.booking_intents
    SET status = p_to,
        updated_at = p_at
    WHERE id = p_id
      AND status = p_from;

    RETURN reserve.end_move(FOUND, 'booking_intent', p_id, p_from, p_to, p_actor, p_reason, p_at);
END $$;

CREATE OR REPLACE FUNCTION reserve.transition_payment_attempt(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reserve.begin_move('payment_attempt', p_id, p_from, p_to);

    UPDATE reserve.payment_attempts
    SET status = p_to,
        updated_at = p_at
    WHERE id = p_id
      AND status = p_from;

    RETURN reserve.end_move(FOUND, 'payment_attempt', p_id, p_from, p_to, p_actor, p_reason, p_at);
END $$;
