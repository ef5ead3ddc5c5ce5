-- Why: declines were counted by how many events there are, and by a charge that differs from the one noted. Where an event was stored
-- while the provider's older answer was on its way here, the newer answer was taken for one more: a guest lost one of three tries.
-- A decline has a name, and each name counts once, whichever way it is heard of.

-- Charges that were declined and are counted; for a decline without a charge (the bank's check failed before it) its number among those.
ALTER TABLE reserve.payment_attempts ADD COLUMN declined_charges text[] NOT NULL DEFAULT '{}';

-- Of a charge that is open now the decline that was noted last may have had no event.
UPDATE reserve.payment_attempts
SET declined_charges = ARRAY[provider_charge_id]
WHERE provider = 'stripe'
  AND retry_count > 0
  AND provider_charge_id IS NOT NULL
  AND status IN ('initiating', 'pending');
