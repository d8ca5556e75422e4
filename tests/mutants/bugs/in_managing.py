"""Seeded bugs in what admins do with accounts."""

from tests.mutants.bug import Bug

BUGS = (
    Bug(
        "T02",
        "api/acts/account_access.py",
        "An OTP is enabled without a fresh one of one's own",
        "    must_be_fresh(turn, person)\n    guard =",
        "    guard =",
    ),
    Bug(
        "T08",
        "models/walls/managed.sql",
        "Any act thaws a frozen account",
        "d.act = 'phone_rebound' AND d.written_in",
        "d.written_in",
    ),
    Bug(
        "T19",
        "api/acts/account_access.py",
        "Who is to be signed out is told so, and goes on",
        "return SessionsEnded(ended_sessions=await end_what_is_open(turn, account))",
        "return SessionsEnded(ended_sessions=1)",
    ),
    Bug(
        "T06",
        "api/acts/otp_sms.py",
        "What tells a number is not counted with its codes",
        "kinds: tuple[Sms, ...] = (OtpSms, NoticeSms)",
        "kinds: tuple[Sms, ...] = (OtpSms,)",
    ),
    Bug(
        "T08",
        "api/acts/lost_phone.py",
        "It is the new number that is told",
        'claim_notice(turn, act_id, account, old, old_key, "sms.phone_rebound")',
        'claim_notice(turn, act_id, account, phone, now_key, "sms.phone_rebound")',
    ),
    Bug(
        "T10",
        "api/acts/managed_account.py",
        "An admin manages their own account",
        "    if account.id == person.account_id:\n        raise NotYourself\n",
        "",
    ),
    Bug(
        "T11",
        "api/acts/edit_account.py",
        "An edit that changes the role too grants the API permission",
        'if after.api_permission and "api_permission" in changed and not person.scope.grants_api:',
        'if after.api_permission and changed.keys() == {"api_permission"} and not person.scope.grants_api:',
    ),
    Bug(
        "T11",
        "api/acts/edit_account.py",
        "Whatever fits the unit is a role that may be given",
        "if not person.scope.grants(after.role) or unit.level not in LEVELS_OF_ROLE[after.role]:",
        "if unit.level not in LEVELS_OF_ROLE[after.role]:",
    ),
    Bug(
        "T19",
        "api/acts/account_status.py",
        "Sessions of who was closed wait for the account to be let in again",
        "    account.is_active = False\n    await turn.db.flush()\n    await end_what_is_open(turn, account)\n",
        "    account.is_active = False\n    await turn.db.flush()\n",
    ),
    Bug(
        "T19",
        "api/acts/edit_account.py",
        "Who gets another role goes on with what was opened in the old one",
        "    if moves:\n        await end_what_is_open",
        '    if "unit" in moves:\n        await end_what_is_open',
    ),
    Bug(
        "T19",
        "api/acts/managed_account.py",
        "A sign-in goes on that began before the account was changed",
        "    await end_sign_ins(turn, SignIn.account_id == account.id, turn.now())\n",
        "",
    ),
    Bug(
        "T25",
        "models/walls/account_request.sql",
        "Any act puts a request that waits in another's name",
        "AND d.act = 'handed_over' AND d.by_account_id",
        "AND d.by_account_id",
    ),
    Bug(
        "T19",
        "api/acts/hand_over.py",
        "Who has handed over goes on in what is open",
        "    await end_what_is_open(turn, account)\n",
        "",
    ),
)
