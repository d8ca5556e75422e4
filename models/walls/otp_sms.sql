-- Two SMS of one account, or to one number, lie apart (R4, T06). A check cannot see other rows, and an exclusion
-- constraint cannot add an interval to a time. The guard's row is locked, so that two at once are seen too.
CREATE FUNCTION otp_sms_begins() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    PERFORM FROM otp_guard g WHERE g.account_id = NEW.account_id FOR UPDATE;
    IF EXISTS (
        SELECT FROM otp_sms s
        WHERE (s.account_id = NEW.account_id OR s.phone_key = NEW.phone_key)
            AND s.claimed_at > NEW.claimed_at - {resend_pause} AND s.outcome <> 'failed'
    ) THEN
        RAISE check_violation USING TABLE = 'otp_sms', CONSTRAINT = 'otp_sms_lie_apart',
            MESSAGE = 'The last SMS is too fresh (R4).';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER otp_sms_lie_apart BEFORE INSERT ON otp_sms
FOR EACH ROW EXECUTE FUNCTION otp_sms_begins();

-- What surely happened to an SMS does not un-happen: a failed one counts towards no limit.
CREATE FUNCTION otp_sms_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF NEW.outcome <> OLD.outcome THEN
        RAISE check_violation USING TABLE = 'otp_sms', CONSTRAINT = 'otp_sms_outcome_stays',
            MESSAGE = 'The outcome of the SMS is known already.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER otp_sms_outcome_stays BEFORE UPDATE ON otp_sms
FOR EACH ROW WHEN (OLD.outcome IN ('sent', 'failed')) EXECUTE FUNCTION otp_sms_changes();
