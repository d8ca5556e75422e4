"""The list of users, and one account as its admin sees it (R7, R12)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_

from api.acts.area_ranges import area_range
from api.acts.me import name_of, unit_seen, with_areas
from api.people import Person
from api.schemas.accounts import AccountRow, AccountsCounted, AccountSeen, AccountsPage
from api.statements import Compiled
from api.turns import Turn
from models.accounts import Account
from models.database import plan_for_values
from models.otp import OtpGuard
from models.phone import masked, national
from models.places import Unit
from models.refusals import Malformed, NotFound
from models.roles import Level, Role
from models.rules import MAX_OTP_STREAK
from models.scopes import after as after_place
from models.sealing import Keys
from models.seals import ACCOUNT_EMAIL, ACCOUNT_PHONE, ACCOUNT_VERSION, EMAIL_KEY

ROWS_A_PAGE = 10

Wanted = dict[str, Any]
"""The filters that are set, by name: username (its beginning), email, api_permission, level, unit, scheme and area."""


async def list_accounts(turn: Turn, person: Person, wanted: Wanted, after: str | None) -> AccountsPage:
    """A page of the accounts in one's scope, by place and name, in one indexed query.

    Raises:
        NotFound: whoever asks manages nobody.
        Malformed: no page gave that cursor.
    """
    values = await values_of(turn, person, wanted)
    if after is not None:
        values["from_place"], values["from_name"] = _place(after)
    if "username" in wanted:
        await plan_for_values(turn.db)
    found = await _page(frozenset(wanted), is_first=after is None).rows(turn.db, **values, most=ROWS_A_PAGE + 1)
    page = found[:ROWS_A_PAGE]
    return AccountsPage(
        rows=[_row(turn, person, row) for row in page], next=_cursor(page[-1]) if found[ROWS_A_PAGE:] else None
    )


async def count_accounts(turn: Turn, person: Person, wanted: Wanted) -> AccountsCounted:
    """How many there are; for the whole country this reads an index from end to end."""
    values = await values_of(turn, person, wanted)
    row = await _count(frozenset(wanted)).row(turn.db, **values)
    return AccountsCounted(count=row[0])


async def account_seen(turn: Turn, person: Person, account_id: int) -> AccountSeen:
    """One account in one's scope; a deleted one is in no list, and found by its number for what the histories say.

    Raises:
        NotFound: there is none by that number, or not for whoever asks (R12).
    """
    must_manage(person)
    row = await ONE.row(turn.db, account_id=account_id, country=Level.NATIONAL, **within_scope(person))
    if row is None:
        raise NotFound
    keys = turn.keys
    seen = AccountSeen(
        id=account_id,
        username=row["username"],
        full_name=name_of(keys, row["full_name_sealed"], account_id),
        phone=national(keys.opened(row["phone_sealed"], ACCOUNT_PHONE, account_id)) if row["phone_sealed"] else None,
        email=keys.opened(row["email_sealed"], ACCOUNT_EMAIL, account_id) if row["email_sealed"] else None,
        role=row["role"],
        unit=unit_seen(row),
        is_active=row["is_active"],
        is_frozen=row["frozen_at"] is not None,
        is_deleted=row["deleted_at"] is not None,
        otp_is_disabled=row["streak"] >= MAX_OTP_STREAK,
        api_permission=row["api_permission"],
        is_yours=row["deleted_at"] is None and _is_yours(person, account_id, row["role"]),
        version="",
    )
    return seen.model_copy(update={"version": _version(keys, seen)})


def must_manage(person: Person) -> None:
    """Raises NotFound for whoever manages nobody: to them there is no such page (R12)."""
    if not person.scope.manages_accounts:
        raise NotFound


WITHIN = (Account.place >= bindparam("scope_from")) & (Account.place < bindparam("scope_to"))
IN_SCOPE = WITHIN & Account.deleted_at.is_(None)
ONE = Compiled(
    with_areas(
        select(
            Account.username,
            Account.full_name_sealed,
            Account.phone_sealed,
            Account.email_sealed,
            Account.role,
            Account.is_active,
            Account.frozen_at,
            Account.deleted_at,
            Account.api_permission,
            OtpGuard.streak,
        ).join(OtpGuard, OtpGuard.account_id == Account.id)
    ).where(Account.id == bindparam("account_id"), WITHIN)
)


def conditions(wanted: frozenset[str]) -> list[ColumnElement[bool]]:
    """What a row must fulfil for these filters."""
    all_of_it: dict[str, ColumnElement[bool]] = {
        "username": (Account.username >= bindparam("name_from")) & (Account.username < bindparam("name_to")),
        "email": Account.email_key == bindparam("email_key"),
        "api_permission": Account.api_permission.expression,  # bare, as in the index; «IS true» proves nothing
        "no_api_permission": ~Account.api_permission,
        "level": Account.unit_level == bindparam("level"),
        "unit": Account.unit_id == bindparam("unit"),
        "area": (Account.place >= bindparam("area_from")) & (Account.place < bindparam("area_to")),
    }
    return [IN_SCOPE, *(all_of_it[name] for name in sorted(wanted) if name in all_of_it)]


@cache
def _page(wanted: frozenset[str], *, is_first: bool) -> Compiled:
    """The statement for these filters; compiled once each.

    The page comes first and its units' names after that: joined before the limit, all units would be read.
    """
    place = tuple_(Account.place, Account.username)
    accounts: Select[*tuple[Any, ...]] = (
        select(
            Account.id,
            Account.username,
            Account.place,
            Account.is_active,
            Account.frozen_at,
            Account.phone_sealed,
            Account.role,
            Account.unit_id,
        )
        .where(*conditions(wanted))
        .order_by(Account.place, Account.username)
        .limit(bindparam("most"))
    )
    if not is_first:
        accounts = accounts.where(place > tuple_(bindparam("from_place"), bindparam("from_name")))
    page = accounts.subquery()
    named = select(page, Unit.name.label("unit")).join(Unit, Unit.id == page.c.unit_id)
    return Compiled(named.order_by(page.c.place, page.c.username))


@cache
def _count(wanted: frozenset[str]) -> Compiled:
    return Compiled(select(func.count()).select_from(Account).where(*conditions(wanted)))


async def values_of(turn: Turn, person: Person, wanted: Wanted) -> dict[str, Any]:
    """What the statement's places hold."""
    must_manage(person)
    values: dict[str, Any] = within_scope(person)
    if "username" in wanted:
        begins = wanted["username"]
        values |= {"name_from": begins, "name_to": begins + "\U0010ffff"}
    if "email" in wanted:
        values["email_key"] = turn.keys.digest(EMAIL_KEY, wanted["email"])
    if "level" in wanted:
        values["level"] = wanted["level"]
    if "unit" in wanted:
        values["unit"] = wanted["unit"]
    if "area" in wanted:
        values |= await area_range(turn, wanted["scheme"], wanted["area"])
    return values


def within_scope(person: Person) -> dict[str, Any]:
    """What the places of `WITHIN` hold."""
    return {"scope_from": person.place, "scope_to": after_place(person.place)}


def _version(keys: Keys, seen: AccountSeen) -> str:
    """A keyed digest of what an admin may change: the same as long as nobody has, and telling nothing."""
    values = seen.model_dump_json(exclude={"is_yours", "unit", "version"})
    return keys.digest(ACCOUNT_VERSION, f"{seen.unit.id} {values}").hex()


def _row(turn: Turn, person: Person, row: Any) -> AccountRow:
    phone = row["phone_sealed"] and turn.keys.opened(row["phone_sealed"], ACCOUNT_PHONE, row["id"])
    return AccountRow(
        id=row["id"],
        username=row["username"],
        unit=row["unit"],
        is_active=row["is_active"] and row["frozen_at"] is None,
        phone_hint=masked(phone) if phone else None,
        role=row["role"],
        is_yours=_is_yours(person, row["id"], row["role"]),
    )


def _is_yours(person: Person, account_id: int, role: str) -> bool:
    return account_id != person.account_id and person.scope.grants(Role(role))


def _cursor(row: Any) -> str:
    return urlsafe_b64encode(f"{row['place']} {row['username']}".encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[str, str]:
    try:
        place, _, name = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(" ")
    except ValueError:
        raise Malformed(fields=["query.after"]) from None
    if not name or "\0" in place + name:
        raise Malformed(fields=["query.after"])
    return place, name
