-- Why: whose a row is must not depend on every query remembering to ask. Row-level security is on and forced for every
-- table; reads for a caller are made as that caller's role (docs/decisions/row-level-security.md), and what is not theirs
-- is not there. The roles belong to the cluster and are made before any migration (DatabaseRoles.EnsureAsync).
--
-- A later table is ENABLEd, FORCEd, gets the policy 'service' and the grants of each role that may see rows of it; the
-- tests walk the catalogue and fail for one that has not. The owner of the tables is a member of reserve_service, so its
-- policy is what lets a migration change rows.

GRANT USAGE ON SCHEMA reserve TO reserve_service, reserve_staff, reserve_owner, reserve_guest, reserve_anonymous;

-- The service: every row, so its plans are those of a table without policies. What is history it only adds to.
DO $$
DECLARE
    secured text;
BEGIN
    FOREACH secured IN ARRAY ARRAY[
        'audit_logs', 'availability_calendar', 'booking_holds', 'booking_intents', 'cancellation_policies', 'cities',
        'commission_rules', 'events', 'exceptions', 'financial_ledger', 'idempotency_keys', 'ledger_accounts',
        'ledger_transactions', 'payment_attempts', 'pix_transactions', 'properties_map', 'provider_operations', 'rate_plans',
        'refunds', 'reservations', 'schema_migrations', 'status_transitions', 'sync_jobs', 'tax_rules', 'travelers', 'unit_map',
        'webhook_events']
    LOOP
        EXECUTE format('ALTER TABLE reserve.%I ENABLE ROW LEVEL SECURITY', secured);
        EXECUTE format('ALTER TABLE reserve.%I FORCE ROW LEVEL SECURITY', secured);
        EXECUTE format('CREATE POLICY service ON reserve.%I TO reserve_service USING (true) WITH CHECK (true)', secured);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON
    reserve.availability_calendar, reserve.booking_holds, reserve.booking_intents, reserve.cancellation_policies, reserve.cities,
    reserve.commission_rules, reserve.events, reserve.exceptions, reserve.idempotency_keys, reserve.payment_attempts,
    reserve.pix_transactions, reserve.properties_map, reserve.provider_operations, reserve.rate_plans, reserve.refunds,
    reserve.reservations, reserve.sync_jobs, reserve.tax_rules, reserve.travelers, reserve.unit_map, reserve.webhook_events
    TO reserve_service;
GRANT SELECT, INSERT ON reserve.audit_logs, reserve.financial_ledger, reserve.ledger_transactions TO reserve_service;
GRANT SELECT ON reserve.ledger_accounts, reserve.schema_migrations, reserve.status_transitions TO reserve_service;

-- Who asks: set for the length of a transaction by ReserveDatabase.ReadAsync, null where nothing was set. In a policy they
-- stand as (SELECT ...), so that they are evaluated once a query and not once a row.
CREATE FUNCTION reserve.actor_account() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT NULLIF(current_setting('reserve.account_id', true), '')::uuid
$$;

CREATE FUNCTION reserve.actor_booking_intent() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT NULLIF(current_setting('reserve.booking_intent_id', true), '')::uuid
$$;

-- The booking intents of a guest who asks: whatever hangs on one of these is theirs. Said here once, for a token now and
-- for an account when there are accounts. A policy cannot ask a table whose own policy asks back, and a function can.
CREATE FUNCTION reserve.actor_intents() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_remove(ARRAY[reserve.actor_booking_intent()], NULL)
$$;

-- The properties of the account that asks. Nobody owns one before there are owners.
CREATE FUNCTION reserve.actor_properties() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT '{}'::uuid[]
$$;

-- The catalogue: what is for sale. Each policy asks the table above it, whose own policy then decides.
GRANT SELECT ON
    reserve.cities, reserve.properties_map, reserve.unit_map, reserve.rate_plans, reserve.availability_calendar,
    reserve.cancellation_policies, reserve.tax_rules
    TO reserve_anonymous, reserve_guest, reserve_owner;

CREATE POLICY catalogue ON reserve.cities FOR SELECT TO reserve_anonymous, reserve_guest, reserve_owner
    USING (is_active);
CREATE POLICY catalogue ON reserve.properties_map FOR SELECT TO reserve_anonymous, reserve_guest, reserve_owner
    USING (is_active AND is_published AND EXISTS (SELECT FROM reserve.cities c WHERE c.id = city_id AND c.is_active));
CREATE POLICY catalogue ON reserve.unit_map FOR SELECT TO reserve_anonymous, reserve_guest, reserve_owner
    USING (is_active AND EXISTS (
        SELECT FROM reserve.properties_map p WHERE p.id = property_id AND p.is_active AND p.is_published));
CREATE POLICY catalogue ON reserve.rate_plans FOR SELECT TO reserve_anonymous, reserve_guest, reserve_owner
    USING (EXISTS (SELECT FROM reserve.unit_map u WHERE u.id = unit_id AND u.is_active));
CREATE POLICY catalogue ON reserve.availability_calendar FOR SELECT TO reserve_anonymous, reserve_guest, reserve_owner
    USING (EXISTS (SELECT FROM reserve.unit_map u WHERE u.id = unit_id AND u.is_active));
CREATE POLICY catalogue ON reserve.cancellation_policies FOR SELECT TO reserve_anonymous, reserve_guest, reserve_owner
    USING (true);
-- A guest is quoted the taxes of a booking; those of the house are its own matter.
CREATE POLICY catalogue ON reserve.tax_rules FOR SELECT TO reserve_anonymous, reserve_guest, reserve_owner
    USING (applies_to = 'booking' AND is_active);

-- A guest: their bookings, and all that hangs on one. An array is made once a query and can be looked up in an index. Not
-- the traveler: anybody may book with anybody's address, and that row has what its owner told at another time.
GRANT SELECT ON
    reserve.booking_intents, reserve.booking_holds, reserve.reservations, reserve.payment_attempts, reserve.pix_transactions,
    reserve.refunds
    TO reserve_guest;

CREATE POLICY guest ON reserve.booking_intents FOR SELECT TO reserve_guest
    USING (id = ANY ((SELECT reserve.actor_intents())::uuid[]));
CREATE POLICY guest ON reserve.booking_holds FOR SELECT TO reserve_guest
    USING (booking_intent_id = ANY ((SELECT reserve.actor_intents())::uuid[]));
CREATE POLICY guest ON reserve.reservations FOR SELECT TO reserve_guest
    USING (booking_intent_id = ANY ((SELECT reserve.actor_intents())::uuid[]));
CREATE POLICY guest ON reserve.payment_attempts FOR SELECT TO reserve_guest
    USING (booking_intent_id = ANY ((SELECT reserve.actor_intents())::uuid[]));
CREATE POLICY guest ON reserve.pix_transactions FOR SELECT TO reserve_guest
    USING (payment_attempt_id = ANY (ARRAY(SELECT a.id FROM reserve.payment_attempts a)));
CREATE POLICY guest ON reserve.refunds FOR SELECT TO reserve_guest
    USING (booking_intent_id = ANY ((SELECT reserve.actor_intents())::uuid[]));

-- What a guest has booked stays theirs to see when it is no longer sold.
CREATE POLICY booked ON reserve.cities FOR SELECT TO reserve_guest
    USING (id = ANY (ARRAY(SELECT i.city_id FROM reserve.booking_intents i)));
CREATE POLICY booked ON reserve.properties_map FOR SELECT TO reserve_guest
    USING (id = ANY (ARRAY(SELECT i.property_id FROM reserve.booking_intents i)));
CREATE POLICY booked ON reserve.unit_map FOR SELECT TO reserve_guest
    USING (id = ANY (ARRAY(SELECT i.unit_id FROM reserve.booking_intents i)));

-- An owner: their properties, published or not, and who stays there.
GRANT SELECT ON reserve.reservations TO reserve_owner;

CREATE POLICY own ON reserve.properties_map FOR SELECT TO reserve_owner
    USING (id = ANY ((SELECT reserve.actor_properties())::uuid[]));
CREATE POLICY own ON reserve.unit_map FOR SELECT TO reserve_owner
    USING (property_id = ANY ((SELECT reserve.actor_properties())::uuid[]));
CREATE POLICY own ON reserve.rate_plans FOR SELECT TO reserve_owner
    USING (property_id = ANY ((SELECT reserve.actor_properties())::uuid[]));
CREATE POLICY own ON reserve.availability_calendar FOR SELECT TO reserve_owner
    USING (unit_id = ANY (ARRAY(
        SELECT u.id FROM reserve.unit_map u WHERE u.property_id = ANY ((SELECT reserve.actor_properties())::uuid[]))));
-- Asking for the cities of their properties would go in a circle; which cities there are is no secret from them.
CREATE POLICY own ON reserve.cities FOR SELECT TO reserve_owner
    USING (true);
CREATE POLICY own ON reserve.reservations FOR SELECT TO reserve_owner
    USING (property_id = ANY ((SELECT reserve.actor_properties())::uuid[]));

-- Staff read the business. What providers sent raw, what was answered to whom, and the outbox are the service's.
DO $$
DECLARE
    business text;
BEGIN
    FOREACH business IN ARRAY ARRAY[
        'audit_logs', 'availability_calendar', 'booking_holds', 'booking_intents', 'cancellation_policies', 'cities',
        'commission_rules', 'exceptions', 'financial_ledger', 'ledger_accounts', 'ledger_transactions', 'payment_attempts',
        'pix_transactions', 'properties_map', 'rate_plans', 'refunds', 'reservations', 'sync_jobs', 'tax_rules', 'travelers',
        'unit_map']
    LOOP
        EXECUTE format('GRANT SELECT ON reserve.%I TO reserve_staff', business);
        EXECUTE format('CREATE POLICY staff ON reserve.%I FOR SELECT TO reserve_staff USING (true)', business);
    END LOOP;
END $$;

-- The public views show what their reader may see, and no longer what their owner may.
ALTER VIEW public.cities SET (security_invoker = true);
ALTER VIEW public.properties SET (security_invoker = true);
ALTER VIEW public.units SET (security_invoker = true);

GRANT SELECT ON public.cities, public.properties, public.units
    TO reserve_service, reserve_staff, reserve_owner, reserve_guest, reserve_anonymous;
