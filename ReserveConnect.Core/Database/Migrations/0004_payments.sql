-- Why: what we asked of a payment provider is written down before it is asked, under the id that the provider
-- also gets, so that an unknown outcome can always be asked for again.

CREATE TABLE reserve.payment_attempts (
    id uuid PRIMARY KEY,
    booking_intent_id uuid NOT NULL REFERENCES reserve.booking_intents (id),
    payment_method text NOT NULL CHECK (payment_method IN ('credit_card', 'debit_card', 'pix')),
    provider text NOT NULL CHECK (provider IN ('stripe', 'mercado_pago')),
    operation_id text NOT NULL UNIQUE,
    provider_payment_intent_id text,
    provider_charge_id text,
    pix_transaction_id text,
    amount numeric(12,2) NOT NULL CHECK (amount > 0),
    amount_received numeric(12,2),
    fee_amount numeric(12,2),
    currency text NOT NULL DEFAULT 'BRL',
    capture_later boolean NOT NULL DEFAULT false,
    -- initiating: the provider was or will be asked to open it, and has not answered yet
    status text NOT NULL DEFAULT 'initiating' CHECK (status IN (
        'initiating', 'pending', 'authorized', 'succeeded', 'failed', 'cancelled', 'refunded')),
    error_code text,
    error_message text,
    requires_action boolean NOT NULL DEFAULT false,
    action_type text,
    client_secret text,
    card_last4 text,
    card_brand text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    succeeded_at timestamptz,
    failed_at timestamptz,
    retry_count integer NOT NULL DEFAULT 0,
    next_retry_at timestamptz,
    updated_at timestamptz NOT NULL
);

CREATE INDEX idx_payment_intents ON reserve.payment_attempts (booking_intent_id);
CREATE INDEX idx_payment_status ON reserve.payment_attempts (status);
CREATE UNIQUE INDEX idx_payment_provider ON reserve.payment_attempts (provider, provider_payment_intent_id)
    WHERE provider_payment_intent_id IS NOT NULL;
-- One open door for money at a time; a new attempt closes the old one at the provider first.
CREATE UNIQUE INDEX idx_payment_one_open ON reserve.payment_attempts (booking_intent_id)
    WHERE status IN ('initiating', 'pending');

CREATE TABLE reserve.pix_transactions (
    id uuid PRIMARY KEY,
    payment_attempt_id uuid NOT NULL UNIQUE REFERENCES reserve.payment_attempts (id),
    pix_key text,
    qr_code text NOT NULL,
    qr_code_base64 text NOT NULL,
    copy_paste_code text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'paid', 'expired', 'cancelled')),
    expires_at timestamptz NOT NULL,
    paid_at timestamptz,
    payer_name text,
    payer_document text,
    provider_response jsonb,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE reserve.refunds (
    id uuid PRIMARY KEY,
    payment_attempt_id uuid NOT NULL REFERENCES reserve.payment_attempts (id),
    booking_intent_id uuid NOT NULL REFERENCES reserve.booking_intents (id),
    reservation_id uuid REFERENCES reserve.reservations (id),
    -- Why the money goes back.
    reason text NOT NULL,
    amount numeric(12,2) NOT NULL CHECK (amount > 0),
    currency text NOT NULL DEFAULT 'BRL',
    operation_id text NOT NULL UNIQUE,
    provider_refund_id text,
    -- requested: stored, the provider has not answered; pending: the provider works on it
    status text NOT NULL DEFAULT 'requested' CHECK (status IN ('requested', 'pending', 'succeeded', 'failed')),
    tries integer NOT NULL DEFAULT 0,
    asks integer NOT NULL DEFAULT 0,
    next_try_at timestamptz,
    error_code text,
    error_message text,
    requested_at timestamptz NOT NULL,
    succeeded_at timestamptz,
    updated_at timestamptz NOT NULL
);

CREATE INDEX idx_refunds_attempt ON reserve.refunds (payment_attempt_id);
CREATE INDEX idx_refunds_owed ON reserve.refunds (updated_at) WHERE status <> 'succeeded';
CREATE INDEX idx_refunds_intent ON reserve.refunds (booking_intent_id);
CREATE UNIQUE INDEX idx_refunds_provider ON reserve.refunds (provider_refund_id) WHERE provider_refund_id IS NOT NULL;

-- Steps that call out and have no row of their own (Host commit, capture, cancelling a charge).
CREATE TABLE reserve.provider_operations (
    operation_id text PRIMARY KEY,
    provider text NOT NULL,
    kind text NOT NULL,
    booking_intent_id uuid NOT NULL REFERENCES reserve.booking_intents (id),
    state text NOT NULL DEFAULT 'started' CHECK (state IN ('started', 'done', 'refused', 'not_sent', 'unknown')),
    tries integer NOT NULL DEFAULT 0,
    provider_reference text,
    error_code text,
    started_at timestamptz NOT NULL,
    finished_at timestamptz
);

CREATE INDEX idx_operations_intent ON reserve.provider_operations (booking_intent_id);

-- Each provider event once; what is processed is what was stored.
CREATE TABLE reserve.webhook_events (
    id uuid PRIMARY KEY,
    provider text NOT NULL,
    provider_event_id text NOT NULL,
    event_type text NOT NULL,
    object_id text,
    payload jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    UNIQUE (provider, provider_event_id)
);

CREATE INDEX idx_webhook_received ON reserve.webhook_events (received_at);

INSERT INTO reserve.status_transitions (machine, from_status, to_status, meaning) VALUES
    ('payment_attempt', 'initiating', 'pending', 'the provider opened it'),
    ('payment_attempt', 'initiating', 'failed', 'the provider refused to open it'),
    ('payment_attempt', 'initiating', 'cancelled', 'given up before the provider opened it'),
    ('payment_attempt', 'initiating', 'succeeded', 'paid before our own record of the opening'),
    ('payment_attempt', 'initiating', 'authorized', 'reserved before our own record of the opening'),
    ('payment_attempt', 'pending', 'authorized', 'the card has reserved the money'),
    ('payment_attempt', 'pending', 'succeeded', 'the money is with the provider'),
    ('payment_attempt', 'pending', 'failed', 'declined'),
    ('payment_attempt', 'pending', 'cancelled', 'closed at the provider before anybody paid'),
    ('payment_attempt', 'authorized', 'succeeded', 'captured'),
    ('payment_attempt', 'authorized', 'cancelled', 'let go'),
    ('payment_attempt', 'failed', 'succeeded', 'paid after an earlier decline'),
    ('payment_attempt', 'failed', 'authorized', 'reserved after an earlier decline'),
    ('payment_attempt', 'cancelled', 'succeeded', 'late money'),
    ('payment_attempt', 'cancelled', 'authorized', 'late money, reserved'),
    ('payment_attempt', 'succeeded', 'refunded', 'all of it went back'),
    ('refund', 'requested', 'pending', 'the provider works on it'),
    ('refund', 'requested', 'succeeded', 'the money is back'),
    ('refund', 'requested', 'failed', 'the provider refused'),
    ('refund', 'pending', 'succeeded', 'the money is back'),
    ('refund', 'pending', 'failed', 'the provider could not'),
    ('refund', 'failed', 'requested', 'tried again under a new operation id'),
    ('refund', 'failed', 'succeeded', 'the money is back after all');

CREATE TRIGGER payment_attempts_status BEFORE UPDATE OF status ON reserve.payment_attempts
    FOR EACH ROW EXECUTE FUNCTION reserve.guard_status('payment_attempt');
CREATE TRIGGER refunds_status BEFORE UPDATE OF status ON reserve.refunds
    FOR EACH ROW EXECUTE FUNCTION reserve.guard_status('refund');

CREATE FUNCTION reserve.transition_payment_attempt(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean LANGUAGE sql AS $$
    SELECT reserve.move_status('payment_attempt', 'reserve.payment_attempts', p_id, p_from, p_to, p_actor, p_reason, p_at)
$$;

CREATE FUNCTION reserve.transition_refund(p_id uuid, p_from text, p_to text, p_actor text, p_reason text, p_at timestamptz)
RETURNS boolean LANGUAGE sql AS $$
    SELECT reserve.move_status('refund', 'reserve.refunds', p_id, p_from, p_to, p_actor, p_reason, p_at)
$$;
