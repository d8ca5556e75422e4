-- A plan is its unit's, and is made by whoever works with subjects there (R18).
ALTER TABLE plan ENABLE ROW LEVEL SECURITY;

CREATE POLICY plan_is_of_my_unit ON plan FOR SELECT USING (unit_id = (SELECT my_unit()));

CREATE POLICY plan_is_made_at_my_unit ON plan FOR INSERT
WITH CHECK (
    unit_id = (SELECT my_unit()) AND account_id = (SELECT my_account()) AND (SELECT my_role()) IN ({subject_keepers})
);

-- A dose is recorded for somebody who was looked up, under a plan of one's own unit, with one of its lots, on its day. One that
-- does not fit those before (R18) has its reason. The same dose twice is one, however it comes: its id, or NULL if the
-- subject was not looked up or the plan is another unit's.
CREATE FUNCTION record_dose(
    shown text, of_look_up uuid, of_subject bigint, dose_id uuid, of_plan uuid, as_number int, of_lot text,
    reason bytea, now_at timestamptz
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account := at_work(shown, ARRAY[{subject_keepers}]);
    with_plan plan;
    there uuid;
BEGIN
    SELECT p.* INTO with_plan FROM plan p WHERE p.id = of_plan AND p.unit_id = me.unit_id;
    PERFORM FROM look_up l JOIN subject s ON s.id = of_subject
    WHERE l.id = of_look_up AND l.account_id = me.id AND of_subject = ANY (l.found)
        AND now_at < l.at + {look_up_lifetime}
        AND l.written_in IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
    FOR UPDATE OF s;
    IF NOT FOUND OR with_plan.id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT d.id INTO there FROM dose d WHERE d.subject_id = of_subject AND d.day = with_plan.day
        AND d.vaccine = with_plan.vaccine AND d.number = as_number;
    IF there IS NOT NULL THEN
        RETURN there;
    END IF;
    IF of_lot <> ALL (with_plan.lots) THEN
        RAISE check_violation USING TABLE = 'dose', CONSTRAINT = 'dose_is_of_a_lot_of_its_plan',
            MESSAGE = 'That lot is not there.';
    END IF;
    IF with_plan.day > (now_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN
        RAISE check_violation USING TABLE = 'dose', CONSTRAINT = 'dose_is_not_of_tomorrow',
            MESSAGE = 'That day has not come.';
    END IF;
    IF reason IS NULL AND NOT dose_fits(of_subject, as_number, with_plan.vaccine, with_plan.day) THEN
        RAISE check_violation USING TABLE = 'dose', CONSTRAINT = 'dose_fits_those_before_or_says_why',
            MESSAGE = 'It does not fit the doses before, and nobody says why (R18).';
    END IF;
    INSERT INTO dose (
        id, subject_id, number, vaccine, lot, day, plan_id, unit_id, account_id, at, reason_sealed, version
    ) VALUES (
        dose_id, of_subject, as_number, with_plan.vaccine, of_lot, with_plan.day, with_plan.id, me.unit_id, me.id, now_at,
        reason, 1
    );
    RETURN dose_id;
END $$;

-- Whether it is the next one, of the same vaccine, within its course, and not too early; as `models.doses.misfit` says it.
CREATE FUNCTION dose_fits(of_subject bigint, as_number int, of_vaccine text, on_day date) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = {search_path} AS $$
DECLARE
    latest dose;
    course vaccine;
BEGIN
    SELECT d.* INTO latest FROM dose d WHERE d.subject_id = of_subject ORDER BY d.number DESC LIMIT 1;
    SELECT v.* INTO STRICT course FROM vaccine v WHERE v.code = of_vaccine;
    RETURN as_number = coalesce(latest.number, 0) + 1 AND as_number <= course.doses
        AND (latest.id IS NULL OR latest.vaccine = of_vaccine AND on_day >= latest.day + coalesce(course.min_days, 0));
END $$;

-- Those of somebody who was looked up.
CREATE FUNCTION doses_of(shown text, of_look_up uuid, of_subject bigint, now_at timestamptz)
RETURNS TABLE (
    id uuid, number smallint, vaccine text, vaccine_name text, lot text, day date, place text, unit text, is_ours boolean,
    version int, has_reason boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account := at_work(shown, ARRAY[{subject_readers}]);
BEGIN
    RETURN QUERY
    SELECT d.id, d.number, d.vaccine, v.name, d.lot, d.day, p.place, u.name, d.unit_id = me.unit_id, d.version,
        d.reason_sealed IS NOT NULL
    FROM look_up l
    JOIN dose d ON d.subject_id = of_subject
    JOIN vaccine v ON v.code = d.vaccine
    JOIN plan p ON p.id = d.plan_id
    JOIN unit u ON u.id = d.unit_id
    WHERE l.id = of_look_up AND l.account_id = me.id AND of_subject = ANY (l.found)
        AND now_at < l.at + {look_up_lifetime}
        AND l.written_in IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
    ORDER BY d.number, d.day;
END $$;

-- A dose that one's own unit recorded gets another number or lot; what it was is kept. The version that was made; NULL if
-- there is no such dose of a subject that was looked up, 0 if it is not that version any more.
CREATE FUNCTION correct_dose(
    shown text, of_look_up uuid, of_subject bigint, of_dose uuid, seen_version int, as_number int, of_lot text,
    reason bytea, now_at timestamptz
) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account := at_work(shown, ARRAY[{subject_keepers}]);
    was dose;
BEGIN
    SELECT d.* INTO was FROM look_up l JOIN dose d ON d.subject_id = of_subject
    WHERE d.id = of_dose AND d.unit_id = me.unit_id
        AND l.id = of_look_up AND l.account_id = me.id AND of_subject = ANY (l.found)
        AND now_at < l.at + {look_up_lifetime}
        AND l.written_in IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
    FOR UPDATE OF d;
    IF was.id IS NULL THEN
        RETURN NULL;
    END IF;
    IF was.version <> seen_version THEN
        RETURN 0;
    END IF;
    IF reason IS NULL THEN
        RAISE check_violation USING TABLE = 'dose', CONSTRAINT = 'dose_is_corrected_for_a_reason',
            MESSAGE = 'Nobody says why it is corrected (R18).';
    END IF;
    INSERT INTO dose_change (dose_id, version, at, account_id, number, lot, reason_sealed)
    VALUES (was.id, was.version + 1, now_at, me.id, was.number, was.lot, was.reason_sealed);
    UPDATE dose d SET number = as_number, lot = of_lot, reason_sealed = reason, version = was.version + 1
    WHERE d.id = was.id;
    RETURN was.version + 1;
END $$;

-- The plan and the lot of the dose one recorded last: offered first (R18).
CREATE FUNCTION my_last_dose(shown text) RETURNS TABLE (plan_id uuid, lot text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {search_path} AS $$
DECLARE
    me account := at_work(shown, ARRAY[{subject_keepers}]);
BEGIN
    RETURN QUERY SELECT d.plan_id, d.lot FROM dose d WHERE d.account_id = me.id ORDER BY d.at DESC LIMIT 1;
END $$;

-- A dose is never erased, and its subject, vaccine, day and plan stay; what it was before a correction stays too.
CREATE FUNCTION dose_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    RAISE restrict_violation USING TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
        MESSAGE = 'A dose is corrected, never erased (R18).';
END $$;

CREATE TRIGGER dose_is_never_erased BEFORE DELETE OR TRUNCATE ON dose
FOR EACH STATEMENT EXECUTE FUNCTION dose_stays();

CREATE TRIGGER dose_is_of_whom_it_was BEFORE UPDATE ON dose
FOR EACH ROW WHEN (
    (NEW.id, NEW.subject_id, NEW.vaccine, NEW.day, NEW.plan_id, NEW.unit_id, NEW.account_id, NEW.at)
    IS DISTINCT FROM (OLD.id, OLD.subject_id, OLD.vaccine, OLD.day, OLD.plan_id, OLD.unit_id, OLD.account_id, OLD.at)
    OR NEW.version <> OLD.version + 1
) EXECUTE FUNCTION dose_stays();

CREATE TRIGGER dose_change_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON dose_change
FOR EACH STATEMENT EXECUTE FUNCTION dose_stays();
