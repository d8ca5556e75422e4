"""The first account of a new installation, made by whoever has the database's owner at hand."""

import secrets
from datetime import UTC, datetime

import psycopg

from api.settings import ApiSettings
from models.places import COUNTRY
from models.refusals import PhoneInvalid, UsernameInvalid
from models.roles import Role
from models.seed import add_account, find_unit, system_admin_exists
from models.words import UnitKind
from trambot.hashing import hashed
from trambot.servers.problems import Unavailable
from trambot.settings import OwnerSettings

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another one
GROUPS, GROUP = 4, 4  # some 79 bits


class NotCreated(Unavailable):
    """Why the account was not made, and what to do."""


def create(username: str, full_name: str, phone: str, *, another: bool) -> str:
    """Make a system admin at the ministry; the password for the first sign-in, which nobody else has seen.

    Raises NotCreated.
    """
    owner_url = OwnerSettings.read().database_owner_url.get_secret_value()
    if system_admin_exists(owner_url) and not another:
        raise NotCreated("There is a system admin already, who can make further accounts; --another makes one anyway.")
    password = one_time_password()
    try:
        _write(owner_url, username, full_name, phone, password)
    except UsernameInvalid:
        raise NotCreated(f"«{username}» cannot be a username.") from None
    except PhoneInvalid:
        raise NotCreated("That is not a Vietnamese mobile number, such as 0912 345 678.") from None
    except psycopg.errors.UniqueViolation:
        raise NotCreated(f"The username {username} is taken.") from None
    return password


def one_time_password() -> str:
    """Four groups of four letters and digits: easy to read to somebody over the telephone."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def _write(owner_url: str, username: str, full_name: str, phone: str, password: str) -> None:
    with psycopg.connect(owner_url) as link:
        add_account(
            link,
            ApiSettings.read().keys,
            username=username,
            full_name=full_name,
            phone=phone,
            role=Role.SYSTEM_ADMIN,
            unit_id=find_unit(link, UnitKind.MINISTRY, COUNTRY),
            password_hash=hashed(password),
            now=datetime.now(UTC),
        )
