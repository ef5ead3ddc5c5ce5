-- Why: much of what a posting cost was not the posting. Entries had an index by a type of which there are few, and indexes of references
-- that many entries do not have; and each head locked the row of its property, which wrote that row too. What is looked for is still found,
-- and a property in the books is still one that there is.

DROP INDEX
    reserve.idx_ledger_type, reserve.idx_ledger_reservation, reserve.idx_ledger_transactions_reservation, reserve.idx_ledger_transactions_intent,
    reserve.idx_ledger_transactions_property;

CREATE INDEX idx_ledger_reservation ON reserve.financial_ledger (reservation_id) WHERE reservation_id IS NOT NULL;
CREATE INDEX idx_ledger_transactions_reservation ON reserve.ledger_transactions (reservation_id) WHERE reservation_id IS NOT NULL;
CREATE INDEX idx_ledger_transactions_intent ON reserve.ledger_transactions (booking_intent_id) WHERE booking_intent_id IS NOT NULL;
CREATE INDEX idx_ledger_transactions_property ON reserve.ledger_transactions (property_id) WHERE property_id IS NOT NULL;

-- A foreign key would lock the property's row for every posting. So a posting asks whether there is one, and whoever deletes one, which
-- nobody does in the ordinary course of things, waits for the postings under way and is refused it if the books name it.
ALTER TABLE reserve.ledger_transactions DROP CONSTRAINT ledger_transactions_property_id_fkey;

CREATE FUNCTION reserve.keep_property_of_books() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    LOCK TABLE reserve.ledger_transactions IN SHARE MODE;
    IF EXISTS (SELECT FROM reserve.ledger_transactions t WHERE t.property_id = OLD.id) THEN
        RAISE EXCEPTION 'the books name property %', OLD.id USING ERRCODE = 'foreign_key_violation';
    END IF;

    RETURN coalesce(NEW, OLD);
END $$;

REVOKE EXECUTE ON FUNCTION reserve.keep_property_of_books FROM PUBLIC;

CREATE TRIGGER properties_map_of_books BEFORE DELETE OR UPDATE OF id ON reserve.properties_map
    FOR EACH ROW EXECUTE FUNCTION reserve.keep_property_of_books();

CREATE OR REPLACE FUNCTION reserve.check_ledger_balance() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    entries record;
BEGIN
    SELECT count(*) AS number,
           min(l.currency) = max(l.currency) AS is_one_currency,
           sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) AS difference,
           NEW.property_id IS NULL OR EXISTS (SELECT FROM reserve.properties_map p WHERE p.id = NEW.property_id) AS is_of_a_property
    INTO entries
    FROM reserve.financial_ledger l
    WHERE l.transaction_id = NEW.id;

    IF entries.number = 0 THEN
        RAISE EXCEPTION 'ledger transaction % has no entries', NEW.id USING ERRCODE = 'RC003';
    ELSIF NOT entries.is_one_currency THEN
        RAISE EXCEPTION 'ledger transaction % is in more than one currency', NEW.id USING ERRCODE = 'RC003';
    ELSIF entries.difference <> 0 THEN
        RAISE EXCEPTION 'ledger transaction % is out of balance by %', NEW.id, entries.difference USING ERRCODE = 'RC003';
    ELSIF NOT entries.is_of_a_property THEN
        RAISE EXCEPTION 'ledger transaction % names a property that there is not', NEW.id USING ERRCODE = 'foreign_key_violation';
    END IF;

    RETURN NULL;
END $$;
