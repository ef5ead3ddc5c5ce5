-- Why: a process can die, or lose its line to the database, between doing a thing and keeping its answer. What is done again
-- under the key then needs a name that is the same both times, by which it finds what it did before.

ALTER TABLE reserve.answered_requests ADD COLUMN operation_id uuid;

UPDATE reserve.answered_requests
SET operation_id = claim;

ALTER TABLE reserve.answered_requests
    ALTER COLUMN operation_id SET NOT NULL,
    -- NULL: nobody is doing it. It was tried and came to nothing, as far as is known.
    ALTER COLUMN claim DROP NOT NULL;

COMMENT ON COLUMN reserve.answered_requests.request_hash IS 'HMAC-SHA-256 of path and body under the key itself, which is not kept: a body with a password cannot be guessed from it.';
