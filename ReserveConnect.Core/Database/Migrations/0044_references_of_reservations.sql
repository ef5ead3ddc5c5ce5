-- Why: a reservation's id at the Host changes with a change. A unique index on all rows makes a column a key to PostgreSQL: whoever
-- changed it kept everybody from writing what refers to the reservation, and a desk and a saga waited for each other.

DROP INDEX reserve.idx_reservations_host_booking;
-- As unique as before: every reservation has one.
CREATE UNIQUE INDEX idx_reservations_host_booking ON reserve.reservations (host_booking_id) WHERE host_booking_id IS NOT NULL;
