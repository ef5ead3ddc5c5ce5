-- Why: a booking goes on after it is confirmed. Its nights may go back one day, and its money with them, so it says from
-- which night on they did, and what tax was posted with it.

ALTER TABLE reserve.reservations
    -- First night given back; the nights it takes are [check_in, coalesce(released_from, check_out)), whatever its status.
    ADD COLUMN released_from date,
    -- ISS posted on commission and service fee when it was confirmed.
    ADD COLUMN service_tax numeric(12,2) NOT NULL DEFAULT 0,
    ADD CONSTRAINT valid_release CHECK (released_from >= check_in AND released_from <= check_out);

UPDATE reserve.reservations r
SET service_tax = t.amount
FROM (
    SELECT l.reservation_id, sum(l.amount) AS amount
    FROM reserve.financial_ledger l
    WHERE l.account = 'tax_expense'
      AND l.transaction_type = 'tax'
      AND l.direction = 'debit'
    GROUP BY l.reservation_id) t
WHERE t.reservation_id = r.id;
