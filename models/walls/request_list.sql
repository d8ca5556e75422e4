-- A list is its asker's, who manages accounts; nobody else knows of it (R12, R13).
ALTER TABLE request_list ENABLE ROW LEVEL SECURITY;

CREATE POLICY request_list_is_mine ON request_list
USING (by_account_id = (SELECT my_account()) AND (SELECT my_place()) IS NOT NULL);

ALTER TABLE listed_person ENABLE ROW LEVEL SECURITY;

CREATE POLICY listed_person_is_mine ON listed_person
USING (by_account_id = (SELECT my_account()) AND (SELECT my_place()) IS NOT NULL)
WITH CHECK (
    by_account_id = (SELECT my_account())
    AND (SELECT my_place()) IS NOT NULL
    AND (unit_id IS NULL OR EXISTS (
        SELECT FROM unit u WHERE u.id = unit_id AND starts_with(u.place, (SELECT my_place()))
    ))
);

-- A list has an end (T21).
CREATE FUNCTION listed_person_counts() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    IF EXISTS (
        SELECT FROM listed_person p WHERE p.list_id IN (SELECT DISTINCT a.list_id FROM added a)
        GROUP BY p.list_id HAVING count(*) > {max_listed}
    ) THEN
        RAISE check_violation USING TABLE = 'listed_person', CONSTRAINT = 'listed_person_at_most_{max_listed}',
            MESSAGE = 'The list is full.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER listed_person_at_most_{max_listed} AFTER INSERT ON listed_person
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION listed_person_counts();

-- Lists that nobody has touched for long are gone, whosever they were.
CREATE FUNCTION forget_lists(at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    forgotten bigint;
BEGIN
    DELETE FROM request_list l WHERE l.touched_at < at - {list_lifetime};
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;
