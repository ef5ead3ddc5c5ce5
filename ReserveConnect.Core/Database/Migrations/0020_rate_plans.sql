-- Why: what a night costs, how many guests it is for, what a long stay saves and what cleaning costs depend on the season.
-- Beside a unit's standard plan, which has no dates and always stands behind, there may be seasons, of the unit or of the
-- whole property. A night's plan is the unit's season, else the property's, else the standard plan.

ALTER TABLE reserve.rate_plans
    DROP CONSTRAINT rate_plans_unit_id_key,
    ALTER COLUMN unit_id DROP NOT NULL,
    -- Null in a season: the property's.
    ALTER COLUMN cleaning_fee DROP NOT NULL,
    ADD COLUMN valid_from date,
    ADD COLUMN valid_to date,
    -- Null: the unit's.
    ADD COLUMN base_capacity integer CHECK (base_capacity >= 1),
    ADD COLUMN is_season boolean GENERATED ALWAYS AS (valid_from IS NOT NULL OR valid_to IS NOT NULL) STORED,
    ADD CONSTRAINT valid_dates CHECK (valid_to >= valid_from),
    ADD CONSTRAINT standard_is_of_a_unit CHECK (unit_id IS NOT NULL OR valid_from IS NOT NULL OR valid_to IS NOT NULL),
    ADD CONSTRAINT standard_has_a_cleaning_fee CHECK (cleaning_fee IS NOT NULL OR valid_from IS NOT NULL OR valid_to IS NOT NULL);

-- A unit's plan names the unit's own property.
ALTER TABLE reserve.unit_map ADD CONSTRAINT unit_map_id_property_key UNIQUE (id, property_id);
ALTER TABLE reserve.rate_plans
    ADD CONSTRAINT rate_plans_unit_of_property FOREIGN KEY (unit_id, property_id)
        REFERENCES reserve.unit_map (id, property_id) ON UPDATE CASCADE;

COMMENT ON COLUMN reserve.rate_plans.valid_from IS 'First local date that a season is in force on; null: since ever.';
COMMENT ON COLUMN reserve.rate_plans.valid_to IS 'Last local date that a season is in force on; null: for ever.';
COMMENT ON COLUMN reserve.rate_plans.unit_id IS 'Null: a season of the whole property.';

-- A season of a property is one of many rooms: what it does not name is as in the standard plan of each.
ALTER TABLE reserve.rate_plans
    ALTER COLUMN base_price DROP NOT NULL,
    ALTER COLUMN extra_guest_fee DROP NOT NULL,
    ALTER COLUMN length_of_stay_discounts DROP NOT NULL,
    ADD CONSTRAINT standard_names_everything CHECK (
        is_season OR (base_price IS NOT NULL AND extra_guest_fee IS NOT NULL AND length_of_stay_discounts IS NOT NULL));

CREATE UNIQUE INDEX idx_rate_plans_standard ON reserve.rate_plans (unit_id) WHERE NOT is_season;
CREATE INDEX idx_rate_plans_seasons ON reserve.rate_plans (property_id, unit_id) WHERE is_season;

-- Two seasons of one level never share a day. An exclusion constraint would need an extension (btree_gist), and where this
-- runs nobody may be allowed to make one; the lock keeps two writers of one property from not seeing each other.
CREATE FUNCTION reserve.refuse_overlapping_seasons() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('rate_plans:' || NEW.property_id, 0));
    IF EXISTS (
        SELECT
        FROM reserve.rate_plans other
        WHERE other.is_season
          AND other.property_id = NEW.property_id
          AND other.unit_id IS NOT DISTINCT FROM NEW.unit_id
          AND other.id <> NEW.id
          AND daterange(other.valid_from, other.valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]'))
    THEN
        RAISE EXCEPTION 'two seasons of property % share a day', NEW.property_id
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'seasons_do_not_overlap';
    END IF;

    RETURN NULL;
END $$;

CREATE TRIGGER seasons_do_not_overlap
    AFTER INSERT OR UPDATE OF property_id, unit_id, valid_from, valid_to ON reserve.rate_plans
    FOR EACH ROW
    WHEN (NEW.valid_from IS NOT NULL OR NEW.valid_to IS NOT NULL)
    EXECUTE FUNCTION reserve.refuse_overlapping_seasons();

-- A season of a property is seen by whoever sees the property.
DROP POLICY catalogue ON reserve.rate_plans;
CREATE POLICY catalogue ON reserve.rate_plans FOR SELECT TO reserve_anonymous, reserve_guest, reserve_owner
    USING (CASE
        WHEN unit_id IS NULL THEN EXISTS (SELECT FROM reserve.properties_map p WHERE p.id = property_id)
        ELSE EXISTS (SELECT FROM reserve.unit_map u WHERE u.id = unit_id AND u.is_active)
    END);

-- Infants sleep in a cot: they count neither towards the occupancy nor towards the price, but the house wants to know.
ALTER TABLE reserve.booking_intents
    ADD COLUMN guests_infants integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT valid_infants CHECK (guests_infants BETWEEN 0 AND 10);

-- The secret address of a property's calendar: what it is compared with, and, sealed, what its owner is shown.
CREATE TABLE reserve.property_calendar_links (
    property_id uuid PRIMARY KEY REFERENCES reserve.properties_map (id),
    token_hash bytea NOT NULL CHECK (length(token_hash) = 32),
    token_sealed text NOT NULL,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL
);

ALTER TABLE reserve.property_calendar_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE reserve.property_calendar_links FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON reserve.property_calendar_links TO reserve_service USING (true) WITH CHECK (true);
CREATE POLICY own ON reserve.property_calendar_links FOR SELECT TO reserve_owner
    USING (property_id = ANY ((SELECT reserve.actor_properties())::uuid[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON reserve.property_calendar_links TO reserve_service;
GRANT SELECT ON reserve.property_calendar_links TO reserve_owner;
