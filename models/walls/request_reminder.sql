-- Keyhole: where requests wait since then or longer; for the service itself, when nobody is signed in. No names.
CREATE FUNCTION units_that_wait(since timestamptz)
RETURNS TABLE (unit_id bigint, unit text, place text, request uuid, waiting bigint, asked_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    IF my_account() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT u.id, u.name::text, u.place::text, (array_agg(q.id ORDER BY q.asked_at, q.id))[1], count(*), min(q.asked_at)
        FROM account_request q JOIN unit u ON u.id = q.unit_id
        WHERE q.state = 'waiting' GROUP BY u.id HAVING min(q.asked_at) <= since ORDER BY u.id;
END $$;

-- Keyhole: who decides on what is asked for there, and who is next when nobody does: the system's admins (R14).
CREATE FUNCTION deciders_at(place text) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    province text := substring(place FROM '^[^/]+/[^/]+/');
BEGIN
    RETURN QUERY SELECT a.id FROM account a
        WHERE a.is_active AND a.frozen_at IS NULL AND CASE
            WHEN province IS NULL THEN a.role = 'system_admin'
            ELSE a.role = '{supervisor}' AND a.place = province
        END;
END $$;
