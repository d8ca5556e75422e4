-- A captcha is judged once and opens one door (T33); a check sees only the new row, this sees the old one too.
CREATE FUNCTION captcha_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF OLD.judged_at IS NOT NULL AND (NEW.judged_at, NEW.solved) IS DISTINCT FROM (OLD.judged_at, OLD.solved) THEN
        RAISE check_violation USING TABLE = 'captcha', CONSTRAINT = 'captcha_is_judged_once',
            MESSAGE = 'The captcha was answered already (R3).';
    END IF;
    IF OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at THEN
        RAISE check_violation USING TABLE = 'captcha', CONSTRAINT = 'captcha_is_used_once',
            MESSAGE = 'The captcha was used already (R3).';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER captcha_is_used_once BEFORE UPDATE ON captcha
FOR EACH ROW EXECUTE FUNCTION captcha_changes();
