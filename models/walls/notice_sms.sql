-- What surely happened to an SMS does not un-happen: a failed one counts towards no limit.
CREATE FUNCTION notice_sms_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF NEW.outcome <> OLD.outcome THEN
        RAISE check_violation USING TABLE = 'notice_sms', CONSTRAINT = 'notice_sms_outcome_stays',
            MESSAGE = 'The outcome of the SMS is known already.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER notice_sms_outcome_stays BEFORE UPDATE ON notice_sms
FOR EACH ROW WHEN (OLD.outcome IN ('sent', 'failed')) EXECUTE FUNCTION notice_sms_changes();
