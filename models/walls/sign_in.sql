-- A sign-in that has ended does not come back: after a lock the password comes first again (R5).
CREATE FUNCTION sign_in_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
        RAISE check_violation USING TABLE = 'sign_in', CONSTRAINT = 'sign_in_ends_once',
            MESSAGE = 'The sign-in has ended.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER sign_in_ends_once BEFORE UPDATE ON sign_in
FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION sign_in_changes();

CREATE CONSTRAINT TRIGGER sign_in_is_in_the_history AFTER INSERT ON sign_in
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION attempt_is_in_the_history();
