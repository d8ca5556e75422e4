-- A unit changes by its keeper's act, written in the same transaction, and by the act that fits (T25). Row policies say
-- whose units. The tables' owner, whom no policy binds, is not bound here either.
CREATE FUNCTION unit_change_is_an_act() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
DECLARE
    wanted text := CASE
        WHEN TG_OP = 'INSERT' THEN 'unit_created'
        WHEN OLD.is_open AND NOT NEW.is_open THEN 'unit_closed'
        WHEN NEW.is_open AND NOT OLD.is_open THEN 'unit_reopened'
        ELSE 'unit_edited'
    END;
BEGIN
    IF row_security_active('unit') AND NOT EXISTS (
        SELECT FROM admin_act d WHERE d.unit_id = NEW.id AND d.act = wanted AND d.written_in = {this_transaction}
    ) THEN
        RAISE check_violation USING TABLE = 'unit', CONSTRAINT = 'unit_change_is_an_act',
            MESSAGE = 'A change of a unit without its row in the history (T25).';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER unit_change_is_an_act AFTER INSERT OR UPDATE ON unit
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION unit_change_is_an_act();

-- Nobody works at a closed unit. With the owner's rights: whoever the policies hide works there all the same. The lock
-- lets a closing and somebody's coming wait for each other.
CREATE FUNCTION unit_is_closed_empty() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    IF EXISTS (SELECT FROM account a WHERE a.unit_id = NEW.id AND a.is_active) THEN
        RAISE check_violation USING TABLE = 'unit', CONSTRAINT = 'unit_closed_has_no_active_accounts',
            MESSAGE = 'Somebody still works at the unit.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER unit_closed_has_no_active_accounts AFTER UPDATE OF is_open ON unit
FOR EACH ROW WHEN (OLD.is_open AND NOT NEW.is_open) EXECUTE FUNCTION unit_is_closed_empty();

CREATE FUNCTION account_comes_to_an_open_unit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    PERFORM FROM unit u WHERE u.id = NEW.unit_id AND u.is_open FOR SHARE;
    IF NOT FOUND THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_works_at_an_open_unit',
            MESSAGE = 'The unit is closed.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER account_works_at_an_open_unit AFTER INSERT OR UPDATE OF unit_id, is_active ON account
FOR EACH ROW WHEN (NEW.is_active) EXECUTE FUNCTION account_comes_to_an_open_unit();
