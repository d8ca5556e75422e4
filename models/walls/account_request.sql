-- Who decides: the supervisors of the province that the place lies in; of a place in none, the system's admins (R14).
CREATE FUNCTION i_supervise(place text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = {search_path} AS $$
DECLARE
    province text := substring(place FROM '^[^/]+/[^/]+/');
BEGIN
    IF province IS NULL THEN
        RETURN coalesce(my_role() = 'system_admin', false);
    END IF;
    RETURN coalesce(my_role() = '{supervisor}' AND my_place() = province, false);
END $$;

-- Keyhole: who may decide on a request that one sees; nobody on their own, neither as who asks nor as who it is for.
CREATE FUNCTION deciders_of(request uuid) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    asked account_request;
    province text;
BEGIN
    SELECT q.* INTO asked FROM account_request q WHERE q.id = request AND starts_with(q.place, my_place());
    province := substring(asked.place FROM '^[^/]+/[^/]+/');
    RETURN QUERY SELECT a.id FROM account a
        WHERE a.is_active AND a.frozen_at IS NULL AND a.id <> asked.by_account_id
            AND a.phone_key IS DISTINCT FROM asked.phone_key
            AND (a.email_key IS NULL OR a.email_key IS DISTINCT FROM asked.email_key)
            AND CASE
                WHEN province IS NULL THEN a.role = 'system_admin'
                ELSE a.role = '{supervisor}' AND a.place = province
            END;
END $$;

-- The first decision stands (T12); until then a request may go to another asker, when its own leaves. It is a decision of whoever supervises at that moment, with its row in the history,
-- which follows a fresh OTP; what was approved is what was asked for, and never the API permission (T11).
CREATE FUNCTION account_request_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
DECLARE
    me account;
BEGIN
    IF OLD.state <> 'waiting' THEN
        RAISE check_violation USING TABLE = 'account_request', CONSTRAINT = 'account_request_is_decided_once',
            MESSAGE = 'The first decision stands (R14).';
    END IF;
    IF NOT row_security_active('account_request') THEN
        RETURN NEW;
    END IF;
    SELECT a.* INTO me FROM account a WHERE a.id = my_account();
    IF NEW.state = 'waiting' OR NEW.by_account_id <> OLD.by_account_id THEN
        IF to_jsonb(NEW) - 'by_account_id' <> to_jsonb(OLD) - 'by_account_id' OR NOT EXISTS (
            SELECT FROM account gone JOIN account a ON a.unit_id = gone.unit_id
                JOIN admin_act d ON d.account_id = gone.id
            WHERE gone.id = OLD.by_account_id AND NOT gone.is_active AND a.id = NEW.by_account_id AND a.is_active
                AND a.frozen_at IS NULL AND d.act = 'handed_over' AND d.by_account_id = me.id
                AND d.written_in = {this_transaction}
        ) THEN
            RAISE check_violation USING TABLE = 'account_request', CONSTRAINT = 'account_request_is_handed_over',
                MESSAGE = 'A request waits in another name when its asker leaves, and a colleague takes over.';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.decided_by IS DISTINCT FROM me.id THEN
        RAISE check_violation USING TABLE = 'account_request', CONSTRAINT = 'account_request_is_decided_in_ones_own_name',
            MESSAGE = 'A decision of somebody else than the one who is signed in.';
    END IF;
    IF NEW.state = 'withdrawn' THEN
        IF me.id <> NEW.by_account_id AND me.unit_id <> NEW.unit_id THEN
            RAISE check_violation USING TABLE = 'account_request', CONSTRAINT = 'account_request_is_withdrawn_by_its_unit',
                MESSAGE = 'Who did not ask withdraws nothing.';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT i_supervise(NEW.place) THEN
        RAISE check_violation USING TABLE = 'account_request', CONSTRAINT = 'account_request_is_decided_by_its_supervisor',
            MESSAGE = 'Who does not supervise that province decides nothing there (R14).';
    END IF;
    IF me.phone_key = NEW.phone_key OR me.email_key = NEW.email_key THEN
        RAISE check_violation USING TABLE = 'account_request', CONSTRAINT = 'account_request_is_decided_by_somebody_else',
            MESSAGE = 'Nobody decides on their own request (R14).';
    END IF;
    IF NOT EXISTS (
        SELECT FROM admin_act d WHERE d.request_id = NEW.id AND d.act = 'request_' || NEW.state
            AND d.by_account_id = me.id AND d.account_id IS NOT DISTINCT FROM NEW.account_id
            AND d.written_in = {this_transaction}
    ) THEN
        RAISE check_violation USING TABLE = 'account_request', CONSTRAINT = 'account_request_decision_is_an_act',
            MESSAGE = 'A decision without its row in the history (T25).';
    END IF;
    IF NEW.state = 'approved' AND NOT EXISTS (
        SELECT FROM account a WHERE a.id = NEW.account_id AND a.unit_id = NEW.unit_id AND a.role = NEW.granted_role
            AND a.phone_key = NEW.phone_key AND NOT a.api_permission AND a.created_at = NEW.decided_at
    ) THEN
        RAISE check_violation USING TABLE = 'account_request', CONSTRAINT = 'account_request_grants_what_was_asked_for',
            MESSAGE = 'An approval makes the account that was asked for (R14, T11).';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER account_request_is_decided_once BEFORE UPDATE ON account_request
FOR EACH ROW EXECUTE FUNCTION account_request_changes();

-- A unit's admins are whoever manages there; its province's supervisors are among them (R12, R13).
ALTER TABLE account_request ENABLE ROW LEVEL SECURITY;

CREATE POLICY account_request_is_in_my_scope ON account_request FOR SELECT
USING (starts_with(place, (SELECT my_place())));

CREATE POLICY account_request_is_made_in_my_scope ON account_request FOR INSERT
WITH CHECK (
    state = 'waiting' AND by_account_id = (SELECT my_account()) AND starts_with(place, (SELECT my_place()))
);

CREATE POLICY account_request_is_decided_in_my_scope ON account_request FOR UPDATE
USING (starts_with(place, (SELECT my_place())));

-- What is written of a request is written by whoever manages there, and read by them.
CREATE POLICY admin_act_is_about_a_request_in_my_scope ON admin_act AS RESTRICTIVE FOR INSERT
WITH CHECK (request_id IS NULL OR EXISTS (
    SELECT FROM account_request q WHERE q.id = request_id AND starts_with(q.place, (SELECT my_place()))
));

CREATE POLICY admin_act_of_a_request_is_in_my_scope ON admin_act FOR SELECT
USING (EXISTS (
    SELECT FROM account_request q WHERE q.id = request_id AND starts_with(q.place, (SELECT my_place()))
));

-- A name that nobody has: the one wanted, or with the next number behind it.
CREATE FUNCTION free_username(wanted text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    highest bigint;
BEGIN
    IF my_place() IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT max(coalesce(nullif(substring(a.username FROM length(wanted) + 1), ''), '1')::bigint) INTO highest
        FROM account a
        WHERE a.username >= wanted AND a.username < wanted || chr(1114111)
            AND starts_with(a.username, wanted) AND length(a.username) <= length(wanted) + 9
            AND substring(a.username FROM length(wanted) + 1) ~ '^[0-9]*$';
    RETURN wanted || CASE WHEN highest IS NULL THEN '' ELSE (highest + 1)::text END;
END $$;
