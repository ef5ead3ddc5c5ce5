-- Why: a client whose line broke sends its request again. Under an Idempotency-Key it is done once and answered twice
-- (design section 7), whichever function it is for. The answer may hold a token or a guest's name, so it is kept sealed, and
-- the client's own key is part of what opens it.

CREATE TABLE reserve.answered_requests (
    -- SHA-256 of function, caller and Idempotency-Key: neither the key nor who sent it is kept.
    id bytea PRIMARY KEY,
    function text NOT NULL,
    -- SHA-256 of path and body.
    request_hash bytea NOT NULL,
    -- Whose run of the function may answer; another one takes over from a run that died.
    claim uuid NOT NULL,
    started_at timestamptz NOT NULL,
    answered_at timestamptz,
    answer text,
    CHECK ((answered_at IS NULL) = (answer IS NULL))
);

CREATE INDEX idx_answered_requests_started ON reserve.answered_requests (started_at);

ALTER TABLE reserve.answered_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE reserve.answered_requests FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON reserve.answered_requests TO reserve_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON reserve.answered_requests TO reserve_service;

-- Since when a paid booking waits for a Host that is down: its guest is told so.
ALTER TABLE reserve.booking_intents ADD COLUMN host_queued_at timestamptz;
