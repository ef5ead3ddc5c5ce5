-- Why: what happened is told to the rest of the system from the same transaction that made it happen (outbox), and
-- what no rule can decide becomes a row that a person must close by a given time.

CREATE TABLE reserve.events (
    id uuid PRIMARY KEY,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    event_type text NOT NULL,
    aggregate_type text NOT NULL,
    aggregate_id uuid NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    available_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    processed_at timestamptz,
    dead_lettered_at timestamptz,
    last_error text
);

CREATE INDEX idx_events_waiting ON reserve.events (available_at, sequence)
    WHERE processed_at IS NULL AND dead_lettered_at IS NULL;
CREATE INDEX idx_events_aggregate ON reserve.events (aggregate_type, aggregate_id);

CREATE TABLE reserve.exceptions (
    id uuid PRIMARY KEY,
    -- The same trouble raised twice is one row.
    exception_key text NOT NULL UNIQUE,
    exception_type text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    reservation_id uuid REFERENCES reserve.reservations (id),
    booking_intent_id uuid REFERENCES reserve.booking_intents (id),
    property_id uuid REFERENCES reserve.properties_map (id),
    title text NOT NULL,
    description text,
    error_message text,
    error_code text,
    context jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'in_progress', 'resolved', 'dismissed')),
    assigned_to uuid,
    due_at timestamptz NOT NULL,
    resolution_notes text,
    resolution_action text,
    resolved_at timestamptz,
    resolved_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE INDEX idx_exceptions_status ON reserve.exceptions (status) WHERE status = 'open';
CREATE INDEX idx_exceptions_assigned ON reserve.exceptions (assigned_to, status);
CREATE INDEX idx_exceptions_severity ON reserve.exceptions (severity, created_at);
CREATE INDEX idx_exceptions_intent ON reserve.exceptions (booking_intent_id);

INSERT INTO reserve.status_transitions (machine, from_status, to_status, meaning) VALUES
    ('exception', 'open', 'in_progress', 'somebody has it'),
    ('exception', 'open', 'resolved', 'settled'),
    ('exception', 'open', 'dismissed', 'no trouble after all'),
    ('exception', 'in_progress', 'open', 'given back'),
    ('exception', 'in_progress', 'resolved', 'settled'),
    ('exception', 'in_progress', 'dismissed', 'no trouble after all');

CREATE TRIGGER exceptions_status BEFORE UPDATE OF status ON reserve.exceptions
    FOR EACH ROW EXECUTE FUNCTION reserve.guard_status('exception');

CREATE FUNCTION reserve.transition_exception(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean LANGUAGE sql AS $$
    SELECT reserve.move_status('exception', 'reserve.exceptions', p_id, p_from, p_to, p_actor, p_reason, p_at)
$$;
