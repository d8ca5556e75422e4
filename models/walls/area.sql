-- What an area's place says of where it lies is what its parent says; a scope is a beginning of places (R12). Looked at
-- when the statement is over, because a parent may come in the same one.
CREATE FUNCTION area_is_placed() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
DECLARE
    above text := (SELECT p.place FROM area p WHERE p.scheme = NEW.scheme AND p.code = NEW.parent);
    own text := CASE WHEN NEW.level = 'province' THEN NEW.scheme || '-' ELSE '' END || NEW.code || '/';
    expected text := CASE WHEN NEW.parent IS NULL THEN own ELSE above || own END;
BEGIN
    IF NEW.place IS DISTINCT FROM expected THEN
        RAISE check_violation USING TABLE = 'area', CONSTRAINT = 'area_place_is_within_its_parents',
            MESSAGE = 'An area lies where its parent lies (R12).';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.place <> OLD.place THEN
        RAISE check_violation USING TABLE = 'area', CONSTRAINT = 'area_place_stays',
            MESSAGE = 'What lies in an area knows it by its place.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER area_place_is_within_its_parents AFTER INSERT OR UPDATE ON area
FOR EACH ROW EXECUTE FUNCTION area_is_placed();
