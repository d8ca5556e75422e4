-- A contact is kept current by an act of whoever may, written in the same transaction (R15, T25).
CREATE FUNCTION contact_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF row_security_active('contact') AND NOT EXISTS (
        SELECT FROM admin_act d
        WHERE d.unit_id = NEW.unit_id AND d.act = 'contact_changed' AND d.written_in = {this_transaction}
    ) THEN
        RAISE check_violation USING TABLE = 'contact', CONSTRAINT = 'contact_change_is_an_act',
            MESSAGE = 'A change of a contact without its row in the history (T25).';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER contact_change_is_an_act AFTER INSERT OR UPDATE ON contact
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION contact_changes();

-- The unit's own admins keep its focal officer, and whoever keeps the unit keeps both.
CREATE FUNCTION contact_is_mine_to_keep(of_unit bigint, of_kind text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = {search_path} AS $$
BEGIN
    RETURN my_role() IN ({unit_keepers})
            AND EXISTS (SELECT FROM unit u WHERE u.id = of_unit AND starts_with(u.place, my_place()))
        OR my_role() IN ({managers}) AND of_unit = my_unit() AND of_kind = 'focal_officer';
END $$;

-- Whom the token's account turns to: staff to their department of health; the department's people to the support in
-- their province, then to the ministry's. One row for each that should be there, entered or not.
CREATE FUNCTION my_help()
RETURNS TABLE (unit_id bigint, unit_name text, kind text, sealed bytea, changed_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    mine unit;
    province text;
BEGIN
    SELECT u.* INTO mine FROM unit u WHERE u.id = my_unit();
    province := substring(mine.place FROM '^[^/]+/[^/]+/');
    RETURN QUERY
    SELECT u.id, u.name, w.kind, c.sealed, c.changed_at
    FROM unit u
    JOIN (VALUES ('department_of_health', 'focal_officer'), ('department_of_health', 'support'), ('ministry', 'support'))
        AS w (unit_kind, kind) ON w.unit_kind = u.kind
    LEFT JOIN contact c ON c.unit_id = u.id AND c.kind = w.kind
    WHERE u.is_open AND mine.id IS NOT NULL AND CASE
        WHEN province IS NULL THEN u.kind = 'ministry'
        WHEN mine.kind = 'department_of_health' THEN w.kind = 'support' AND (u.kind = 'ministry' OR u.place = province)
        ELSE w.kind = 'focal_officer' AND u.place = province
    END
    ORDER BY u.kind, u.id;
END $$;

ALTER TABLE contact ENABLE ROW LEVEL SECURITY;

CREATE POLICY contact_is_of_my_unit_or_in_my_scope ON contact FOR SELECT
USING (
    unit_id = (SELECT my_unit())
    OR EXISTS (SELECT FROM unit u WHERE u.id = unit_id AND starts_with(u.place, (SELECT my_place())))
);

CREATE POLICY contact_is_entered_by_its_keepers ON contact FOR INSERT
WITH CHECK (contact_is_mine_to_keep(unit_id, kind));

CREATE POLICY contact_is_changed_by_its_keepers ON contact FOR UPDATE
USING (contact_is_mine_to_keep(unit_id, kind)) WITH CHECK (contact_is_mine_to_keep(unit_id, kind));
