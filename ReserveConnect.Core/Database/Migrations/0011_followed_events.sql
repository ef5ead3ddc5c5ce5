-- Every process follows the events that change a night, to keep its own index. A sequence is no position to follow by:
-- what has a lower number may be committed later. The transaction's id is one, read against the oldest that still runs.
ALTER TABLE reserve.events
    ADD COLUMN transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE INDEX idx_events_followed ON reserve.events (transaction_id)
    WHERE event_type IN ('booking.held', 'booking.released', 'inventory.changed');
