-- Why: what the first city and every booking need before anybody has configured anything.

INSERT INTO reserve.cancellation_policies (code, name, tiers) VALUES
    ('flexible', 'Flexible', '[{"hours_before_check_in": 24, "refund_percentage": 100}]'),
    ('moderate', 'Moderate', '[{"hours_before_check_in": 120, "refund_percentage": 100}, {"hours_before_check_in": 0, "refund_percentage": 50}]'),
    ('strict', 'Strict', '[{"hours_before_check_in": 336, "refund_percentage": 100}, {"hours_before_check_in": 168, "refund_percentage": 50}]'),
    ('non_refundable', 'Non-refundable', '[]');

INSERT INTO reserve.cities (id, slug, name, state, time_zone, service_fee_percentage)
VALUES ('0198b0a0-0000-7000-8000-000000000001', 'urubici', 'Urubici', 'SC', 'America/Sao_Paulo', 5.00);

-- 15 % of the base price less discount, 10 % once a property has 50 bookings in the calendar month, R$ 50 at least.
INSERT INTO reserve.commission_rules (id, rule_type, tiers, min_commission, effective_from)
VALUES ('0198b0a0-0000-7000-8000-000000000010', 'tiered',
        '[{"from_bookings": 0, "rate_percentage": 15.00}, {"from_bookings": 50, "rate_percentage": 10.00}]',
        50.00, '2026-01-01');

-- ISS on the platform's own income: 5 % unless a city says otherwise.
INSERT INTO reserve.tax_rules (id, tax_type, rate, applies_to, effective_from)
VALUES ('0198b0a0-0000-7000-8000-000000000020', 'ISS', 5.00, 'commission', '2026-01-01');
