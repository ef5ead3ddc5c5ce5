-- Why: commission and tax rules are made and ended by supervisors now. Two of one scope must never be in force on one day, whoever
-- makes them at the same moment, so the tables themselves refuse it. They do it by exclusion constraints and not by a trigger under
-- a lock, for a constraint holds at every isolation level and for whoever writes. The scope's equality is said as a range of one
-- text: ranges have their GiST operators built in, where a plain text would need the extension btree_gist, which a managed server
-- gives to no owner of an application before an administrator has allowed it. docs/decisions/rules.md tells the rest.

CREATE TYPE reserve.scope_range AS RANGE (subtype = text, collation = "C");

ALTER TABLE reserve.commission_rules
    ADD COLUMN reason text,
    ADD COLUMN created_by text NOT NULL DEFAULT 'migration',
    -- Who said when it ends, and why; NULL: nobody has.
    ADD COLUMN ended_by text,
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN end_reason text,
    ADD CONSTRAINT valid_period CHECK (effective_to >= effective_from),
    ADD CONSTRAINT valid_bounds CHECK (max_commission >= min_commission),
    ADD CONSTRAINT commission_rules_do_not_overlap EXCLUDE USING gist (
        reserve.scope_range(
            coalesce('property ' || property_id::text, 'city ' || city_id::text, 'default'),
            coalesce('property ' || property_id::text, 'city ' || city_id::text, 'default'), '[]') WITH &&,
        daterange(effective_from, effective_to, '[]') WITH &&)
        WHERE (is_active);

ALTER TABLE reserve.tax_rules
    ADD COLUMN reason text,
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN created_by text NOT NULL DEFAULT 'migration',
    ADD COLUMN ended_by text,
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN end_reason text,
    ADD CONSTRAINT valid_period CHECK (effective_to >= effective_from),
    ADD CONSTRAINT tax_rules_do_not_overlap EXCLUDE USING gist (
        reserve.scope_range(
            applies_to || ' ' || tax_type || coalesce(' ' || city_id::text, ''),
            applies_to || ' ' || tax_type || coalesce(' ' || city_id::text, ''), '[]') WITH &&,
        daterange(effective_from, effective_to, '[]') WITH &&)
        WHERE (is_active);

CREATE INDEX idx_commission_rules_property ON reserve.commission_rules (property_id, effective_from);
CREATE INDEX idx_commission_rules_city ON reserve.commission_rules (city_id, effective_from);
CREATE INDEX idx_tax_rules_city ON reserve.tax_rules (city_id, applies_to, tax_type, effective_from);

-- What a rule says is never changed: only when it ends is.
CREATE FUNCTION reserve.keep_rule() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - ARRAY['effective_to', 'ended_by', 'ended_at', 'end_reason']
        IS DISTINCT FROM to_jsonb(OLD) - ARRAY['effective_to', 'ended_by', 'ended_at', 'end_reason']
    THEN
        RAISE EXCEPTION '%: what rule % says is never changed', TG_TABLE_NAME, OLD.id USING ERRCODE = 'RC002';
    END IF;

    RETURN NEW;
END $$;

CREATE TRIGGER commission_rules_kept BEFORE UPDATE ON reserve.commission_rules
    FOR EACH ROW EXECUTE FUNCTION reserve.keep_rule();
CREATE TRIGGER tax_rules_kept BEFORE UPDATE ON reserve.tax_rules
    FOR EACH ROW EXECUTE FUNCTION reserve.keep_rule();

-- No booking can be confirmed without a rule: the default ones follow each other without a gap, and the last has no end.
CREATE FUNCTION reserve.check_default_commission() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    uncovered date;
BEGIN
    -- Two who each take away one of the last two: the second sees what the first has left.
    PERFORM pg_advisory_xact_lock(hashtextextended('reserve.commission_rules', 0));

    SELECT coalesce(max(r.effective_to) + 1, '-infinity')
    INTO uncovered
    FROM reserve.commission_rules r
    WHERE r.is_active
      AND r.property_id IS NULL
      AND r.city_id IS NULL
      AND r.effective_to IS NOT NULL
      AND NOT EXISTS (
          SELECT
          FROM reserve.commission_rules n
          WHERE n.is_active
            AND n.property_id IS NULL
            AND n.city_id IS NULL
            AND n.effective_from = r.effective_to + 1);

    IF uncovered <> '-infinity'
        OR NOT EXISTS (SELECT FROM reserve.commission_rules r WHERE r.is_active AND r.property_id IS NULL AND r.city_id IS NULL)
    THEN
        RAISE EXCEPTION 'no default commission rule would be in force on %', uncovered USING ERRCODE = 'RC007';
    END IF;

    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER commission_rules_default AFTER INSERT OR UPDATE OR DELETE ON reserve.commission_rules
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION reserve.check_default_commission();

-- IOF on transfers to properties by PIX (money.md): 0.38 %.
INSERT INTO reserve.tax_rules (id, tax_type, rate, applies_to, effective_from)
SELECT '0198b0a0-0000-7000-8000-000000000021', 'IOF', 0.38, 'payout', '2026-01-01'
WHERE NOT EXISTS (SELECT FROM reserve.tax_rules WHERE tax_type = 'IOF' AND applies_to = 'payout' AND city_id IS NULL AND is_active);

-- The rate of ISS that a booking was confirmed under, kept with it as its commission rule is: a rule that begins on the same day
-- does not move what stands.
ALTER TABLE reserve.reservations
    ADD COLUMN service_tax_rate numeric(5,2) NOT NULL DEFAULT 0 CHECK (service_tax_rate BETWEEN 0 AND 100);

UPDATE reserve.reservations r
SET service_tax_rate = coalesce((
    SELECT t.rate
    FROM reserve.tax_rules t
    JOIN reserve.cities c ON c.id = r.city_id
    CROSS JOIN LATERAL (SELECT (r.booked_at AT TIME ZONE c.time_zone)::date AS day) booked
    WHERE t.applies_to = 'commission'
      AND t.tax_type = 'ISS'
      AND t.is_active
      AND (t.city_id = r.city_id OR t.city_id IS NULL)
      AND t.effective_from <= booked.day
      AND (t.effective_to IS NULL OR t.effective_to >= booked.day)
    ORDER BY t.city_id NULLS LAST
    LIMIT 1), 0);

-- What a month's income of a city was taxed with, where the tax is on the month and not on the booking (PIS, COFINS): once, and
-- what it was worked out from. No row: not yet.
CREATE TABLE reserve.tax_accruals (
    id uuid PRIMARY KEY,
    tax_type text NOT NULL,
    -- NULL: income that belongs to no property, and so to no city.
    city_id uuid REFERENCES reserve.cities (id),
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    -- Income of the days on which a rule was in force; negative where more was given back than earned.
    base numeric(14,2) NOT NULL,
    amount numeric(12,2) NOT NULL,
    accrued_at timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (month, tax_type, city_id)
);

CREATE TRIGGER tax_accruals_append_only BEFORE UPDATE OR DELETE ON reserve.tax_accruals
    FOR EACH ROW EXECUTE FUNCTION reserve.refuse_change();
CREATE TRIGGER tax_accruals_no_truncate BEFORE TRUNCATE ON reserve.tax_accruals
    FOR EACH STATEMENT EXECUTE FUNCTION reserve.refuse_change();

CREATE INDEX idx_tax_accruals_accrued ON reserve.tax_accruals (accrued_at);

ALTER TABLE reserve.tax_accruals ENABLE ROW LEVEL SECURITY;
ALTER TABLE reserve.tax_accruals FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON reserve.tax_accruals TO reserve_service USING (true) WITH CHECK (true);
CREATE POLICY staff ON reserve.tax_accruals FOR SELECT TO reserve_staff USING (true);
GRANT SELECT, INSERT ON reserve.tax_accruals TO reserve_service;
GRANT SELECT ON reserve.tax_accruals TO reserve_staff;
