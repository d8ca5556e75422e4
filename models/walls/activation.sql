-- An activation begins with an admin's act on the account, in the same transaction, and open.
CREATE FUNCTION activation_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    IF (NEW.failures, NEW.token_digest, NEW.voided_at, NEW.used_at) IS DISTINCT FROM (0::bigint, NULL, NULL, NULL) THEN
        RAISE check_violation USING TABLE = 'activation', CONSTRAINT = 'activation_begins_open',
            MESSAGE = 'An activation begins open.';
    END IF;
    IF NOT EXISTS (
        SELECT FROM admin_act d WHERE d.account_id = NEW.account_id AND d.written_in = {this_transaction}
    ) THEN
        RAISE check_violation USING TABLE = 'activation', CONSTRAINT = 'activation_begins_with_an_act',
            MESSAGE = 'An activation without its row in the history (T25).';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER activation_begins_open BEFORE INSERT ON activation
FOR EACH ROW EXECUTE FUNCTION activation_begins();

-- One that is used or void stays so, and what surely became of its SMS too.
CREATE FUNCTION activation_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF (OLD.used_at IS NOT NULL OR OLD.voided_at IS NOT NULL) AND (NEW.used_at, NEW.voided_at, NEW.token_digest)
        IS DISTINCT FROM (OLD.used_at, OLD.voided_at, OLD.token_digest) THEN
        RAISE check_violation USING TABLE = 'activation', CONSTRAINT = 'activation_works_once',
            MESSAGE = 'The activation is used or void.';
    END IF;
    IF OLD.outcome IN ('sent', 'failed') AND NEW.outcome <> OLD.outcome THEN
        RAISE check_violation USING TABLE = 'activation', CONSTRAINT = 'activation_sms_outcome_stays',
            MESSAGE = 'The outcome of the SMS is known already.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER activation_works_once BEFORE UPDATE ON activation
FOR EACH ROW EXECUTE FUNCTION activation_changes();

-- A code is good as long as the account is open and its number the one that the code went to.
-- Judge a code, as its keyed hash, for an account: whose it is gets to choose the password; a wrong one is counted
-- before anything is answered, and after the last that may be wrong nothing is judged any more (T01).
CREATE FUNCTION judge_activation(whose bigint, shown bytea, token bytea, at timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    one activation;
BEGIN
    SELECT a.* INTO one FROM activation a JOIN account o ON o.id = a.account_id
    WHERE a.account_id = whose AND a.used_at IS NULL AND a.voided_at IS NULL AND at < a.expires_at
        AND o.is_active AND o.frozen_at IS NULL AND o.phone_key = a.phone_key
    FOR UPDATE OF a;
    IF one.id IS NULL OR one.failures >= {max_activation_failures} THEN
        RETURN NULL;
    END IF;
    IF one.code_key <> shown THEN
        UPDATE activation SET failures = failures + 1 WHERE id = one.id;
        RETURN NULL;
    END IF;
    UPDATE activation SET token_digest = token WHERE id = one.id;
    RETURN one.id;
END $$;

-- Give the account of the token's activation its password, once; the account's number, or nothing.
CREATE FUNCTION activate(which uuid, kept text, at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    whose bigint;
BEGIN
    UPDATE activation a SET used_at = at FROM account o
    WHERE a.id = which AND a.token_digest = my_token() AND a.used_at IS NULL AND a.voided_at IS NULL
        AND at < a.expires_at AND o.id = a.account_id AND o.is_active AND o.frozen_at IS NULL
        AND o.phone_key = a.phone_key
    RETURNING a.account_id INTO whose;
    UPDATE account SET password_hash = kept, must_change_password = false WHERE id = whose;
    RETURN whose;
END $$;
