"""Signing in with raw SQL in the API's role, step by step, so that tests can go wrong at any of them."""

import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, LiteralString, cast
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from models.roles import Role
from models.rules import (
    CAPTCHA_LIFETIME,
    MAX_OTP_FAILURES,
    OTP_LIFETIME,
    OTP_LOCK,
    SESSION_LIFETIME,
    SIGN_IN_LIFETIME,
    VIETNAM,
)
from models.sealing import Keys, token_digest
from models.seed import add_account, find_unit
from models.words import UnitKind

NOW = datetime(2021, 10, 15, 8, tzinfo=VIETNAM)
SECOND = timedelta(seconds=1)
TU_HIEP = "00658"
CHAT = "chat:1001"
PHONE = "+84912345678"
OTHER_PHONE = "+84987654321"


@contextmanager
def refused(wall: str) -> Iterator[None]:
    """What is done inside is refused by the constraint or trigger of that name."""
    with pytest.raises((psycopg.errors.IntegrityError, psycopg.errors.RestrictViolation)) as refusal:
        yield
    assert refusal.value.diag.constraint_name == wall


@contextmanager
def forbidden() -> Iterator[None]:
    """What is done inside the role may not do at all."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        yield


class ByHand:
    """Each step is one or two statements; none opens a transaction."""

    def __init__(self, owner: psycopg.Connection, api: psycopg.Connection, keys: Keys) -> None:
        self.owner = owner
        self.api = api
        self.keys = keys
        self._numbers = itertools.count(1)
        self.token = ""

    def account(
        self,
        phone: str | None = PHONE,
        *,
        role: Role = Role.COMMUNE_ADMIN,
        kind: UnitKind = UnitKind.COMMUNE_HEALTH_STATION,
        area: str = TU_HIEP,
    ) -> int:
        """A new account, if nothing else is said a commune admin of Tứ Hiệp."""
        return add_account(
            self.owner,
            self.keys,
            username=f"demo.{next(self._numbers):03}",
            full_name="Nguyễn Văn Demo",
            phone=phone,
            role=role,
            unit_id=find_unit(self.owner, kind, area),
            password_hash="-",
            now=NOW,
        )

    def history(self, account: int, attempt: str = "password_right") -> UUID:
        return self.insert(
            "login_history", id=uuid4(), at=NOW, account_id=account, channel="chat", source=CHAT, attempt=attempt
        )

    def sign_in(self, account: int, lifetime: timedelta = SIGN_IN_LIFETIME) -> UUID:
        """A sign-in with its row in the history, both in one transaction; the link speaks for it from then on."""
        token = self.show()
        with self.api.transaction():
            self.history(account)
            return self.insert(
                "sign_in",
                id=uuid4(),
                token_digest=token_digest(token),
                account_id=account,
                channel="chat",
                source=CHAT,
                needs_phone=False,
                started_at=NOW,
                expires_at=NOW + lifetime,
            )

    def challenge(self, account: int, *, phone: str = PHONE, purpose: str = "sign_in", **changed: Any) -> UUID:
        """A challenge for a new sign-in, whose code has not been sent."""
        values = {
            "id": uuid4(),
            "account_id": account,
            "purpose": purpose,
            "object": str(changed.pop("object", None) or self.sign_in(account)),
            "phone_sealed": b"sealed",
            "phone_key": self.phone_key(phone),
            "secret_sealed": b"sealed",
            "counter": 0,
            "expires_at": NOW + OTP_LIFETIME,
        }
        return self.insert("otp_challenge", **values | changed)

    def sms(self, challenge: UUID, *, counter: int = 0, at: datetime = NOW, **changed: Any) -> None:
        """The SMS of a challenge's code, sent to where the challenge goes."""
        goes_to = self.api.execute("SELECT account_id, phone_key FROM otp_challenge WHERE id = %s", [challenge])
        account, phone_key = goes_to.fetchone() or (None, None)
        values = {"account_id": account, "phone_key": phone_key, "source": CHAT, "claimed_at": at, "outcome": "sent"}
        self.insert("otp_sms", challenge_id=challenge, counter=counter, **values | changed)

    def sent_challenge(self, account: int, *, phone: str = PHONE, purpose: str = "sign_in") -> UUID:
        """A challenge whose code has been sent."""
        challenge = self.challenge(account, phone=phone, purpose=purpose)
        self.sms(challenge)
        return challenge

    def confirm(self, challenge: UUID, at: datetime = NOW + SECOND) -> None:
        self.api.execute("UPDATE otp_challenge SET used_at = %s WHERE id = %s", [at, challenge])

    def session(self, account: int, challenge: UUID, **changed: Any) -> UUID:
        """A session; the link speaks for it from then on."""
        values = {
            "id": uuid4(),
            "token_digest": token_digest(self.show()),
            "account_id": account,
            "challenge_id": challenge,
            "otp_confirmed": True,
            "channel": "chat",
            "source": CHAT,
            "opened_at": NOW,
            "otp_proven_at": NOW,
            "seen_at": NOW,
            "expires_at": NOW + SESSION_LIFETIME,
        }
        return self.insert("session", **values | changed)

    def signed_in(self, account: int, phone: str = PHONE) -> UUID:
        """All of it, the way the API does it; the session."""
        challenge = self.sent_challenge(account, phone=phone)
        with self.api.transaction():
            self.confirm(challenge)
            self.history(account, "signed_in")
            return self.session(account, challenge)

    def show(self, token: str | None = None) -> str:
        """Speak for whoever holds the token, or will hold it; a new one if none is given."""
        shown = secrets.token_urlsafe(32) if token is None else token
        self.api.execute("SELECT set_config('trambot.token', %s, false)", [shown])
        self.token = shown
        return shown

    def act(self, act: str, *, on: int | None = None, unit: int | None = None, by: int, session: UUID) -> UUID:
        """An admin's act, written down."""
        values = {"act": act, "by_account_id": by, "session_id": session, "account_id": on, "unit_id": unit}
        return self.insert("admin_act", id=uuid4(), at=NOW + SECOND, facts_sealed=b"-", **values)

    def guard(self, account: int, failures: int, streak: int, locked_until: datetime | None = None) -> None:
        self.api.execute(
            "UPDATE otp_guard SET failures = %s, streak = %s, locked_until = %s WHERE account_id = %s",
            [failures, streak, locked_until, account],
        )

    def guess_wrong(self, account: int, times: int, at: datetime = NOW) -> None:
        """So many wrong guesses, with their locks; a lock is taken for over at the next guess."""
        for _ in range(times):
            failures, streak, locked_until = self.guarded(account)
            failed = 1 + (failures if locked_until is None else 0)
            lock = at + OTP_LOCK if failed == MAX_OTP_FAILURES else None
            with self.api.transaction():
                self.history(account, "wrong_otp")
                self.guard(account, failed, streak + 1, lock)

    def guarded(self, account: int) -> tuple[Any, ...]:
        """Failures, streak, locked until."""
        found = self.api.execute(
            "SELECT failures, streak, locked_until FROM otp_guard WHERE account_id = %s", [account]
        )
        return found.fetchone() or ()

    def captcha(self, **changed: Any) -> UUID:
        made = {"source": CHAT, "answer_sealed": b"-", "made_at": NOW, "expires_at": NOW + CAPTCHA_LIFETIME}
        return self.insert("captcha", id=uuid4(), solved=False, **made | changed)

    def phone_key(self, phone: str) -> bytes:
        return self.keys.digest("phone", phone)

    def change(self, table: str, row: object, to: LiteralString) -> None:
        """Set columns of the row with that id, in the API's role."""
        update = sql.SQL("UPDATE {} SET {} WHERE id = {}")
        self.api.execute(update.format(sql.Identifier(table), sql.SQL(to), sql.Literal(row)))

    def insert(self, table: str, **values: Any) -> UUID:
        """In the API's role; the id, if it has one."""
        columns = sql.SQL(", ").join(map(sql.Identifier, values))
        places = sql.SQL(", ").join(map(sql.Placeholder, values))
        self.api.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), columns, places), values
        )
        return cast("UUID", values.get("id"))
