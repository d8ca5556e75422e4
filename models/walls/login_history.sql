-- Rows are added, never changed or removed, by nobody, through no door (R2). A grant binds everybody but the owner of
-- the table; a trigger binds the owner too.
CREATE FUNCTION login_history_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    RAISE restrict_violation USING TABLE = 'login_history', CONSTRAINT = 'login_history_is_never_changed',
        MESSAGE = 'The login history is never changed (R2).';
END $$;

CREATE TRIGGER login_history_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON login_history
FOR EACH STATEMENT EXECUTE FUNCTION login_history_stays();

-- Which transaction wrote a row cannot be claimed, only observed. It is the top one, so savepoints do not matter.
CREATE FUNCTION login_history_is_written() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    NEW.written_in := {this_transaction};
    RETURN NEW;
END $$;

CREATE TRIGGER login_history_notes_its_transaction BEFORE INSERT ON login_history
FOR EACH ROW EXECUTE FUNCTION login_history_is_written();

-- An attempt that leaves something behind leaves its row behind too (R2). Whose trigger this is says what it left; it
-- looks at the end of the transaction, because the two may be written in either order.
-- With the owner's rights: what a policy hides from whoever made the attempt is written all the same.
CREATE FUNCTION attempt_is_in_the_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM login_history h WHERE h.account_id = NEW.account_id AND h.written_in = {this_transaction}
    ) THEN
        RAISE check_violation USING TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
            MESSAGE = 'An attempt without its row in the login history (R2).';
    END IF;
    RETURN NULL;
END $$;
