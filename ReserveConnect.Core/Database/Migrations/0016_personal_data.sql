-- Why: who asks for it is forgotten, and the books are kept. What is forgotten must not come back with the next message of a
-- payment provider, so an intent says that its guest was erased, and of a message only what names nobody is stored.

-- UTC instant at which everything that names the guest was taken out of the intent and out of all that hangs on it.
ALTER TABLE reserve.booking_intents ADD COLUMN erased_at timestamptz;

-- An erasure looks for the intents that were made under the address without the account.
CREATE INDEX idx_intents_guest_email ON reserve.booking_intents (lower(guest_email));

-- And for what was answered and reported about them; declines are counted by the latter, too.
CREATE INDEX idx_idempotency_resource ON reserve.idempotency_keys (resource_id);
CREATE INDEX idx_webhook_object ON reserve.webhook_events (object_id, provider) WHERE object_id IS NOT NULL;

-- A document number is never stored in clear: whoever tries is refused here.
UPDATE reserve.pix_transactions
SET payer_document = '***'
WHERE payer_document IS NOT NULL
  AND payer_document !~ '^(\*{3}|\*{3}\.[0-9]{3}\.[0-9]{3}-\*{2}|\*{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/\*{4}-\*{2})$';

ALTER TABLE reserve.pix_transactions
    ADD CONSTRAINT payer_document_is_masked CHECK (
        payer_document ~ '^(\*{3}|\*{3}\.[0-9]{3}\.[0-9]{3}-\*{2}|\*{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/\*{4}-\*{2})$');

-- Whole answers and messages were of no use, and had the payer in them.
UPDATE reserve.pix_transactions
SET provider_response = NULL
WHERE provider_response IS NOT NULL;

UPDATE reserve.webhook_events
SET payload = jsonb_strip_nulls(jsonb_build_object('id', payload -> 'id', 'type', payload -> 'type'));
