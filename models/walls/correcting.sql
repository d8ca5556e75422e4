-- A subject is corrected as it was seen, by who has looked it up. What is sensitive of another unit's, only with an OTP that was
-- used in this very transaction, in this session, for these fields of this version (R17, T18). What a part holds is not seen
-- here, but whether it changes is: an unchanged one stays as it lies. What was there before is kept, and the keys follow.
-- The version that was made; NULL if it was not looked up, or is not that version any more.
CREATE FUNCTION correct_subject(
    shown text, change_id uuid, of_look_up uuid, of_subject bigint, seen_version int, changed text[],
    phone bigint, document bigint, more bigint[], in_scheme int, in_area text, sensitive bytea, rest bytea,
    now_at timestamptz
) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account := at_work(shown, ARRAY[{subject_keepers}]);
    was subject;
    sensitively text[] := ARRAY(SELECT f FROM unnest(changed) AS c(f) WHERE f IN ({sensitive_fields}) ORDER BY f COLLATE "C");
    is_sensitive boolean;
BEGIN
    SELECT s.* INTO was FROM look_up l JOIN subject s ON s.id = of_subject
    WHERE l.id = of_look_up AND l.account_id = me.id AND of_subject = ANY (l.found)
        AND now_at < l.at + {look_up_lifetime}
        AND l.written_in IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
    FOR UPDATE OF s;
    IF was.id IS NULL OR was.version <> seen_version THEN
        RETURN NULL;
    END IF;
    is_sensitive := (sensitive, in_scheme, in_area)
        IS DISTINCT FROM (was.sensitive_sealed, was.scheme::int, was.area);
    IF is_sensitive <> (cardinality(sensitively) > 0) OR cardinality(changed) = 0 THEN
        RAISE check_violation USING TABLE = 'subject', CONSTRAINT = 'subject_change_says_what_it_changes',
            MESSAGE = 'Something else changes than is said.';
    END IF;
    IF is_sensitive AND was.unit_id <> me.unit_id AND NOT EXISTS (
        SELECT FROM otp_challenge c JOIN session s ON s.account_id = me.id
        WHERE s.token_digest = sha256(convert_to(shown, 'UTF8'))
            AND c.account_id = me.id AND c.purpose = 'correction' AND c.used_in = {this_transaction}
            AND c.object = concat_ws('|', s.id, was.id, was.version, array_to_string(sensitively, ','))
    ) THEN
        RAISE check_violation USING TABLE = 'subject', CONSTRAINT = 'subject_of_others_changes_with_its_otp',
            MESSAGE = 'What is sensitive of another unit''s subject changes with an OTP for just that (R17).';
    END IF;
    IF NOT EXISTS (SELECT FROM area a WHERE a.scheme = in_scheme AND a.code = in_area AND a.level = 'commune') THEN
        RAISE check_violation USING TABLE = 'subject', CONSTRAINT = 'subject_lives_in_a_commune',
            MESSAGE = 'Nobody lives there.';
    END IF;
    PERFORM subject_becomes(
        was, change_id, 'corrected', me.id, me.unit_id, changed, phone, document, more, in_scheme, in_area, sensitive, rest,
        now_at
    );
    RETURN was.version + 1;
END $$;

-- Writes the change with what was before, then the subject with its keys; nobody's but these functions'.
CREATE FUNCTION subject_becomes(
    was subject, change_id uuid, of_act text, by_account bigint, at_unit bigint, changed text[],
    phone bigint, document bigint, more bigint[], in_scheme int, in_area text, sensitive bytea, rest bytea,
    now_at timestamptz
) RETURNS void
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    INSERT INTO subject_change (
        id, at, subject_id, version, act, account_id, unit_id, fields, phone_key, document_key, more_keys,
        scheme, area, sensitive_sealed, rest_sealed
    ) VALUES (
        change_id, now_at, was.id, was.version + 1, of_act, by_account, at_unit, changed,
        was.phone_key, was.document_key,
        ARRAY(SELECT k.key FROM subject_key k WHERE k.subject_id = was.id ORDER BY 1),
        was.scheme, was.area, was.sensitive_sealed, was.rest_sealed
    );
    UPDATE subject s SET version = was.version + 1, phone_key = phone, document_key = document, scheme = in_scheme,
        area = in_area, sensitive_sealed = sensitive, rest_sealed = rest
    WHERE s.id = was.id;
    DELETE FROM subject_key k WHERE k.subject_id = was.id;
    INSERT INTO subject_key (key, subject_id) SELECT DISTINCT k.key, was.id FROM unnest(more) AS k(key);
END $$;

-- The unit that keeps the subject takes a correction back, as long as nothing came after it. Everything is as it was,
-- the keys too, so nobody reads anything for it. The version that was made; 0 if something came after it, NULL if there
-- is no such correction of a subject of one's own unit.
CREATE FUNCTION undo_correction(shown text, change_id uuid, of_change uuid, now_at timestamptz) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account := at_work(shown, ARRAY[{subject_keepers}]);
    it subject_change;
    was subject;
BEGIN
    SELECT c.* INTO it FROM subject_change c WHERE c.id = of_change AND c.act = 'corrected';
    SELECT s.* INTO was FROM subject s WHERE s.id = it.subject_id AND s.unit_id = me.unit_id FOR UPDATE;
    IF was.id IS NULL THEN
        RETURN NULL;
    END IF;
    IF was.version <> it.version THEN
        RETURN 0;
    END IF;
    PERFORM subject_becomes(
        was, change_id, 'undone', me.id, me.unit_id, it.fields, it.phone_key, it.document_key, it.more_keys,
        it.scheme::int, it.area, it.sensitive_sealed, it.rest_sealed, now_at
    );
    RETURN was.version + 1;
END $$;

-- Whom a correction concerns, for whoever just made or undid one: the people of the unit that keeps the subject, if
-- another unit made it, and whoever had corrected it, if it is undone.
CREATE FUNCTION concerned_by(change_id uuid) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN QUERY
    SELECT a.id FROM subject_change c
    JOIN subject s ON s.id = c.subject_id
    LEFT JOIN subject_change o ON c.act = 'undone' AND o.subject_id = c.subject_id AND o.version = c.version - 1
    JOIN account a ON a.unit_id = s.unit_id AND a.role IN ({subject_keepers}) AND s.unit_id <> coalesce(o.unit_id, c.unit_id)
        OR a.id = o.account_id
    WHERE c.id = change_id AND c.account_id = my_account() AND a.is_active AND a.frozen_at IS NULL;
END $$;
