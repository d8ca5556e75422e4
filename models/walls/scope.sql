-- Who asks is whoever the transaction's token belongs to: an open session, or a sign-in on its way. The token itself is
-- to be shown, not whose it is, so that pretending to be somebody else takes stealing their session. These functions
-- run with the rights of the tables' owner, whom no policy binds; each gives one fact about the token's own account.
CREATE FUNCTION my_token() RETURNS bytea
LANGUAGE sql STABLE SET search_path = {search_path}
RETURN sha256(convert_to(nullif(current_setting('trambot.token', true), ''), 'UTF8'));

CREATE FUNCTION my_account() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN coalesce(
        (SELECT s.account_id FROM session s WHERE s.token_digest = my_token() AND s.ended_at IS NULL),
        (SELECT i.account_id FROM sign_in i WHERE i.token_digest = my_token() AND i.ended_at IS NULL LIMIT 1)
    );
END $$;

CREATE FUNCTION my_unit() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN (SELECT a.unit_id FROM account a WHERE a.id = my_account());
END $$;

-- The role of a session, of nobody who is still signing in, nor of an account that was closed meanwhile.
CREATE FUNCTION my_role() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN (
        SELECT a.role FROM session s JOIN account a ON a.id = s.account_id
        WHERE s.token_digest = my_token() AND s.ended_at IS NULL AND a.is_active AND a.frozen_at IS NULL
    );
END $$;

-- What it manages begins with this place; NULL for a role that manages nothing (R7, R12).
CREATE FUNCTION my_place() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN (
        SELECT a.place FROM session s JOIN account a ON a.id = s.account_id
        WHERE s.token_digest = my_token() AND s.ended_at IS NULL AND a.is_active AND a.frozen_at IS NULL
            AND a.role IN ({managers})
    );
END $$;

-- The roles whose accounts it makes and manages (R9).
CREATE FUNCTION my_grants() RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = {search_path} AS $$
BEGIN
    RETURN CASE my_role() {grants} END;
END $$;

-- Keyholes for what is asked before anybody is signed in, or about those above: one row for an exact question.
CREATE FUNCTION account_named(wanted text) RETURNS SETOF account
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN QUERY SELECT a.* FROM account a WHERE a.username = wanted AND a.deleted_at IS NULL;
END $$;

CREATE FUNCTION username_is_taken(wanted text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN EXISTS (SELECT FROM account a WHERE a.username = wanted);
END $$;

-- The number of an account that is about to be made: what is sealed for its row must know it first.
CREATE FUNCTION next_account() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN nextval('account_id_seq');
END $$;

CREATE FUNCTION language_of(whose bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN (SELECT a.language FROM account a WHERE a.id = whose);
END $$;

-- Who is told of trouble with the token's account: its province's supervisors; of a supervisor, or of somebody at the
-- ministry, the system's admins.
CREATE FUNCTION my_supervisors() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account;
    province text;
BEGIN
    SELECT a.* INTO STRICT me FROM account a WHERE a.id = my_account();
    province := substring(me.place FROM '^[^/]+/[^/]+/');
    RETURN QUERY SELECT a.id FROM account a
        WHERE a.is_active AND a.id <> me.id AND CASE
            WHEN province IS NULL OR me.role IN ('{supervisor}', 'system_admin') THEN a.role = 'system_admin'
            ELSE a.role = '{supervisor}' AND a.place = province
        END;
END $$;

-- For whoever looks whether the keys are the right ones: sealed as they are, and nothing of whose they are.
CREATE FUNCTION newest_seals(most int)
RETURNS TABLE (account_id bigint, full_name_sealed bytea, phone_sealed bytea, phone_key bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN QUERY
    SELECT a.id, a.full_name_sealed, a.phone_sealed, a.phone_key FROM account a ORDER BY a.id DESC LIMIT most;
END $$;

-- The first byte of a sealed value is its key's number; of those values that policies hide, so many are looked at.
CREATE FUNCTION key_numbers(most int) RETURNS SETOF int
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT get_byte(s.sealed, 0) FROM (
        (SELECT a.full_name_sealed AS sealed FROM account a WHERE a.full_name_sealed <> '' LIMIT most)
        UNION ALL (SELECT a.phone_sealed FROM account a WHERE a.phone_sealed <> '' LIMIT most)
        UNION ALL (SELECT a.email_sealed FROM account a WHERE a.email_sealed <> '' LIMIT most)
        UNION ALL (SELECT c.sealed FROM contact c LIMIT most)
        UNION ALL (SELECT d.facts_sealed FROM admin_act d WHERE d.facts_sealed <> '' LIMIT most)
        UNION ALL (SELECT h.typed_name_sealed FROM login_history h WHERE h.typed_name_sealed <> '' LIMIT most)
    ) AS s;
END $$;

-- Out of scope is not there (R12).
ALTER TABLE account ENABLE ROW LEVEL SECURITY;

-- Whoever asks for accounts asks for those of their scope. As a CASE, the planner takes half of them to be that; by
-- itself it takes one in two hundred, and gathers and sorts thousands where it could read a page's rows in their order.
CREATE POLICY account_is_mine_or_in_my_scope ON account FOR SELECT
USING (id = (SELECT my_account()) OR CASE WHEN starts_with(place, (SELECT my_place())) THEN true ELSE false END);

CREATE POLICY account_is_mine_or_managed ON account FOR UPDATE
USING (
    id = (SELECT my_account())
    OR starts_with(place, (SELECT my_place())) AND role = ANY ((SELECT my_grants())::text[])
)
WITH CHECK (
    id = (SELECT my_account())
    OR starts_with(place, (SELECT my_place())) AND role = ANY ((SELECT my_grants())::text[])
);

CREATE POLICY account_is_made_in_my_scope ON account FOR INSERT
WITH CHECK (starts_with(place, (SELECT my_place())) AND role = ANY ((SELECT my_grants())::text[]));

ALTER TABLE unit ENABLE ROW LEVEL SECURITY;

CREATE POLICY unit_is_mine_or_in_my_scope ON unit FOR SELECT
USING (id = (SELECT my_unit()) OR starts_with(place, (SELECT my_place())));

CREATE POLICY unit_is_made_in_my_scope ON unit FOR INSERT
WITH CHECK (starts_with(place, (SELECT my_place())) AND (SELECT my_role()) IN ({unit_keepers}));

CREATE POLICY unit_is_kept_in_my_scope ON unit FOR UPDATE
USING (starts_with(place, (SELECT my_place())) AND (SELECT my_role()) IN ({unit_keepers}));

ALTER TABLE login_history ENABLE ROW LEVEL SECURITY;

CREATE POLICY login_history_is_mine_or_in_my_scope ON login_history FOR SELECT
USING (
    account_id = (SELECT my_account())
    OR EXISTS (SELECT FROM account a WHERE a.id = account_id AND starts_with(a.place, (SELECT my_place())))
    OR account_id IS NULL AND (SELECT my_role()) = 'system_admin'
);

CREATE POLICY login_history_is_written_by_all ON login_history FOR INSERT WITH CHECK (true);
