-- Only the roles.
DO $$
DECLARE
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(7223);
    FOREACH name IN ARRAY ARRAY['reserve_service', 'reserve_staff', 'reserve_owner', 'reserve_guest', 'reserve_anonymous'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END;
        END IF;
    END LOOP;
END $$;
