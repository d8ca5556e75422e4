"""Taking the list of users away as a workbook: written down, and for a short while there to be fetched (R7, T22)."""

import json
from collections.abc import AsyncIterator
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from api.acts.accounts import Wanted, conditions, count_accounts, values_of
from api.acts.admin_acts import write_down
from api.acts.me import name_of, unit_seen, with_areas
from api.acts.step_up import must_be_fresh
from api.people import Person
from api.schemas.accounts import AccountsExported
from api.spreadsheets.columns import Column, Line, Words
from api.statements import Compiled
from api.turns import Turn
from models.accounts import Account
from models.acts import AdminAct
from models.phone import national
from models.refusals import ListTooLong, NotFound
from models.roles import Level, Role
from models.rules import FRESH_OTP, VIETNAM
from models.seals import ACCOUNT_EMAIL, ACCOUNT_PHONE, ACT_FACTS
from models.words import AccountStatus, Act, Language

MOST_ROWS = 5_000
ROWS_A_BATCH = 200

COLUMNS = ("unit", "username", "full_name", "status", "phone", "email", "role", "level", "area", "api_permission")
"""R7's, and what a card has besides."""


async def export_accounts(turn: Turn, person: Person, wanted: Wanted) -> AccountsExported:
    """Write down who takes which list; its file is there for this session while the OTP is fresh.

    Raises:
        NotFound: whoever asks manages nobody.
        OtpNotFresh: an OTP comes first.
        ListTooLong: more than a file has.
    """
    count = (await count_accounts(turn, person, wanted)).count
    must_be_fresh(turn, person)
    if count > MOST_ROWS:
        raise ListTooLong(max=MOST_ROWS)
    export = await write_down(turn, person, Act.EXPORTED, {"filters": wanted, "count": count})
    return AccountsExported(id=export, count=count)


async def exported_file(turn: Turn, person: Person, export: UUID, language: Language) -> tuple[str, bytes]:
    """The name and the bytes of the list that was asked for, as it is now.

    Raises:
        NotFound: this session asked for no such list, or too long ago.
        Busy: too many files are being written.
    """
    act = await turn.db.get(AdminAct, export)
    if act is None or (act.act, act.session_id) != (Act.EXPORTED, person.session_id) or _is_over(turn, act):
        raise NotFound
    wanted: Wanted = json.loads(turn.keys.opened(act.facts_sealed, ACT_FACTS, act.id))["filters"]
    values = await values_of(turn, person, wanted)
    rows = await _all(frozenset(wanted)).rows(turn.db, **values, country=Level.NATIONAL, most=MOST_ROWS)
    columns = [Column(name, (turn.house.words(language, f"exported_column.{name}"),)) for name in COLUMNS]
    title = turn.house.words(language, "exported.title")
    told = turn.house.words(language, "exported.told", count=len(rows), at=turn.now(), username=person.username)
    batches = _batches(turn, rows, language)
    content = await turn.house.tables.workbook(columns, batches, Words(title, (told,)), source=turn.caller.source)
    return f"{title} {turn.now().astimezone(VIETNAM):%Y-%m-%d}.xlsx", content


def _is_over(turn: Turn, act: AdminAct) -> bool:
    return turn.now() - act.at > FRESH_OTP


@cache
def _all(wanted: frozenset[str]) -> Compiled:
    """The statement for these filters; compiled once each."""
    rows = with_areas(
        select(
            Account.id,
            Account.username,
            Account.full_name_sealed,
            Account.phone_sealed,
            Account.email_sealed,
            Account.role,
            Account.is_active,
            Account.frozen_at,
            Account.api_permission,
        )
    )
    return Compiled(rows.where(*conditions(wanted)).order_by(Account.place, Account.username).limit(bindparam("most")))


async def _batches(turn: Turn, rows: list[Any], language: Language) -> AsyncIterator[list[Line]]:
    for first in range(0, len(rows), ROWS_A_BATCH):
        yield [Line(_cells(turn, row, language)) for row in rows[first : first + ROWS_A_BATCH]]


def _cells(turn: Turn, row: Any, language: Language) -> dict[str, str]:
    keys, words, account_id = turn.keys, turn.house.words, row["id"]
    unit = unit_seen(row)
    status = AccountStatus.of(row["is_active"] and row["frozen_at"] is None)
    return {
        "unit": unit.name,
        "username": row["username"],
        "full_name": name_of(keys, row["full_name_sealed"], account_id) or "",
        "status": words(language, f"AccountStatus.{status}"),
        "phone": national(keys.opened(row["phone_sealed"], ACCOUNT_PHONE, account_id)) if row["phone_sealed"] else "",
        "email": keys.opened(row["email_sealed"], ACCOUNT_EMAIL, account_id) if row["email_sealed"] else "",
        "role": words(language, f"Role.{Role(row['role'])}"),
        "level": words(language, f"Level.{unit.level}"),
        "area": ", ".join(unit.area),
        "api_permission": "☑" if row["api_permission"] else "☐",
    }
