-- Why: an owner sees the properties that are theirs and the stays sold in them, by a row for each, and nothing of any
-- other. What was granted and taken away stays to be read: a row is ended, never removed.

CREATE TABLE reserve.property_owners (
    id uuid PRIMARY KEY,
    property_id uuid NOT NULL REFERENCES reserve.properties_map (id),
    account_id uuid NOT NULL REFERENCES reserve.accounts (id),
    role text NOT NULL CHECK (role IN ('owner', 'manager')),
    granted_at timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE UNIQUE INDEX idx_property_owners_one ON reserve.property_owners (property_id, account_id) WHERE revoked_at IS NULL;
CREATE INDEX idx_property_owners_account ON reserve.property_owners (account_id) WHERE revoked_at IS NULL;

ALTER TABLE reserve.property_owners ENABLE ROW LEVEL SECURITY;
ALTER TABLE reserve.property_owners FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON reserve.property_owners FOR ALL TO reserve_service USING (true) WITH CHECK (true);
CREATE POLICY staff ON reserve.property_owners FOR SELECT TO reserve_staff USING (true);
CREATE POLICY own ON reserve.property_owners FOR SELECT TO reserve_owner
    USING (account_id = (SELECT reserve.actor_account()) AND revoked_at IS NULL);
GRANT SELECT, INSERT, UPDATE ON reserve.property_owners TO reserve_service;
GRANT SELECT ON reserve.property_owners TO reserve_staff, reserve_owner;

-- From here on there are owners: the policies of 0012 ask this.
CREATE OR REPLACE FUNCTION reserve.actor_properties() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(o.property_id), '{}')
    FROM reserve.property_owners o
    WHERE o.account_id = reserve.actor_account()
      AND o.revoked_at IS NULL
$$;

-- An owner is told who comes and how to reach them by telephone, not the address by which a guest proves a booking.
REVOKE SELECT ON reserve.reservations FROM reserve_owner;
GRANT SELECT (
    id, confirmation_code, city_id, property_id, unit_id, guest_first_name, guest_last_name, guest_phone, check_in, check_out, nights,
    guests_adults, guests_children, guests_infants, currency, base_price, cleaning_fee, discount_amount, total_amount, commission_amount,
    net_to_property, status, payment_status, cancelled_at, checked_in_at, checked_out_at, special_requests, booked_at)
    ON reserve.reservations TO reserve_owner;
