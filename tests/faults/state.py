"""What a scene has left in the database, in a form in which two scenes that went the same way are equal."""

from typing import LiteralString

from tests.faults.asks import Scene

OF_THE_ACCOUNT: dict[str, LiteralString] = {
    "account": "SELECT language, must_change_password, phone_key IS NULL FROM account WHERE id = %s",
    "guard": "SELECT failures, streak, locked_until IS NULL FROM otp_guard WHERE account_id = %s",
    "history": "SELECT attempt FROM login_history WHERE account_id = %s ORDER BY at, written_in, attempt",
    "sign-ins": "SELECT ended_at IS NULL, needs_phone FROM sign_in WHERE account_id = %s ORDER BY started_at",
    "challenges": "SELECT counter, purpose, used_at IS NULL, voided_at IS NULL FROM otp_challenge"
    " WHERE account_id = %s ORDER BY expires_at, counter",
    "sms": "SELECT counter FROM otp_sms WHERE account_id = %s ORDER BY claimed_at",
    "sessions": 'SELECT ended_at IS NULL, "end", password_proven_at IS NULL FROM session'
    " WHERE account_id = %s ORDER BY opened_at, source",
    "deliveries": "SELECT notice, state, attempts FROM delivery WHERE account_id = %s ORDER BY id",
    "acts": "SELECT act FROM admin_act WHERE by_account_id = %s ORDER BY at, written_in",
    "prepared": "SELECT used_at IS NULL FROM prepared_password WHERE by_account_id = %s ORDER BY made_at",
    "asked for": "SELECT state FROM account_request WHERE by_account_id = %s ORDER BY asked_at, phone_key",
    "listed": "SELECT number, state, flaws FROM listed_person WHERE by_account_id = %s ORDER BY number",
    "decided": "SELECT state, granted_role FROM account_request WHERE decided_by = %s ORDER BY decided_at, asked_at",
    "doses": "SELECT number, lot, version FROM dose WHERE account_id = %s ORDER BY at, number",
    "plans": "SELECT vaccine, lots FROM plan WHERE account_id = %s ORDER BY made_at",
    "done to subjects": "SELECT act, version FROM subject_change WHERE account_id = %s ORDER BY at, version",
    "hash": "SELECT password_hash FROM account WHERE id = %s",
}
OF_THE_CHAT: dict[str, LiteralString] = {
    "captchas": "SELECT judged_at IS NULL, solved, used_at IS NULL FROM captcha WHERE source = %s ORDER BY made_at",
}
OF_ALL: dict[str, LiteralString] = {
    "waits": "SELECT coalesce(sum(failures), 0)::int FROM password_wait",
    "accounts": "SELECT count(*)::int FROM account",
    "told of": "SELECT count(DISTINCT (cause, notice))::int FROM delivery",
    "unknown names": "SELECT count(*)::int FROM login_history WHERE account_id IS NULL",
}
"""Nobody else asks meanwhile, so what changes here is the scene's; but how many are told depends on who is there."""

State = dict[str, object]


class Traces:
    """What a scene leaves behind from now on."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._before = self._state()
        self._totals = self._all()
        self._sms = self._inbox()

    def now(self) -> State:
        """What has changed since; empty if nothing has."""
        after, totals = self._state(), self._all()
        changed: State = {name: after[name] for name in after if after[name] != self._before[name]}
        if "hash" in changed:
            changed["hash"] = "another"
        return changed | {n: totals[n] - self._totals[n] for n in totals if totals[n] != self._totals[n]}

    def sms(self) -> int:
        """How many SMS have come to the phone since."""
        return self._inbox() - self._sms

    def _state(self) -> State:
        look = self._scene.town.registry.rows
        account = {name: look(query, self._scene.staff.id) for name, query in OF_THE_ACCOUNT.items()}
        return account | {name: look(query, f"chat:{self._scene.chat}") for name, query in OF_THE_CHAT.items()}

    def _all(self) -> dict[str, int]:
        return {name: self._scene.town.registry.one(query) for name, query in OF_ALL.items()}

    def _inbox(self) -> int:
        return len(self._scene.town.inbox.texts(self._scene.phone))
