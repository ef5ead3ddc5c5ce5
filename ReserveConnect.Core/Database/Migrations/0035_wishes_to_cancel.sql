-- Why: a guest who asks to cancel while a paid change of the booking is with a silent Host has to wait for its end, and a tier of
-- the policy, or the right of withdrawal, may end meanwhile. What counts is when they asked.

ALTER TABLE reserve.reservations
    -- When its guest first asked to cancel and a change that was under way kept them from it; when that ended is in the audit.
    -- NULL: nobody did, or another change was ordered since.
    ADD COLUMN cancel_wished_at timestamptz;
