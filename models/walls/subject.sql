-- Subjects are looked up in the whole country, so no scope walls them; that every look-up leaves its row does. Nobody
-- but the tables' owner reads them, and these functions have its rights. They are shown the token as an argument, so
-- that one is a statement, and a transaction, of its own.
CREATE FUNCTION at_work(shown text, roles text[]) RETURNS account
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account;
BEGIN
    SELECT a.* INTO me FROM session s JOIN account a ON a.id = s.account_id
    WHERE s.token_digest = sha256(convert_to(shown, 'UTF8')) AND s.ended_at IS NULL
        AND a.is_active AND a.frozen_at IS NULL AND a.role = ANY (roles);
    IF me.id IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'Nobody who works with subjects (R16).';
    END IF;
    RETURN me;
END $$;

-- First the row, which says for whom somebody looked, and what that finds, and is told to nobody. Those who found nobody
-- too often wait, and nothing is looked for meanwhile: until when, is the answer (T20). The lock lets look-ups of one
-- person wait for each other, so that many at once are counted too. A second one in the same transaction could learn
-- from the count what the first has found, so there is none.
CREATE FUNCTION ask_subject(shown text, look_up_id uuid, of_kind text, keys bigint[], now_at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account := at_work(shown, ARRAY[{subject_readers}]);
    free_at timestamptz;
    hits bigint[] := ARRAY[]::bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('look_up', me.id));
    IF EXISTS (
        SELECT FROM look_up l
        WHERE l.account_id = me.id AND l.at > now_at - {misses_window}
            AND l.written_in = pg_current_xact_id_if_assigned()::text::bigint
    ) THEN
        RAISE check_violation USING TABLE = 'look_up', CONSTRAINT = 'look_up_is_one_in_its_transaction',
            MESSAGE = 'Nobody looks for two in one transaction (R16).';
    END IF;
    SELECT l.at + {misses_window} INTO free_at FROM look_up l
    WHERE l.account_id = me.id AND l.at > now_at - {misses_window} AND l.is_judged AND cardinality(l.found) = 0
        AND NOT EXISTS (SELECT FROM registered_after r WHERE r.look_up_id = l.id)
    ORDER BY l.at DESC OFFSET {max_misses} - 1 LIMIT 1;
    IF free_at IS NULL THEN
        hits := ARRAY(
            SELECT s.id FROM subject s WHERE of_kind = 'phone' AND s.phone_key = ANY (keys)
            UNION SELECT s.id FROM subject s WHERE of_kind = 'document' AND s.document_key = ANY (keys)
            UNION SELECT k.subject_id FROM subject_key k WHERE k.key = ANY (keys)
            ORDER BY 1 LIMIT {most_found}
        );
    END IF;
    INSERT INTO look_up (id, at, account_id, unit_id, kind, asked, is_judged, found, written_in)
    VALUES (look_up_id, now_at, me.id, me.unit_id, of_kind, keys[1], free_at IS NULL, hits, {this_transaction});
    RETURN free_at;
END $$;

-- Then the answer: to whoever asked, for a while, and to no transaction that could still take the row back. A row that
-- somebody else can see is committed, and its own transaction is known by its number, behind a savepoint too.
CREATE FUNCTION answer_subject(shown text, of_look_up uuid, now_at timestamptz)
RETURNS TABLE (
    id bigint, version int, unit_id bigint, is_ours boolean, scheme smallint, area text, commune text, around text,
    sensitive_sealed bytea, rest_sealed bytea
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account := at_work(shown, ARRAY[{subject_readers}]);
BEGIN
    RETURN QUERY
    SELECT s.id, s.version, s.unit_id, s.unit_id = me.unit_id, s.scheme, s.area, here.name, above.name,
        s.sensitive_sealed, s.rest_sealed
    FROM look_up l
    JOIN subject s ON s.id = ANY (l.found)
    JOIN area here ON here.scheme = s.scheme AND here.code = s.area
    LEFT JOIN area above ON above.scheme = here.scheme AND above.code = here.parent
    WHERE l.id = of_look_up AND l.account_id = me.id AND now_at < l.at + {look_up_lifetime}
        AND l.written_in IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
    ORDER BY s.id;
END $$;

-- Opening one of those found is written down too; this, as well, tells nothing of what is not committed.
CREATE FUNCTION disclose_subject(
    shown text, disclosure_id uuid, of_look_up uuid, of_subject bigint, as_shown text, now_at timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account := at_work(shown, ARRAY[{subject_readers}]);
BEGIN
    INSERT INTO disclosure (id, at, look_up_id, subject_id, shown)
    SELECT disclosure_id, now_at, l.id, of_subject, as_shown FROM look_up l
    WHERE l.id = of_look_up AND l.account_id = me.id AND now_at < l.at + {look_up_lifetime}
        AND of_subject = ANY (l.found)
        AND l.written_in IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint;
    RETURN FOUND;
END $$;

-- How often those of the asker's unit have found nobody lately, as far as anybody needs to know: a total raises an alarm.
CREATE FUNCTION misses_of_my_unit(shown text, now_at timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account := at_work(shown, ARRAY[{subject_readers}]);
BEGIN
    RETURN (SELECT count(*) FROM (
        SELECT FROM look_up l
        WHERE l.unit_id = me.unit_id AND l.at > now_at - {misses_window} AND l.is_judged AND cardinality(l.found) = 0
            AND l.written_in IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
            AND NOT EXISTS (SELECT FROM registered_after r WHERE r.look_up_id = l.id)
        LIMIT {unit_misses_alarm}
    ));
END $$;

-- A new subject's number: what is sealed for its row must know it first.
CREATE FUNCTION next_subject() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN nextval('subject_id_seq');
END $$;

-- The first byte of a sealed part is its key's number; of so many subjects.
CREATE FUNCTION subject_key_numbers(most int) RETURNS SETOF int
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT get_byte(part, 0) FROM (SELECT * FROM subject LIMIT most) AS s,
        LATERAL (VALUES (s.sensitive_sealed), (s.rest_sealed)) AS parts(part);
END $$;

-- Who looked for whom, and who was shown whom, is never changed; whoever the role is.
CREATE FUNCTION look_up_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    RAISE restrict_violation USING TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
        MESSAGE = 'Who looked for whom is never changed (R16).';
END $$;

CREATE TRIGGER look_up_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON look_up
FOR EACH STATEMENT EXECUTE FUNCTION look_up_stays();

CREATE TRIGGER disclosure_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosure
FOR EACH STATEMENT EXECUTE FUNCTION look_up_stays();
