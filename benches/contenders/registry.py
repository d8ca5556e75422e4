"""What our contenders at the API have in common: its settings, and accounts to sign in with."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import psycopg
from argon2 import PasswordHasher
from pydantic import SecretStr

from models.clock import SystemClock
from models.roles import Role
from models.sealing import Keys
from models.seed import add_account, find_unit
from models.words import UnitKind

SERVICE_KEY = "the-service-key-of-the-benches-0123456789"
PASSWORD = SecretStr("Lúa chín vàng đồng")
STATION = (Role.COMMUNE_ADMIN, UnitKind.COMMUNE_HEALTH_STATION, "00658")


def environment(database: str, sms: str, port: int) -> dict[str, str]:
    """The API's settings, for its process and for contenders that are the API themselves."""
    return {
        "TRAMBOT_DATABASE_URL": database,
        "TRAMBOT_PORT": str(port),
        "TRAMBOT_SERVICE_KEY": SERVICE_KEY,
        "TRAMBOT_SEALING_KEYS": f'{{"1": "{base64.b64encode(bytes(range(32))).decode()}"}}',
        "TRAMBOT_DIGEST_KEY": base64.b64encode(bytes(range(32, 64))).decode(),
        "TRAMBOT_SMS_URL": f"{sms}/sms",
        "TRAMBOT_SMS_KEY": "the-sms-key-of-the-benches",
    }


@dataclass(frozen=True)
class Account:
    """An account, and the chat that its person writes in."""

    id: int
    username: str
    phone: str

    @property
    def chat(self) -> int:
        """A chat of its own, so that no limit of a chat is met."""
        return 1_000_000 + self.id


def code_in(sms: str) -> str:
    """The code that an SMS brings."""
    [code] = re.findall(r"\b\d{6}\b", sms)
    return str(code)


class Registry:
    """Makes accounts, as the database's owner."""

    def __init__(self, owner: psycopg.Connection, keys: Keys) -> None:
        self._owner = owner
        self._keys = keys
        self._numbers = self._free_numbers()

    def account(self, *, is_cheap: bool, at: tuple[Role, UnitKind, str] = STATION) -> Account:
        """A new account, of that role at a unit of that kind in that area.

        A cheap one's password takes no time: for benches of something else.
        """
        role, kind, area = at
        number = next(self._numbers)
        username, phone = f"bench.{number:06}", f"+84912{number:06}"
        id_ = add_account(
            self._owner,
            self._keys,
            username=username,
            full_name="Nguyễn Văn Demo",
            phone=phone,
            role=role,
            unit_id=find_unit(self._owner, kind, area),
            password_hash=self._cheap if is_cheap else self._real,
            now=SystemClock().now(),
            must_change_password=False,
        )
        return Account(id_, username, phone)

    def forget_sms(self) -> None:
        """As if every SMS had been long ago: no limit is met."""
        self._owner.execute("UPDATE otp_sms SET claimed_at = claimed_at - interval '1 day'")

    _cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD.get_secret_value())
    _real = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD.get_secret_value())

    def _free_numbers(self) -> Iterator[int]:
        row = self._owner.execute("SELECT count(*) FROM account").fetchone()
        return count(1 + (row[0] if row else 0))
