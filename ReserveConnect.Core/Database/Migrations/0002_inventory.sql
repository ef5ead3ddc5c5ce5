-- Why: the Host's properties, room types and nights as this system sells them. The Host is the truth; these are
-- its map, and the only counters that are ours are bookings_count and temp_holds.

CREATE TABLE reserve.cities (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    state text NOT NULL,
    country text NOT NULL DEFAULT 'BR',
    time_zone text NOT NULL DEFAULT 'America/Sao_Paulo',
    currency text NOT NULL DEFAULT 'BRL',
    service_fee_percentage numeric(5,2) NOT NULL DEFAULT 0 CHECK (service_fee_percentage BETWEEN 0 AND 100),
    right_of_withdrawal boolean NOT NULL DEFAULT true,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE reserve.cancellation_policies (
    code text PRIMARY KEY,
    name text NOT NULL,
    -- [{"hours_before_check_in": 120, "refund_percentage": 100}, ...], the longest notice first
    tiers jsonb NOT NULL
);

CREATE TABLE reserve.properties_map (
    id uuid PRIMARY KEY,
    host_property_id uuid NOT NULL UNIQUE,
    city_id uuid NOT NULL REFERENCES reserve.cities (id),
    name text NOT NULL,
    slug text NOT NULL UNIQUE,
    description text NOT NULL DEFAULT '',
    property_type text NOT NULL DEFAULT 'other',
    address text,
    postal_code text,
    latitude double precision,
    longitude double precision,
    email text,
    phone text,
    amenities_cached jsonb NOT NULL DEFAULT '[]',
    images_cached jsonb NOT NULL DEFAULT '[]',
    rating numeric(3,2),
    reviews_count integer NOT NULL DEFAULT 0,
    cancellation_policy text NOT NULL DEFAULT 'moderate' REFERENCES reserve.cancellation_policies (code),
    is_active boolean NOT NULL DEFAULT true,
    is_published boolean NOT NULL DEFAULT true,
    host_version bigint NOT NULL DEFAULT 0,
    host_last_synced_at timestamptz,
    sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('pending', 'synced', 'failed')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_properties_city ON reserve.properties_map (city_id) WHERE is_active = true;
CREATE INDEX idx_properties_slug ON reserve.properties_map (slug) WHERE is_published = true;

CREATE TABLE reserve.unit_map (
    id uuid PRIMARY KEY,
    host_unit_id uuid NOT NULL UNIQUE,
    property_id uuid NOT NULL REFERENCES reserve.properties_map (id),
    name text NOT NULL,
    slug text NOT NULL,
    description text NOT NULL DEFAULT '',
    max_occupancy integer NOT NULL CHECK (max_occupancy >= 1),
    base_capacity integer NOT NULL CHECK (base_capacity >= 1),
    size_m2 integer,
    bed_configuration jsonb NOT NULL DEFAULT '[]',
    amenities_cached jsonb NOT NULL DEFAULT '[]',
    images_cached jsonb NOT NULL DEFAULT '[]',
    is_active boolean NOT NULL DEFAULT true,
    host_version bigint NOT NULL DEFAULT 0,
    host_last_synced_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (property_id, slug)
);

CREATE INDEX idx_units_property ON reserve.unit_map (property_id) WHERE is_active = true;

-- One current rate plan per unit: what money.md calls 'the rate plan'. base_price stands in for a night that the
-- calendar has no price for.
CREATE TABLE reserve.rate_plans (
    id uuid PRIMARY KEY,
    property_id uuid NOT NULL REFERENCES reserve.properties_map (id),
    unit_id uuid NOT NULL UNIQUE REFERENCES reserve.unit_map (id),
    name text NOT NULL DEFAULT 'standard',
    currency text NOT NULL DEFAULT 'BRL',
    base_price numeric(12,2) NOT NULL CHECK (base_price >= 0),
    extra_guest_fee numeric(12,2) NOT NULL DEFAULT 0 CHECK (extra_guest_fee >= 0),
    cleaning_fee numeric(12,2) NOT NULL DEFAULT 0 CHECK (cleaning_fee >= 0),
    service_fee_percentage numeric(5,2) NOT NULL DEFAULT 0 CHECK (service_fee_percentage BETWEEN 0 AND 100),
    -- [{"min_nights": 7, "percent": 10}, ...]
    length_of_stay_discounts jsonb NOT NULL DEFAULT '[]',
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE reserve.availability_calendar (
    unit_id uuid NOT NULL REFERENCES reserve.unit_map (id),
    date date NOT NULL,
    allotment integer NOT NULL DEFAULT 0 CHECK (allotment >= 0),
    bookings_count integer NOT NULL DEFAULT 0 CHECK (bookings_count >= 0),
    temp_holds integer NOT NULL DEFAULT 0 CHECK (temp_holds >= 0),
    effective_allotment integer GENERATED ALWAYS AS (allotment - bookings_count - temp_holds) STORED,
    host_sold_count integer NOT NULL DEFAULT 0,
    price numeric(12,2) CHECK (price >= 0),
    is_available boolean NOT NULL DEFAULT true,
    min_stay smallint NOT NULL DEFAULT 1,
    max_stay smallint NOT NULL DEFAULT 365,
    closed_to_arrival boolean NOT NULL DEFAULT false,
    closed_to_departure boolean NOT NULL DEFAULT false,
    host_version bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (unit_id, date)
) WITH (fillfactor = 80);

CREATE INDEX idx_availability_effective ON reserve.availability_calendar (unit_id, date)
    WHERE is_available = true AND effective_allotment > 0;

CREATE TABLE reserve.sync_jobs (
    id uuid PRIMARY KEY,
    job_type text NOT NULL CHECK (job_type IN ('property_sync', 'room_type_sync', 'availability_sync')),
    property_id uuid REFERENCES reserve.properties_map (id),
    city_id uuid REFERENCES reserve.cities (id),
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed')),
    is_full boolean NOT NULL DEFAULT true,
    error_message text,
    records_processed integer NOT NULL DEFAULT 0,
    records_failed integer NOT NULL DEFAULT 0,
    -- The Host's change version up to which this job has read; the next incremental job starts behind it.
    host_version bigint,
    next_cursor text,
    started_at timestamptz NOT NULL,
    completed_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_sync_jobs_latest ON reserve.sync_jobs (job_type, city_id, started_at DESC);
