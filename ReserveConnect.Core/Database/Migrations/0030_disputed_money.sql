-- Why: a charge that is disputed cannot be given back by us, and one whose dispute was lost has been given back by the bank.
-- A refund waits for the first and is settled by the second.

ALTER TABLE reserve.refunds
    -- While it is not made: the dispute whose end it waits for. Once it is: the dispute by which the guest has the money.
    ADD COLUMN dispute_id uuid REFERENCES reserve.disputes (id);

CREATE INDEX idx_refunds_dispute ON reserve.refunds (dispute_id) WHERE dispute_id IS NOT NULL;

-- A bank may take and give in parts, and a provider may charge for it alone: what is kept is the sum of it.
ALTER TABLE reserve.disputes
    ADD COLUMN movements integer NOT NULL DEFAULT 0,
    DROP CONSTRAINT disputes_withdrawn_amount_check,
    DROP CONSTRAINT disputes_reinstated_amount_check,
    ADD CHECK (withdrawn_amount >= 0),
    ADD CHECK (reinstated_amount BETWEEN 0 AND withdrawn_amount);

UPDATE reserve.disputes
SET movements = 1
WHERE withdrawn_amount IS NOT NULL;
