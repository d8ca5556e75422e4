-- A new subject is kept by the unit of whoever registers it, is found by a number, and was looked for by each of its numbers
-- before: in look-ups of one's own, lately, and committed, so that what they tell cannot be had without their trace. One
-- look-up is good for one subject; it is no miss any more (R18, T20). False: it was not looked for, and nothing is written.
CREATE FUNCTION register_subject(
    shown text, change_id uuid, of_subject bigint, look_ups uuid[], phone bigint, document bigint, more bigint[],
    in_scheme int, in_area text, sensitive bytea, rest bytea, now_at timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account := at_work(shown, ARRAY[{subject_keepers}]);
    keys bigint[] := array_remove(ARRAY[phone, document] || more, NULL);
BEGIN
    IF of_subject > (SELECT s.last_value FROM subject_id_seq s) THEN
        RAISE check_violation USING TABLE = 'subject', CONSTRAINT = 'subject_has_a_number_that_was_given_out',
            MESSAGE = 'No subject was to have that number.';
    END IF;
    IF NOT EXISTS (SELECT FROM area a WHERE a.scheme = in_scheme AND a.code = in_area AND a.level = 'commune') THEN
        RAISE check_violation USING TABLE = 'subject', CONSTRAINT = 'subject_lives_in_a_commune',
            MESSAGE = 'Nobody lives there.';
    END IF;
    IF EXISTS (
        SELECT FROM unnest(keys) AS k(key) WHERE NOT EXISTS (
            SELECT FROM look_up l
            WHERE l.id = ANY (look_ups) AND l.account_id = me.id AND l.asked = k.key AND l.is_judged
                AND now_at < l.at + {look_up_lifetime}
                AND l.written_in IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
                AND NOT EXISTS (SELECT FROM registered_after r WHERE r.look_up_id = l.id)
        )
    ) THEN
        RETURN false;
    END IF;
    INSERT INTO subject (id, phone_key, document_key, unit_id, version, scheme, area, sensitive_sealed, rest_sealed)
    VALUES (of_subject, phone, document, me.unit_id, 1, in_scheme, in_area, sensitive, rest);
    INSERT INTO subject_key (key, subject_id) SELECT DISTINCT k.key, of_subject FROM unnest(more) AS k(key);
    INSERT INTO registered_after (look_up_id, subject_id)
    SELECT l.id, of_subject FROM look_up l WHERE l.id = ANY (look_ups) AND l.account_id = me.id AND l.asked = ANY (keys);
    INSERT INTO subject_change (id, at, subject_id, version, act, account_id, unit_id, fields)
    VALUES (change_id, now_at, of_subject, 1, 'registered', me.id, me.unit_id, ARRAY[]::text[]);
    RETURN true;
END $$;

-- What was done to whom is never changed, whoever the role is (R17).
CREATE FUNCTION subject_change_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    RAISE restrict_violation USING TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
        MESSAGE = 'What was done to a subject is never changed (R17).';
END $$;

CREATE TRIGGER subject_change_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON subject_change
FOR EACH STATEMENT EXECUTE FUNCTION subject_change_stays();

CREATE TRIGGER registered_after_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON registered_after
FOR EACH STATEMENT EXECUTE FUNCTION subject_change_stays();
