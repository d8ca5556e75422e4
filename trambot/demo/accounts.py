"""Gives the demo's people their accounts, once: what somebody changed since stays changed."""

from datetime import UTC, datetime

import psycopg

from models.sealing import Keys
from models.seed import add_account, add_unit, find_unit
from trambot.demo.people import ACCOUNTS, PASSWORD, DemoAccount, DemoUnit
from trambot.hashing import hashed


def make_accounts(owner_url: str, keys: Keys) -> None:
    """Write the accounts that are not there yet, all or none."""
    with psycopg.connect(owner_url) as link:
        missing = [account for account in ACCOUNTS if not _exists(link, account.username)]
        kept = hashed(PASSWORD) if missing else ""
        for account in missing:
            _add(link, keys, account, kept)


def _exists(link: psycopg.Connection, username: str) -> bool:
    return link.execute("SELECT FROM account WHERE username = %s", [username]).fetchone() is not None


def _add(link: psycopg.Connection, keys: Keys, account: DemoAccount, password_hash: str) -> None:
    add_account(
        link,
        keys,
        username=account.username,
        full_name=account.person.full_name,
        phone=account.person.phone if account.knows_phone else None,
        role=account.role,
        unit_id=_unit(link, account.unit),
        password_hash=password_hash,
        now=datetime.now(UTC),
        must_change_password=account.must_change_password,
        api_permission=account.may_call_api,
    )


def _unit(link: psycopg.Connection, unit: DemoUnit) -> int:
    try:
        return find_unit(link, unit.kind, unit.area)
    except LookupError:
        return add_unit(link, unit.name, unit.kind, unit.area)
