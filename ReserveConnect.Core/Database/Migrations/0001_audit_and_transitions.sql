-- Why: every status in this system is a promise to somebody. Which moves are legal is data, one row a move;
-- a status column changes only through its machine's transition function, and no change escapes the audit log.

CREATE TABLE reserve.audit_logs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    action text NOT NULL,
    from_status text,
    to_status text,
    before jsonb,
    after jsonb,
    reason text,
    actor text NOT NULL,
    request_id text,
    created_at timestamptz NOT NULL
);

CREATE INDEX idx_audit_entity ON reserve.audit_logs (entity_type, entity_id, id);

CREATE FUNCTION reserve.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'RC002';
END $$;

CREATE TRIGGER audit_logs_append_only
    BEFORE UPDATE OR DELETE ON reserve.audit_logs
    FOR EACH ROW EXECUTE FUNCTION reserve.refuse_change();

CREATE TRIGGER audit_logs_no_truncate
    BEFORE TRUNCATE ON reserve.audit_logs
    FOR EACH STATEMENT EXECUTE FUNCTION reserve.refuse_change();

CREATE TABLE reserve.status_transitions (
    machine text NOT NULL,
    from_status text NOT NULL,
    to_status text NOT NULL,
    meaning text NOT NULL,
    PRIMARY KEY (machine, from_status, to_status)
);

-- The guard of every status column: refuses a change that did not come through the machine's transition function
-- (which names the row in reserve.in_transition for the length of its statement) or that is no legal move.
CREATE FUNCTION reserve.guard_status() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IS NOT DISTINCT FROM OLD.status THEN
        RETURN NEW;
    END IF;

    IF current_setting('reserve.in_transition', true) IS DISTINCT FROM OLD.id::text THEN
        RAISE EXCEPTION 'status of % changes only through its transition function', TG_ARGV[0]
            USING ERRCODE = 'RC001';
    END IF;

    IF NOT EXISTS (
        SELECT 1
        FROM reserve.status_transitions t
        WHERE t.machine = TG_ARGV[0]
          AND t.from_status = OLD.status
          AND t.to_status = NEW.status)
    THEN
        RAISE EXCEPTION '% %: % -> % is no legal move', TG_ARGV[0], OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'RC001';
    END IF;

    RETURN NEW;
END $$;

-- Moves one row of one machine. Returns true when it moved, false when the row is not in p_from (somebody else
-- was first: the caller reads again and decides). A move that is never legal raises RC001.
CREATE FUNCTION reserve.move_status(
    p_machine text, p_table regclass, p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    moved integer;
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
    EXECUTE format('UPDATE %s SET status = $1, updated_at = $2 WHERE id = $3 AND status = $4', p_table)
        USING p_to, p_at, p_id, p_from;
    GET DIAGNOSTICS moved = ROW_COUNT;
    PERFORM set_config('reserve.in_transition', '', true);

    IF moved = 0 THEN
        RETURN false;
    END IF;

    INSERT INTO reserve.audit_logs (entity_type, entity_id, action, from_status, to_status, reason, actor, request_id, created_at)
    VALUES (p_machine, p_id, 'status', p_from, p_to, p_reason, p_actor, NULLIF(current_setting('reserve.request_id', true), ''), p_at);
    RETURN true;
END $$;
