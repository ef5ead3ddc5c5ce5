-- Why: the Host names the cleaning fee and the currency on the property, but a stay is priced from the unit's rate
-- plan; and the nights on which the two systems count differently must be found without reading a year of nights.

ALTER TABLE reserve.properties_map
    ADD COLUMN cleaning_fee numeric(12,2) NOT NULL DEFAULT 0 CHECK (cleaning_fee >= 0),
    ADD COLUMN currency text NOT NULL DEFAULT 'BRL';

ALTER TABLE reserve.unit_map
    ADD COLUMN sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('pending', 'synced', 'failed'));

CREATE INDEX idx_availability_counts_differ ON reserve.availability_calendar (unit_id, date)
    WHERE host_sold_count <> bookings_count;

CREATE INDEX idx_availability_overbooked ON reserve.availability_calendar (unit_id, date)
    WHERE allotment < bookings_count + temp_holds;

CREATE INDEX idx_units_created ON reserve.unit_map (created_at);
