-- Why: declines were counted by how many events there are, and by a charge that differs from the one noted. Where an event was stored
-- while the provider's older answer was on its way here, the newer answer was taken for one more: a guest lost one of three tries.
-- A decline has a name, and each name counts once, whichever way it is heard of.

-- Charges that were declined and are counted; an event's own id for a decline without a charge (the bank's check failed before it).
ALTER TABLE reserve.payment_attempts ADD COLUMN declined_charges text[] NOT NULL DEFAULT '{}';
