-- Why: two tabs may pay one stay. A card that was reserved while the other tab was closing its charge was taken in and booked, and
-- then let go at Stripe. And the parts of refunds that a lost dispute settles were numbered by counting those that still bear
-- its id: a part that was made at the provider since bears another, and its number was given a second time.

ALTER TABLE reserve.payment_attempts
    -- When its provider was asked to close it for another payment: until that has been decided, a mere reservation is not taken in.
    ADD COLUMN closing_since timestamptz;

ALTER TABLE reserve.disputes
    -- Parts that it has settled so far, also those that were taken back.
    ADD COLUMN settlements integer NOT NULL DEFAULT 0 CHECK (settlements >= 0);

UPDATE reserve.disputes d
SET settlements = s.last
FROM (
    SELECT o.id, max(substring(n.given FROM '#([0-9]+)$')::integer) AS last
    FROM reserve.disputes o
    JOIN reserve.refunds r ON r.payment_attempt_id = o.payment_attempt_id
    CROSS JOIN LATERAL (VALUES (r.provider_refund_id), (substring(r.request_key FROM '^by_hand:(.*)$'))) n (given)
    WHERE starts_with(n.given, o.provider_dispute_id || '#')
    GROUP BY o.id) s
WHERE s.id = d.id
  AND s.last IS NOT NULL;
