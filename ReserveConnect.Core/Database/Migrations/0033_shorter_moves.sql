-- Why: a booking moves six statuses and posts four transactions. Whether a move is legal was looked up twice for each, by
-- the function and by the guard of the table; every balance was found through a JSON copy of its row; and a confirmed intent
-- was written twice. What is checked, guarded and logged is the same as before.

-- Every table that has a machine has its guard, which looks the move up when it happens.
CREATE OR REPLACE FUNCTION reserve.begin_move(p_machine text, p_id uuid, p_from text, p_to text)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('reserve.in_transition', p_id::text, true);
END $$;

-- What the guard has not seen is looked up here: a move that found no row to move, and one that ends where it began.
CREATE OR REPLACE FUNCTION reserve.end_move(
    p_moved boolean, p_machine text, p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('reserve.in_transition', '', true);
    IF NOT p_moved OR p_from IS NOT DISTINCT FROM p_to THEN
        IF NOT EXISTS (
            SELECT 1
            FROM reserve.status_transitions t
            WHERE t.machine = p_machine
              AND t.from_status = p_from
              AND t.to_status = p_to)
        THEN
            RAISE EXCEPTION '% %: % -> % is no legal move', p_machine, p_id, p_from, p_to USING ERRCODE = 'RC001';
        END IF;
    END IF;

    IF p_moved THEN
        INSERT INTO reserve.audit_logs (entity_type, entity_id, action, from_status, to_status, reason, actor, request_id, created_at)
        VALUES (p_machine, p_id, 'status', p_from, p_to, p_reason, reserve.acting(p_actor), NULLIF(current_setting('reserve.request_id', true), ''), p_at);
    END IF;

    RETURN p_moved;
END $$;

-- The last move of a booking that comes to stand, and where it stands.
CREATE FUNCTION reserve.confirm_booking_intent(
    p_id uuid, p_from text, p_reservation_id uuid, p_host_booking_id uuid, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reserve.begin_move('booking_intent', p_id, p_from, 'confirmed');

    UPDATE reserve.booking_intents
    SET status = 'confirmed',
        reservation_id = p_reservation_id,
        host_booking_id = p_host_booking_id,
        updated_at = p_at
    WHERE id = p_id
      AND status = p_from;

    RETURN reserve.end_move(FOUND, 'booking_intent', p_id, p_from, 'confirmed', p_actor, p_reason, p_at);
END $$;

GRANT EXECUTE ON FUNCTION reserve.confirm_booking_intent TO reserve_service;

CREATE OR REPLACE FUNCTION reserve.check_ledger_balance() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    checked uuid;
    out_of_balance record;
BEGIN
    IF TG_TABLE_NAME = 'ledger_transactions' THEN
        checked := NEW.id;
    ELSE
        checked := NEW.transaction_id;
    END IF;

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
