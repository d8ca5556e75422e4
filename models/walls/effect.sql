-- An answer that was given, and a key that was given up, stay as they are (T29).
CREATE FUNCTION effect_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF (NEW.request, NEW.status, NEW.answer_sealed, NEW.is_void)
        IS DISTINCT FROM (OLD.request, OLD.status, OLD.answer_sealed, OLD.is_void) THEN
        RAISE check_violation USING TABLE = 'effect', CONSTRAINT = 'effect_is_decided_once',
            MESSAGE = 'The effect is done or void.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER effect_is_decided_once BEFORE UPDATE ON effect
FOR EACH ROW WHEN (OLD.status IS NOT NULL OR OLD.is_void) EXECUTE FUNCTION effect_changes();
