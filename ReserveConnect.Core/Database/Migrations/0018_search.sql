-- Why: a cursor names every property that was shown, so each has a number that is small, never changes and is the same in
-- every process.
ALTER TABLE reserve.properties_map
    ADD COLUMN number integer GENERATED ALWAYS AS IDENTITY;

CREATE UNIQUE INDEX idx_properties_number ON reserve.properties_map (number);
