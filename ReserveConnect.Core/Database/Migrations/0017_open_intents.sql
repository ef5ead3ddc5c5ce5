-- Why: one client, one site of many clients, or one e-mail address, must not hold all rooms: what it holds without having paid
-- is counted under a keyed hash of its address. The address itself is stored nowhere. Null: not counted.
ALTER TABLE reserve.booking_intents
    ADD COLUMN client_key bytea CHECK (octet_length(client_key) = 16),
    ADD COLUMN site_key bytea CHECK (octet_length(site_key) = 16),
    ADD COLUMN email_key bytea CHECK (octet_length(email_key) = 16);

CREATE INDEX idx_intents_open_by_client ON reserve.booking_intents (client_key)
    WHERE client_key IS NOT NULL AND status IN ('created', 'payment_pending');
CREATE INDEX idx_intents_open_by_site ON reserve.booking_intents (site_key)
    WHERE site_key IS NOT NULL AND status IN ('created', 'payment_pending');
CREATE INDEX idx_intents_open_by_email ON reserve.booking_intents (email_key)
    WHERE email_key IS NOT NULL AND status IN ('created', 'payment_pending');
