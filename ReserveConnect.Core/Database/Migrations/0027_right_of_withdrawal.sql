-- Why: a booking keeps the rules that it was made under. Whether its city grants the right of withdrawal was read from the city
-- as it is today.

ALTER TABLE reserve.reservations
    ADD COLUMN right_of_withdrawal boolean NOT NULL DEFAULT true;

UPDATE reserve.reservations r
SET right_of_withdrawal = false
FROM reserve.cities c
WHERE c.id = r.city_id
  AND NOT c.right_of_withdrawal;
