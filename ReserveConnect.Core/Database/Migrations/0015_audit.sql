-- Why: who did it, in which request, and what staff looked at must be answerable years later. A change of state names
-- whoever asked for it where somebody did, and what staff do is written down before it is done.

CREATE INDEX idx_audit_actor ON reserve.audit_logs (actor, id);

-- Whoever asked for what this transaction does, else what the operation calls itself.
CREATE FUNCTION reserve.acting(p_actor text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT coalesce(NULLIF(current_setting('reserve.actor', true), ''), p_actor)
$$;

CREATE FUNCTION reserve.audit(
    p_entity_type text, p_entity_id uuid, p_action text, p_before jsonb, p_after jsonb, p_reason text, p_actor text, p_at timestamptz)
RETURNS void
LANGUAGE sql AS $$
    INSERT INTO reserve.audit_logs (entity_type, entity_id, action, before, after, reason, actor, request_id, created_at)
    VALUES (p_entity_type, p_entity_id, p_action, p_before, p_after, p_reason, reserve.acting(p_actor),
            NULLIF(current_setting('reserve.request_id', true), ''), p_at)
$$;

CREATE OR REPLACE FUNCTION reserve.end_move(
    p_moved boolean, p_machine text, p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('reserve.in_transition', '', true);
    IF p_moved THEN
        INSERT INTO reserve.audit_logs (entity_type, entity_id, action, from_status, to_status, reason, actor, request_id, created_at)
        VALUES (p_machine, p_id, 'status', p_from, p_to, p_reason, reserve.acting(p_actor), NULLIF(current_setting('reserve.request_id', true), ''), p_at);
    END IF;

    RETURN p_moved;
END $$;

CREATE OR REPLACE FUNCTION reserve.move_status(
    p_machine text, p_table regclass, p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    moved integer;
BEGIN
    PERFORM reserve.begin_move(p_machine, p_id, p_from, p_to);
    EXECUTE format('UPDATE %s SET status = $1, updated_at = $2 WHERE id = $3 AND status = $4', p_table)
        USING p_to, p_at, p_id, p_from;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN reserve.end_move(moved > 0, p_machine, p_id, p_from, p_to, p_actor, p_reason, p_at);
END $$;

-- How each of these begins: what moves later is written down by its transition function.
CREATE FUNCTION reserve.audit_created() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reserve.audit_logs (entity_type, entity_id, action, to_status, actor, request_id, created_at)
    VALUES (TG_ARGV[0], NEW.id, 'created', NEW.status, reserve.acting(TG_ARGV[1]), NULLIF(current_setting('reserve.request_id', true), ''), NEW.updated_at);
    RETURN NULL;
END $$;

CREATE TRIGGER booking_intents_created AFTER INSERT ON reserve.booking_intents
    FOR EACH ROW EXECUTE FUNCTION reserve.audit_created('booking_intent', 'guest');
CREATE TRIGGER reservations_created AFTER INSERT ON reserve.reservations
    FOR EACH ROW EXECUTE FUNCTION reserve.audit_created('reservation', 'system');
CREATE TRIGGER payment_attempts_created AFTER INSERT ON reserve.payment_attempts
    FOR EACH ROW EXECUTE FUNCTION reserve.audit_created('payment_attempt', 'system');
CREATE TRIGGER refunds_created AFTER INSERT ON reserve.refunds
    FOR EACH ROW EXECUTE FUNCTION reserve.audit_created('refund', 'system');
CREATE TRIGGER exceptions_created AFTER INSERT ON reserve.exceptions
    FOR EACH ROW EXECUTE FUNCTION reserve.audit_created('exception', 'system');

-- What staff and operators do, in the words of the functions they call, looking included. A row is written before its
-- function runs: there is no deed without a row, and a row whose request changed nothing was refused or failed.
CREATE TABLE reserve.support_activity (
    id uuid PRIMARY KEY,
    -- Null for whoever came with the operator's key.
    agent_id uuid REFERENCES reserve.accounts (id),
    actor text NOT NULL,
    activity_type text NOT NULL,
    target_type text,
    target_id text,
    details jsonb NOT NULL,
    request_id text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX idx_activity_agent ON reserve.support_activity (agent_id, created_at);
CREATE INDEX idx_activity_target ON reserve.support_activity (target_type, target_id, created_at);

CREATE TRIGGER support_activity_append_only
    BEFORE UPDATE OR DELETE ON reserve.support_activity
    FOR EACH ROW EXECUTE FUNCTION reserve.refuse_change();

CREATE TRIGGER support_activity_no_truncate
    BEFORE TRUNCATE ON reserve.support_activity
    FOR EACH STATEMENT EXECUTE FUNCTION reserve.refuse_change();

ALTER TABLE reserve.support_activity ENABLE ROW LEVEL SECURITY;
ALTER TABLE reserve.support_activity FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON reserve.support_activity FOR ALL TO reserve_service USING (true) WITH CHECK (true);
CREATE POLICY staff ON reserve.support_activity FOR SELECT TO reserve_staff USING (true);
GRANT SELECT, INSERT ON reserve.support_activity TO reserve_service;
GRANT SELECT ON reserve.support_activity TO reserve_staff;
GRANT EXECUTE ON FUNCTION reserve.acting, reserve.audit TO reserve_service;
