-- What became of a message does not un-become: one that was brought is not brought again.
CREATE FUNCTION delivery_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF NEW.state <> OLD.state THEN
        RAISE check_violation USING TABLE = 'delivery', CONSTRAINT = 'delivery_ends_once',
            MESSAGE = 'The delivery is over.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER delivery_ends_once BEFORE UPDATE ON delivery
FOR EACH ROW WHEN (OLD.state <> 'waiting') EXECUTE FUNCTION delivery_changes();
