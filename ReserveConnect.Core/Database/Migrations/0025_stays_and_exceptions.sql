-- Why: a stay begins, ends or never begins by its days, and the timer that sees to it must find what is due without reading
-- the rest. An exception is somebody's from an instant on, and what they decided stands in its row before anything acts on it.

CREATE INDEX idx_reservations_awaited ON reserve.reservations (check_in, id) WHERE status = 'confirmed';
CREATE INDEX idx_reservations_staying ON reserve.reservations (check_out, id) WHERE status = 'checked_in';
CREATE INDEX idx_reservations_left ON reserve.reservations (checked_out_at, id) WHERE status = 'checked_out';

-- Nights that were given back here and of which the Host has not been told yet.
CREATE INDEX idx_operations_releases ON reserve.provider_operations (started_at)
    WHERE kind = 'host_release' AND state IN ('started', 'not_sent', 'unknown');

ALTER TABLE reserve.exceptions
    ADD COLUMN assigned_at timestamptz,
    -- What somebody wants done, until it is: action and what it needs.
    ADD COLUMN decision jsonb,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN decided_by uuid,
    ADD COLUMN decided_actor text,
    ADD CONSTRAINT decided_whole CHECK ((decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_actor IS NULL));

CREATE INDEX idx_exceptions_unresolved ON reserve.exceptions (due_at) WHERE status IN ('open', 'in_progress');

-- A refund that the machine had given up is tried for as long again once a person asks for it.
ALTER TABLE reserve.refunds ADD COLUMN ordered_at timestamptz;
