-- Why: money that was sent comes back in parts, by a provider's or a person's hand; a payout of which somebody said that it was not sent
-- is sent again, and what is large then needs another's word; and whoever has changed where a property is paid is not forgotten when
-- somebody changes it after them (docs/decisions/payouts.md).

ALTER TABLE reserve.payouts
    -- Of net_amount, by now.
    ADD COLUMN returned_amount numeric(12,2) NOT NULL DEFAULT 0,
    -- Who last said of it, by looking, that the provider has not sent it.
    ADD COLUMN settled_by uuid,
    ADD COLUMN settled_at timestamptz;

UPDATE reserve.payouts
SET returned_amount = net_amount
WHERE status = 'returned';

ALTER TABLE reserve.payouts ADD CHECK (returned_amount BETWEEN 0 AND net_amount);

GRANT SELECT (returned_amount) ON reserve.payouts TO reserve_owner;

ALTER TABLE reserve.payout_items DROP CONSTRAINT payout_items_kind_check;
ALTER TABLE reserve.payout_items ADD CONSTRAINT payout_items_kind_check CHECK (kind IN (
    'booking', 'modification', 'cancellation', 'refund', 'adjustment', 'returned', 'other', 'carried_in', 'carried_out', 'tax'));

-- Every change of a destination, without the destination.
CREATE TABLE reserve.payout_destination_changes (
    property_id uuid NOT NULL REFERENCES reserve.properties_map (id),
    -- Of the settings, as it was made.
    version integer NOT NULL,
    changed_by text NOT NULL,
    changed_by_account uuid,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (property_id, version)
);

INSERT INTO reserve.payout_destination_changes (property_id, version, changed_by, changed_by_account, changed_at)
SELECT property_id, version, changed_by, destination_changed_by, destination_changed_at
FROM reserve.payout_settings;

ALTER TABLE reserve.payout_destination_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE reserve.payout_destination_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON reserve.payout_destination_changes TO reserve_service USING (true) WITH CHECK (true);
CREATE POLICY staff ON reserve.payout_destination_changes FOR SELECT TO reserve_staff USING (true);
GRANT SELECT, INSERT ON reserve.payout_destination_changes TO reserve_service;
GRANT SELECT ON reserve.payout_destination_changes TO reserve_staff;

INSERT INTO reserve.status_transitions (machine, from_status, to_status, meaning) VALUES
    ('payout', 'failed', 'pending_approval', 'somebody said that it was not sent, and it is large'),
    ('payout', 'processing', 'approved', 'its provider has not heard of it');
