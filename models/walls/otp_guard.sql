-- Whether an admin lets the account's OTP work again in this very transaction; that is an act of its own (T25).
CREATE FUNCTION otp_is_enabled_now(whose bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM admin_act d
        WHERE d.account_id = whose AND d.act = 'otp_enabled' AND d.written_in = {this_transaction}
    );
END $$;

-- The counts move one guess at a time, whatever the code above believes (R5). How far they may go is a check; how they
-- get there needs the old row. Whether a lock is over is a question of time, which SQL does not ask; so a lock can be
-- taken for over too early here, but the streak goes on, and at its limit it never falls again.
CREATE FUNCTION otp_guard_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
DECLARE
    counted bigint := CASE WHEN OLD.locked_until IS NULL THEN OLD.failures ELSE 0 END;
    unchanged boolean := (NEW.failures, NEW.streak, NEW.locked_until)
        IS NOT DISTINCT FROM (OLD.failures, OLD.streak, OLD.locked_until);
    guessed_wrong boolean := NEW.failures = counted + 1 AND NEW.streak = OLD.streak + 1;
    lock_is_over boolean := OLD.locked_until IS NOT NULL AND NEW.locked_until IS NULL
        AND NEW.failures = 0 AND NEW.streak = OLD.streak;
    guessed_right boolean := NEW.failures = 0 AND NEW.streak = 0 AND NEW.locked_until IS NULL
        AND (OLD.streak < {max_otp_streak} OR otp_is_enabled_now(NEW.account_id));
BEGIN
    IF unchanged OR guessed_wrong OR lock_is_over OR guessed_right THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING TABLE = 'otp_guard', CONSTRAINT = 'otp_guard_counts_by_1',
        MESSAGE = 'No guess changes the guard like that (R5).';
END $$;

CREATE TRIGGER otp_guard_counts_by_1 BEFORE UPDATE ON otp_guard
FOR EACH ROW EXECUTE FUNCTION otp_guard_changes();

-- A streak ends with a right OTP, or, at its limit, by an admin's act, and with nothing else; looked at when the transaction ends,
-- because the challenge may be used before or after.
CREATE FUNCTION otp_guard_is_cleared() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF NOT (OLD.streak >= {max_otp_streak} AND otp_is_enabled_now(NEW.account_id)) AND NOT EXISTS (
        SELECT FROM otp_challenge c WHERE c.account_id = NEW.account_id AND c.used_in = {this_transaction}
    ) THEN
        RAISE check_violation USING TABLE = 'otp_guard', CONSTRAINT = 'otp_guard_is_cleared_by_a_right_otp',
            MESSAGE = 'Wrong OTPs are forgotten only for a right one (R5).';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER otp_guard_is_cleared_by_a_right_otp AFTER UPDATE ON otp_guard
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.streak < OLD.streak) EXECUTE FUNCTION otp_guard_is_cleared();

CREATE CONSTRAINT TRIGGER otp_guard_is_in_the_history AFTER UPDATE ON otp_guard
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.streak > OLD.streak) EXECUTE FUNCTION attempt_is_in_the_history();
