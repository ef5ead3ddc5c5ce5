-- Why: a gift of ours before a cancellation is no fee for the property. Everybody gives back what the guest is owed; what of it
-- went back before does not go back again, and the gift is no expense any more.

ALTER TABLE reserve.cancellations
    ADD COLUMN already_given numeric(12,2) NOT NULL DEFAULT 0 CHECK (already_given >= 0),
    DROP CONSTRAINT shares_add_up,
    ADD CONSTRAINT shares_add_up
        CHECK (refund_amount + already_given = reversed_property + reversed_commission + reversed_service_fee + reversed_tax);
