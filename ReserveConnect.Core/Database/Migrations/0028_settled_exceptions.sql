-- Why: a booking at the Host is one reservation's and nobody else's, a city whose clock nobody knows would stop the stays of all
-- the others, and of a decision the machine must know whether anything has acted on it yet.

DROP INDEX reserve.idx_reservations_host_booking;
CREATE UNIQUE INDEX idx_reservations_host_booking ON reserve.reservations (host_booking_id);

-- The cast fails for a name that is none.
ALTER TABLE reserve.cities
    ADD CONSTRAINT time_zone_known CHECK (timestamptz 'epoch' AT TIME ZONE time_zone IS NOT NULL);

ALTER TABLE reserve.exceptions ADD COLUMN acted_at timestamptz;

CREATE INDEX idx_exceptions_decided ON reserve.exceptions (decided_at)
    WHERE decision IS NOT NULL AND acted_at IS NULL AND status IN ('open', 'in_progress');
