-- What an admin did is never changed (T25), and is noted with its transaction, which nobody can claim.
CREATE FUNCTION admin_act_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    RAISE restrict_violation USING TABLE = 'admin_act', CONSTRAINT = 'admin_act_is_never_changed',
        MESSAGE = 'What an admin did is never changed (T25).';
END $$;

CREATE TRIGGER admin_act_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_act
FOR EACH STATEMENT EXECUTE FUNCTION admin_act_stays();

-- A sensitive act follows an OTP that was confirmed a short while before, in the session that acts.
CREATE FUNCTION admin_act_is_written() RETURNS trigger
LANGUAGE plpgsql SET search_path = {search_path} AS $$
BEGIN
    NEW.written_in := {this_transaction};
    IF NOT EXISTS (
        SELECT FROM session s WHERE s.id = NEW.session_id AND s.account_id = NEW.by_account_id
            AND s.token_digest = my_token() AND s.ended_at IS NULL
    ) THEN
        RAISE check_violation USING TABLE = 'admin_act', CONSTRAINT = 'admin_act_is_of_its_session',
            MESSAGE = 'An act of somebody else than the one who is signed in.';
    END IF;
    IF NEW.act IN ({sensitive}) AND NOT EXISTS (
        SELECT FROM session s WHERE s.id = NEW.session_id AND NEW.at - s.otp_proven_at <= {fresh_otp}
    ) THEN
        RAISE check_violation USING TABLE = 'admin_act', CONSTRAINT = 'admin_act_follows_a_fresh_otp',
            MESSAGE = 'A sensitive act without a fresh OTP.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER admin_act_notes_its_transaction BEFORE INSERT ON admin_act
FOR EACH ROW EXECUTE FUNCTION admin_act_is_written();

ALTER TABLE admin_act ENABLE ROW LEVEL SECURITY;

CREATE POLICY admin_act_is_in_my_scope ON admin_act FOR SELECT
USING (
    by_account_id = (SELECT my_account())
    OR EXISTS (SELECT FROM account a WHERE a.id = account_id AND starts_with(a.place, (SELECT my_place())))
    OR EXISTS (SELECT FROM unit u WHERE u.id = unit_id AND starts_with(u.place, (SELECT my_place())))
);

CREATE POLICY admin_act_is_done_in_my_scope ON admin_act FOR INSERT
WITH CHECK (
    by_account_id = (SELECT my_account())
    AND (account_id IS NULL OR EXISTS (
        SELECT FROM account a WHERE a.id = account_id
            AND starts_with(a.place, (SELECT my_place())) AND a.role = ANY ((SELECT my_grants())::text[])
    ))
    AND (unit_id IS NULL OR EXISTS (
        SELECT FROM unit u WHERE u.id = unit_id AND starts_with(u.place, (SELECT my_place()))
    ))
);

-- A password prepared for somebody is its admin's own.
ALTER TABLE prepared_password ENABLE ROW LEVEL SECURITY;

CREATE POLICY prepared_password_is_mine ON prepared_password
USING (by_account_id = (SELECT my_account())) WITH CHECK (by_account_id = (SELECT my_account()));
