-- A challenge begins open, for the number the account has, or for its first one where it has none (R3, R4). Whatever
-- rows the policies show to whoever asks, the number is looked up; so with the rights of the tables' owner.
CREATE FUNCTION otp_challenge_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    registered bytea := (SELECT a.phone_key FROM account a WHERE a.id = NEW.account_id);
    expected bytea := CASE WHEN NEW.purpose <> 'first_phone' THEN NEW.phone_key END;
BEGIN
    IF NEW.used_at IS NOT NULL OR NEW.voided_at IS NOT NULL THEN
        RAISE check_violation USING TABLE = 'otp_challenge', CONSTRAINT = 'otp_challenge_begins_open',
            MESSAGE = 'A challenge begins open (R4).';
    END IF;
    IF registered IS DISTINCT FROM expected THEN
        RAISE check_violation USING TABLE = 'otp_challenge', CONSTRAINT = 'otp_challenge_goes_to_the_registered_phone',
            MESSAGE = 'An OTP goes to the registered phone (R3, R4).';
    END IF;
    NEW.used_in := NULL;
    RETURN NEW;
END $$;

CREATE TRIGGER otp_challenge_begins_open BEFORE INSERT ON otp_challenge
FOR EACH ROW EXECUTE FUNCTION otp_challenge_begins();

-- A challenge that is used or void stays so; a new life comes only with a new code, and the codes one by one (R4).
CREATE FUNCTION otp_challenge_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
DECLARE
    is_over boolean := OLD.used_at IS NOT NULL OR OLD.voided_at IS NOT NULL;
    unchanged boolean := (NEW.counter, NEW.expires_at, NEW.used_at, NEW.voided_at)
        IS NOT DISTINCT FROM (OLD.counter, OLD.expires_at, OLD.used_at, OLD.voided_at);
BEGIN
    IF is_over AND NOT unchanged THEN
        RAISE check_violation USING TABLE = 'otp_challenge', CONSTRAINT = 'otp_challenge_works_once',
            MESSAGE = 'The challenge is used or void (R4).';
    END IF;
    IF NEW.counter NOT IN (OLD.counter, OLD.counter + 1) THEN
        RAISE check_violation USING TABLE = 'otp_challenge', CONSTRAINT = 'otp_challenge_counts_by_1',
            MESSAGE = 'Codes follow one another (R4).';
    END IF;
    IF NEW.counter = OLD.counter AND NEW.expires_at > OLD.expires_at THEN
        RAISE check_violation USING TABLE = 'otp_challenge', CONSTRAINT = 'otp_challenge_old_code_gets_no_new_life',
            MESSAGE = 'Only a new code gets a new life (R4, R6).';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER otp_challenge_works_once BEFORE UPDATE ON otp_challenge
FOR EACH ROW EXECUTE FUNCTION otp_challenge_changes();

-- Nothing is confirmed while the account is locked or its OTP disabled (R5), or with a code that was not sent, or not
-- lately (R4, R6). The guard's row is locked meanwhile, so a fifth wrong guess elsewhere cannot slip in between.
CREATE FUNCTION otp_challenge_is_confirmed() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
DECLARE
    guard otp_guard;
BEGIN
    SELECT * INTO STRICT guard FROM otp_guard g WHERE g.account_id = NEW.account_id FOR UPDATE;
    IF guard.locked_until > NEW.used_at OR guard.streak >= {max_otp_streak} THEN
        RAISE check_violation USING TABLE = 'otp_challenge', CONSTRAINT = 'otp_challenge_is_not_confirmed_while_locked',
            MESSAGE = 'No OTP is confirmed while the account is locked (R5).';
    END IF;
    IF NOT EXISTS (
        SELECT FROM otp_sms s
        WHERE s.challenge_id = NEW.id AND s.counter = NEW.counter AND NEW.used_at - s.claimed_at <= {otp_lifetime}
    ) THEN
        RAISE check_violation USING TABLE = 'otp_challenge', CONSTRAINT = 'otp_challenge_confirms_a_code_lately_sent',
            MESSAGE = 'That code was not sent, or too long ago (R4, R6).';
    END IF;
    NEW.used_in := {this_transaction};
    RETURN NEW;
END $$;

CREATE TRIGGER otp_challenge_is_confirmed_lately_sent BEFORE UPDATE ON otp_challenge
FOR EACH ROW WHEN (OLD.used_at IS NULL AND NEW.used_at IS NOT NULL) EXECUTE FUNCTION otp_challenge_is_confirmed();
