"""What the API's role may do in the database: this, and nothing else."""

from sqlalchemy import Connection, text

NOTHING = ""
"""For tables that are behind functions altogether (see `walls/subject.sql`)."""

GRANTS = {
    "area": "SELECT",
    "unit": "SELECT, INSERT, UPDATE (name, kind, scheme, area, level, place, is_open)",
    "account": "SELECT, INSERT, UPDATE (password_hash, must_change_password, phone_sealed, phone_key, phone_proof,"
    " language, full_name_sealed, email_sealed, email_key, role, unit_id, unit_level, place, is_active, api_permission,"
    " frozen_at, deleted_at)",
    "contact": "SELECT, INSERT, UPDATE (sealed, changed_at)",
    "admin_act": "SELECT, INSERT",
    "account_request": "SELECT, INSERT,"
    " UPDATE (by_account_id, state, decided_by, decided_at, reason_sealed, granted_role, account_id)",
    "request_list": "SELECT, INSERT, DELETE,"
    " UPDATE (touched_at, numbered, file_key, reading, rows_there, rows_read, repeated, waiting)",
    "listed_person": "SELECT, INSERT, DELETE",
    "prepared_password": "SELECT, INSERT, UPDATE (used_at)",
    "sign_in": "SELECT, INSERT, UPDATE (ended_at)",
    "captcha": "SELECT, INSERT, UPDATE (judged_at, solved, used_at)",
    "password_wait": "SELECT, INSERT, UPDATE, DELETE",
    "otp_guard": "SELECT, UPDATE (failures, streak, locked_until)",
    "otp_challenge": "SELECT, INSERT, UPDATE (counter, expires_at, used_at, voided_at)",
    "otp_sms": "SELECT, INSERT, UPDATE (outcome)",
    "notice_sms": "SELECT, INSERT, UPDATE (outcome)",
    "session": 'SELECT, INSERT, UPDATE (seen_at, otp_proven_at, password_proven_at, ended_at, "end")',
    "login_history": "SELECT, INSERT",
    "effect": "SELECT, INSERT, UPDATE (request, status, answer_sealed, is_void), DELETE",
    "activation": "SELECT (id, account_id, phone_key, made_at, outcome, voided_at, used_at), INSERT,"
    " UPDATE (outcome, voided_at)",
    "delivery": "SELECT, INSERT, UPDATE (due_at, state, leased_until, attempts, message_id, ended_at)",
    "subject": NOTHING,
    "subject_key": NOTHING,
    "look_up": NOTHING,
    "disclosure": NOTHING,
    "subject_change": NOTHING,
    "registered_after": NOTHING,
    "subject_import": NOTHING,
    "subject_import_piece": NOTHING,
    "vaccine": "SELECT",
    "plan": "SELECT, INSERT",
    "dose": NOTHING,
    "dose_change": NOTHING,
}

FUNCTIONS = (
    "my_token()",
    "my_account()",
    "my_unit()",
    "my_role()",
    "my_place()",
    "my_grants()",
    "my_supervisors()",
    "account_named(text)",
    "username_is_taken(text)",
    "next_account()",
    "language_of(bigint)",
    "newest_seals(integer)",
    "key_numbers(integer)",
    "contact_is_mine_to_keep(bigint,text)",
    "my_help()",
    "otp_is_enabled_now(bigint)",
    "judge_activation(bigint, bytea, bytea, timestamp with time zone)",
    "activate(uuid, text, timestamp with time zone)",
    "ask_subject(text, uuid, text, bigint[], timestamptz)",
    "answer_subject(text, uuid, timestamptz)",
    "disclose_subject(text, uuid, uuid, bigint, text, timestamptz)",
    "misses_of_my_unit(text, timestamptz)",
    "next_subject()",
    "register_subject(text, uuid, bigint, uuid[], bigint, bigint, bigint[], integer, text, bytea, bytea, timestamptz)",
    "correct_subject(text, uuid, uuid, bigint, integer, text[], bigint, bigint, bigint[], integer, text, bytea, bytea,"
    " timestamptz)",
    "undo_correction(text, uuid, uuid, timestamptz)",
    "concerned_by(uuid)",
    "record_dose(text, uuid, bigint, uuid, uuid, integer, text, bytea, timestamptz)",
    "doses_of(text, uuid, bigint, timestamptz)",
    "correct_dose(text, uuid, bigint, uuid, integer, integer, text, bytea, timestamptz)",
    "my_last_dose(text)",
    "subject_key_numbers(integer)",
    "i_supervise(text)",
    "deciders_of(uuid)",
    "units_that_wait(timestamp with time zone)",
    "deciders_at(text)",
    "free_username(text)",
    "forget_lists(timestamp with time zone)",
)
"""What policies and triggers ask in the API's own name, and the keyholes in them (see `walls/scope.sql`)."""


def grant(connection: Connection, role: str) -> None:
    """Take everything from everybody but the owner, for the database is TramBot's own; then give the API its part."""
    quoted = connection.dialect.identifier_preparer.quote
    database = quoted(connection.scalar(text("SELECT current_database()")) or "")
    for everybody in ("PUBLIC", quoted(role)):
        for what in (f"DATABASE {database}", "SCHEMA public", *(f"ALL {kind} IN SCHEMA public" for kind in KINDS)):
            connection.exec_driver_sql(f"REVOKE ALL ON {what} FROM {everybody}")
    connection.exec_driver_sql("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
    connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {database} TO {quoted(role)}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {quoted(role)}")
    for function in FUNCTIONS:
        connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION {function} TO {quoted(role)}")
    for table, rights in GRANTS.items():
        if rights != NOTHING:
            connection.exec_driver_sql(f"GRANT {rights} ON {table} TO {quoted(role)}")


KINDS = ("TABLES", "SEQUENCES", "FUNCTIONS")
