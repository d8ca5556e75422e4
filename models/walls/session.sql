-- A session lives as long as it was given, and one that has ended does not come back.
CREATE FUNCTION session_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL AND (NEW.ended_at, NEW."end") IS DISTINCT FROM (OLD.ended_at, OLD."end") THEN
        RAISE check_violation USING TABLE = 'session', CONSTRAINT = 'session_ends_once',
            MESSAGE = 'The session has ended.';
    END IF;
    IF NEW.expires_at <> OLD.expires_at THEN
        RAISE check_violation USING TABLE = 'session', CONSTRAINT = 'session_life_is_fixed',
            MESSAGE = 'A session gets no new life.';
    END IF;
    IF NEW.otp_proven_at <> OLD.otp_proven_at AND NOT EXISTS (
        SELECT FROM otp_challenge c
        WHERE c.account_id = NEW.account_id AND c.purpose = 'step_up' AND c.object = NEW.id::text
            AND c.used_in = {this_transaction} AND c.used_at = NEW.otp_proven_at
    ) THEN
        RAISE check_violation USING TABLE = 'session', CONSTRAINT = 'session_proves_an_otp_by_its_own',
            MESSAGE = 'An OTP was not confirmed for this session just now.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER session_ends_once BEFORE UPDATE ON session
FOR EACH ROW EXECUTE FUNCTION session_changes();

-- An OTP opens a session at once, for the sign-in that asked for it, in the chat where that began (R1, R4); addresses
-- change. That it is a used one of this account is a foreign key; that it is no older one, for nothing else, is here.
CREATE FUNCTION session_is_opened_by_its_otp() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM otp_challenge c
        JOIN sign_in s ON s.id = CASE WHEN pg_input_is_valid(c.object, 'uuid') THEN c.object::uuid END
        WHERE c.id = NEW.challenge_id AND c.used_in = {this_transaction} AND c.purpose IN ('sign_in', 'first_phone')
            AND s.account_id = NEW.account_id AND s.channel = NEW.channel
            AND (s.source = NEW.source OR s.channel = 'api')
    ) THEN
        RAISE check_violation USING TABLE = 'session', CONSTRAINT = 'session_is_opened_by_its_own_otp',
            MESSAGE = 'A session opened by an OTP that was not for it (R1, R4).';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER session_is_opened_by_its_own_otp AFTER INSERT ON session
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION session_is_opened_by_its_otp();

CREATE CONSTRAINT TRIGGER session_is_in_the_history AFTER INSERT ON session
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION attempt_is_in_the_history();
