-- Why: a booking from the first hold to the reservation. An intent is the guest's attempt to buy, a hold is its
-- claim on the nights, a reservation is the lasting record.

CREATE TABLE reserve.travelers (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    phone text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX idx_travelers_email ON reserve.travelers (lower(email));

CREATE TABLE reserve.booking_intents (
    id uuid PRIMARY KEY,
    city_id uuid NOT NULL REFERENCES reserve.cities (id),
    property_id uuid NOT NULL REFERENCES reserve.properties_map (id),
    unit_id uuid NOT NULL REFERENCES reserve.unit_map (id),
    check_in date NOT NULL,
    check_out date NOT NULL,
    nights integer GENERATED ALWAYS AS (check_out - check_in) STORED,
    guests_adults integer NOT NULL DEFAULT 1,
    guests_children integer NOT NULL DEFAULT 0,
    currency text NOT NULL DEFAULT 'BRL',
    base_price numeric(12,2) NOT NULL,
    discount_amount numeric(12,2) NOT NULL DEFAULT 0,
    cleaning_fee numeric(12,2) NOT NULL DEFAULT 0,
    service_fee numeric(12,2) NOT NULL DEFAULT 0,
    fees numeric(12,2) GENERATED ALWAYS AS (cleaning_fee + service_fee) STORED,
    taxes numeric(12,2) NOT NULL DEFAULT 0,
    total_amount numeric(12,2) NOT NULL,
    quote jsonb NOT NULL,
    cancellation_policy jsonb NOT NULL,
    status text NOT NULL DEFAULT 'created' CHECK (status IN (
        'created', 'payment_pending', 'payment_confirmed', 'host_commit_pending', 'confirmed',
        'host_commit_failed', 'refund_pending', 'cancelled', 'expired')),
    closed_reason text,
    stripe_payment_intent_id text,
    pix_transaction_id text,
    payment_failures integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL,
    cancel_requested_at timestamptz,
    host_booking_id uuid,
    reservation_id uuid,
    guest_email text NOT NULL,
    guest_first_name text NOT NULL,
    guest_last_name text NOT NULL,
    guest_phone text,
    special_requests text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT valid_dates CHECK (check_out > check_in),
    CONSTRAINT valid_guests CHECK (guests_adults >= 1 AND guests_children >= 0),
    CONSTRAINT valid_total CHECK (total_amount = base_price - discount_amount + cleaning_fee + service_fee + taxes AND total_amount > 0)
);

CREATE INDEX idx_intents_status ON reserve.booking_intents (status) WHERE status IN ('created', 'payment_pending');
CREATE INDEX idx_intents_expires ON reserve.booking_intents (expires_at) WHERE status IN ('created', 'payment_pending');
CREATE INDEX idx_intents_in_flight ON reserve.booking_intents (created_at)
    WHERE status NOT IN ('confirmed', 'cancelled', 'expired');
CREATE INDEX idx_intents_unit ON reserve.booking_intents (unit_id, check_in);

-- The claim of one intent on its nights: temp_holds of a night counts the rows with status 'held' that cover it.
-- Who gives nights back or turns them into a booking does so by ending this row, exactly once.
CREATE TABLE reserve.booking_holds (
    id uuid PRIMARY KEY,
    booking_intent_id uuid NOT NULL REFERENCES reserve.booking_intents (id),
    unit_id uuid NOT NULL REFERENCES reserve.unit_map (id),
    check_in date NOT NULL,
    check_out date NOT NULL,
    status text NOT NULL DEFAULT 'held' CHECK (status IN ('held', 'released', 'converted')),
    taken_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((status = 'held') = (ended_at IS NULL))
);

CREATE UNIQUE INDEX idx_holds_one_per_intent ON reserve.booking_holds (booking_intent_id) WHERE status = 'held';
CREATE INDEX idx_holds_unit ON reserve.booking_holds (unit_id, check_in) WHERE status = 'held';

CREATE TABLE reserve.reservations (
    id uuid PRIMARY KEY,
    confirmation_code text NOT NULL UNIQUE CHECK (confirmation_code ~ '^RC-[0-9A-HJKMNP-TV-Z]{8}$'),
    booking_intent_id uuid NOT NULL UNIQUE REFERENCES reserve.booking_intents (id),
    city_id uuid NOT NULL REFERENCES reserve.cities (id),
    property_id uuid NOT NULL REFERENCES reserve.properties_map (id),
    unit_id uuid NOT NULL REFERENCES reserve.unit_map (id),
    host_booking_id uuid NOT NULL,
    traveler_id uuid NOT NULL REFERENCES reserve.travelers (id),
    guest_first_name text NOT NULL,
    guest_last_name text NOT NULL,
    guest_email text NOT NULL,
    guest_phone text,
    check_in date NOT NULL,
    check_out date NOT NULL,
    nights integer GENERATED ALWAYS AS (check_out - check_in) STORED,
    guests_adults integer NOT NULL DEFAULT 1,
    guests_children integer NOT NULL DEFAULT 0,
    guests_infants integer NOT NULL DEFAULT 0,
    currency text NOT NULL DEFAULT 'BRL',
    base_price numeric(12,2) NOT NULL,
    taxes numeric(12,2) NOT NULL DEFAULT 0,
    cleaning_fee numeric(12,2) NOT NULL DEFAULT 0,
    service_fee numeric(12,2) NOT NULL DEFAULT 0,
    fees numeric(12,2) GENERATED ALWAYS AS (cleaning_fee + service_fee) STORED,
    discount_amount numeric(12,2) NOT NULL DEFAULT 0,
    total_amount numeric(12,2) NOT NULL,
    commission_amount numeric(12,2) NOT NULL,
    net_to_property numeric(12,2) NOT NULL,
    commission_rule jsonb NOT NULL,
    quote jsonb NOT NULL,
    cancellation_policy jsonb NOT NULL,
    status text NOT NULL DEFAULT 'confirmed' CHECK (status IN (
        'confirmed', 'checked_in', 'checked_out', 'completed', 'cancel_pending', 'cancelled', 'no_show')),
    payment_status text NOT NULL DEFAULT 'paid' CHECK (payment_status IN ('paid', 'refunded', 'partial_refund')),
    cancelled_at timestamptz,
    cancellation_reason text,
    cancellation_fee numeric(12,2) NOT NULL DEFAULT 0,
    refund_amount numeric(12,2) NOT NULL DEFAULT 0,
    checked_in_at timestamptz,
    checked_out_at timestamptz,
    special_requests text,
    source text NOT NULL DEFAULT 'direct' CHECK (source IN ('direct', 'ota', 'phone')),
    booked_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (check_out > check_in),
    CHECK (net_to_property = base_price - discount_amount + cleaning_fee - commission_amount)
);

CREATE INDEX idx_reservations_property ON reserve.reservations (property_id, booked_at);
CREATE INDEX idx_reservations_unit ON reserve.reservations (unit_id, check_in);
CREATE INDEX idx_reservations_traveler ON reserve.reservations (traveler_id);
CREATE INDEX idx_reservations_status ON reserve.reservations (status);
CREATE INDEX idx_reservations_dates ON reserve.reservations (check_in, check_out);
CREATE INDEX idx_reservations_booked ON reserve.reservations (booked_at DESC);

ALTER TABLE reserve.booking_intents
    ADD CONSTRAINT booking_intents_reservation FOREIGN KEY (reservation_id) REFERENCES reserve.reservations (id);

-- An answer that was given once under an Idempotency-Key is given again, and a key never serves two bodies.
CREATE TABLE reserve.idempotency_keys (
    scope text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    resource_id uuid NOT NULL,
    response text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);

CREATE INDEX idx_idempotency_created ON reserve.idempotency_keys (created_at);

INSERT INTO reserve.status_transitions (machine, from_status, to_status, meaning) VALUES
    ('booking_intent', 'created', 'payment_pending', 'the guest begins to pay'),
    ('booking_intent', 'created', 'cancelled', 'the guest leaves before paying'),
    ('booking_intent', 'created', 'expired', 'the hold ran out'),
    ('booking_intent', 'payment_pending', 'payment_confirmed', 'the provider has the money, or has reserved it'),
    ('booking_intent', 'payment_pending', 'cancelled', 'the guest left, or every attempt failed'),
    ('booking_intent', 'payment_pending', 'expired', 'the hold ran out while a payment was open'),
    ('booking_intent', 'payment_pending', 'refund_pending', 'money that does not match the price goes back'),
    ('booking_intent', 'payment_confirmed', 'host_commit_pending', 'the Host is asked to book'),
    ('booking_intent', 'payment_confirmed', 'cancelled', 'a reserved payment was let go before the Host was asked'),
    ('booking_intent', 'payment_confirmed', 'refund_pending', 'the guest left before the Host was asked, or the room is gone'),
    ('booking_intent', 'host_commit_pending', 'confirmed', 'the Host said yes'),
    ('booking_intent', 'host_commit_pending', 'host_commit_failed', 'the Host said no, or nothing'),
    ('booking_intent', 'host_commit_failed', 'host_commit_pending', 'an agent asks the Host again'),
    ('booking_intent', 'host_commit_failed', 'confirmed', 'booked at the Host after all, or by hand'),
    ('booking_intent', 'host_commit_failed', 'refund_pending', 'the money goes back'),
    ('booking_intent', 'host_commit_failed', 'cancelled', 'a reserved payment was let go: nothing to refund'),
    ('booking_intent', 'refund_pending', 'cancelled', 'the money is back with the guest'),
    ('booking_intent', 'expired', 'payment_confirmed', 'late money, and the room is still free'),
    ('booking_intent', 'expired', 'refund_pending', 'late money, and the room is gone'),
    ('booking_intent', 'cancelled', 'payment_confirmed', 'late money, and the room is still free'),
    ('booking_intent', 'cancelled', 'refund_pending', 'late money, and the room is gone'),
    ('reservation', 'confirmed', 'checked_in', 'day of arrival'),
    ('reservation', 'checked_in', 'checked_out', 'day of departure'),
    ('reservation', 'confirmed', 'cancel_pending', 'a cancellation is being decided'),
    ('reservation', 'cancel_pending', 'cancelled', 'cancelled and settled'),
    ('reservation', 'cancel_pending', 'confirmed', 'the cancellation was rejected'),
    ('reservation', 'confirmed', 'no_show', 'nobody came by noon of the day after'),
    ('reservation', 'checked_out', 'completed', 'the time for a review is over');

CREATE TRIGGER booking_intents_status BEFORE UPDATE OF status ON reserve.booking_intents
    FOR EACH ROW EXECUTE FUNCTION reserve.guard_status('booking_intent');
CREATE TRIGGER reservations_status BEFORE UPDATE OF status ON reserve.reservations
    FOR EACH ROW EXECUTE FUNCTION reserve.guard_status('reservation');

CREATE FUNCTION reserve.transition_booking_intent(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean LANGUAGE sql AS $$
    SELECT reserve.move_status('booking_intent', 'reserve.booking_intents', p_id, p_from, p_to, p_actor, p_reason, p_at)
$$;

CREATE FUNCTION reserve.transition_reservation(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean LANGUAGE sql AS $$
    SELECT reserve.move_status('reservation', 'reserve.reservations', p_id, p_from, p_to, p_actor, p_reason, p_at)
$$;
