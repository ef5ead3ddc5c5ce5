-- Why: a search that runs in SQL alone prices a stay itself, and money is rounded half to even once, at the end of each line;
-- PostgreSQL's round() rounds a half away from zero.
CREATE FUNCTION reserve.round_half_even(amount numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- A half of the cents' number ends in .25 or .75 there, so that round() is never asked about a tie.
    SELECT CASE WHEN abs(amount * 100 % 1) = 0.5 THEN round(amount * 50) * 0.02 ELSE round(amount, 2) END
$$;

COMMENT ON FUNCTION reserve.round_half_even(numeric) IS 'An amount of money with two places: a half goes to the even cent.';
