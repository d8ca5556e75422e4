-- What is the person's own (password, first phone, language) the person changes; the rest changes by an admin's act,
-- written in the same transaction, on somebody else. Row policies say whose accounts; this says what and how. The
-- tables' owner, whom no policy binds, is not bound here either, but for the last system admin.
CREATE FUNCTION account_is_managed() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
DECLARE
    is_change boolean := TG_OP = 'UPDATE';
    is_mine boolean := coalesce(NEW.id = my_account(), false);
    managed boolean := NOT is_change OR (
        NEW.username, NEW.full_name_sealed, NEW.email_sealed, NEW.email_key, NEW.role, NEW.unit_id, NEW.unit_level,
        NEW.place, NEW.is_active, NEW.frozen_at, NEW.deleted_at, NEW.api_permission, NEW.created_at
    ) IS DISTINCT FROM (
        OLD.username, OLD.full_name_sealed, OLD.email_sealed, OLD.email_key, OLD.role, OLD.unit_id, OLD.unit_level,
        OLD.place, OLD.is_active, OLD.frozen_at, OLD.deleted_at, OLD.api_permission, OLD.created_at
    );
BEGIN
    IF NOT row_security_active('account') THEN
        RETURN NEW;
    END IF;
    IF managed AND is_mine THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_is_managed_by_somebody_else',
            MESSAGE = 'Nobody manages their own account.';
    END IF;
    IF is_change AND OLD.deleted_at IS NOT NULL THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_deleted_stays_so',
            MESSAGE = 'The account is deleted.';
    END IF;
    IF is_change AND OLD.frozen_at IS NOT NULL AND NEW.frozen_at IS NULL AND NOT EXISTS (
        SELECT FROM admin_act d
        WHERE d.account_id = NEW.id AND d.act = 'phone_rebound' AND d.written_in = {this_transaction}
    ) THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_thaws_with_another_number',
            MESSAGE = 'A lost phone is answered with another number (T08).';
    END IF;
    IF is_change AND NEW.username <> OLD.username THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_keeps_its_name',
            MESSAGE = 'The histories know an account by its name.';
    END IF;
    IF NOT is_mine AND (NOT is_change OR NEW.password_hash <> OLD.password_hash) AND NOT NEW.must_change_password THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_password_of_another_is_for_once',
            MESSAGE = 'A password that somebody else has set must be changed.';
    END IF;
    IF NEW.api_permission AND (NOT is_change OR NOT OLD.api_permission) AND my_role() NOT IN ({api_granters}) THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_api_permission_is_granted_by_few',
            MESSAGE = 'Bạn không được phép phân quyền cho người dùng (R10).';
    END IF;
    IF is_change AND NOT is_mine AND NOT EXISTS (
        SELECT FROM admin_act d WHERE d.account_id = NEW.id AND d.written_in = {this_transaction}
    ) THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_change_is_an_act',
            MESSAGE = 'A change of an account without its row in the history (T25).';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER account_is_managed BEFORE INSERT OR UPDATE ON account
FOR EACH ROW EXECUTE FUNCTION account_is_managed();

-- A new account's act can only come after it; a change's act comes before.
CREATE FUNCTION account_is_made_by_an_act() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF row_security_active('account') AND NOT EXISTS (
        SELECT FROM admin_act d WHERE d.account_id = NEW.id AND d.written_in = {this_transaction}
    ) THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_is_made_by_an_act',
            MESSAGE = 'A new account without its row in the history (T25).';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER account_is_made_by_an_act AFTER INSERT ON account
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION account_is_made_by_an_act();

-- Somebody must be able to let the others in; the lock makes two who leave at once wait for each other.
CREATE FUNCTION system_admin_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('the last system admin'));
    IF NOT EXISTS (SELECT FROM account a WHERE a.role = 'system_admin' AND a.is_active AND a.frozen_at IS NULL) THEN
        RAISE check_violation USING TABLE = 'account', CONSTRAINT = 'account_of_the_last_system_admin_stays',
            MESSAGE = 'The last system admin stays.';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER account_of_the_last_system_admin_stays AFTER UPDATE ON account
DEFERRABLE INITIALLY IMMEDIATE
FOR EACH ROW WHEN (
    OLD.role = 'system_admin' AND OLD.is_active AND OLD.frozen_at IS NULL
    AND NOT (NEW.role = 'system_admin' AND NEW.is_active AND NEW.frozen_at IS NULL)
)
EXECUTE FUNCTION system_admin_stays();
