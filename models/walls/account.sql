-- Every account has a guard from its first moment, and nobody needs the right to make or remove one: so this function
-- runs with the rights of the tables' owner.
CREATE FUNCTION account_gets_its_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    INSERT INTO otp_guard (account_id, failures, streak) VALUES (NEW.id, 0, 0);
    RETURN NULL;
END $$;

CREATE TRIGGER account_has_a_guard AFTER INSERT ON account
FOR EACH ROW EXECUTE FUNCTION account_gets_its_guard();

-- A number becomes the account's when its OTP is confirmed, and only where there was none (R3). That the proof is a
-- used challenge of this account and number is a foreign key; that it comes along with the number needs the old row.
-- Another number, or the first one of a new account, is given by an admin, whose act stands in the history (T08).
CREATE FUNCTION account_phone_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF (NEW.phone_sealed, NEW.phone_key, NEW.phone_proof)
        IS NOT DISTINCT FROM (OLD.phone_sealed, OLD.phone_key, OLD.phone_proof) THEN
        RETURN NEW;
    END IF;
    IF NEW.phone_key IS NOT NULL AND NEW.phone_proof IS NULL AND row_security_active('account') AND EXISTS (
        SELECT FROM admin_act d
        WHERE d.account_id = NEW.id AND d.act = 'phone_rebound' AND d.written_in = {this_transaction}
    ) THEN
        RETURN NEW;
    END IF;
    IF OLD.phone_key IS NOT NULL THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_has_one_first_phone',
            MESSAGE = 'The account has a phone already (R3).';
    END IF;
    IF NEW.phone_proof IS NULL THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_first_phone_is_proven',
            MESSAGE = 'A phone without its confirmed OTP (R3).';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER account_first_phone BEFORE UPDATE ON account
FOR EACH ROW EXECUTE FUNCTION account_phone_changes();

-- An OTP of another day proves no phone (R3, R4); one for something else cannot be: without a phone there is no other.
CREATE FUNCTION account_phone_is_proven_now() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM otp_challenge c
        WHERE c.id = NEW.phone_proof AND c.used_in = {this_transaction}
    ) THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_first_phone_is_proven_now',
            MESSAGE = 'A phone with an OTP that was confirmed before (R3).';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER account_first_phone_is_proven_now AFTER UPDATE ON account
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.phone_proof IS DISTINCT FROM OLD.phone_proof AND NEW.phone_proof IS NOT NULL) EXECUTE FUNCTION account_phone_is_proven_now();
